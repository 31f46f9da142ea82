//! Policies as they travel.

mod input;
mod test;

pub use input::*;
pub use test::*;

use super::{
    PolicyId, PolicyVersionId, TargetUnit, VisitStart,
    domain::{Conditions, PauseStatus, Promise},
    store::{Content, PolicyRow, VersionRow},
};
use crate::{
    page_of,
    platform::{
        http::{problem::Result, reply::Resource},
        time::Timestamp,
    },
    vocabulary::{Channel, ClockKind, FeedbackType, Priority, ValueGrade},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What a policy asks of the feedback: one of each list; a list that is empty asks nothing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SlaConditionsOut {
    /// The type of the feedback.
    pub types: Vec<FeedbackType>,
    /// Its priority.
    pub priorities: Vec<Priority>,
    /// The value grade of the customer.
    pub grades: Vec<ValueGrade>,
    /// The channel of intake.
    pub channels: Vec<Channel>,
}

impl From<Conditions> for SlaConditionsOut {
    fn from(asked: Conditions) -> Self {
        Self {
            types: asked.types,
            priorities: asked.priorities,
            grades: asked.grades,
            channels: asked.channels,
        }
    }
}

/// How long one clock may take.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SlaTargetOut {
    /// Which clock.
    pub clock: ClockKind,
    /// For which priority alone; null for all that have no target of their own.
    #[schema(required = true)]
    pub priority: Option<Priority>,
    /// How many.
    #[schema(example = 2)]
    pub amount: u32,
    /// Of what.
    pub unit: TargetUnit,
    /// At which percents of the budget somebody is warned; null where the settings say it.
    #[schema(required = true, example = json!([50, 75, 100]))]
    pub warn_at_percent: Option<Vec<i32>>,
}

impl From<Promise> for SlaTargetOut {
    fn from(promise: Promise) -> Self {
        Self {
            clock: promise.clock,
            priority: promise.priority,
            amount: promise.amount,
            unit: promise.unit,
            warn_at_percent: promise.warn_at_percent,
        }
    }
}

/// A policy as it is now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SlaPolicyOut {
    /// Which one.
    pub id: PolicyId,
    /// What people call it.
    #[schema(example = "高价值客户投诉")]
    pub name: String,
    /// Lower goes first.
    #[schema(example = 100)]
    pub order: i32,
    /// What it asks.
    pub conditions: SlaConditionsOut,
    /// How long which clock may take.
    pub targets: Vec<SlaTargetOut>,
    /// When the visit clock starts.
    pub visit_starts: VisitStart,
    /// In which statuses the solution clock waits.
    pub pause_statuses: Vec<PauseStatus>,
    /// Whether it is asked.
    pub active: bool,
    /// Grows with every change; also the `ETag`.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
}

impl SlaPolicyOut {
    /// Returns a policy as it travels.
    pub fn of(row: PolicyRow) -> Result<Self> {
        let Content { conditions, terms } = Content::of(row.content)?;
        Ok(Self {
            id: row.id,
            name: row.name,
            order: row.position,
            conditions: conditions.into(),
            targets: terms.targets.into_iter().map(SlaTargetOut::from).collect(),
            visit_starts: terms.visit_starts,
            pause_statuses: terms.pause_statuses,
            active: row.active,
            version: row.version,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        })
    }
}

impl Resource for SlaPolicyOut {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/sla/policies/{}", self.id))
    }
}

page_of!(
    /// A page of policies, in the order in which they are asked.
    SlaPolicyPage,
    SlaPolicyOut
);

/// Which policies are wanted.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SlaPolicyFilter {
    /// Only those that are asked, or only those that are not.
    #[param(nullable = false)]
    pub active: Option<bool>,
}

/// One immutable version of a policy.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SlaPolicyVersionOut {
    /// Which one: clocks name it.
    pub id: PolicyVersionId,
    /// Its place in the policy's history, from 1.
    #[schema(example = 2)]
    pub number: i32,
    /// What it asks.
    pub conditions: SlaConditionsOut,
    /// How long which clock may take.
    pub targets: Vec<SlaTargetOut>,
    /// When the visit clock starts.
    pub visit_starts: VisitStart,
    /// In which statuses the solution clock waits.
    pub pause_statuses: Vec<PauseStatus>,
    /// When it was written.
    pub created_at: Timestamp,
}

impl SlaPolicyVersionOut {
    /// Returns a version as it travels.
    pub fn of(row: VersionRow) -> Result<Self> {
        let Content { conditions, terms } = Content::of(row.content)?;
        Ok(Self {
            id: row.id,
            number: row.number,
            conditions: conditions.into(),
            targets: terms.targets.into_iter().map(SlaTargetOut::from).collect(),
            visit_starts: terms.visit_starts,
            pause_statuses: terms.pause_statuses,
            created_at: row.created_at.into(),
        })
    }
}

page_of!(
    /// A page of versions, newest first.
    SlaPolicyVersionPage,
    SlaPolicyVersionOut
);

/// Asks for nothing in particular.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnyPolicyVersion {}
