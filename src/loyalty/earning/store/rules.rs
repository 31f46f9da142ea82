use crate::{
    loyalty::earning::domain::{Caps, Condition, EarningKind, EarningRuleId, Reward, Rule, Trigger},
    platform::{
        db::{Tx, on_constraint},
        http::problem::{Error, Result},
    },
    schema::earning_rule,
};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};
use serde_json::Value;

/// A rule as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = earning_rule, check_for_backend(Pg), treat_none_as_null = true)]
pub struct RuleRow {
    /// Which one.
    pub id: EarningRuleId,
    /// What the ledger calls it.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// For what.
    pub trigger: Trigger,
    /// Lower is asked first.
    pub position: i32,
    /// Under which condition, as [`Condition`].
    pub conditions: Option<Value>,
    /// How many points: in which way.
    pub reward: EarningKind,
    /// So many.
    pub points: Option<i64>,
    /// For so many minor units.
    pub per_minor: Option<i64>,
    /// Of this currency.
    pub currency: Option<String>,
    /// In percent of what the others pay.
    pub percent: Option<i32>,
    /// Whether higher tiers get more.
    pub heeds_tier: bool,
    /// Whether it earns alone.
    pub exclusive: bool,
    /// From when on.
    pub starts_at: Option<DateTime<Utc>>,
    /// Until when.
    pub ends_at: Option<DateTime<Utc>>,
    /// How many points one customer gets at most.
    pub max_per_customer: Option<i64>,
    /// How many on one local day.
    pub max_per_customer_day: Option<i64>,
    /// How many all get.
    pub max_total: Option<i64>,
    /// Whether it pays.
    pub active: bool,
    /// Grows with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

impl RuleRow {
    /// Returns the condition.
    pub fn condition(&self) -> Result<Option<Condition>> {
        self.conditions.clone().map(serde_json::from_value).transpose().map_err(Error::internal)
    }

    /// Returns how many points it pays.
    pub fn reward(&self) -> Option<Reward> {
        Some(match self.reward {
            EarningKind::Fixed => Reward::Fixed(self.points?),
            EarningKind::PerAmount => Reward::PerAmount {
                points: self.points?,
                per_minor: self.per_minor?,
                currency: self.currency.clone()?,
            },
            EarningKind::Multiplier => Reward::Multiplier { percent: self.percent? },
        })
    }

    /// Returns the rule, as far as what it pays goes.
    pub fn rule(&self) -> Result<Rule> {
        Ok(Rule {
            id: self.id,
            code: self.code.clone(),
            name: self.name.clone(),
            trigger: self.trigger,
            condition: self.condition()?,
            reward: self.reward().ok_or_else(|| Error::internal("an earning rule pays nothing"))?,
            heeds_tier: self.heeds_tier,
            exclusive: self.exclusive,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            caps: Caps {
                per_customer: self.max_per_customer,
                per_customer_day: self.max_per_customer_day,
                total: self.max_total,
            },
            active: self.active,
        })
    }
}

/// Returns the active rules of a trigger, in the order in which they are asked.
pub fn active(tx: &mut Tx, trigger: Trigger) -> Result<Vec<Rule>> {
    let rows: Vec<RuleRow> = earning_rule::table
        .filter(earning_rule::active.and(earning_rule::trigger.eq(trigger)))
        .order((earning_rule::position, earning_rule::id))
        .select(RuleRow::as_select())
        .load(tx)?;
    rows.iter().map(RuleRow::rule).collect()
}

/// Returns whether a trigger has an active rule.
pub fn is_active(tx: &mut Tx, trigger: Trigger) -> Result<bool> {
    let rules = earning_rule::table.filter(earning_rule::active.and(earning_rule::trigger.eq(trigger)));
    Ok(diesel::select(diesel::dsl::exists(rules)).get_result(tx)?)
}

/// Returns all rules, in the order in which they are asked.
pub fn all(tx: &mut Tx) -> Result<Vec<Rule>> {
    let rules = earning_rule::table.order((earning_rule::position, earning_rule::id));
    let rows: Vec<RuleRow> = rules.select(RuleRow::as_select()).load(tx)?;
    rows.iter().map(RuleRow::rule).collect()
}

/// Returns the rules that are wanted after the position, in the order in which they are asked.
pub fn page(
    tx: &mut Tx,
    (active, trigger): (Option<bool>, Option<Trigger>),
    after: Option<(i32, EarningRuleId)>,
    rows: i64,
) -> Result<Vec<RuleRow>> {
    let mut query = earning_rule::table.select(RuleRow::as_select()).into_boxed();
    if let Some(active) = active {
        query = query.filter(earning_rule::active.eq(active));
    }
    if let Some(trigger) = trigger {
        query = query.filter(earning_rule::trigger.eq(trigger));
    }
    if let Some((position, id)) = after {
        let further = earning_rule::position.eq(position).and(earning_rule::id.gt(id));
        query = query.filter(earning_rule::position.gt(position).or(further));
    }
    Ok(query.order((earning_rule::position, earning_rule::id)).limit(rows).load(tx)?)
}

/// Returns a rule.
pub fn find(tx: &mut Tx, id: EarningRuleId) -> Result<RuleRow> {
    let found = earning_rule::table.find(id).select(RuleRow::as_select()).first(tx);
    found.optional()?.ok_or(Error::NotFound("rule"))
}

/// Returns a rule and holds it until the transaction is over.
pub fn lock(tx: &mut Tx, id: EarningRuleId) -> Result<RuleRow> {
    let found = earning_rule::table.find(id).select(RuleRow::as_select()).for_no_key_update().first(tx);
    found.optional()?.ok_or(Error::NotFound("rule"))
}

/// Writes a new rule.
pub fn insert(tx: &mut Tx, row: &RuleRow) -> Result<()> {
    let done = diesel::insert_into(earning_rule::table).values(row).execute(tx);
    let taken = Error::conflict("code_taken", "Another rule has this code.", "该编码已被其他规则使用。");
    on_constraint(done, "earning_rule_code_key", taken).map(|_| ())
}

/// Writes a rule as it is now.
pub fn save(tx: &mut Tx, row: &RuleRow) -> Result<()> {
    diesel::update(earning_rule::table.find(row.id)).set(row).execute(tx)?;
    Ok(())
}
