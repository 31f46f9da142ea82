//! Which enumerations there are.

use super::wire::EnumOut;
use crate::{
    calendars::PieceKind,
    feedback::{EventKind, Step},
    imports::{ImportAction, ImportFailure, ImportFormat},
    loyalty::{
        AdjustmentState, ConsumptionOrder, EntryKind, HoldState, ReversalPolicy, Rounding,
        earning::{EarningKind, Fact, Trigger, WhyNotEarned},
        rewards::{CouponState, RedemptionState, RewardKind},
        tiers::{Downgrade, QualifyOn, TierState},
    },
    orders::OrderKind,
    platform::{auth::Role, jobs::JobState},
    routing::WhyNot,
    sla::{BreachReason, LineKind, PauseReason, PauseStatus, TargetUnit, VisitStart, WhyLost},
    staff::StaffEventKind,
    vocabulary::*,
    work::ApprovalKind,
};

/// Returns every enumeration of the product with its labels: an enumeration of `codes!` belongs here.
pub fn all() -> Vec<EnumOut> {
    let mut all = vec![
        EnumOut::of::<Channel>(),
        EnumOut::of::<FeedbackType>(),
        EnumOut::of::<Priority>(),
        EnumOut::of::<PriorityReason>(),
        EnumOut::of::<Status>(),
        EnumOut::of::<Outcome>(),
        EnumOut::of::<Measure>(),
        EnumOut::of::<ApprovalDecision>(),
        EnumOut::of::<ApprovalKind>(),
        EnumOut::of::<PlanState>(),
        EnumOut::of::<CompensationState>(),
        EnumOut::of::<DeliveryState>(),
        EnumOut::of::<Verdict>(),
        EnumOut::of::<ValueGrade>(),
        EnumOut::of::<LifecycleStage>(),
        EnumOut::of::<CustomerKind>(),
        EnumOut::of::<Gender>(),
        EnumOut::of::<RiskLevel>(),
        EnumOut::of::<InteractionKind>(),
        EnumOut::of::<Direction>(),
        EnumOut::of::<TagSource>(),
        EnumOut::of::<ImportKind>(),
        EnumOut::of::<ImportStatus>(),
        EnumOut::of::<ImportFormat>(),
        EnumOut::of::<ImportFailure>(),
        EnumOut::of::<ImportAction>(),
        EnumOut::of::<JobState>(),
        EnumOut::of::<DepartmentKind>(),
        EnumOut::of::<ExceptionKind>(),
        EnumOut::of::<PieceKind>(),
        EnumOut::of::<WhyNot>(),
        EnumOut::of::<Role>(),
        EnumOut::of::<StaffEventKind>(),
        EnumOut::of::<Step>(),
        EnumOut::of::<EventKind>(),
        EnumOut::of::<OrderKind>(),
    ];
    all.extend(of_clocks());
    all.extend(of_loyalty());
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// Returns the enumerations of service levels and their clocks.
fn of_clocks() -> Vec<EnumOut> {
    vec![
        EnumOut::of::<ClockKind>(),
        EnumOut::of::<ClockState>(),
        EnumOut::of::<ClockUnit>(),
        EnumOut::of::<TargetUnit>(),
        EnumOut::of::<VisitStart>(),
        EnumOut::of::<PauseStatus>(),
        EnumOut::of::<PauseReason>(),
        EnumOut::of::<BreachReason>(),
        EnumOut::of::<LineKind>(),
        EnumOut::of::<WhyLost>(),
    ]
}

/// Returns the enumerations of the points program.
fn of_loyalty() -> Vec<EnumOut> {
    vec![
        EnumOut::of::<EntryKind>(),
        EnumOut::of::<AdjustmentState>(),
        EnumOut::of::<HoldState>(),
        EnumOut::of::<ConsumptionOrder>(),
        EnumOut::of::<ReversalPolicy>(),
        EnumOut::of::<Rounding>(),
        EnumOut::of::<RewardKind>(),
        EnumOut::of::<RedemptionState>(),
        EnumOut::of::<CouponState>(),
        EnumOut::of::<TierState>(),
        EnumOut::of::<QualifyOn>(),
        EnumOut::of::<Downgrade>(),
        EnumOut::of::<Trigger>(),
        EnumOut::of::<EarningKind>(),
        EnumOut::of::<Fact>(),
        EnumOut::of::<WhyNotEarned>(),
    ]
}
