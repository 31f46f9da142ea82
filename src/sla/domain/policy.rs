use crate::codes;
use std::cmp::Ordering;
use uuid::Uuid;

/// What a policy asks of the feedback, in codes; what is absent matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// The type of the feedback.
    pub feedback_type: Option<String>,
    /// Its priority.
    pub priority: Option<String>,
    /// The value grade of the customer.
    pub grade: Option<String>,
    /// The channel of intake.
    pub channel: Option<String>,
}

/// What the feedback is, in the same codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts<'a> {
    /// Its type.
    pub feedback_type: &'a str,
    /// Its priority.
    pub priority: &'a str,
    /// The value grade of its customer, where there is one.
    pub grade: Option<&'a str>,
    /// Its channel of intake.
    pub channel: &'a str,
}

/// A policy as far as choosing goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Which one.
    pub id: Uuid,
    /// Lower goes first.
    pub order: i32,
    /// What it asks.
    pub conditions: Conditions,
}

codes! {
    /// Why a policy does not apply.
    pub enum WhyLost = "why_policy_lost" {
        OtherType = "other_type", "The feedback is of another type", "反馈类型不符";
        OtherPriority = "other_priority", "It has another priority", "优先级不符";
        OtherGrade = "other_grade", "The customer has another grade, or there is none", "客户分层不符";
        OtherChannel = "other_channel", "It came by another channel", "渠道不符";
        HigherOrder = "higher_order", "The winner has a lower order", "顺序靠后";
        FewerConditions = "fewer_conditions", "The winner of the same order asks for more", "条件较少";
        NewerId = "newer_id", "The winner that asks for as much is older", "创建较晚";
    }
}

/// A policy that does not apply, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loser {
    /// Which one.
    pub id: Uuid,
    /// Why.
    pub why: WhyLost,
}

/// The policy that applies, and why the others do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The winner; none where nothing matches and the defaults apply.
    pub winner: Option<Uuid>,
    /// All others, in the order in which they were given.
    pub losers: Vec<Loser>,
}

/// Chooses by rule 13: lowest order, then most conditions, then oldest id.
pub fn choose(policies: &[Policy], facts: Facts<'_>) -> Choice {
    let matching = policies
        .iter()
        .filter(|policy| policy.conditions.mismatch(facts).is_none());
    let winner = matching.min_by(|a, b| a.rank(b));
    let why = |policy: &Policy| {
        policy
            .conditions
            .mismatch(facts)
            .or_else(|| winner?.beats_by(policy))
    };
    let losers = policies.iter().filter_map(|policy| {
        Some(Loser {
            id: policy.id,
            why: why(policy)?,
        })
    });
    Choice {
        winner: winner.map(|winner| winner.id),
        losers: losers.collect(),
    }
}

impl Policy {
    fn rank(&self, other: &Policy) -> Ordering {
        let by_order = self.order.cmp(&other.order);
        let by_conditions = other.conditions.count().cmp(&self.conditions.count());
        by_order.then(by_conditions).then(self.id.cmp(&other.id))
    }

    /// Returns what sets this policy before another that matches too; none for itself.
    fn beats_by(&self, other: &Policy) -> Option<WhyLost> {
        match () {
            () if self.id == other.id => None,
            () if self.order != other.order => Some(WhyLost::HigherOrder),
            () if self.conditions.count() != other.conditions.count() => Some(WhyLost::FewerConditions),
            () => Some(WhyLost::NewerId),
        }
    }
}

impl Conditions {
    /// Counts what is asked.
    pub fn count(&self) -> usize {
        [&self.feedback_type, &self.priority, &self.grade, &self.channel]
            .into_iter()
            .flatten()
            .count()
    }

    /// Returns the first thing asked that the feedback is not.
    pub fn mismatch(&self, facts: Facts<'_>) -> Option<WhyLost> {
        let asked = [
            (&self.feedback_type, Some(facts.feedback_type), WhyLost::OtherType),
            (&self.priority, Some(facts.priority), WhyLost::OtherPriority),
            (&self.grade, facts.grade, WhyLost::OtherGrade),
            (&self.channel, Some(facts.channel), WhyLost::OtherChannel),
        ];
        let other = |(wanted, fact, _): &(&Option<String>, Option<&str>, WhyLost)| {
            wanted.as_deref().is_some_and(|wanted| Some(wanted) != *fact)
        };
        asked.into_iter().find(other).map(|(_, _, why)| why)
    }
}
