//! One function per command: lock, settle, decide, store.

mod amend;
mod case;
mod clocks;
mod compensation;
mod config;
mod confirm;
mod dispatch;
mod earning;
mod ending;
mod heads;
mod line;
mod notes;
mod plan;
mod recalculate;
mod register;
mod reply;
mod rules;
mod settle;
mod standing;
mod tick;
mod times;
mod window;
mod work;

pub use amend::{amend, renew_token, set_priority};
pub use case::{Case, hashed};
pub use confirm::{confirm, escalate, reopen};
pub use dispatch::{dispatch, transfer};
pub use ending::{cancel, conclude, merge};
pub use heads::{first_approver, heads_above};
pub use notes::{customer_answer, on_interaction, progress_note};
pub use plan::{approve, reject, submit_plan, withdraw};
pub use recalculate::{Moved, Recalculation, Shown, recalculate};
pub use register::{Registered, register, register_all};
pub use reply::{alternative, deliver, reply};
pub use standing::Stance;
pub use tick::tick;
pub use window::{Window, opened, window};
pub use work::{accept, ask, hold, resume, return_to_service};

use crate::{
    feedback::{
        domain::{FeedbackId, Refusal, Step},
        store,
    },
    platform::{
        auth::{Actor, Scope},
        chain,
        db::Tx,
        http::{
            precondition::Expected,
            problem::{Error, Result},
        },
    },
    vocabulary::{CompensationState, Outcome},
};
use chrono::{DateTime, Utc};

/// A case, and what the actor may do with it now.
pub struct View {
    /// The case.
    pub case: Case,
    /// What the actor may do now.
    pub allowed: Vec<Step>,
}

/// Locks a case for `step`: scope, precondition, settling, then who, from where and guard, in that order.
fn open(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    expected: &Expected,
    step: Step,
) -> Result<(Case, Stance, Actor)> {
    let (case, stance, actor) = take(tx, actor, id, expected)?;
    stance.require(step, &case)?;
    Ok((case, stance, actor))
}

/// Locks a case and settles it. Whoever waited for the lock acts no earlier than who held it.
fn take(tx: &mut Tx, actor: &Actor, id: FeedbackId, expected: &Expected) -> Result<(Case, Stance, Actor)> {
    let mut case = Case::lock(tx, actor.scope(), id)?;
    expected.check(case.row.version)?;
    let actor = Actor { at: actor.at.max(case.row.updated_at), ..actor.clone() };
    case.settle(actor.at)?;
    let stance = Stance::load(tx, &actor, &case)?;
    Ok((case, stance, actor))
}

/// Stores the case and returns it with what the actor may do next.
fn done(tx: &mut Tx, actor: &Actor, mut case: Case) -> Result<View> {
    case.save(tx, actor.at)?;
    let allowed = Stance::load(tx, actor, &case)?.allowed();
    Ok(View { case, allowed })
}

/// Reads a case as of now, with what the actor may do.
pub fn read(tx: &mut Tx, actor: &Actor, id: FeedbackId) -> Result<View> {
    let case = Case::read(tx, actor.scope(), id)?;
    view(tx, actor, case)
}

/// Computes what happened to a case by itself, and what the actor may do.
pub fn view(tx: &mut Tx, actor: &Actor, mut case: Case) -> Result<View> {
    case.settle(actor.at)?;
    case.refresh_times(actor.at);
    let allowed = Stance::load(tx, actor, &case)?.allowed();
    Ok(View { case, allowed })
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let (en, zh) = refusal.texts();
        match (refusal, refusal.pointer()) {
            (Refusal::NotYours, _) => Self::Forbidden,
            (_, Some(pointer)) => Self::field(pointer, refusal.code(), en, zh),
            (_, None) => Self::conflict(refusal.code(), en, zh),
        }
    }
}

/// Reads a case by its number as of now, with what the actor may do.
pub fn read_by_number(tx: &mut Tx, actor: &Actor, number: &str) -> Result<View> {
    let (row, detail) = store::find_by_number(tx, actor.scope(), number)?;
    let case = Case::with_clocks(tx, row, detail)?;
    view(tx, actor, case)
}

/// Returns every step with what blocks it for the actor now.
pub fn steps(tx: &mut Tx, actor: &Actor, id: FeedbackId) -> Result<Vec<(Step, Option<Refusal>)>> {
    let mut case = Case::read(tx, actor.scope(), id)?;
    case.settle(actor.at)?;
    Ok(Stance::load(tx, actor, &case)?.all())
}

/// Returns what the actor may do with a case that was just registered: nobody heads it yet.
pub fn allowed_at_intake(actor: &Actor, case: &Case) -> Vec<Step> {
    standing::at_intake(actor, case)
}

/// Returns the place of the first event that is not what was written; none when the chain is whole.
pub fn first_broken(id: FeedbackId, events: &[store::Event]) -> Result<Option<usize>> {
    let entry = |event: &store::Event| chain::Entry {
        prev_hash: event.prev_hash.clone(),
        content: hashed(event),
        hash: event.hash.clone(),
    };
    let entries: Vec<chain::Entry> = events.iter().map(entry).collect();
    chain::verify(&format!("feedback:{id}"), &entries)
}

/// Refuses a case that the actor may not see.
pub fn see(tx: &mut Tx, actor: &Actor, id: FeedbackId) -> Result<()> {
    store::find(tx, actor.scope(), id).map(|_| ())
}

/// Shows what was not issued in the late window of a case without an answer as released, whenever somebody looks.
pub fn show_released(
    tx: &mut Tx,
    id: FeedbackId,
    now: DateTime<Utc>,
    compensations: &mut [store::Compensation],
) -> Result<()> {
    let (row, _) = store::find(tx, Scope::All, id)?;
    let over = row.closed_at.and_then(|end| end.checked_add_signed(settle::LATE_WINDOW));
    if row.outcome == Some(Outcome::NoResponse) && over.is_some_and(|over| over <= now) {
        for reserved in compensations.iter_mut().filter(|c| c.state == CompensationState::Reserved) {
            reserved.state = CompensationState::Released;
        }
    }
    Ok(())
}
