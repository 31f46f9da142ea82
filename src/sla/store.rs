use super::{
    Policy, Terms,
    domain::{Conditions, PolicyId, PolicyVersionId},
};
use crate::{
    platform::{
        db::{Tx, static_query},
        http::problem::{Error, Result},
    },
    schema::sla_policy_version,
};
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
            Ok(Policy {
                id,
                version_id,
                name,
                order,
                conditions,
                terms,
            })
        })
        .collect()
}

/// Returns what one version of a policy promises.
pub fn load_terms(tx: &mut Tx, id: PolicyVersionId) -> Result<Terms> {
    let query = sla_policy_version::table
        .find(id)
        .select(sla_policy_version::content);
    Ok(Content::of(query.first(tx)?)?.terms)
}
