use super::{Facts, Routed, domain::judge, store};
use crate::{
    departments,
    platform::{db::Tx, http::problem::Result},
};

/// Returns where the feedback goes: by the first rule that takes it, else to the department `service`.
pub fn route(tx: &mut Tx, facts: &Facts) -> Result<Routed> {
    let rules = store::active_rules(tx)?;
    match judge(&rules, facts).into_iter().find(|(_, why)| why.is_none()) {
        Some((rule, _)) => Ok(Routed {
            department_id: rule.department_id,
            rule_id: Some(rule.id),
            unrouted: false,
        }),
        None => Ok(Routed {
            department_id: departments::service_department(tx)?,
            rule_id: None,
            unrouted: true,
        }),
    }
}
