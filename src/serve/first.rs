//! The first start on an empty database: an organisation, and one administrator who can sign in.

use super::ServeError;
use crate::{
    defaults::{self, DefaultsIn},
    platform::{
        auth::passwords,
        config::{Config, Secret},
        db::Db,
        http::problem::{Error, Result},
    },
};
use aws_lc_rs::rand;
use chrono::{DateTime, Utc};
use std::io::{self, Write};

/// Without those that look alike: 32 letters, so that each random byte gives one without favour.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Fills an empty database; says the administrator's password, once, when it had to be made.
pub fn fill(db: &Db, config: &Config, now: DateTime<Utc>) -> std::result::Result<(), ServeError> {
    if !db.write_now(defaults::wanted).map_err(ServeError::Fill)? {
        return Ok(());
    }
    let made = match &config.admin_password {
        Some(_) => None,
        None => Some(password().map_err(ServeError::Fill)?),
    };
    let Some(Secret(password)) = made.as_ref().or(config.admin_password.as_ref()) else {
        return Ok(());
    };
    let filled = hash_and_fill(db, config, password, now).map_err(ServeError::Fill)?;
    if let (true, Some(Secret(password))) = (filled, &made) {
        writeln!(
            io::stdout(),
            "\n  The first administrator, shown this once:\n    e-mail    {}\n    password  {password}\n",
            config.admin_email
        )?;
    }
    Ok(())
}

fn hash_and_fill(db: &Db, config: &Config, password: &str, now: DateTime<Utc>) -> Result<bool> {
    let hash = passwords::hash_now(password, config.password_cost)?;
    let input = DefaultsIn::new(config.admin_email.as_str(), hash, now);
    db.write_now(|tx| defaults::fill(tx, &input))
}

/// Returns a password of 100 random bits, in groups that can be read aloud.
fn password() -> Result<Secret> {
    let mut bytes = [0_u8; 20];
    rand::fill(&mut bytes).map_err(|_| Error::internal("no random bytes"))?;
    let letters: Vec<u8> =
        bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32)).copied()).collect();
    let groups: Vec<_> = letters.chunks(5).map(String::from_utf8_lossy).collect();
    Ok(Secret(groups.join("-")))
}
