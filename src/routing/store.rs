use super::{
    Rule,
    domain::{Conditions, RuleId},
};
use crate::{
    departments::DepartmentId,
    platform::{
        db::{Tx, on_constraint, static_query},
        http::problem::{Error, Result},
    },
    schema::routing_rule,
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types::*};
use serde_json::Value;

static_query! {
    /// Lists the active rules by order, each with whether its department is active.
    pub struct Active {} -> (Uuid, Text, Integer, Jsonb, Uuid, Bool) =
        "SELECT r.id, r.name, r.position, r.conditions, r.department_id, d.active \
         FROM routing_rule r JOIN department d ON d.id = r.department_id \
         WHERE r.active ORDER BY r.position, r.id"
}

/// Returns the active rules, in the order in which they are asked.
pub fn active_rules(tx: &mut Tx) -> Result<Vec<Rule>> {
    let rows: Vec<(RuleId, String, i32, Value, DepartmentId, bool)> = Active {}.load(tx)?;
    rows.into_iter()
        .map(|(id, name, order, conditions, department_id, department_active)| {
            let conditions = conditions_of(conditions)?;
            Ok(Rule { id, name, order, conditions, department_id, department_active })
        })
        .collect()
}

/// Reads the column `conditions`.
pub fn conditions_of(value: Value) -> Result<Conditions> {
    serde_json::from_value(value).map_err(Error::internal)
}

/// Writes the column `conditions`.
pub fn to_column(conditions: &Conditions) -> Result<Value> {
    serde_json::to_value(conditions).map_err(Error::internal)
}

/// A rule as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = routing_rule, check_for_backend(diesel::pg::Pg))]
pub struct RuleRow {
    /// Which one.
    pub id: RuleId,
    /// What people call it.
    pub name: String,
    /// Lower goes first.
    pub position: i32,
    /// What it asks, as [`Conditions`].
    pub conditions: Value,
    /// Who takes the feedback.
    pub department_id: DepartmentId,
    /// Whether it is asked.
    pub active: bool,
    /// Grows with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

/// Writes a new rule.
pub fn insert(tx: &mut Tx, row: &RuleRow) -> Result<()> {
    let done = diesel::insert_into(routing_rule::table).values(row).execute(tx);
    on_constraint(done, "routing_rule_name_key", name_taken()).map(|_| ())
}

/// Writes a rule as it is now.
pub fn save(tx: &mut Tx, row: &RuleRow) -> Result<()> {
    let done = diesel::update(routing_rule::table.find(row.id)).set(row).execute(tx);
    on_constraint(done, "routing_rule_name_key", name_taken()).map(|_| ())
}

fn name_taken() -> Error {
    Error::conflict("name_taken", "Another rule has this name.", "该名称已被其他规则使用。")
}

/// Returns a rule.
pub fn find(tx: &mut Tx, id: RuleId) -> Result<RuleRow> {
    let query = routing_rule::table.find(id).select(RuleRow::as_select());
    query.first(tx).optional()?.ok_or(Error::NotFound("rule"))
}

/// Returns a rule and holds it until the transaction is over.
pub fn lock(tx: &mut Tx, id: RuleId) -> Result<RuleRow> {
    let query = routing_rule::table.find(id).select(RuleRow::as_select()).for_update();
    query.first(tx).optional()?.ok_or(Error::NotFound("rule"))
}

/// Returns the rules that are wanted after the position, in the order in which they are asked.
pub fn page(
    tx: &mut Tx,
    (active, department): (Option<bool>, Option<DepartmentId>),
    after: Option<(i32, RuleId)>,
    rows: i64,
) -> Result<Vec<RuleRow>> {
    let mut query = routing_rule::table.select(RuleRow::as_select()).into_boxed();
    if let Some(active) = active {
        query = query.filter(routing_rule::active.eq(active));
    }
    if let Some(department) = department {
        query = query.filter(routing_rule::department_id.eq(department));
    }
    if let Some((position, id)) = after {
        let further = routing_rule::position.eq(position).and(routing_rule::id.gt(id));
        query = query.filter(routing_rule::position.gt(position).or(further));
    }
    Ok(query.order((routing_rule::position, routing_rule::id)).limit(rows).load(tx)?)
}
