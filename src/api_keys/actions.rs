//! What can be done to API keys.

use super::{
    domain::{ApiKeyId, SHOWN, unknown_scope},
    store::{self, ApiKey},
    wire::ApiKeyIn,
};
use crate::{
    platform::{
        auth::{Actor, api_key},
        db::Tx,
        http::{
            precondition::Expected,
            problem::{Error, Result},
        },
        ids,
    },
    staff::{self, StaffEventKind, StaffId},
};
use serde_json::{Value, json};

/// Makes an API key; returns it with the key in clear. Refuses: `unknown_scope`, `in_the_past`,
/// `unknown_department`.
pub fn create(tx: &mut Tx, actor: &Actor, input: &ApiKeyIn, known: &[String]) -> Result<(ApiKey, String)> {
    let mut scopes: Vec<String> = input.scopes.iter().map(|scope| scope.0.clone()).collect();
    if let Some(place) = unknown_scope(&scopes, known) {
        let pointer = format!("/scopes/{place}");
        return Err(Error::field(pointer, "unknown_scope", "is no scope", "没有这个权限范围"));
    }
    scopes.sort();
    scopes.dedup();
    let expires_at = input.expires_at.flatten().map(|end| end.0);
    if expires_at.is_some_and(|end| end <= actor.at) {
        return Err(Error::field("/expires_at", "in_the_past", "is in the past", "早于当前时间"));
    }
    let key = api_key::generate()?;
    let row = ApiKey {
        id: ApiKeyId(ids::next()),
        name: input.name.0.clone(),
        prefix: key.chars().take(SHOWN).collect(),
        key_hash: api_key::hash_of(&key).ok_or_else(|| Error::internal("a new key is none"))?,
        scopes,
        department_id: input.department_id.flatten(),
        expires_at,
        last_used_at: None,
        revoked_at: None,
        created_by: actor.staff().map(StaffId),
        version: 1,
        created_at: actor.at,
    };
    store::insert(tx, &row, unknown_department())?;
    let payload = json!({ "api_key_id": row.id, "scopes": row.scopes, "department_id": row.department_id });
    note(tx, actor, StaffEventKind::ApiKeyCreated, payload)?;
    Ok((row, key))
}

/// Ends an API key; does nothing when it is ended already.
pub fn revoke(tx: &mut Tx, actor: &Actor, id: ApiKeyId, expected: &Expected) -> Result<ApiKey> {
    let mut row = store::lock(tx, id)?;
    expected.check(row.version)?;
    if row.revoked_at.is_some() {
        return Ok(row);
    }
    row.revoked_at = Some(actor.at);
    row.version = row.version.saturating_add(1);
    store::set_revoked(tx, &row)?;
    note(tx, actor, StaffEventKind::ApiKeyRevoked, json!({ "api_key_id": id }))?;
    Ok(row)
}

/// Writes it into the history of the administrator who did it.
fn note(tx: &mut Tx, actor: &Actor, kind: StaffEventKind, payload: Value) -> Result<()> {
    let Some(id) = actor.staff().map(StaffId) else {
        return Ok(());
    };
    staff::lock(tx, id)?;
    staff::note(tx, actor, id, kind, payload)
}

fn unknown_department() -> Error {
    Error::field("/department_id", "unknown_department", "is no department", "没有这个部门")
}
