//! Every query on refresh tokens and failed logins.

use super::domain::Attempt;
use crate::{
    platform::{
        db::{Tx, static_query},
        http::problem::Result,
    },
    schema::{login_failure, refresh_token},
    staff::StaffId,
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types::Text};
use uuid::Uuid;

/// A refresh token; only its hash is stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = refresh_token, check_for_backend(diesel::pg::Pg))]
pub struct RefreshToken {
    /// Which one.
    pub id: Uuid,
    /// The session that it belongs to.
    pub family_id: Uuid,
    /// Whose it is.
    pub staff_id: StaffId,
    /// The person's epoch when it was issued.
    pub epoch: i64,
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was changed for the next one.
    pub used_at: Option<DateTime<Utc>>,
    /// When its session was ended.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// An attempt to sign in, which holds a place among the failures.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = login_failure)]
pub struct Reservation {
    /// Which one.
    pub id: Uuid,
    /// SHA-256 of the normalised e-mail.
    pub account_hash: Vec<u8>,
    /// Where it came from.
    pub network: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether it is not decided yet.
    pub pending: bool,
}

static_query! {
    /// Lets one attempt at a time be counted by this name, until the transaction is over.
    struct OneAtATime<'a> { name: &'a str => Text } -> () =
        "SELECT pg_advisory_xact_lock(hashtextextended($name, 20261122))"
}

/// Lets one attempt at a time be counted by this name.
pub fn lock_throttle(tx: &mut Tx, name: &str) -> Result<()> {
    OneAtATime { name }.execute(tx)?;
    Ok(())
}

/// Returns the attempts on an account since `since`, newest first.
pub fn attempts_on_account(
    tx: &mut Tx,
    account: &[u8],
    since: DateTime<Utc>,
    most: usize,
) -> Result<Vec<Attempt>> {
    let query = login_failure::table
        .filter(login_failure::account_hash.eq(account))
        .filter(login_failure::at.gt(since))
        .order(login_failure::at.desc())
        .limit(i64::try_from(most).unwrap_or(i64::MAX))
        .select((login_failure::at, login_failure::pending));
    Ok(attempts(query.load(tx)?))
}

/// Returns the attempts from a network since `since`, newest first.
pub fn attempts_from_network(
    tx: &mut Tx,
    network: &str,
    since: DateTime<Utc>,
    most: usize,
) -> Result<Vec<Attempt>> {
    let query = login_failure::table
        .filter(login_failure::network.eq(network))
        .filter(login_failure::at.gt(since))
        .order(login_failure::at.desc())
        .limit(i64::try_from(most).unwrap_or(i64::MAX))
        .select((login_failure::at, login_failure::pending));
    Ok(attempts(query.load(tx)?))
}

fn attempts(rows: Vec<(DateTime<Utc>, bool)>) -> Vec<Attempt> {
    rows.into_iter().map(|(at, pending)| Attempt { at, pending }).collect()
}

/// Inserts an attempt.
pub fn insert_reservation(tx: &mut Tx, row: &Reservation) -> Result<()> {
    diesel::insert_into(login_failure::table).values(row).execute(tx)?;
    Ok(())
}

/// Gives back the place of an attempt.
pub fn delete_reservation(tx: &mut Tx, id: Uuid) -> Result<()> {
    diesel::delete(login_failure::table.find(id)).execute(tx)?;
    Ok(())
}

/// Makes an attempt a failure.
pub fn set_failed(tx: &mut Tx, id: Uuid) -> Result<()> {
    diesel::update(login_failure::table.find(id)).set(login_failure::pending.eq(false)).execute(tx)?;
    Ok(())
}

/// Inserts a refresh token.
pub fn insert_token(tx: &mut Tx, row: &RefreshToken) -> Result<()> {
    diesel::insert_into(refresh_token::table).values(row).execute(tx)?;
    Ok(())
}

/// Returns whose refresh token has this hash.
pub fn find_owner(tx: &mut Tx, hash: &[u8]) -> Result<Option<StaffId>> {
    let query = refresh_token::table.filter(refresh_token::token_hash.eq(hash));
    Ok(query.select(refresh_token::staff_id).first(tx).optional()?)
}

/// Locks the refresh token with this hash.
pub fn lock_token(tx: &mut Tx, hash: &[u8]) -> Result<Option<RefreshToken>> {
    let query = refresh_token::table
        .filter(refresh_token::token_hash.eq(hash))
        .select(RefreshToken::as_select())
        .for_no_key_update();
    Ok(query.first(tx).optional()?)
}

/// Notes that a refresh token was changed for the next one.
pub fn set_used(tx: &mut Tx, id: Uuid, at: DateTime<Utc>) -> Result<()> {
    diesel::update(refresh_token::table.find(id)).set(refresh_token::used_at.eq(at)).execute(tx)?;
    Ok(())
}

/// Ends a session.
pub fn end_family(tx: &mut Tx, family: Uuid, at: DateTime<Utc>) -> Result<()> {
    let live = refresh_token::family_id.eq(family).and(refresh_token::revoked_at.is_null());
    diesel::update(refresh_token::table.filter(live)).set(refresh_token::revoked_at.eq(at)).execute(tx)?;
    Ok(())
}

/// Ends all sessions of a member of staff.
pub fn end_all(tx: &mut Tx, staff: StaffId, at: DateTime<Utc>) -> Result<()> {
    let live = refresh_token::staff_id.eq(staff).and(refresh_token::revoked_at.is_null());
    diesel::update(refresh_token::table.filter(live)).set(refresh_token::revoked_at.eq(at)).execute(tx)?;
    Ok(())
}

/// Deletes failures and refresh tokens that are past their time; returns how many.
pub fn sweep(tx: &mut Tx, failures_before: DateTime<Utc>, tokens_before: DateTime<Utc>) -> Result<usize> {
    let failures =
        diesel::delete(login_failure::table.filter(login_failure::at.lt(failures_before))).execute(tx)?;
    let tokens = diesel::delete(refresh_token::table.filter(refresh_token::expires_at.lt(tokens_before)))
        .execute(tx)?;
    Ok(failures.saturating_add(tokens))
}
