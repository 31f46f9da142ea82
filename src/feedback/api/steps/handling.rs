use crate::{
    feedback::{actions, domain::FeedbackId, wire::*},
    platform::{
        auth::Caller,
        db::Db,
        http::{command::Command, path::Path, problem::Result, reply::Reply},
    },
};
use actix_web::{http::StatusCode, post, web::Data};

/// Ask the customer
///
/// The solution clock waits for the answer; a reminder follows, then work goes on by itself. Refuses: 409
/// `invalid_transition`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = AskIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[post("/feedback/{id}/ask")]
pub async fn ask_customer(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<AskIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::ask(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Record the customer's answer
///
/// Accepted in every status; it resumes `awaiting_customer`, goes to the survivor of a merge and opens a
/// new
/// feedback where this one was cancelled.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = AnswerIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "feedback:write"])),
)]
#[post("/feedback/{id}/customer-answer")]
pub async fn record_customer_answer(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<AnswerIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::customer_answer(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Wait for a third party
///
/// Until `expected_at` at the latest, at most as many working days as the settings allow. Refuses: 409
/// `invalid_transition`, 422 `not_in_future`, `hold_too_long`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = HoldIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[post("/feedback/{id}/hold")]
pub async fn hold_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<HoldIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::hold(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Resume work
///
/// From `awaiting_third_party`. Refuses: 409 `invalid_transition`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = NothingIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[post("/feedback/{id}/resume")]
pub async fn resume_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<NothingIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::resume(tx, actor, *id, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Note the progress
///
/// In every open status; meets the day's progress clock and pays an owed explanation. To the customer it
/// meets the first response. Refuses: 409 `invalid_transition`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = ProgressNoteIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[post("/feedback/{id}/progress-notes")]
pub async fn note_progress(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<ProgressNoteIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::progress_note(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Set the priority
///
/// By hand and with a reason; open clocks get the budgets of the new priority and keep what they used.
/// Refuses: 409 `invalid_transition`, 422 `same_priority`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = SetPriorityIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[post("/feedback/{id}/set-priority")]
pub async fn set_feedback_priority(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<SetPriorityIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::set_priority(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}
