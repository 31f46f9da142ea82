use crate::{
    platform::{
        db::{Tx, static_query},
        http::problem::Result,
    },
    staff::StaffId,
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types::*};
use uuid::Uuid as Id;

static_query! {
    /// Lets one server at a time look whether the database is empty.
    pub struct TakeTurn {} -> Bool =
        "SELECT pg_advisory_xact_lock(hashtext('hearback.defaults')) IS NULL"
}

static_query! {
    /// Tells whether the defaults are there.
    pub struct Filled {} -> Bool = "SELECT EXISTS (SELECT FROM settings)"
}

static_query! {
    /// Writes the first admin, who has no department yet: a department needs a head first.
    pub struct InsertAdmin<'a> {
        id: Id => Uuid, email: &'a str => Text, normalised: String => Text, name: &'a str => Text,
        hash: &'a str => Text, at: DateTime<Utc> => Timestamptz,
    } -> Bool =
        "INSERT INTO staff (id, email, email_normalised, display_name, role, password_hash, created_at, updated_at) \
         VALUES ($id, $email, $normalised, $name, 'admin', $hash, $at, $at)"
}

/// Waits for its turn and returns whether the database is still empty.
pub fn is_empty(tx: &mut Tx) -> Result<bool> {
    TakeTurn {}.execute(tx)?;
    let filled: bool = Filled {}.get_result(tx)?;
    Ok(!filled)
}

/// Writes the first admin.
pub fn insert_admin(
    tx: &mut Tx,
    id: StaffId,
    email: &str,
    name: &str,
    hash: &str,
    at: DateTime<Utc>,
) -> Result<()> {
    let normalised = email.trim().to_lowercase();
    InsertAdmin { id: id.0, email, normalised, name, hash, at }.execute(tx)?;
    Ok(())
}
