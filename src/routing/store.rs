use super::{
    Rule,
    domain::{Conditions, RuleId},
};
use crate::{
    departments::DepartmentId,
    platform::{
        db::{Tx, static_query},
        http::problem::{Error, Result},
    },
};
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
        .map(
            |(id, name, order, conditions, department_id, department_active)| {
                let conditions = conditions_of(conditions)?;
                Ok(Rule {
                    id,
                    name,
                    order,
                    conditions,
                    department_id,
                    department_active,
                })
            },
        )
        .collect()
}

/// Reads the column `conditions`.
pub fn conditions_of(value: Value) -> Result<Conditions> {
    serde_json::from_value(value).map_err(Error::internal)
}
