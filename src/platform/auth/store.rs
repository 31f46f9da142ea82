//! The queries behind admission: who may come in, which keys sign, which sessions have ended.

use super::Role;
use crate::{
    platform::{db::Tx, http::problem::Result},
    schema::{api_key, refresh_token, signing_key, staff},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// A member of staff, as far as admission goes.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = staff)]
pub struct PersonRow {
    pub id: Uuid,
    pub role: Role,
    pub department_id: Option<Uuid>,
    pub active: bool,
    pub epoch: i64,
    pub version: i64,
}

/// An API key, as far as admission goes.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = api_key)]
pub struct ProgramRow {
    pub id: Uuid,
    pub key_hash: Vec<u8>,
    pub scopes: Vec<String>,
    pub department_id: Option<Uuid>,
    pub expires_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub version: i64,
}

/// A sealed key.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_key)]
pub struct KeyRow {
    pub id: Uuid,
    pub kind: String,
    pub sealed: Vec<u8>,
    pub public_key: Option<Vec<u8>>,
    pub created_at: DateTime<Utc>,
    pub retired_at: Option<DateTime<Utc>>,
}

/// Returns all staff, or the one with this id.
pub fn people(tx: &mut Tx, id: Option<Uuid>) -> Result<Vec<PersonRow>> {
    let mut query = staff::table.select(PersonRow::as_select()).into_boxed();
    if let Some(id) = id {
        query = query.filter(staff::id.eq(id));
    }
    Ok(query.load(tx)?)
}

/// Returns all API keys, or the one with this id.
pub fn programs(tx: &mut Tx, id: Option<Uuid>) -> Result<Vec<ProgramRow>> {
    let mut query = api_key::table.select(ProgramRow::as_select()).into_boxed();
    if let Some(id) = id {
        query = query.filter(api_key::id.eq(id));
    }
    Ok(query.load(tx)?)
}

/// Returns the API key with this hash.
pub fn program_by_hash(tx: &mut Tx, hash: &[u8]) -> Result<Vec<ProgramRow>> {
    let query = api_key::table.filter(api_key::key_hash.eq(hash));
    Ok(query.select(ProgramRow::as_select()).load(tx)?)
}

/// Returns the sessions that were ended since `since`.
pub fn sessions_ended(tx: &mut Tx, since: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let query = refresh_token::table.filter(refresh_token::revoked_at.gt(since));
    Ok(query.select(refresh_token::family_id).distinct().load(tx)?)
}

/// Returns whether the session was ended.
pub fn is_session_ended(tx: &mut Tx, session: Uuid) -> Result<bool> {
    let ended = refresh_token::table
        .filter(refresh_token::family_id.eq(session))
        .filter(refresh_token::revoked_at.is_not_null());
    Ok(diesel::select(diesel::dsl::exists(ended)).get_result(tx)?)
}

/// Notes when API keys were last used.
pub fn set_last_used(tx: &mut Tx, used: &[(Uuid, DateTime<Utc>)]) -> Result<()> {
    for (id, at) in used {
        diesel::update(api_key::table.find(id)).set(api_key::last_used_at.eq(at)).execute(tx)?;
    }
    Ok(())
}

/// Returns every key, retired ones too, oldest first.
pub fn keys(tx: &mut Tx) -> Result<Vec<KeyRow>> {
    let query = signing_key::table.order((signing_key::created_at, signing_key::id));
    Ok(query.select(KeyRow::as_select()).load(tx)?)
}

/// Inserts a key unless there is one of its kind already.
pub fn insert_key(tx: &mut Tx, row: &KeyRow) -> Result<()> {
    diesel::insert_into(signing_key::table).values(row).on_conflict_do_nothing().execute(tx)?;
    Ok(())
}

/// Retires the key of a kind that is in use.
pub fn retire_key(tx: &mut Tx, kind: &str, at: DateTime<Utc>) -> Result<()> {
    let used = signing_key::kind.eq(kind).and(signing_key::retired_at.is_null());
    diesel::update(signing_key::table.filter(used)).set(signing_key::retired_at.eq(at)).execute(tx)?;
    Ok(())
}
