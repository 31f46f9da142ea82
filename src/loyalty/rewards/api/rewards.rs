use crate::{
    loyalty::rewards::{
        actions,
        domain::RewardId,
        store,
        wire::{RewardFilter, RewardIn, RewardOut, RewardPage, RewardPatch},
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
    patch, post,
    web::{Data, Json},
};

/// Lists rewards
///
/// In the order of their making.
#[utoipa::path(tag = "loyalty",
    params(PageParams, RewardFilter),
    responses((status = 200, description = "A page of rewards.", body = RewardPage)),
    security(("bearer" = ["service_agent", "handler", "department_head", "analyst", "points:read"])))]
#[get("/loyalty/rewards")]
pub async fn list_rewards(
    _caller: Caller,
    db: Data<Db>,
    listing: Listing<RewardFilter>,
) -> Result<Json<RewardPage>> {
    let after: Option<RewardId> = listing.after()?;
    let (rows, RewardFilter { kind, active }) = (listing.rows(), listing.filter);
    let found = db.read_list(move |tx| store::rewards(tx, (kind, active), after, rows)).await?;
    Ok(Json(listing.page(found, |reward| reward.id).map(RewardOut::from).into()))
}

/// Makes a reward
///
/// Something that points can be redeemed for. Refuses `window_reversed`, `only_for_coupons`
/// and `unknown_tier` (422).
#[utoipa::path(tag = "loyalty",
    request_body = RewardIn,
    responses((status = 201, description = "Made.", body = RewardOut)),
    security(("bearer" = ["admin"])))]
#[post("/loyalty/rewards")]
pub async fn create_reward(
    caller: Caller,
    db: Data<Db>,
    command: Command<RewardIn>,
) -> Result<Reply<RewardOut>> {
    let work = |tx: &mut Tx, actor: &Actor, command: &Command<RewardIn>| {
        actions::create(tx, actor, &command.input).map(RewardOut::from)
    };
    command.run(&db, &caller, StatusCode::CREATED, work).await
}

/// Shows a reward
///
/// The `ETag` is what a change names in `If-Match`.
#[utoipa::path(tag = "loyalty",
    params(("id" = RewardId, Path, description = "The reward.")),
    responses((status = 200, description = "The reward.", body = RewardOut)),
    security(("bearer" = ["service_agent", "handler", "department_head", "analyst", "points:read"])))]
#[get("/loyalty/rewards/{id}")]
pub async fn get_reward(_caller: Caller, db: Data<Db>, id: Path<RewardId>) -> Result<Reply<RewardOut>> {
    Reply::ok(&db.read(move |tx| store::reward(tx, *id)).await?.into())
}

/// Changes a reward
///
/// For what is redeemed from now on. The stock is what is left: each redemption changes it, and with it the version.
/// Refuses `window_reversed`, `only_for_coupons` and `unknown_tier` (422).
#[utoipa::path(tag = "loyalty",
    params(("id" = RewardId, Path, description = "The reward.")),
    request_body(content = RewardPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The reward as it is now.", body = RewardOut)),
    security(("bearer" = ["admin"])))]
#[patch("/loyalty/rewards/{id}")]
pub async fn update_reward(
    caller: Caller,
    db: Data<Db>,
    id: Path<RewardId>,
    command: Command<RewardPatch>,
) -> Result<Reply<RewardOut>> {
    let work = move |tx: &mut Tx, actor: &Actor, command: &Command<RewardPatch>| {
        actions::update(tx, actor, *id, command).map(RewardOut::from)
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

/// Offers a reward again
///
/// One that is offered already stays so.
#[utoipa::path(tag = "loyalty",
    params(("id" = RewardId, Path, description = "The reward.")),
    request_body = Nothing,
    responses((status = 200, description = "The reward as it is now.", body = RewardOut)),
    security(("bearer" = ["admin"])))]
#[post("/loyalty/rewards/{id}/activate")]
pub async fn activate_reward(
    caller: Caller,
    db: Data<Db>,
    id: Path<RewardId>,
    command: Command<Nothing>,
) -> Result<Reply<RewardOut>> {
    set_active(&caller, &db, *id, command, true).await
}

/// Offers a reward no more
///
/// What was redeemed before goes its way.
#[utoipa::path(tag = "loyalty",
    params(("id" = RewardId, Path, description = "The reward.")),
    request_body = Nothing,
    responses((status = 200, description = "The reward as it is now.", body = RewardOut)),
    security(("bearer" = ["admin"])))]
#[post("/loyalty/rewards/{id}/deactivate")]
pub async fn deactivate_reward(
    caller: Caller,
    db: Data<Db>,
    id: Path<RewardId>,
    command: Command<Nothing>,
) -> Result<Reply<RewardOut>> {
    set_active(&caller, &db, *id, command, false).await
}

async fn set_active(
    caller: &Caller,
    db: &Db,
    id: RewardId,
    command: Command<Nothing>,
    active: bool,
) -> Result<Reply<RewardOut>> {
    let work = move |tx: &mut Tx, actor: &Actor, command: &Command<Nothing>| {
        actions::set_active(tx, actor, id, &command.expected, active).map(RewardOut::from)
    };
    command.run(db, caller, StatusCode::OK, work).await
}
