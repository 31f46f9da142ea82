use super::{
    Facts, Routed, Rule, RuleId, RuleRow, WhyNot,
    domain::{Conditions, judge},
    store,
    wire::{
        Keyword, RoutingConditionsIn, RoutingRuleIn, RoutingRulePatch, RoutingTestIn, RoutingTestOut,
        RoutingVerdictOut,
    },
};
use crate::{
    departments::{self, DepartmentId},
    platform::{
        auth::Actor,
        db::Tx,
        http::{command::Command, precondition::Expected, problem::Result},
        ids,
    },
};

/// Returns where the feedback goes: by the first rule that takes it, else to the department `service`.
pub fn route(tx: &mut Tx, facts: &Facts) -> Result<Routed> {
    let rules = store::active_rules(tx)?;
    routed(tx, &judge(&rules, facts))
}

/// The active rules with the department that takes what no rule takes: kept in memory by who routes often.
#[derive(Clone, Debug)]
pub struct Table {
    rules: Vec<Rule>,
    service: DepartmentId,
}

impl Table {
    /// Reads the rules as they are now.
    pub fn load(tx: &mut Tx) -> Result<Self> {
        Ok(Self { rules: store::active_rules(tx)?, service: departments::service_department(tx)? })
    }

    /// Returns where the feedback goes.
    pub fn route(&self, facts: &Facts) -> Routed {
        let verdicts = judge(&self.rules, facts);
        let taken = verdicts.into_iter().find(|(_, why)| why.is_none());
        let rule = taken.map(|(rule, _)| rule);
        Routed {
            department_id: rule.map_or(self.service, |rule| rule.department_id),
            rule_id: rule.map(|rule| rule.id),
            unrouted: rule.is_none(),
        }
    }
}

/// Tells where some feedback would go, and what each rule says.
pub fn test(tx: &mut Tx, input: &RoutingTestIn) -> Result<RoutingTestOut> {
    let rules = store::active_rules(tx)?;
    let verdicts = judge(&rules, &input.facts());
    let Routed { department_id, rule_id, unrouted } = routed(tx, &verdicts)?;
    let rules = verdicts.into_iter().map(RoutingVerdictOut::from).collect();
    Ok(RoutingTestOut { department_id, rule_id, unrouted, rules })
}

fn routed(tx: &mut Tx, verdicts: &[(&Rule, Option<WhyNot>)]) -> Result<Routed> {
    match verdicts.iter().find(|(_, why)| why.is_none()) {
        Some((rule, _)) => {
            Ok(Routed { department_id: rule.department_id, rule_id: Some(rule.id), unrouted: false })
        }
        None => {
            Ok(Routed { department_id: departments::service_department(tx)?, rule_id: None, unrouted: true })
        }
    }
}

/// Creates a rule.
pub fn create(tx: &mut Tx, actor: &Actor, input: &RoutingRuleIn) -> Result<RuleRow> {
    departments::require_active(tx, input.department_id)?;
    let conditions = match &input.conditions {
        Some(asked) => merged(asked, Conditions::default()),
        None => Conditions::default(),
    };
    let row = RuleRow {
        id: ids::next().into(),
        name: input.name.to_string(),
        position: input.order,
        conditions: store::to_column(&conditions)?,
        department_id: input.department_id,
        active: true,
        version: 1,
        created_at: actor.at,
        updated_at: actor.at,
    };
    store::insert(tx, &row)?;
    Ok(row)
}

/// Changes a rule.
pub fn update(
    tx: &mut Tx,
    actor: &Actor,
    id: RuleId,
    command: &Command<RoutingRulePatch>,
) -> Result<RuleRow> {
    let old = lock(tx, id, &command.expected)?;
    let patch = &command.input;
    if let Some(department) = patch.department_id.filter(|new| *new != old.department_id) {
        departments::require_active(tx, department)?;
    }
    let conditions = match &patch.conditions {
        Some(asked) => store::to_column(&merged(asked, store::conditions_of(old.conditions.clone())?))?,
        None => old.conditions.clone(),
    };
    let row = RuleRow {
        name: patch.name.as_ref().map_or_else(|| old.name.clone(), |name| name.to_string()),
        position: patch.order.unwrap_or(old.position),
        conditions,
        department_id: patch.department_id.unwrap_or(old.department_id),
        ..old.clone()
    };
    save(tx, actor, &old, row)
}

/// Activates or deactivates a rule.
pub fn set_active(
    tx: &mut Tx,
    actor: &Actor,
    id: RuleId,
    expected: &Expected,
    active: bool,
) -> Result<RuleRow> {
    let old = lock(tx, id, expected)?;
    let row = RuleRow { active, ..old.clone() };
    save(tx, actor, &old, row)
}

fn save(tx: &mut Tx, actor: &Actor, old: &RuleRow, new: RuleRow) -> Result<RuleRow> {
    if *old == new {
        return Ok(new);
    }
    let row = RuleRow { version: old.version.saturating_add(1), updated_at: actor.at, ..new };
    store::save(tx, &row)?;
    Ok(row)
}

fn lock(tx: &mut Tx, id: RuleId, expected: &Expected) -> Result<RuleRow> {
    let found = store::lock(tx, id)?;
    expected.check(found.version)?;
    Ok(found)
}

fn merged(asked: &RoutingConditionsIn, base: Conditions) -> Conditions {
    let words = |words: &Vec<Keyword>| words.iter().map(|word| word.trim().to_owned()).collect();
    let prefix = asked.product_ref_prefix.as_ref();
    Conditions {
        types: asked.types.clone().map_or(base.types, sorted),
        priorities: asked.priorities.clone().map_or(base.priorities, sorted),
        grades: asked.grades.clone().map_or(base.grades, sorted),
        channels: asked.channels.clone().map_or(base.channels, sorted),
        product_ref_prefix: prefix
            .map_or(base.product_ref_prefix, |new| new.as_ref().map(ToString::to_string)),
        keywords: asked.keywords.as_ref().map(words).map_or(base.keywords, sorted),
    }
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort_unstable();
    list.dedup();
    list
}
