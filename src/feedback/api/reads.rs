use crate::{
    feedback::{
        actions::{self, Case},
        domain::FeedbackId,
        store,
        wire::*,
    },
    platform::{
        auth::Caller,
        db::{Db, Tx},
        http::{
            asked::Asked,
            language::Language,
            listing::{Listing, PageParams, Params},
            path::Path,
            problem::{Error, Result},
        },
    },
    vocabulary::ClockKind,
};
use actix_web::{
    HttpRequest, get,
    web::{Data, Json},
};
use serde::Deserialize;
use utoipa::IntoParams;

/// List what can be done
///
/// Every action with whether the caller may do it now, and the guard that blocks the rest.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    responses((status = 200, description = "The actions.", body = ActionsOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[get("/feedback/{id}/actions")]
pub async fn list_feedback_actions(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    request: HttpRequest,
) -> Result<Json<ActionsOut>> {
    let chinese = Asked::of(&request).language == Language::Zh;
    let steps = db.snapshot(move |tx| actions::steps(tx, &caller, *id)).await?;
    let items = steps.into_iter().map(|(step, blocked)| ActionOut::of(step, blocked, chinese)).collect();
    Ok(Json(ActionsOut { items }))
}

/// No filter.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFilter {}

/// List the history
///
/// Ascending; the entries form one hash chain, of which status is the fold.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback."), PageParams),
    responses((status = 200, description = "A page.", body = FeedbackEventPage)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[get("/feedback/{id}/events")]
pub async fn list_feedback_events(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    listing: Listing<NoFilter>,
) -> Result<Json<FeedbackEventPage>> {
    let after: i32 = listing.after()?.unwrap_or(0);
    let (id, rows) = (*id, listing.rows());
    let (events, texts) = db
        .read(move |tx| {
            actions::see(tx, &caller, id)?;
            let events = store::events(tx, id, after, rows)?;
            let last = events.last().map_or(after, |event| event.seq);
            Ok((events, store::event_texts(tx, id, after, last)?))
        })
        .await?;
    let page = listing.page(events, |event| event.seq);
    Ok(Json(page.map(|event| FeedbackEventOut::of(event, &texts)).into()))
}

/// List the clocks
///
/// All of them, of all rounds, oldest first.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    responses((status = 200, description = "The clocks.", body = ClocksOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[get("/feedback/{id}/clocks")]
pub async fn list_feedback_clocks(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
) -> Result<Json<ClocksOut>> {
    let now = caller.at;
    let case = db.snapshot(move |tx| settled(tx, &caller, *id)).await?;
    let items = case.clocks.iter().map(|stored| ClockOut::of(stored, &case, now)).collect();
    Ok(Json(ClocksOut { items }))
}

/// Which clock of a kind is explained.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhichClock {
    /// The round; absent: the newest.
    #[param(nullable = false, minimum = 1)]
    round: Option<u32>,
    /// Its place among the clocks of its kind and round; absent: the newest.
    #[param(nullable = false, minimum = 1)]
    seq: Option<u32>,
}

/// Explain a clock
///
/// Segment by segment: working time, time off, holidays, make-up days, pauses. The counted seconds add up to
/// `consumed_seconds` exactly.
#[utoipa::path(
    tag = "feedback",
    params(
        ("id" = FeedbackId, Path, description = "The feedback."),
        ("kind" = ClockKind, Path, description = "The kind of the clock."),
        WhichClock,
    ),
    responses((status = 200, description = "The clock and its segments.", body = ClockExplainOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[get("/feedback/{id}/clocks/{kind}/explain")]
pub async fn explain_feedback_clock(
    caller: Caller,
    db: Data<Db>,
    path: Path<(FeedbackId, ClockKind)>,
    which: Params<WhichClock>,
) -> Result<Json<ClockExplainOut>> {
    let ((id, kind), now) = (*path, caller.at);
    let case = db.snapshot(move |tx| settled(tx, &caller, id)).await?;
    let fits = |stored: &&store::StoredClock| {
        let (clock, which) = (&stored.clock, which.0);
        clock.kind == kind
            && which.round.is_none_or(|r| r == clock.round)
            && which.seq.is_none_or(|s| s == clock.seq)
    };
    let newest = case.clocks.iter().filter(fits).max_by_key(|stored| (stored.clock.round, stored.clock.seq));
    let stored = newest.ok_or(Error::NotFound("clock"))?;
    let lines = stored.clock.explain(now, &case.rules.calendars);
    let segments = lines.into_iter().map(ClockLineOut::from).collect();
    Ok(Json(ClockExplainOut { clock: ClockOut::of(stored, &case, now), segments }))
}

/// Get who used the time
///
/// Each second of each clock is booked on the department and the person that held the item.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    responses((status = 200, description = "The shares.", body = TimeLedgerOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[get("/feedback/{id}/time-ledger")]
pub async fn get_feedback_time_ledger(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
) -> Result<Json<TimeLedgerOut>> {
    let now = caller.at;
    let case = db.snapshot(move |tx| settled(tx, &caller, *id)).await?;
    let shares = |stored: &store::StoredClock| -> Vec<TimeShareOut> {
        let ledger = stored.clock.time_ledger(now, &case.rules.calendars);
        ledger.iter().map(|share| TimeShareOut::of(stored, share)).collect()
    };
    Ok(Json(TimeLedgerOut { items: case.clocks.iter().flat_map(shares).collect() }))
}

pub(super) fn settled(tx: &mut Tx, caller: &Caller, id: FeedbackId) -> Result<Case> {
    Ok(actions::read(tx, caller, id)?.case)
}
