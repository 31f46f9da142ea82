//! Rules made and changed.

use crate::{
    loyalty::earning::{
        domain::{Caps, EarningKind, EarningRuleId},
        store::{self, RuleRow},
        wire::{ConditionIn, EarningPointsIn, EarningRuleIn, EarningRulePatch, condition},
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::{
            command::Command,
            precondition::Expected,
            problem::{Error, Result},
        },
        ids,
    },
};
use serde_json::Value;

/// Creates a rule; refuses `code_taken` and terms that cannot be.
pub fn create(tx: &mut Tx, actor: &Actor, input: &EarningRuleIn) -> Result<RuleRow> {
    let input = input.clone();
    let row = RuleRow {
        id: EarningRuleId(ids::next()),
        code: input.code,
        name: input.name.0,
        trigger: input.trigger,
        position: input.priority,
        conditions: input.conditions.map(|asked| column(&asked)).transpose()?,
        reward: EarningKind::Fixed,
        points: None,
        per_minor: None,
        currency: None,
        percent: None,
        heeds_tier: input.tier_multiplier.unwrap_or(false),
        exclusive: input.exclusive.unwrap_or(false),
        starts_at: input.starts_at.map(|at| at.0),
        ends_at: input.ends_at.map(|at| at.0),
        max_per_customer: input.caps.as_ref().and_then(|caps| caps.per_customer.flatten()),
        max_per_customer_day: input.caps.as_ref().and_then(|caps| caps.per_customer_day.flatten()),
        max_total: input.caps.as_ref().and_then(|caps| caps.total.flatten()),
        active: true,
        version: 1,
        created_at: actor.at,
        updated_at: actor.at,
    };
    let row = paying(row, &input.points)?;
    check(&row)?;
    store::insert(tx, &row)?;
    Ok(row)
}

/// Changes a rule; refuses terms that cannot be.
pub fn update(
    tx: &mut Tx,
    actor: &Actor,
    id: EarningRuleId,
    command: &Command<EarningRulePatch>,
) -> Result<RuleRow> {
    let old = locked(tx, id, &command.expected)?;
    let patch = command.input.clone();
    let conditions = match patch.conditions {
        Some(asked) => asked.map(|asked| column(&asked)).transpose()?,
        None => old.conditions.clone(),
    };
    let caps = patch.caps.unwrap_or_default();
    let new = RuleRow {
        name: patch.name.map_or_else(|| old.name.clone(), |new| new.0),
        position: patch.priority.unwrap_or(old.position),
        conditions,
        heeds_tier: patch.tier_multiplier.unwrap_or(old.heeds_tier),
        exclusive: patch.exclusive.unwrap_or(old.exclusive),
        starts_at: patch.starts_at.map_or(old.starts_at, |new| new.map(|at| at.0)),
        ends_at: patch.ends_at.map_or(old.ends_at, |new| new.map(|at| at.0)),
        max_per_customer: caps.per_customer.unwrap_or(old.max_per_customer),
        max_per_customer_day: caps.per_customer_day.unwrap_or(old.max_per_customer_day),
        max_total: caps.total.unwrap_or(old.max_total),
        ..old.clone()
    };
    let new = match &patch.points {
        Some(reward) => paying(new, reward)?,
        None => new,
    };
    check(&new)?;
    let gone = |old: Option<i64>, new: Option<i64>| old.filter(|_| new.is_none());
    let caps = Caps {
        per_customer: gone(old.max_per_customer, new.max_per_customer),
        per_customer_day: gone(old.max_per_customer_day, new.max_per_customer_day),
        total: gone(old.max_total, new.max_total),
    };
    store::forget_caps(tx, id, &caps)?;
    save(tx, actor, &old, new)
}

/// Activates or deactivates a rule.
pub fn set_active(
    tx: &mut Tx,
    actor: &Actor,
    id: EarningRuleId,
    expected: &Expected,
    active: bool,
) -> Result<RuleRow> {
    let old = locked(tx, id, expected)?;
    save(tx, actor, &old, RuleRow { active, ..old.clone() })
}

fn save(tx: &mut Tx, actor: &Actor, old: &RuleRow, new: RuleRow) -> Result<RuleRow> {
    if *old == new {
        return Ok(new);
    }
    let row = RuleRow { version: old.version.saturating_add(1), updated_at: actor.at, ..new };
    store::save(tx, &row)?;
    Ok(row)
}

fn locked(tx: &mut Tx, id: EarningRuleId, expected: &Expected) -> Result<RuleRow> {
    let found = store::lock(tx, id)?;
    expected.check(found.version)?;
    Ok(found)
}

fn column(asked: &ConditionIn) -> Result<Value> {
    serde_json::to_value(condition(asked)?).map_err(Error::internal)
}

/// Returns the rule with how much it pays; refuses `reward_form`.
fn paying(row: RuleRow, reward: &EarningPointsIn) -> Result<RuleRow> {
    let EarningPointsIn { kind, points, per_minor, currency, percent } = reward.clone();
    let given = (points.is_some(), per_minor.is_some() && currency.is_some(), percent.is_some());
    let none_else = per_minor.is_some() == currency.is_some();
    let wanted = match kind {
        EarningKind::Fixed => (true, false, false),
        EarningKind::PerAmount => (true, true, false),
        EarningKind::Multiplier => (false, false, true),
    };
    if given != wanted || !none_else {
        let en = "fixed takes points, per_amount points, per_minor and currency, multiplier percent";
        return Err(Error::field("/points", "reward_form", en, "积分方式与所给参数不符"));
    }
    let currency = currency.map(|code| code.0);
    Ok(RuleRow { reward: kind, points, per_minor, currency, percent, ..row })
}

/// Refuses terms that cannot be: `empty_window`, `multiplier_stands_beside`, `points_out_of_range`.
fn check(row: &RuleRow) -> Result<()> {
    if row.starts_at.zip(row.ends_at).is_some_and(|(start, end)| end <= start) {
        return Err(Error::field("/ends_at", "empty_window", "must be after starts_at", "必须晚于开始时间"));
    }
    if row.reward == EarningKind::Multiplier && (row.heeds_tier || row.exclusive) {
        let en = "pays on what others pay: it neither heeds tiers nor earns alone";
        return Err(Error::field(
            "/points",
            "multiplier_stands_beside",
            en,
            "倍数规则不可独占，也不叠加等级倍率",
        ));
    }
    if !row.rule()?.stays_in_range() {
        let en = "could be more points than there can be";
        return Err(Error::field("/points", "points_out_of_range", en, "积分可能超出范围"));
    }
    Ok(())
}
