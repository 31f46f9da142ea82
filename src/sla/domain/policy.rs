use super::{PolicyId, PolicyVersionId, Terms};
use crate::{
    codes,
    vocabulary::{Channel, FeedbackType, Priority, ValueGrade},
};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// What a policy asks of the feedback: one of each list; an empty list asks nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conditions {
    /// The type of the feedback.
    pub types: Vec<FeedbackType>,
    /// Its priority.
    pub priorities: Vec<Priority>,
    /// The value grade of the customer.
    pub grades: Vec<ValueGrade>,
    /// The channel of intake.
    pub channels: Vec<Channel>,
}

/// What the feedback is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Its type.
    pub feedback_type: FeedbackType,
    /// Its priority.
    pub priority: Priority,
    /// The value grade of its customer, where there is one.
    pub grade: Option<ValueGrade>,
    /// Its channel of intake.
    pub channel: Channel,
}

/// A policy in its newest version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Which one.
    pub id: PolicyId,
    /// The version that clocks name.
    pub version_id: PolicyVersionId,
    /// What people call it.
    pub name: String,
    /// Lower goes first.
    pub order: i32,
    /// What it asks.
    pub conditions: Conditions,
    /// What it promises.
    pub terms: Terms,
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
pub struct Loser<'a> {
    /// Which one.
    pub policy: &'a Policy,
    /// Why.
    pub why: WhyLost,
}

/// The policy that applies, and why the others do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice<'a> {
    /// The winner; none where nothing matches and the defaults apply.
    pub winner: Option<&'a Policy>,
    /// All others, in the order in which they were given.
    pub losers: Vec<Loser<'a>>,
}

/// Chooses by rule 13: lowest order, then most conditions, then oldest id.
pub fn choose<'a>(policies: &'a [Policy], facts: &Facts) -> Choice<'a> {
    let matching = policies.iter().filter(|policy| policy.conditions.mismatch(facts).is_none());
    let winner = matching.min_by(|a, b| a.rank(b));
    let why = |policy: &Policy| {
        let mismatch = policy.conditions.mismatch(facts);
        mismatch.or_else(|| winner?.beats_by(policy))
    };
    let losers = policies.iter().filter_map(|policy| {
        let why = why(policy)?;
        Some(Loser { policy, why })
    });
    Choice { winner, losers: losers.collect() }
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
        let asked = [
            !self.types.is_empty(),
            !self.priorities.is_empty(),
            !self.grades.is_empty(),
            !self.channels.is_empty(),
        ];
        asked.into_iter().filter(|asked| *asked).count()
    }

    /// Returns the first thing asked that the feedback is not.
    pub fn mismatch(&self, facts: &Facts) -> Option<WhyLost> {
        let missed = [
            (misses(&self.types, Some(facts.feedback_type)), WhyLost::OtherType),
            (misses(&self.priorities, Some(facts.priority)), WhyLost::OtherPriority),
            (misses(&self.grades, facts.grade), WhyLost::OtherGrade),
            (misses(&self.channels, Some(facts.channel)), WhyLost::OtherChannel),
        ];
        missed.into_iter().find(|(missed, _)| *missed).map(|(_, why)| why)
    }
}

fn misses<T: PartialEq>(wanted: &[T], fact: Option<T>) -> bool {
    !wanted.is_empty() && !fact.is_some_and(|fact| wanted.contains(&fact))
}
