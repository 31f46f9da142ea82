//! What the customer sees and may do with the token of one feedback.

use super::{Case, Stance};
use crate::{
    feedback::{
        domain::{EventKind, FeedbackId, Step},
        store::{self, Feedback},
    },
    platform::{
        auth::{Actor, Scope},
        db::Tx,
        http::problem::{Error, Result},
        secret,
    },
    vocabulary::{ClockKind, DeliveryState, FeedbackType, Outcome, Status, Verdict},
};
use chrono::{DateTime, Utc};

/// What the customer sees.
#[derive(Clone, Debug)]
pub struct Window {
    /// The feedback whose state is shown: the survivor where this one was merged.
    pub id: FeedbackId,
    /// Its number.
    pub number: String,
    /// Its type.
    pub kind: FeedbackType,
    /// Its status.
    pub status: Status,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// When the customer said it.
    pub received_at: DateTime<Utc>,
    /// By when the next step is promised.
    pub promised_at: Option<DateTime<Utc>>,
    /// The question that waits for an answer.
    pub question: Option<String>,
    /// The last result that was sent.
    pub reply: Option<String>,
    /// What it rests on.
    pub basis: Option<String>,
    /// The answer that was given.
    pub verdict: Option<Verdict>,
    /// Whether a verdict is taken now.
    pub can_confirm: bool,
    /// Whether the case can be reopened now.
    pub can_reopen: bool,
}

/// Returns the feedback that `number` and `token` open together; says nothing of which of the two is wrong.
pub fn opened(tx: &mut Tx, number: &str, token: &str) -> Result<FeedbackId> {
    let row = store::by_number(tx, number)?;
    let stored = row.as_ref().and_then(|row| row.track_token_hash.clone()).unwrap_or_else(|| vec![0; 32]);
    let fits = aws_lc_rs::constant_time::verify_slices_are_equal(&stored, &secret::hash(token)).is_ok();
    row.filter(|_| fits).map(|row: Feedback| row.id).ok_or(Error::NotFound("feedback"))
}

/// Shows the customer where the case stands now.
pub fn window(tx: &mut Tx, actor: &Actor, id: FeedbackId) -> Result<Window> {
    let mut case = Case::read(tx, Scope::All, id)?;
    if case.row.merged_into_id.is_some() {
        let survivor = store::survivor(tx, id)?;
        case = Case::read(tx, Scope::All, survivor)?;
    }
    case.settle(actor.at)?;
    let stance = Stance::load(tx, actor, &case)?;
    let allowed = stance.allowed();
    let reply = stance.replies.iter().rfind(|reply| reply.delivery_state != DeliveryState::Failed);
    let question = match case.row.status {
        Status::AwaitingCustomer => store::last_words(tx, case.row.id, EventKind::QuestionAsked, "question")?,
        _ => None,
    };
    Ok(Window {
        id: case.row.id,
        number: case.row.number.clone(),
        kind: case.row.kind,
        status: case.row.status,
        outcome: case.row.outcome,
        received_at: case.row.received_at,
        promised_at: promised(&case),
        question,
        reply: reply.map(|reply| reply.text.clone()),
        basis: reply.map(|reply| reply.basis.clone()),
        verdict: stance
            .answers
            .iter()
            .rfind(|a| a.round == case.row.round && !a.void)
            .and_then(|a| a.verdict),
        can_confirm: allowed.contains(&Step::Confirm),
        can_reopen: allowed.contains(&Step::Reopen),
    })
}

/// By when the customer hears next: the earliest due time of the clocks that promise the customer something.
fn promised(case: &Case) -> Option<DateTime<Utc>> {
    let to_customer =
        |kind: ClockKind| matches!(kind, ClockKind::FirstResponse | ClockKind::Solution | ClockKind::Reply);
    let open = case.open_clocks().filter(|stored| to_customer(stored.clock.kind));
    open.filter_map(|stored| stored.clock.due_at(&case.rules.calendars)).min()
}
