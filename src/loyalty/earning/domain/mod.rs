//! Which rules an event earns points by, and how many: a function of the rules, the facts and what is left of caps.

mod caps;
mod condition;
mod evaluate;
mod facts;
#[cfg(test)]
mod tests;

pub use caps::{Caps, Subject, Tallies, Tally};
pub use condition::{Condition, Fault, MOST_PARTS};
pub use evaluate::{Verdict, candidates, evaluate};
pub use facts::{Fact, Facts, Order};

use crate::{codes, id_type};
use chrono::{DateTime, Utc};

id_type! {
    /// Names an earning rule.
    EarningRuleId
}
id_type! {
    /// Names a count of what a rule has paid.
    TallyId
}

codes! {
    /// What may earn points.
    pub enum Trigger = "earning_trigger" {
        Order = "order", "An order", "订单";
        Event = "event", "An event of another system, by its name", "自定义事件";
        FeedbackAdopted = "feedback_adopted", "Praise or a suggestion that was closed as resolved", "表扬或建议被采纳";
        SurveyAnswered = "survey_answered", "A question after satisfaction that was answered", "满意度已评价";
        Birthday = "birthday", "A birthday", "生日";
        Referral = "referral", "A customer who brought another one", "推荐";
        SignUp = "sign_up", "A new customer, not by an import", "注册";
        Anniversary = "anniversary", "The day of signing up, a year or more later", "注册周年";
    }
}

codes! {
    /// How many points a rule pays.
    pub enum EarningKind = "earning_kind" {
        Fixed = "fixed", "So many", "固定积分";
        PerAmount = "per_amount", "So many for each part of an amount", "按金额";
        Multiplier = "multiplier", "A share of what the other rules pay, on top", "倍数";
    }
}

codes! {
    /// Why a rule pays nothing.
    pub enum WhyNotEarned = "why_not_earned" {
        Inactive = "inactive", "The rule is not active", "规则未启用";
        OtherTrigger = "other_trigger", "It is for something else", "触发类型不符";
        NotBegun = "not_begun", "Its time has not come", "未到生效时间";
        Over = "over", "Its time is over", "已过有效期";
        ConditionNotMet = "condition_not_met", "Its condition does not hold", "条件不符";
        NoAmount = "no_amount", "There is no amount", "无金额";
        OtherCurrency = "other_currency", "The amount is in another currency", "币种不符";
        Excluded = "excluded", "A rule before it earns alone", "已被独占规则排除";
        NotAlone = "not_alone", "It earns alone, and another rule came before it", "独占规则，前面已有规则生效";
        NothingToMultiply = "nothing_to_multiply", "No other rule pays anything", "没有可加倍的积分";
        NoPoints = "no_points", "It would be less than one point", "不足 1 积分";
        OutOfRange = "out_of_range", "It would be more points than there can be", "积分超出范围";
        CustomerCap = "customer_cap", "The customer has had all that it pays", "已达客户上限";
        DayCap = "day_cap", "The customer has had all that it pays on one day", "已达当日上限";
        TotalCap = "total_cap", "It has paid all that it pays", "已达规则总上限";
    }
}

/// How many points a rule pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reward {
    /// So many.
    Fixed(i64),
    /// So many for each part of an amount.
    PerAmount {
        /// How many.
        points: i64,
        /// For so many minor units.
        per_minor: i64,
        /// Of this currency.
        currency: String,
    },
    /// A share of what the other rules pay: what is above 100 comes on top.
    Multiplier {
        /// In percent.
        percent: i32,
    },
}

/// A rule, as far as what it pays goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Which one.
    pub id: EarningRuleId,
    /// What the ledger calls it.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// For what.
    pub trigger: Trigger,
    /// Under which condition.
    pub condition: Option<Condition>,
    /// How many points.
    pub reward: Reward,
    /// Whether higher tiers get more.
    pub heeds_tier: bool,
    /// Whether it earns alone.
    pub exclusive: bool,
    /// From when on.
    pub starts_at: Option<DateTime<Utc>>,
    /// Until when.
    pub ends_at: Option<DateTime<Utc>>,
    /// How much it pays at most.
    pub caps: Caps,
    /// Whether it pays.
    pub active: bool,
}
