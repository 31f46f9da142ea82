use crate::{
    feedback::{actions, domain::FeedbackId, wire::*},
    platform::{
        auth::{Actor, Caller},
        db::{Db, Tx},
        http::{
            command::{Command, DryRun},
            listing::Params,
            path::Path,
            problem::Result,
            reply::Reply,
        },
    },
};
use actix_web::{http::StatusCode, post, web::Data};

/// Submit a plan
///
/// The solution clock stands provisionally and the approval clock starts; a type that needs no approval,
/// without compensation, is approved by rule. With `dry_run=true` everything is checked and nothing
/// written.
/// Refuses: 409 `invalid_transition`, `no_approver`, 422 `compensation_needs_customer`, `unknown_reward`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback."), DryRun),
    request_body = SubmitPlanIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[post("/feedback/{id}/submit-plan")]
pub async fn submit_plan(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    query: Params<DryRun>,
    command: Command<SubmitPlanIn>,
) -> Result<Reply<FeedbackOut>> {
    let work = move |tx: &mut Tx, actor: &Actor, command: &Command<SubmitPlanIn>| {
        let view = actions::submit_plan(tx, actor, *id, &command.input, &command.expected)?;
        Ok(FeedbackOut::of(view, actor.at))
    };
    command.run_unless_dry(query, &db, &caller, StatusCode::OK, work).await
}

/// Withdraw the plan
///
/// By its proposer; the solution clock goes on with what it had left. Refuses: 409 `invalid_transition`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = NothingIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[post("/feedback/{id}/withdraw")]
pub async fn withdraw_plan(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<NothingIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::withdraw(tx, actor, *id, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Approve the plan
///
/// By the first of head, deputy and their substitutes who is there, by a head above, or by an
/// administrator,
/// never by the proposer. Settles the solution clock as of the submission and starts the reply clock.
/// Refuses: 403, 409 `invalid_transition`, `approver_is_proposer`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = ApproveIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[post("/feedback/{id}/approve")]
pub async fn approve_plan(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<ApproveIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::approve(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Reject the plan
///
/// By whoever may approve it; the time of the approval is not charged to the handler. Refuses: 403, 409
/// `invalid_transition`, `approver_is_proposer`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = RejectIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[post("/feedback/{id}/reject")]
pub async fn reject_plan(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<RejectIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::reject(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}
