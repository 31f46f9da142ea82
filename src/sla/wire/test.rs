use crate::{
    platform::http::reply::Resource,
    sla::{
        Choice, Facts, Policy, PolicyId, PolicyVersionId, TargetUnit, Terms,
        domain::{Loser, WhyLost},
    },
    vocabulary::{Channel, ClockKind, FeedbackType, Priority, ValueGrade},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

/// Feedback, as far as policies ask.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct SlaTestIn {
    /// Its type.
    pub r#type: FeedbackType,
    /// Its priority.
    pub priority: Priority,
    /// The value grade of its customer.
    #[schema(nullable = false)]
    pub grade: Option<ValueGrade>,
    /// Its channel of intake.
    pub channel: Channel,
}

impl SlaTestIn {
    /// Returns what policies are asked about.
    pub fn facts(&self) -> Facts {
        Facts {
            feedback_type: self.r#type,
            priority: self.priority,
            grade: self.grade,
            channel: self.channel,
        }
    }
}

/// Which policy applies, what it promises, and why the others do not apply.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SlaTestOut {
    /// The policy that applies; null where none does, and the defaults of the product count.
    #[schema(required = true)]
    pub policy: Option<SlaPolicyRef>,
    /// How long each clock may take.
    pub targets: Vec<SlaPromiseOut>,
    /// The other active policies.
    pub losers: Vec<SlaLoserOut>,
}

impl Resource for SlaTestOut {}

/// A policy, named.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SlaPolicyRef {
    /// Which one.
    pub id: PolicyId,
    /// Its newest version, which clocks that start now name.
    pub version_id: PolicyVersionId,
    /// What people call it.
    pub name: String,
    /// Lower goes first.
    pub order: i32,
}

/// How long one clock may take.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SlaPromiseOut {
    /// Which clock.
    pub clock: ClockKind,
    /// How many.
    #[schema(example = 2)]
    pub amount: u32,
    /// Of what.
    pub unit: TargetUnit,
}

/// A policy that does not apply, and why.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SlaLoserOut {
    /// Which one.
    pub policy: SlaPolicyRef,
    /// Why.
    pub why: WhyLost,
}

impl From<&Policy> for SlaPolicyRef {
    fn from(policy: &Policy) -> Self {
        Self { id: policy.id, version_id: policy.version_id, name: policy.name.clone(), order: policy.order }
    }
}

impl From<Loser<'_>> for SlaLoserOut {
    fn from(loser: Loser<'_>) -> Self {
        Self { policy: loser.policy.into(), why: loser.why }
    }
}

impl SlaTestOut {
    /// Returns a choice as it travels.
    pub fn of(choice: Choice<'_>, priority: Priority) -> Self {
        let terms = choice.winner.map_or_else(Terms::default, |policy| policy.terms.clone());
        // the setting `confirmation_hours` says how long a confirmation waits
        let clocks = super::super::domain::PROMISED.iter();
        let promise = |clock: &ClockKind| {
            let target = terms.target(*clock, priority)?;
            let (amount, unit) = (target.amount, target.unit);
            Some(SlaPromiseOut { clock: *clock, amount, unit })
        };
        Self {
            policy: choice.winner.map(SlaPolicyRef::from),
            targets: clocks.filter_map(promise).collect(),
            losers: choice.losers.into_iter().map(SlaLoserOut::from).collect(),
        }
    }
}
