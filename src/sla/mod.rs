//! Service levels: policies, and the clocks that they set.
//!
//! A policy changes; its versions do not. Clocks name the version that they started with. There is always an
//! active policy without conditions, so that some policy applies to every feedback.

mod actions;
mod api;
pub mod domain;
mod store;
mod wire;

pub use api::routes;
pub use domain::{
    Aim, BreachReason, CalendarKey, Calendars, Choice, Clock, Facts, Holder, Ladder, Line, LineKind, Notice,
    PauseReason, PauseStatus, Policy, PolicyId, PolicyVersionId, Refusal as ClockRefusal, Rung, Share, State,
    Target, TargetUnit, Terms, Unit, VisitStart, WhyLost, choose, days_missed_climb, progress_day,
    progress_rest,
};
pub use store::{Content, active_policies, insert_policy, load_terms, version_ids};
