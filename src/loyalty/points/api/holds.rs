use crate::{
    customers::CustomerId,
    loyalty::points::{
        actions,
        domain::HoldId,
        store,
        wire::{CaptureIn, EntryOut, HoldOut, HoldPointsIn, StepIn},
    },
    platform::{
        auth::Caller,
        db::Db,
        http::{command::Command, path::Path, problem::Result, reply::Reply},
    },
};
use actix_web::{get, http::StatusCode, post, web::Data};

/// How long a hold lives that does not say, in seconds.
const HALF_AN_HOUR: i64 = 1800;

/// Holds points
///
/// Promises points to a purchase that is not yet sure. A hold ends once: by capture, by release, or by itself. What is
/// held does not expire before that. Refuses what a redemption refuses.
#[utoipa::path(tag = "loyalty",
    params(("id" = CustomerId, Path, description = "The customer.")),
    request_body = HoldPointsIn,
    responses((status = 201, description = "Held.", body = HoldOut)),
    extensions(("x-idempotency-key" = json!("required"))),
    security(("bearer" = ["service_agent", "points:redeem"])))]
#[post("/customers/{id}/points/holds")]
pub async fn hold_points(
    caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    command: Command<HoldPointsIn>,
) -> Result<Reply<HoldOut>> {
    let id = *id;
    command
        .run(&db, &caller, StatusCode::CREATED, move |tx, actor, command| {
            let input = command.input.clone();
            let wanted = (input.amount, input.ttl_seconds.unwrap_or(HALF_AN_HOUR), input.source.into());
            Ok(HoldOut::of(actions::hold(tx, actor, id, wanted)?, Some(id), actor.at))
        })
        .await
}

/// Shows a hold
///
/// One whose time is over has ended, whoever has noticed.
#[utoipa::path(tag = "loyalty",
    params(("id" = HoldId, Path, description = "The hold.")),
    responses((status = 200, description = "The hold.", body = HoldOut)),
    security(("bearer" = ["service_agent", "handler", "department_head", "points:read"])))]
#[get("/loyalty/holds/{id}")]
pub async fn get_hold(caller: Caller, db: Data<Db>, id: Path<HoldId>) -> Result<Reply<HoldOut>> {
    let at = caller.at;
    let found = db
        .read(move |tx| {
            let hold = store::hold(tx, *id)?;
            let customer = store::customer_of(tx, hold.account_id)?;
            Ok(HoldOut::of(hold, customer, at))
        })
        .await?;
    Reply::ok(&found)
}

/// Captures a hold
///
/// Redeems what is held, in whole or in part, once; the rest is let go. A hold is a promise: it covers points that have
/// expired or are owed meanwhile. Refuses `hold_ended` (409), `capture_above_hold` (422).
#[utoipa::path(tag = "loyalty",
    params(("id" = HoldId, Path, description = "The hold.")),
    request_body = CaptureIn,
    responses((status = 201, description = "Captured.", body = EntryOut)),
    extensions(("x-idempotency-key" = json!("required"))),
    security(("bearer" = ["service_agent", "points:redeem"])))]
#[post("/loyalty/holds/{id}/capture")]
pub async fn capture_hold(
    caller: Caller,
    db: Data<Db>,
    id: Path<HoldId>,
    command: Command<CaptureIn>,
) -> Result<Reply<EntryOut>> {
    let id = *id;
    command
        .run(&db, &caller, StatusCode::CREATED, move |tx, actor, command| {
            actions::capture(tx, actor, command.key(), id, command.amount).map(EntryOut::from)
        })
        .await
}

/// Releases a hold
///
/// What has expired meanwhile expires at once; the rest can be spent again, or repays what is owed. Refuses
/// `hold_ended` (409).
#[utoipa::path(tag = "loyalty",
    params(("id" = HoldId, Path, description = "The hold.")),
    request_body = StepIn,
    responses((status = 200, description = "The hold as it now is.", body = HoldOut)),
    extensions(("x-idempotency-key" = json!("required"))),
    security(("bearer" = ["service_agent", "points:redeem"])))]
#[post("/loyalty/holds/{id}/release")]
pub async fn release_hold(
    caller: Caller,
    db: Data<Db>,
    id: Path<HoldId>,
    command: Command<StepIn>,
) -> Result<Reply<HoldOut>> {
    let id = *id;
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, _| {
            let hold = actions::release(tx, actor, id)?;
            let customer = store::customer_of(tx, hold.account_id)?;
            Ok(HoldOut::of(hold, customer, actor.at))
        })
        .await
}
