//! Every query on API keys.

use super::domain::ApiKeyId;
use crate::{
    departments::DepartmentId,
    platform::{
        db::{Tx, on_constraint},
        http::problem::{Error, Result},
    },
    schema::api_key,
    staff::StaffId,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// An API key.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = api_key, check_for_backend(diesel::pg::Pg))]
pub struct ApiKey {
    /// Which one.
    pub id: ApiKeyId,
    /// What people call it.
    pub name: String,
    /// How it begins.
    pub prefix: String,
    /// SHA-256 of the key.
    pub key_hash: Vec<u8>,
    /// What it may do.
    pub scopes: Vec<String>,
    /// The department that it sees.
    pub department_id: Option<DepartmentId>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Who made it.
    pub created_by: Option<StaffId>,
    /// Grows with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Inserts an API key.
pub fn insert(tx: &mut Tx, row: &ApiKey, unknown_department: Error) -> Result<()> {
    let done = diesel::insert_into(api_key::table).values(row).execute(tx);
    on_constraint(done, "api_key_department_id_fkey", unknown_department).map(|_| ())
}

/// Returns an API key.
pub fn find(tx: &mut Tx, id: ApiKeyId) -> Result<ApiKey> {
    let query = api_key::table.find(id).select(ApiKey::as_select());
    query.first(tx).optional()?.ok_or(Error::NotFound("API key"))
}

/// Locks an API key.
pub fn lock(tx: &mut Tx, id: ApiKeyId) -> Result<ApiKey> {
    let query = api_key::table.find(id).select(ApiKey::as_select()).for_no_key_update();
    query.first(tx).optional()?.ok_or(Error::NotFound("API key"))
}

/// Stores when an API key was revoked.
pub fn set_revoked(tx: &mut Tx, row: &ApiKey) -> Result<()> {
    diesel::update(api_key::table.find(row.id))
        .set((api_key::revoked_at.eq(row.revoked_at), api_key::version.eq(row.version)))
        .execute(tx)?;
    Ok(())
}

/// Returns one page of API keys, by the time of their making.
pub fn page(tx: &mut Tx, after: Option<ApiKeyId>, rows: i64) -> Result<Vec<ApiKey>> {
    let mut query = api_key::table.select(ApiKey::as_select()).into_boxed();
    if let Some(id) = after {
        query = query.filter(api_key::id.gt(id));
    }
    Ok(query.order(api_key::id).limit(rows).load(tx)?)
}
