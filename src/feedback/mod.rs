//! The closed loop, from the first word to the ending (事事有回应，件件有着落).
//!
//! Invariants, each held by the domain and by the database:
//! - `status` is the fold over `feedback_event`, whose entries form one hash chain per feedback;
//! - from `dispatched` to `replied` there is one department, from `in_progress` to `replied` one handler;
//! - a reply needs an approval of the same round, and nobody approves an own plan;
//! - at most one clock of a kind is open; a terminal status has none.

mod actions;
pub mod api;
mod background;
mod domain;
mod store;
mod wire;

pub use actions::{
    Registered, Stance, View, Window, accept, alternative, approve, ask, cancel, conclude, confirm,
    customer_answer, dispatch, escalate, first_approver, first_broken, heads_above, hold, merge,
    on_interaction, opened, progress_note, read, register, reject, reopen, reply, resume, return_to_service,
    set_priority, submit_plan, tick, transfer, window, withdraw,
};
pub use background::background;
pub use domain::{EventKind, FeedbackId, PlanId, ReplyId, StatusExt, Step};
pub use store::{Event, Position, Sort, Summary, Wanted, events, histories, page};
pub use wire::{
    AnswerIn, ApproveIn, AskIn, CancelIn, CompensationIn, ConcludeIn, ConfirmIn, ContactIn, DispatchIn,
    FeedbackIn, FeedbackItem, FeedbackOut, FeedbackPage, HoldIn, MergeIn, NothingIn, ProgressNoteIn,
    ReasonIn, RejectIn, ReplyIn, SetPriorityIn, SubmitPlanIn, TransferIn,
};

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    api::routes(config);
}
