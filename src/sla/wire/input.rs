use crate::{
    platform::text::Name,
    sla::{TargetUnit, VisitStart, domain::PauseStatus},
    vocabulary::{Channel, ClockKind, FeedbackType, Priority, ValueGrade},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

/// What a policy asks of the feedback: one of each list; a list that is empty asks nothing. In a patch a list that
/// is left out stays as it is.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SlaConditionsIn {
    /// The type of the feedback.
    #[schema(nullable = false, max_items = 20)]
    pub types: Option<Vec<FeedbackType>>,
    /// Its priority.
    #[schema(nullable = false, max_items = 20)]
    pub priorities: Option<Vec<Priority>>,
    /// The value grade of the customer.
    #[schema(nullable = false, max_items = 20)]
    pub grades: Option<Vec<ValueGrade>>,
    /// The channel of intake.
    #[schema(nullable = false, max_items = 20)]
    pub channels: Option<Vec<Channel>>,
}

/// How long one clock may take.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SlaTargetIn {
    /// Which clock. The progress clock has the length of its day and the confirmation clock that of the setting
    /// `confirmation_hours`: neither takes a target.
    pub clock: ClockKind,
    /// For which priority alone; left out, for all that have no target of their own.
    #[schema(nullable = false)]
    pub priority: Option<Priority>,
    /// How many; at most ten years in all.
    #[schema(minimum = 1, maximum = 5260320, example = 2)]
    pub amount: u32,
    /// Of what.
    pub unit: TargetUnit,
    /// At which percents of the budget somebody is warned; rising, from 1 to 100. Left out, the settings say it.
    #[schema(nullable = false, min_items = 1, max_items = 10, example = json!([50, 75, 100]))]
    pub warn_at_percent: Option<Vec<SlaWarnPercent>>,
}

/// A share of a budget at which somebody is warned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(minimum = 1, maximum = 100)]
pub struct SlaWarnPercent(pub i32);

/// A new policy.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct SlaPolicyIn {
    /// What people call it; no two policies share it.
    #[schema(example = "高价值客户投诉")]
    pub name: Name,
    /// Lower goes first.
    #[schema(minimum = 0, maximum = 1000000, example = 100)]
    pub order: i32,
    /// What it asks; left out, it applies to all feedback.
    #[schema(nullable = false)]
    pub conditions: Option<SlaConditionsIn>,
    /// How long which clock may take; a clock that is left out has the default of the product.
    #[schema(max_items = 40)]
    pub targets: Vec<SlaTargetIn>,
    /// When the visit clock starts; with the registration unless said otherwise.
    #[schema(nullable = false)]
    pub visit_starts: Option<VisitStart>,
    /// In which statuses the solution clock waits; `awaiting_customer` alone unless said otherwise.
    #[schema(nullable = false, max_items = 2)]
    pub pause_statuses: Option<Vec<PauseStatus>>,
}

/// What is to change in a policy.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
pub struct SlaPolicyPatch {
    /// What people call it; no two policies share it.
    #[schema(nullable = false)]
    pub name: Option<Name>,
    /// Lower goes first.
    #[schema(nullable = false, minimum = 0, maximum = 1000000)]
    pub order: Option<i32>,
    /// What it asks.
    #[schema(nullable = false)]
    pub conditions: Option<SlaConditionsIn>,
    /// How long which clock may take; takes the place of all targets.
    #[schema(nullable = false, max_items = 40)]
    pub targets: Option<Vec<SlaTargetIn>>,
    /// When the visit clock starts.
    #[schema(nullable = false)]
    pub visit_starts: Option<VisitStart>,
    /// In which statuses the solution clock waits.
    #[schema(nullable = false, max_items = 2)]
    pub pause_statuses: Option<Vec<PauseStatus>>,
}
