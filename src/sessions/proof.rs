//! Proves a password: takes a place, verifies away from the database, then decides.

use super::{
    actions,
    domain::Room,
    store::{self, Reservation},
};
use crate::{
    platform::{
        auth::{Gate, Network},
        db::Db,
        http::problem::{Error, Result},
        ids,
    },
    staff::{self, Staff},
};
use chrono::{DateTime, Utc};
use std::time::Duration;
use uuid::Uuid;

/// How often, and after which pause, an attempt asks again for a place that others may give back.
const TRIES: u32 = 30;
const PAUSE: Duration = Duration::from_millis(100);

/// A password that was right, and the place that its attempt holds until it is used.
pub struct Proof {
    /// Whose password it was, as they then were.
    pub staff: Staff,
    /// The place among the failures; to be given back.
    pub reservation: Uuid,
}

/// One attempt to prove a password.
pub struct Attempt<'a> {
    /// The account.
    pub email: &'a str,
    /// What is said to be its password.
    pub password: &'a str,
    /// Where the attempt comes from.
    pub network: &'a Network,
    /// When.
    pub at: DateTime<Utc>,
}

/// Returns the proof that the password is right; nothing, after as long, when it is not or when nobody has
/// this account. Refuses with 429 while account or network have too many failures.
pub async fn prove(db: &Db, gate: &Gate, attempt: &Attempt<'_>) -> Result<Option<Proof>> {
    let email = staff::normalised_email(attempt.email);
    let reservation = reserve(db, attempt, &email).await?;
    let known = db.read(move |tx| staff::find_by_email(tx, &email)).await?;
    let known = known.filter(|staff| staff.active);
    let hash = known.as_ref().map(|staff| staff.password_hash.as_str());
    match gate.passwords().verify(attempt.password, hash).await {
        Ok(true) => Ok(known.map(|staff| Proof { staff, reservation })),
        Ok(false) => {
            fail(db, reservation).await?;
            Ok(None)
        }
        Err(error) => {
            db.write(move |tx| store::delete_reservation(tx, reservation)).await?;
            Err(error)
        }
    }
}

/// Makes an attempt that holds a place a failure.
pub async fn fail(db: &Db, reservation: Uuid) -> Result<()> {
    db.write(move |tx| store::set_failed(tx, reservation)).await
}

async fn reserve(db: &Db, attempt: &Attempt<'_>, email: &str) -> Result<Uuid> {
    let id = ids::next();
    let row = Reservation {
        id,
        account_hash: actions::hashed(email),
        network: attempt.network.0.clone(),
        at: attempt.at,
        pending: true,
    };
    for _ in 0..TRIES {
        let row = row.clone();
        match db.write(move |tx| actions::reserve(tx, &row)).await? {
            Room::Free => return Ok(id),
            Room::Perhaps => tokio::time::sleep(PAUSE).await,
            Room::Full(wait) => return Err(throttled(wait)),
        }
    }
    Err(throttled(Duration::from_secs(1)))
}

fn throttled(retry_after: Duration) -> Error {
    Error::TooMany { code: "too_many_failures", retry_after }
}
