use super::{
    Policy, Terms,
    domain::{Conditions, PolicyId, PolicyVersionId},
};
use crate::{
    platform::{
        db::{Tx, on_constraint, static_query},
        http::problem::{Error, Result},
        ids,
    },
    schema::{sla_policy, sla_policy_version},
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types::*};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the column `content` holds: what a policy asks and what it promises.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// What it asks.
    pub conditions: Conditions,
    /// What it promises.
    #[serde(flatten)]
    pub terms: Terms,
}

impl Content {
    /// Returns the content of a policy that asks nothing.
    pub fn plain(terms: Terms) -> Self {
        let conditions = Conditions::default();
        Self { conditions, terms }
    }

    /// Writes the column.
    pub fn column(&self) -> Result<Value> {
        serde_json::to_value(self).map_err(Error::internal)
    }

    /// Reads the column.
    pub fn of(value: Value) -> Result<Self> {
        serde_json::from_value(value).map_err(Error::internal)
    }
}

static_query! {
    /// Lists the active policies, each in its newest version.
    pub struct Active {} -> (Uuid, Uuid, Text, Integer, Jsonb) =
        "SELECT p.id, v.id, p.name, p.position, v.content FROM sla_policy p \
         JOIN LATERAL (SELECT id, content FROM sla_policy_version WHERE policy_id = p.id \
           ORDER BY number DESC LIMIT 1) v ON true \
         WHERE p.active ORDER BY p.position, p.id"
}

/// Returns the active policies by order, each in its newest version.
pub fn active_policies(tx: &mut Tx) -> Result<Vec<Policy>> {
    let rows: Vec<(PolicyId, PolicyVersionId, String, i32, Value)> = Active {}.load(tx)?;
    rows.into_iter()
        .map(|(id, version_id, name, order, content)| {
            let Content { conditions, terms } = Content::of(content)?;
            Ok(Policy { id, version_id, name, order, conditions, terms })
        })
        .collect()
}

/// Returns what one version of a policy promises.
pub fn load_terms(tx: &mut Tx, id: PolicyVersionId) -> Result<Terms> {
    let query = sla_policy_version::table.find(id).select(sla_policy_version::content);
    Ok(Content::of(query.first(tx)?)?.terms)
}

/// Returns the versions of a policy: what clocks name.
pub fn version_ids(tx: &mut Tx, id: PolicyId) -> Result<Vec<uuid::Uuid>> {
    let query = sla_policy_version::table.filter(sla_policy_version::policy_id.eq(id));
    let ids: Vec<PolicyVersionId> = query.select(sla_policy_version::id).load(tx)?;
    Ok(ids.into_iter().map(|id| id.0).collect())
}

/// A policy as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = sla_policy, check_for_backend(diesel::pg::Pg))]
pub struct PolicyRow {
    /// Which one.
    pub id: PolicyId,
    /// What people call it.
    pub name: String,
    /// Lower goes first.
    pub position: i32,
    /// What it asks and promises, as [`Content`].
    pub content: Value,
    /// Whether it is asked.
    pub active: bool,
    /// Grows with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

/// One immutable version.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = sla_policy_version, check_for_backend(diesel::pg::Pg))]
pub struct VersionRow {
    /// Which one.
    pub id: PolicyVersionId,
    /// Of which policy.
    pub policy_id: PolicyId,
    /// Its place in the policy's history, from 1.
    pub number: i32,
    /// What it asks and promises, as [`Content`].
    pub content: Value,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

static_query! {
    /// Lets one change of the policies at a time go on: whether one is the last is a question about all.
    pub struct TakeTurn {} -> Bool = "SELECT pg_advisory_xact_lock(hashtext('sla_policy')) IS NULL"
}

/// Lets one change of the policies at a time go on.
pub fn one_at_a_time(tx: &mut Tx) -> Result<()> {
    TakeTurn {}.execute(tx)?;
    Ok(())
}

/// Writes a new policy and its first version.
pub fn insert_policy(
    tx: &mut Tx,
    name: &str,
    order: i32,
    content: &Content,
    at: DateTime<Utc>,
) -> Result<PolicyRow> {
    let row = PolicyRow {
        id: ids::next().into(),
        name: name.into(),
        position: order,
        content: content.column()?,
        active: true,
        version: 1,
        created_at: at,
        updated_at: at,
    };
    let done = diesel::insert_into(sla_policy::table).values(&row).execute(tx);
    on_constraint(done, "sla_policy_name_key", name_taken())?;
    insert_version(tx, &row, 1)?;
    Ok(row)
}

/// Writes a policy as it is now and, if its content has changed, its next version.
pub fn save(tx: &mut Tx, row: &PolicyRow) -> Result<()> {
    let done = diesel::update(sla_policy::table.find(row.id)).set(row).execute(tx);
    on_constraint(done, "sla_policy_name_key", name_taken())?;
    let newest = newest(tx, row.id)?;
    if newest.content == row.content {
        Ok(())
    } else {
        insert_version(tx, row, newest.number.saturating_add(1))
    }
}

fn insert_version(tx: &mut Tx, policy: &PolicyRow, number: i32) -> Result<()> {
    let row = VersionRow {
        id: ids::next().into(),
        policy_id: policy.id,
        number,
        content: policy.content.clone(),
        created_at: policy.updated_at,
    };
    diesel::insert_into(sla_policy_version::table).values(&row).execute(tx)?;
    Ok(())
}

fn name_taken() -> Error {
    Error::conflict("name_taken", "Another policy has this name.", "该名称已被其他策略使用。")
}

fn newest(tx: &mut Tx, id: PolicyId) -> Result<VersionRow> {
    let query = sla_policy_version::table
        .filter(sla_policy_version::policy_id.eq(id))
        .order(sla_policy_version::number.desc())
        .select(VersionRow::as_select());
    Ok(query.first(tx)?)
}

/// Returns a policy.
pub fn find(tx: &mut Tx, id: PolicyId) -> Result<PolicyRow> {
    let query = sla_policy::table.find(id).select(PolicyRow::as_select());
    query.first(tx).optional()?.ok_or(Error::NotFound("policy"))
}

/// Returns a policy and holds it until the transaction is over.
pub fn lock(tx: &mut Tx, id: PolicyId) -> Result<PolicyRow> {
    let query = sla_policy::table.find(id).select(PolicyRow::as_select()).for_update();
    query.first(tx).optional()?.ok_or(Error::NotFound("policy"))
}

/// Returns the policies that are wanted after the position, in the order in which they are asked.
pub fn page(
    tx: &mut Tx,
    active: Option<bool>,
    after: Option<(i32, PolicyId)>,
    rows: i64,
) -> Result<Vec<PolicyRow>> {
    let mut query = sla_policy::table.select(PolicyRow::as_select()).into_boxed();
    if let Some(active) = active {
        query = query.filter(sla_policy::active.eq(active));
    }
    if let Some((position, id)) = after {
        let further = sla_policy::position.eq(position).and(sla_policy::id.gt(id));
        query = query.filter(sla_policy::position.gt(position).or(further));
    }
    Ok(query.order((sla_policy::position, sla_policy::id)).limit(rows).load(tx)?)
}

/// Returns the versions of a policy before a number, newest first.
pub fn versions(tx: &mut Tx, id: PolicyId, before: Option<i32>, rows: i64) -> Result<Vec<VersionRow>> {
    find(tx, id)?;
    let query = sla_policy_version::table
        .filter(sla_policy_version::policy_id.eq(id))
        .filter(sla_policy_version::number.lt(before.unwrap_or(i32::MAX)))
        .order(sla_policy_version::number.desc())
        .select(VersionRow::as_select());
    Ok(query.limit(rows).load(tx)?)
}
