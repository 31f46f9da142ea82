use crate::{
    customers::{self, CustomerId},
    loyalty::rewards::{
        actions,
        domain::{RedemptionId, RewardId},
        store,
        wire::{RedemptionCancelIn, RedemptionFilter, RedemptionIn, RedemptionOut, RedemptionPage},
    },
    platform::{
        auth::{Actor, Caller},
        db::{Db, Tx},
        http::{
            body::Nothing,
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

/// Redeems a reward
///
/// Takes its price from the customer's points and one from the stock, all or nothing. Refuses `insufficient_points` with
/// the `shortfall` and `unknown_customer` (422), `out_of_stock`, `limit_reached`, `not_in_window`, `reward_inactive`,
/// `tier_too_low`, `customer_merged` and `customer_erased` (409).
#[utoipa::path(tag = "loyalty",
    params(("id" = RewardId, Path, description = "The reward.")),
    request_body = RedemptionIn,
    responses((status = 201, description = "Redeemed, to be confirmed.", body = RedemptionOut)),
    extensions(("x-idempotency-key" = json!("required"))),
    security(("bearer" = ["service_agent", "points:redeem"])))]
#[post("/loyalty/rewards/{id}/redemptions")]
pub async fn redeem_reward(
    caller: Caller,
    db: Data<Db>,
    id: Path<RewardId>,
    command: Command<RedemptionIn>,
) -> Result<Reply<RedemptionOut>> {
    let work = move |tx: &mut Tx, actor: &Actor, command: &Command<RedemptionIn>| {
        let row = actions::request(tx, actor, command.key(), *id, command.customer_id)?;
        Ok(RedemptionOut::of(row, None, actor))
    };
    command.run(&db, &caller, StatusCode::CREATED, work).await
}

/// Lists the redemptions of a reward
///
/// Newest first.
#[utoipa::path(tag = "loyalty",
    params(("id" = RewardId, Path, description = "The reward."), PageParams, RedemptionFilter),
    responses((status = 200, description = "A page of redemptions.", body = RedemptionPage)),
    security(("bearer" = ["service_agent", "handler", "department_head", "points:read"])))]
#[get("/loyalty/rewards/{id}/redemptions")]
pub async fn list_reward_redemptions(
    caller: Caller,
    db: Data<Db>,
    id: Path<RewardId>,
    listing: Listing<RedemptionFilter>,
) -> Result<Json<RedemptionPage>> {
    let wanted = move |tx: &mut Tx| Ok(store::Wanted::Reward(store::reward(tx, *id)?.id));
    page(&caller, &db, listing, wanted).await
}

/// Lists the redemptions of a customer
///
/// Those of customers who became part of it included, newest first.
#[utoipa::path(tag = "loyalty",
    params(("id" = CustomerId, Path, description = "The customer."), PageParams, RedemptionFilter),
    responses((status = 200, description = "A page of redemptions.", body = RedemptionPage)),
    security(("bearer" = ["service_agent", "handler", "department_head", "points:read"])))]
#[get("/customers/{id}/redemptions")]
pub async fn list_customer_redemptions(
    caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    listing: Listing<RedemptionFilter>,
) -> Result<Json<RedemptionPage>> {
    let wanted = move |tx: &mut Tx| Ok(store::Wanted::Customer(customers::with_merged(tx, *id)?));
    page(&caller, &db, listing, wanted).await
}

async fn page(
    caller: &Caller,
    db: &Db,
    listing: Listing<RedemptionFilter>,
    wanted: impl Fn(&mut Tx) -> Result<store::Wanted> + Send + 'static,
) -> Result<Json<RedemptionPage>> {
    let after: Option<store::Position> = listing.after()?;
    let (rows, state) = (listing.rows(), listing.filter.state);
    let found = db
        .read_list(move |tx| {
            let wanted = wanted(tx)?;
            store::page(tx, &wanted, state, after, rows)
        })
        .await?;
    let page = listing.page(found, |(row, _)| (row.requested_at, row.id));
    Ok(Json(page.map(|(row, coupon)| RedemptionOut::of(row, coupon, caller)).into()))
}

/// Shows a redemption
///
/// With what can be done with it now.
#[utoipa::path(tag = "loyalty",
    params(("id" = RedemptionId, Path, description = "The redemption.")),
    responses((status = 200, description = "The redemption.", body = RedemptionOut)),
    security(("bearer" = ["service_agent", "handler", "department_head", "points:read"])))]
#[get("/loyalty/redemptions/{id}")]
pub async fn get_redemption(
    caller: Caller,
    db: Data<Db>,
    id: Path<RedemptionId>,
) -> Result<Reply<RedemptionOut>> {
    let (row, coupon) = db.read(move |tx| store::redemption(tx, *id)).await?;
    Reply::ok(&RedemptionOut::of(row, coupon, &caller))
}

/// Confirms a redemption
///
/// Says that it will be handed over. Refuses `invalid_transition` with the `allowed_actions`, and `belongs_to_source` for
/// one that was given without a price (409).
#[utoipa::path(tag = "loyalty",
    params(("id" = RedemptionId, Path, description = "The redemption.")),
    request_body = Nothing,
    responses((status = 200, description = "The redemption as it is now.", body = RedemptionOut)),
    security(("bearer" = ["service_agent", "points:redeem"])))]
#[post("/loyalty/redemptions/{id}/confirm")]
pub async fn confirm_redemption(
    caller: Caller,
    db: Data<Db>,
    id: Path<RedemptionId>,
    command: Command<Nothing>,
) -> Result<Reply<RedemptionOut>> {
    let work = move |tx: &mut Tx, actor: &Actor, command: &Command<Nothing>| {
        let row = actions::confirm(tx, actor, *id, &command.expected)?;
        Ok(RedemptionOut::of(row, None, actor))
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

/// Fulfils a redemption
///
/// Says that it was handed over. A coupon is issued: its code is shown in this answer and never again; a replay shows
/// null. Refuses `invalid_transition` with the `allowed_actions`, `belongs_to_source` (409).
#[utoipa::path(tag = "loyalty",
    params(("id" = RedemptionId, Path, description = "The redemption.")),
    request_body = Nothing,
    responses((status = 200, description = "The redemption as it is now.", body = RedemptionOut)),
    security(("bearer" = ["service_agent", "points:redeem"])))]
#[post("/loyalty/redemptions/{id}/fulfil")]
pub async fn fulfil_redemption(
    caller: Caller,
    db: Data<Db>,
    id: Path<RedemptionId>,
    command: Command<Nothing>,
) -> Result<Reply<RedemptionOut>> {
    let work = move |tx: &mut Tx, actor: &Actor, command: &Command<Nothing>| {
        let (row, issued) = actions::fulfil(tx, actor, *id, &command.expected)?;
        let (coupon, coupon_code) = issued.unzip();
        Ok(RedemptionOut { coupon_code, ..RedemptionOut::of(row, coupon, actor) })
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

/// Cancels a redemption
///
/// Before it was handed over: its points come back to the lots that they came from, and the stock grows, once. Refuses
/// `invalid_transition` with the `allowed_actions`, `belongs_to_source` (409).
#[utoipa::path(tag = "loyalty",
    params(("id" = RedemptionId, Path, description = "The redemption.")),
    request_body = RedemptionCancelIn,
    responses((status = 200, description = "The redemption as it is now.", body = RedemptionOut)),
    extensions(("x-idempotency-key" = json!("required"))),
    security(("bearer" = ["service_agent", "points:redeem"])))]
#[post("/loyalty/redemptions/{id}/cancel")]
pub async fn cancel_redemption(
    caller: Caller,
    db: Data<Db>,
    id: Path<RedemptionId>,
    command: Command<RedemptionCancelIn>,
) -> Result<Reply<RedemptionOut>> {
    let work = move |tx: &mut Tx, actor: &Actor, command: &Command<RedemptionCancelIn>| {
        let how = (&command.expected, command.reason.as_deref());
        let row = actions::cancel(tx, actor, command.key(), *id, how)?;
        Ok(RedemptionOut::of(row, None, actor))
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}
