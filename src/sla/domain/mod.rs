//! Clocks: pure values that are folds over their segments.
//!
//! A clock never asks what time it is and no job moves it: what it says at an instant follows from its
//! segments, its budget and the calendars that the segments name. Amounts are whole milliseconds; seconds are
//! cut from running totals, so that shares always add up to what the clock shows.
//!
//! Where two servers disagree by a moment, an act never goes back behind the segment that it changes.

mod change;
mod clock;
mod explain;
mod kinds;
mod ladder;
mod policy;
mod progress;
mod refusal;
mod segment;
mod target;
mod terms;
#[cfg(test)]
mod tests;

pub use clock::{Aim, Breach, Clock};
pub use explain::{Line, LineKind, Share};
pub use kinds::{BreachReason, ClockKind, PauseReason, Priority, State, Unit};
pub use ladder::{Ladder, Notice, Rung};
pub use policy::{Choice, Conditions, Facts, Loser, Policy, WhyLost, choose};
pub use progress::{days_missed_climb, progress_day, progress_rest};
pub use refusal::Refusal;
pub use segment::{CalendarKey, Calendars, Holder, Mode, Segment};
pub use target::{Target, TargetUnit, default_target, pausable_by_default};
pub use terms::{PROMISED, PauseStatus, PolicyId, PolicyVersionId, Promise, Terms, VisitStart};
