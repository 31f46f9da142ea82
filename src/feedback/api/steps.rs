use crate::{
    feedback::{
        actions,
        domain::{FeedbackId, ReplyId},
        wire::*,
    },
    platform::{
        auth::{Actor, Caller},
        db::{Db, Tx},
        http::{command::Command, listing::Params, path::Path, problem::Result, reply::Reply},
    },
};
use actix_web::{http::StatusCode, post, web::Data};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

/// Whether everything is checked and shown, and nothing written.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DryRun {
    /// Check everything, show the effects, write nothing.
    #[param(nullable = false)]
    dry_run: Option<bool>,
}

/// Mounts the actions.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(dispatch_feedback)
        .service(transfer_feedback)
        .service(return_feedback)
        .service(accept_feedback)
        .service(ask_customer)
        .service(record_customer_answer)
        .service(hold_feedback)
        .service(resume_feedback)
        .service(submit_plan)
        .service(withdraw_plan)
        .service(approve_plan)
        .service(reject_plan)
        .service(reply_to_feedback)
        .service(report_delivery)
        .service(confirm_feedback)
        .service(offer_alternative)
        .service(escalate_feedback)
        .service(reopen_feedback)
        .service(merge_feedback)
        .service(cancel_feedback)
        .service(conclude_feedback)
        .service(note_progress)
        .service(set_feedback_priority);
}

/// Dispatch feedback
///
/// Gives it to a department and meets the dispatch clock; without a department the routing rules decide. From
/// `registered` and `escalated`. Urgent feedback tells the head at once. Refuses: 409 `invalid_transition`,
/// `department_inactive`, 422 `unknown_department`, `handler_not_in_department`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = DispatchIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent"])),
)]
#[post("/feedback/{id}/dispatch")]
async fn dispatch_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<DispatchIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::dispatch(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Hand feedback over
///
/// To another department or handler; no clock restarts and the time ledger splits. Once a plan waits, only
/// the handler can change, within the department. The third hand-over warns the head above. Refuses: 409
/// `invalid_transition`, `transfer_within_department`, 422 `nothing_to_transfer`,
/// `handler_not_in_department`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = TransferIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[post("/feedback/{id}/transfer")]
async fn transfer_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<TransferIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::transfer(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Return feedback to service
///
/// Department and handler are emptied and the dispatch clock runs again with what it had left. Refuses: 409
/// `invalid_transition`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = ReasonIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "handler", "department_head"])),
)]
#[post("/feedback/{id}/return")]
async fn return_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<ReasonIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::return_to_service(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Accept feedback
///
/// The caller, staff of the department, becomes the handler. Refuses: 409 `invalid_transition`,
/// `handled_by_other`, 422 `handler_not_in_department`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = NothingIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "handler", "department_head"])),
)]
#[post("/feedback/{id}/accept")]
async fn accept_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<NothingIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::accept(tx, actor, *id, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

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
async fn ask_customer(
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
/// Accepted in every status; it resumes `awaiting_customer`, goes to the survivor of a merge and opens a new
/// feedback where this one was cancelled.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = AnswerIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "feedback:write"])),
)]
#[post("/feedback/{id}/customer-answer")]
async fn record_customer_answer(
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
async fn hold_feedback(
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
async fn resume_feedback(
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

/// Submit a plan
///
/// The solution clock stands provisionally and the approval clock starts; a type that needs no approval,
/// without compensation, is approved by rule. With `dry_run=true` everything is checked and nothing written.
/// Refuses: 409 `invalid_transition`, `no_approver`, 422 `compensation_needs_customer`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback."), DryRun),
    request_body = SubmitPlanIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[post("/feedback/{id}/submit-plan")]
async fn submit_plan(
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
    match query.0.dry_run {
        Some(true) => command.rehearse(&db, &caller, work).await,
        _ => command.run(&db, &caller, StatusCode::OK, work).await,
    }
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
async fn withdraw_plan(
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
/// By the first of head, deputy and their substitutes who is there, by a head above, or by an administrator,
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
async fn approve_plan(
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
async fn reject_plan(
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

/// Reply to the customer
///
/// Records the result as sent, with its basis, over the channel that the customer chose or another one with a
/// reason; meets the reply clock and asks for satisfaction. Refuses: 409 `invalid_transition`, 422
/// `channel_reason_required`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = ReplyIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[post("/feedback/{id}/reply")]
async fn reply_to_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<ReplyIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::reply(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Record the customer's verdict
///
/// Satisfied closes; dissatisfied escalates, or reopens what is closed. Refuses: 409 `invalid_transition`,
/// `nothing_to_confirm`, `answer_locked`, `reopen_window_over`, 422 `score_contradicts_verdict`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = ConfirmIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent"])),
)]
#[post("/feedback/{id}/confirm")]
async fn confirm_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<ConfirmIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::confirm(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Offer an alternative
///
/// The same handler tries something else in the round that the dissatisfaction opened. Refuses: 409
/// `invalid_transition`, `handler_inactive`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = ReasonIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[post("/feedback/{id}/alternative")]
async fn offer_alternative(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<ReasonIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::alternative(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Escalate feedback
///
/// A new round on a higher level, to be dispatched again. Refuses: 409 `invalid_transition`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = ReasonIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[post("/feedback/{id}/escalate")]
async fn escalate_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<ReasonIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::escalate(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Reopen feedback
///
/// Within the reopen window: a new round from level 0. Refuses: 409 `invalid_transition`,
/// `reopen_window_over`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = ReasonIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent"])),
)]
#[post("/feedback/{id}/reopen")]
async fn reopen_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<ReasonIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::reopen(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

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
async fn merge_feedback(
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
async fn cancel_feedback(
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
async fn conclude_feedback(
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
async fn note_progress(
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
async fn set_feedback_priority(
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

/// Report whether a reply arrived
///
/// A failure before any answer takes the reply back: its clock is open again with the old due time and `reply`
/// is called again under the same approval. Refuses: 409 `not_last_reply`.
#[utoipa::path(
    tag = "feedback",
    params(
        ("id" = FeedbackId, Path, description = "The feedback."),
        ("reply_id" = ReplyId, Path, description = "The reply."),
    ),
    request_body = DeliveryIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "feedback:write"])),
)]
#[post("/feedback/{id}/replies/{reply_id}/delivery")]
async fn report_delivery(
    caller: Caller,
    db: Data<Db>,
    path: Path<(FeedbackId, ReplyId)>,
    command: Command<DeliveryIn>,
) -> Result<Reply<FeedbackOut>> {
    let (id, reply_id) = *path;
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::deliver(tx, actor, id, reply_id, command.state, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}
