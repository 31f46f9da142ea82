use super::reads::settled;
use crate::{
    feedback::{
        actions::{self},
        domain::FeedbackId,
        store,
        wire::*,
    },
    platform::{
        auth::Caller,
        db::{Db, Tx},
        http::{path::Path, problem::Result},
    },
};
use actix_web::{
    get,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};

/// List the plans
///
/// With their compensation and the decisions on them, oldest first.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    responses((status = 200, description = "The plans.", body = PlansOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[get("/feedback/{id}/plans")]
pub async fn list_feedback_plans(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
) -> Result<Json<PlansOut>> {
    let id = *id;
    let items = db
        .read(move |tx| {
            actions::see(tx, &caller, id)?;
            plans(tx, id, caller.at)
        })
        .await?;
    Ok(Json(PlansOut { items }))
}

/// List the replies
///
/// With the question for satisfaction and its answer, oldest first.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    responses((status = 200, description = "The replies.", body = RepliesOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "feedback:read"])),
)]
#[get("/feedback/{id}/replies")]
pub async fn list_feedback_replies(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
) -> Result<Json<RepliesOut>> {
    let id = *id;
    let items = db
        .read(move |tx| {
            actions::see(tx, &caller, id)?;
            replies(tx, id)
        })
        .await?;
    Ok(Json(RepliesOut { items }))
}

/// Get the evidence
///
/// One bundle of everything that proves how the case was dealt with, with the hashes of its history.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    responses((status = 200, description = "The evidence.", body = EvidenceOut)),
    security(("bearer" = ["admin", "service_agent", "department_head"])),
)]
#[get("/feedback/{id}/evidence")]
pub async fn get_feedback_evidence(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
) -> Result<Json<EvidenceOut>> {
    let (now, id) = (caller.at, *id);
    let out = db
        .snapshot(move |tx| {
            let case = settled(tx, &caller, id)?;
            let events = store::events(tx, id, 0, i64::MAX)?;
            let texts = store::event_texts(tx, id, 0, i32::MAX)?;
            let whole = actions::first_broken(id, &events)?.is_none();
            Ok(EvidenceOut {
                id,
                number: case.row.number.clone(),
                head: crate::platform::chain::hex(&case.row.last_hash),
                whole,
                events: events.into_iter().map(|event| FeedbackEventOut::of(event, &texts)).collect(),
                plans: plans(tx, id, now)?,
                replies: replies(tx, id)?,
                progress_notes: store::notes(tx, id)?.into_iter().map(ProgressNoteOut::from).collect(),
                clocks: case.clocks.iter().map(|stored| ClockOut::of(stored, &case, now)).collect(),
            })
        })
        .await?;
    Ok(Json(out))
}

fn plans(tx: &mut Tx, id: FeedbackId, now: DateTime<Utc>) -> Result<Vec<PlanOut>> {
    let (mut compensations, approvals) = (store::compensations(tx, id)?, store::approvals(tx, id)?);
    actions::show_released(tx, id, now, &mut compensations)?;
    Ok(store::plans(tx, id)?.into_iter().map(|plan| PlanOut::of(plan, &compensations, &approvals)).collect())
}

fn replies(tx: &mut Tx, id: FeedbackId) -> Result<Vec<ReplyOut>> {
    let answers = store::satisfactions(tx, id)?;
    Ok(store::replies(tx, id)?.into_iter().map(|reply| ReplyOut::of(reply, &answers)).collect())
}
