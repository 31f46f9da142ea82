use super::{
    PolicyId, Target, Terms,
    domain::{Conditions, PROMISED, Promise, choose},
    store::{self, Content, PolicyRow},
    wire::{SlaConditionsIn, SlaPolicyIn, SlaPolicyPatch, SlaTargetIn, SlaTestIn, SlaTestOut},
};
use crate::platform::{
    auth::Actor,
    db::Tx,
    http::{
        command::Command,
        precondition::Expected,
        problem::{Error, FieldError, Result, Text},
    },
};

/// Creates a policy and its first version.
pub fn create(tx: &mut Tx, actor: &Actor, input: &SlaPolicyIn) -> Result<PolicyRow> {
    let default = Terms::default();
    let conditions = match &input.conditions {
        Some(asked) => merged(asked, Conditions::default()),
        None => Conditions::default(),
    };
    let terms = Terms {
        targets: promises(&input.targets)?,
        visit_starts: input.visit_starts.unwrap_or(default.visit_starts),
        pause_statuses: input.pause_statuses.clone().map_or(default.pause_statuses, sorted),
    };
    let content = Content { conditions, terms };
    store::insert_policy(tx, &input.name, input.order, &content, actor.at)
}

/// Changes a policy; a change of what it asks or promises is its next version.
pub fn update(
    tx: &mut Tx,
    actor: &Actor,
    id: PolicyId,
    command: &Command<SlaPolicyPatch>,
) -> Result<PolicyRow> {
    let old = lock(tx, id, &command.expected)?;
    let (patch, content) = (&command.input, Content::of(old.content.clone())?);
    let targets = match &patch.targets {
        Some(targets) => promises(targets)?,
        None => content.terms.targets,
    };
    let new = Content {
        conditions: match &patch.conditions {
            Some(asked) => merged(asked, content.conditions),
            None => content.conditions,
        },
        terms: Terms {
            targets,
            visit_starts: patch.visit_starts.unwrap_or(content.terms.visit_starts),
            pause_statuses: patch.pause_statuses.clone().map_or(content.terms.pause_statuses, sorted),
        },
    };
    let row = PolicyRow {
        name: patch.name.as_ref().map_or_else(|| old.name.clone(), |name| name.to_string()),
        position: patch.order.unwrap_or(old.position),
        content: new.column()?,
        ..old.clone()
    };
    save(tx, actor, &old, row)
}

/// Activates or deactivates a policy.
pub fn set_active(
    tx: &mut Tx,
    actor: &Actor,
    id: PolicyId,
    expected: &Expected,
    active: bool,
) -> Result<PolicyRow> {
    let old = lock(tx, id, expected)?;
    let row = PolicyRow { active, ..old.clone() };
    save(tx, actor, &old, row)
}

/// Tells which policy applies to some feedback, what it promises, and why the others do not apply.
pub fn test(tx: &mut Tx, input: &SlaTestIn) -> Result<SlaTestOut> {
    let policies = store::active_policies(tx)?;
    Ok(SlaTestOut::of(choose(&policies, &input.facts()), input.priority))
}

fn save(tx: &mut Tx, actor: &Actor, old: &PolicyRow, new: PolicyRow) -> Result<PolicyRow> {
    if *old == new {
        return Ok(new);
    }
    let row = PolicyRow { version: old.version.saturating_add(1), updated_at: actor.at, ..new };
    store::save(tx, &row)?;
    let for_all = |policy: &super::Policy| policy.conditions.count() == 0;
    if store::active_policies(tx)?.iter().any(for_all) {
        return Ok(row);
    }
    let en = "This is the last active policy that applies to all feedback.";
    Err(Error::conflict("last_general_policy", en, "这是最后一个适用于所有反馈的启用策略。"))
}

fn lock(tx: &mut Tx, id: PolicyId, expected: &Expected) -> Result<PolicyRow> {
    store::one_at_a_time(tx)?;
    let found = store::lock(tx, id)?;
    expected.check(found.version)?;
    Ok(found)
}

fn merged(asked: &SlaConditionsIn, base: Conditions) -> Conditions {
    Conditions {
        types: asked.types.clone().map_or(base.types, sorted),
        priorities: asked.priorities.clone().map_or(base.priorities, sorted),
        grades: asked.grades.clone().map_or(base.grades, sorted),
        channels: asked.channels.clone().map_or(base.channels, sorted),
    }
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort_unstable();
    list.dedup();
    list
}

/// Reads the targets; names every one that cannot be kept.
fn promises(targets: &[SlaTargetIn]) -> Result<Vec<Promise>> {
    let (mut promises, mut faults) = (Vec::<Promise>::new(), Vec::new());
    for (index, target) in targets.iter().enumerate() {
        let twice = |one: &Promise| one.clock == target.clock && one.priority == target.priority;
        if promises.iter().any(twice) {
            let text = Text::new("has a target already", "目标重复");
            faults.push(FieldError::new(format!("/targets/{index}"), "duplicate_target", text));
        }
        faults.extend(faults_of(index, target));
        promises.push(Promise {
            clock: target.clock,
            priority: target.priority,
            amount: target.amount,
            unit: target.unit,
            warn_at_percent: target
                .warn_at_percent
                .as_ref()
                .map(|list| list.iter().map(|one| one.0).collect()),
        });
    }
    if faults.is_empty() { Ok(promises) } else { Err(Error::Invalid(faults)) }
}

fn faults_of(index: usize, target: &SlaTargetIn) -> Vec<FieldError> {
    let fault = |field: &str, code, en: &'static str, zh: &'static str| {
        FieldError::new(format!("/targets/{index}/{field}"), code, Text::new(en, zh))
    };
    let mut faults = Vec::new();
    if !PROMISED.contains(&target.clock) {
        let en = "takes no target: its length is its day or a setting";
        faults.push(fault("clock", "clock_without_target", en, "该时钟不设目标"));
    }
    if let Err(refusal) = Target::new(target.amount, target.unit) {
        faults.push(fault("amount", refusal.code(), "is more than ten years", "超过十年"));
    }
    let rising = |list: &Vec<_>| list.is_sorted_by(|a, b| a < b);
    if !target.warn_at_percent.as_ref().is_none_or(rising) {
        faults.push(fault("warn_at_percent", "not_rising", "does not rise", "未递增"));
    }
    faults
}
