use super::{
    actions::{self, Adjusted},
    domain::AdjustmentId,
    store,
    wire::{
        AdjustIn, AdjustedOut, AdjustmentFilter, AdjustmentOut, AdjustmentPage, ApproveAdjustmentIn,
        RejectAdjustmentIn,
    },
};
use crate::{
    customers::CustomerId,
    loyalty::points::EntryOut,
    platform::{
        auth::Caller,
        db::Db,
        http::{
            command::Command,
            listing::{Listing, PageParams},
            path::Path,
            problem::Result,
            reply::Reply,
        },
    },
};
use actix_web::{
    get,
    http::StatusCode,
    post,
    web::{Data, Json},
};
use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of adjustments.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(adjust_points)
        .service(list_adjustments)
        .service(get_adjustment)
        .service(approve_adjustment)
        .service(reject_adjustment);
}

/// Adjusts points
///
/// Up or down, with a reason. Above the program's `adjustment_limit` nothing is booked: the answer is 202 with a request
/// that a second person decides on. Refuses `insufficient_points` with the `shortfall`, and `amount_out_of_range` for 0
/// (422), `customer_merged` and `customer_erased` (409).
#[utoipa::path(tag = "loyalty", params(("id" = CustomerId, Path, description = "The customer.")),
    request_body = AdjustIn,
    responses((status = 201, description = "Adjusted.", body = EntryOut),
        (status = 202, description = "A second person is asked.", body = AdjustmentOut)),
    extensions(("x-idempotency-key" = json!("required"))),
    security(("bearer" = ["service_agent", "points:adjust"])))]
#[post("/customers/{id}/points/adjust")]
async fn adjust_points(
    caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    command: Command<AdjustIn>,
) -> Result<Reply<AdjustedOut>> {
    let id = *id;
    command
        .run_either(&db, &caller, move |tx, actor, command| {
            let wanted = (command.amount, command.reason.0.as_str());
            let adjusted = actions::adjust(tx, actor, command.key(), id, wanted)?;
            let status = match &adjusted {
                Adjusted::Booked(_) => StatusCode::CREATED,
                Adjusted::Waiting(_) => StatusCode::ACCEPTED,
            };
            Ok((status, AdjustedOut::of(adjusted, actor)))
        })
        .await
}

/// Lists requests for adjustments
///
/// Newest first; decided ones too.
#[utoipa::path(tag = "loyalty", params(PageParams, AdjustmentFilter),
    responses((status = 200, description = "A page of requests.", body = AdjustmentPage)),
    security(("bearer" = ["service_agent", "points:read"])))]
#[get("/loyalty/adjustments")]
async fn list_adjustments(
    caller: Caller,
    db: Data<Db>,
    listing: Listing<AdjustmentFilter>,
) -> Result<Json<AdjustmentPage>> {
    let after: Option<store::Position> = listing.after()?;
    let (rows, AdjustmentFilter { state, customer_id }) = (listing.rows(), listing.filter);
    let found = db.read_list(move |tx| store::page(tx, state, customer_id, after, rows)).await?;
    let page = listing.page(found, |row| (row.requested_at, row.id));
    Ok(Json(page.map(|row| AdjustmentOut::of(row, &caller)).into()))
}

/// Shows a request for an adjustment
///
/// With what this caller may do.
#[utoipa::path(tag = "loyalty", params(("id" = AdjustmentId, Path, description = "The request.")),
    responses((status = 200, description = "The request.", body = AdjustmentOut)),
    security(("bearer" = ["service_agent", "points:read"])))]
#[get("/loyalty/adjustments/{id}")]
async fn get_adjustment(
    caller: Caller,
    db: Data<Db>,
    id: Path<AdjustmentId>,
) -> Result<Reply<AdjustmentOut>> {
    let row = db.read(move |tx| store::find(tx, *id)).await?;
    Reply::ok(&AdjustmentOut::of(row, &caller))
}

/// Approves an adjustment
///
/// Books it. Refuses `own_request` and `already_decided` (409), and what an adjustment refuses; then it stays pending.
#[utoipa::path(tag = "loyalty", params(("id" = AdjustmentId, Path, description = "The request.")),
    request_body = ApproveAdjustmentIn,
    responses((status = 200, description = "The request as it now is.", body = AdjustmentOut)),
    extensions(("x-idempotency-key" = json!("required"))),
    security(("bearer" = ["service_agent"])))]
#[post("/loyalty/adjustments/{id}/approve")]
async fn approve_adjustment(
    caller: Caller,
    db: Data<Db>,
    id: Path<AdjustmentId>,
    command: Command<ApproveAdjustmentIn>,
) -> Result<Reply<AdjustmentOut>> {
    let id = *id;
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let wanted = (&command.expected, command.comment.as_deref());
            let row = actions::approve(tx, actor, command.key(), id, wanted)?;
            Ok(AdjustmentOut::of(row, actor))
        })
        .await
}

/// Rejects an adjustment
///
/// Nothing is booked. Refuses `own_request` and `already_decided` (409).
#[utoipa::path(tag = "loyalty", params(("id" = AdjustmentId, Path, description = "The request.")),
    request_body = RejectAdjustmentIn,
    responses((status = 200, description = "The request as it now is.", body = AdjustmentOut)),
    security(("bearer" = ["service_agent"])))]
#[post("/loyalty/adjustments/{id}/reject")]
async fn reject_adjustment(
    caller: Caller,
    db: Data<Db>,
    id: Path<AdjustmentId>,
    command: Command<RejectAdjustmentIn>,
) -> Result<Reply<AdjustmentOut>> {
    let id = *id;
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let row = actions::reject(tx, actor, id, (&command.expected, &command.comment))?;
            Ok(AdjustmentOut::of(row, actor))
        })
        .await
}
