use crate::{
    feedback::{actions, domain::FeedbackId, wire::*},
    platform::{
        auth::Caller,
        db::Db,
        http::{command::Command, path::Path, problem::Result, reply::Reply},
    },
};
use actix_web::{http::StatusCode, post, web::Data};

/// Merge feedback into another
///
/// Both of the same customer and open; of clocks that both have open the smaller rest goes on. Refuses: 409
/// `invalid_transition`, `different_customer`, `target_not_open`, 422 `unknown_feedback`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = MergeIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent"])),
)]
#[post("/feedback/{id}/merge")]
pub async fn merge_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<MergeIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::merge(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Cancel feedback
///
/// Invalid, spam or withdrawn; once work has begun only withdrawn. Refuses: 409 `invalid_transition`,
/// `already_replied`, `only_withdrawn`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = CancelIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent"])),
)]
#[post("/feedback/{id}/cancel")]
pub async fn cancel_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<CancelIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::cancel(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Conclude feedback as unresolvable
///
/// By the head of the highest level; the text goes to the customer as the last reply under this decision.
/// Refuses: 409 `invalid_transition`, `not_max_level`, `too_few_rounds`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = ConcludeIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[post("/feedback/{id}/conclude")]
pub async fn conclude_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<ConcludeIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::conclude(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}
