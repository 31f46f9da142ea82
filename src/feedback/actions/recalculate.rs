//! Section 3 rule 8: running clocks move to the newest policies and calendars only when somebody says so.
//!
//! What a clock has used stays used; the new budget and the new calendar hold from the instant of the change. A day
//! of progress that has begun ends as its calendar now says. The confirmation is as long as it was: its length is a
//! setting. To recalculate again moves nothing, so a caller that lost an answer asks again.

use super::{case::Case, clocks::fault, line::Line, rules::Rules};
use crate::{
    feedback::{
        domain::{EventKind, FeedbackId},
        store::{self, StoredClock},
    },
    platform::{
        auth::{Actor, Scope},
        db::Tx,
        http::problem::Result,
        time::Timestamp,
    },
    sla::{self, Aim, BreachReason, CalendarKey, PolicyId, Unit, progress_rest},
    vocabulary::{ClockKind, ClockState, Priority, Status},
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

/// Which clocks are recalculated.
#[derive(Clone, Debug)]
pub struct Recalculation {
    /// Those of which open feedback.
    pub of: store::OpenOf,
    /// Only those that this policy set or now sets.
    pub policy: Option<PolicyId>,
    /// How much feedback is looked at.
    pub most: usize,
    /// Whether nothing is written.
    pub dry_run: bool,
}

/// What a clock shows at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its state.
    pub state: ClockState,
    /// What it has to be met within.
    pub aim: Aim,
    /// When it is due.
    pub due_at: Option<DateTime<Utc>>,
}

/// A clock that moved.
#[derive(Clone, Debug)]
pub struct Moved {
    /// The feedback.
    pub feedback_id: FeedbackId,
    /// Its number.
    pub number: String,
    /// What the clock measures.
    pub kind: ClockKind,
    /// Its round.
    pub round: u32,
    /// Its place among the clocks of its kind and round.
    pub seq: u32,
    /// What it showed before.
    pub before: Shown,
    /// What it shows now.
    pub after: Shown,
    /// Whether the change breached it.
    pub breached: bool,
    /// Whether the change lifted the breach of an earlier change.
    pub healed: bool,
}

/// Moves the open clocks of some feedback to the newest policies and calendars, one feedback after the other under
/// its lock, each with an event that says why. Returns what moved, and which feedback there is to look at: one more
/// than `most` where there is more.
pub fn recalculate(
    tx: &mut Tx,
    actor: &Actor,
    what: &Recalculation,
    reason: &str,
) -> Result<(Vec<FeedbackId>, Vec<Moved>)> {
    let versions = match what.policy {
        Some(policy) => Some(sla::version_ids(tx, policy)?),
        None => None,
    };
    let rows = i64::try_from(what.most).unwrap_or(i64::MAX).saturating_add(1);
    let ids = store::open_ids(tx, &what.of, rows)?;
    let mut moved = Vec::new();
    for id in ids.iter().take(what.most) {
        let mut case = match what.dry_run {
            true => Case::read(tx, Scope::All, *id)?,
            false => Case::lock(tx, Scope::All, *id)?,
        };
        let actor = Actor { at: actor.at.max(case.row.updated_at), ..actor.clone() };
        case.settle(actor.at)?;
        let of_case = case.recalculate(versions.as_deref(), actor.at)?;
        if !of_case.is_empty() && !what.dry_run {
            let facts = json!({ "clocks": of_case.iter().map(fact).collect::<Vec<Value>>() });
            let line = Line::by(&actor, EventKind::ClocksRecalculated).with(facts);
            case.note(line.saying("reason", reason))?;
            case.save(tx, actor.at)?;
        }
        moved.extend(of_case);
    }
    Ok((ids, moved))
}

fn fact(moved: &Moved) -> Value {
    let shown = |shown: &Shown| json!({ "state": shown.state, "unit": shown.aim.unit, "budget_ms": shown.aim.budget_ms, "due_at": shown.due_at.map(Timestamp) });
    let (before, after) = (shown(&moved.before), shown(&moved.after));
    json!({ "kind": moved.kind, "round": moved.round, "seq": moved.seq, "from": before, "to": after })
}

impl Case {
    /// Moves the open clocks to the newest policies and calendars; with `versions` only those that one of these
    /// policy versions set or now sets.
    fn recalculate(&mut self, versions: Option<&[Uuid]>, at: DateTime<Utc>) -> Result<Vec<Moved>> {
        let (row, rules) = (&self.row, &self.rules);
        let mut moved = Vec::new();
        for stored in self.clocks.iter_mut().filter(|stored| stored.clock.is_open()) {
            let Some(next) = newest(stored, rules, row, at)? else {
                continue;
            };
            let asked = |versions: &[Uuid]| {
                let both = [stored.policy_version_id, next.policy_version_id];
                both.into_iter().flatten().any(|version| versions.contains(&version))
            };
            if counts_alike(stored, &next, rules, row.priority) || !versions.is_none_or(asked) {
                continue;
            }
            moved.push(Moved {
                feedback_id: row.id,
                number: row.number.clone(),
                kind: next.clock.kind,
                round: next.clock.round,
                seq: next.clock.seq,
                before: shown(stored, rules, at),
                after: shown(&next, rules, at),
                breached: is_retargeted(&next) && !is_retargeted(stored),
                healed: is_retargeted(stored) && !is_retargeted(&next),
            });
            *stored = StoredClock { dirty: true, ..next };
        }
        Ok(moved)
    }
}

/// Returns an open clock as the newest policies and calendars want it; none where they say nothing of it.
fn newest(
    stored: &StoredClock,
    rules: &Rules,
    row: &store::Feedback,
    at: DateTime<Utc>,
) -> Result<Option<StoredClock>> {
    let (book, mut next) = (&rules.calendars, stored.clone());
    if next.clock.kind == ClockKind::Progress {
        if next.clock.paused_at().is_some() || calendar_of(stored) == Some(book.present) {
            return Ok(None);
        }
        match progress_rest(&next.clock, book.present_calendar(), at) {
            Some(rest) => {
                let budget_ms = next.clock.consumed_at(at, book).saturating_add(rest);
                let aim = Aim { unit: Unit::Working, budget_ms };
                next.clock.recalculate(at, aim, book.present, book).map_err(fault)?;
            }
            None => next.clock.end(at, book),
        }
        return Ok(Some(next));
    }
    let Some(target) = rules.target_of(next.clock.kind, row) else {
        return Ok(None);
    };
    // a clock that counts every second has no use for a calendar
    let kept = calendar_of(stored).filter(|_| target.aim.unit == Unit::Clock);
    next.clock.recalculate(at, target.aim, kept.unwrap_or(book.present), book).map_err(fault)?;
    next.clock.pausable = target.pausable;
    next.policy_version_id = target.policy_version_id;
    Ok(Some(next))
}

fn calendar_of(stored: &StoredClock) -> Option<CalendarKey> {
    stored.clock.segments.last().map(|last| last.holder.calendar)
}

/// Whether two states of a clock go by the same: then the older is kept, with the version that set it.
fn counts_alike(one: &StoredClock, two: &StoredClock, rules: &Rules, priority: Priority) -> bool {
    let clock = |stored: &StoredClock| (stored.clock.aim, stored.clock.pausable, stored.clock.is_open());
    let (kind, old, new) = (one.clock.kind, rules.terms_of(one), rules.terms_of(two));
    let pauses = |status| old.pauses(kind, status) == new.pauses(kind, status);
    let warns = old.warnings(kind, priority) == new.warnings(kind, priority);
    let waits = pauses(Status::AwaitingCustomer) && pauses(Status::AwaitingThirdParty);
    clock(one) == clock(two) && calendar_of(one) == calendar_of(two) && warns && waits
}

fn is_retargeted(stored: &StoredClock) -> bool {
    stored.clock.breach.is_some_and(|breach| breach.reason == BreachReason::Retargeted)
}

fn shown(stored: &StoredClock, rules: &Rules, at: DateTime<Utc>) -> Shown {
    let (clock, book) = (&stored.clock, &rules.calendars);
    Shown { state: clock.state_at(at, book), aim: clock.aim, due_at: clock.due_at(book) }
}
