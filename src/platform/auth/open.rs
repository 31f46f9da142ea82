//! Opens the gate at the start of a server.

use super::{
    gate::{Gate, Inner},
    keys::Keyring,
    passwords::Passwords,
    registry::Registry,
    seal::Seal,
    watch::{CHANNEL, Watch},
};
use crate::platform::{
    clock::Clock,
    db::{Db, listener::listen},
    http::{
        page::CursorKey,
        problem::{Error, Result},
    },
};
use actix_web::web::Data;
use std::{
    sync::{Arc, RwLock},
    thread,
    time::{Duration, Instant},
};

/// How long a starting server waits for its listener.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a server needs of admission.
pub struct AuthParts {
    /// Who is let in.
    pub gate: Data<Gate>,
    /// What cursors are sealed with.
    pub cursor_key: Data<CursorKey>,
}

/// What the gate is opened with.
pub struct Opening<'a> {
    /// The database, whose schema is in place.
    pub db: &'a Db,
    /// PostgreSQL's own address, for a connection that listens.
    pub url: &'a str,
    /// What the signing keys are sealed with.
    pub secret: &'a str,
    /// Memory of Argon2id in KiB.
    pub password_cost: u32,
    /// The clock that follows the database's.
    pub clock: &'a Data<Clock>,
}

/// Opens the gate: makes the signing keys if there are none, sets the clock to the database's time, and
/// keeps all of it true until the gate is dropped. Blocks. Refuses a secret that does not open the keys.
pub fn open(opening: &Opening<'_>) -> Result<AuthParts> {
    let Opening { db, clock, .. } = *opening;
    let seal = Seal::new(opening.secret)?;
    let keys = Keyring::prepare(db, &seal, clock.now())?;
    let cursor_key = Data::new(keys.cursor());
    let inner = Arc::new(Inner {
        registry: Registry::default(),
        clock: clock.clone().into_inner(),
        seal,
        verified: Arc::default(),
        keys: RwLock::new(Arc::new(keys)),
    });
    let passwords = Passwords::start(opening.password_cost)?;
    let listener = listen(opening.url, CHANNEL, Watch::over(inner.clone())).map_err(Error::internal)?;
    // a gate whose listener is late still works: it asks the database
    let started = Instant::now();
    while !inner.registry.is_current() && started.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(5));
    }
    Ok(AuthParts { gate: Data::new(Gate::new(inner, db.clone(), passwords, listener)), cursor_key })
}
