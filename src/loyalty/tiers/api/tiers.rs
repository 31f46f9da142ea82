use super::NoFilter;
use crate::{
    loyalty::{
        points::AccountId,
        tiers::{
            actions,
            domain::{TierId, TierNoticeId},
            store::{self, TierRow},
            wire::{
                MoverPage, RehearsalIn, TierFilter, TierIn, TierNoticePage, TierOut, TierPage, TierPatch,
            },
        },
    },
    platform::{
        auth::{Actor, Caller},
        db::Db,
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

/// Creates a tier
///
/// For admins. Thresholds rise with the rank (422 `thresholds_not_rising`), the lowest tier takes no points (422
/// `no_base_tier`), codes and ranks are unique (409 `code_taken`, `rank_taken`). Who has the points rises at once.
#[utoipa::path(tag = "loyalty", request_body = TierIn,
    responses((status = 201, description = "The tier.", body = TierOut)),
    security(("bearer" = ["admin"])))]
#[post("/loyalty/tiers")]
pub async fn create_tier(caller: Caller, db: Data<Db>, command: Command<TierIn>) -> Result<Reply<TierOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<TierIn>| {
        actions::create(tx, actor, &command.input).map(TierOut::from)
    };
    command.run(&db, &caller, StatusCode::CREATED, work).await
}

/// Lists tiers
///
/// Lowest first; those that can no longer be reached too.
#[utoipa::path(tag = "loyalty", params(PageParams, TierFilter),
    responses((status = 200, description = "A page of tiers.", body = TierPage)),
    security(("bearer" = ["service_agent", "handler", "department_head", "analyst", "points:read"])))]
#[get("/loyalty/tiers")]
pub async fn list_tiers(
    _caller: Caller,
    db: Data<Db>,
    listing: Listing<TierFilter>,
) -> Result<Json<TierPage>> {
    let (after, rows, active) = (listing.after()?, listing.rows(), listing.filter.active);
    let found = db.read_list(move |tx| store::page(tx, active, after, rows)).await?;
    Ok(Json(listing.page(found, |row: &TierRow| (row.rank, row.id)).map(TierOut::from).into()))
}

/// Rehearses a change of tiers
///
/// For admins; changes nothing. Lists the customers that would have another tier by these rules: at once, or at the end
/// of their validity if nothing more is earned, for what was reached is kept till then. A page may be short, or empty,
/// while there is a next one. The change itself is made by `PATCH` of the tiers and of the program; nothing obliges to
/// rehearse it. Refuses what they refuse, and `unknown_tier` (422).
#[utoipa::path(tag = "loyalty", request_body = RehearsalIn, params(PageParams),
    responses((status = 200, description = "A page of customers that would move.", body = MoverPage)),
    security(("bearer" = ["admin"])))]
#[post("/loyalty/tiers/rehearse")]
pub async fn rehearse_tiers(
    caller: Caller,
    db: Data<Db>,
    listing: Listing<NoFilter>,
    command: Command<RehearsalIn>,
) -> Result<Reply<MoverPage>> {
    let after: Option<AccountId> = listing.after()?;
    let limit = usize::try_from(listing.limit).unwrap_or(1);
    let work = move |tx: &mut _, actor: &Actor, command: &Command<RehearsalIn>| {
        let (movers, next) = actions::rehearse(tx, &command.input, (after, limit), actor.at)?;
        Ok(listing.page_until(movers, next).map(Into::into).into())
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

/// Shows a tier
///
/// With the `ETag` that a change names in `If-Match`.
#[utoipa::path(tag = "loyalty",
    params(("id" = TierId, Path, description = "The tier.")),
    responses((status = 200, description = "The tier.", body = TierOut)),
    security(("bearer" = ["service_agent", "handler", "department_head", "analyst", "points:read"])))]
#[get("/loyalty/tiers/{id}")]
pub async fn get_tier(_caller: Caller, db: Data<Db>, id: Path<TierId>) -> Result<Reply<TierOut>> {
    Reply::ok(&db.read(move |tx| store::find(tx, *id)).await?.into())
}

/// Changes a tier
///
/// For admins. Refuses what creating refuses. A lower threshold raises who has the points at once; a higher one takes
/// nothing away before the end of validity. Rehearse it before: `POST /loyalty/tiers/rehearse`.
#[utoipa::path(tag = "loyalty",
    params(("id" = TierId, Path, description = "The tier.")),
    request_body(content = TierPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The tier as it is now.", body = TierOut)),
    security(("bearer" = ["admin"])))]
#[patch("/loyalty/tiers/{id}")]
pub async fn update_tier(
    caller: Caller,
    db: Data<Db>,
    id: Path<TierId>,
    command: Command<TierPatch>,
) -> Result<Reply<TierOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<TierPatch>| {
        actions::update(tx, actor, *id, command).map(TierOut::from)
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

/// Deactivates a tier
///
/// For admins. From now on nobody reaches it. Refuses a tier that customers have (409 `tier_in_use`) and the lowest
/// (422 `no_base_tier`).
#[utoipa::path(tag = "loyalty",
    params(("id" = TierId, Path, description = "The tier.")),
    request_body(content = Option<Nothing>),
    responses((status = 200, description = "The tier as it is now.", body = TierOut)),
    security(("bearer" = ["admin"])))]
#[post("/loyalty/tiers/{id}/deactivate")]
pub async fn deactivate_tier(
    caller: Caller,
    db: Data<Db>,
    id: Path<TierId>,
    command: Command<Nothing>,
) -> Result<Reply<TierOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<Nothing>| {
        actions::set_active(tx, actor, *id, &command.expected, false).map(TierOut::from)
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

/// Activates a tier
///
/// For admins. Refuses what creating refuses.
#[utoipa::path(tag = "loyalty",
    params(("id" = TierId, Path, description = "The tier.")),
    request_body(content = Option<Nothing>),
    responses((status = 200, description = "The tier as it is now.", body = TierOut)),
    security(("bearer" = ["admin"])))]
#[post("/loyalty/tiers/{id}/activate")]
pub async fn activate_tier(
    caller: Caller,
    db: Data<Db>,
    id: Path<TierId>,
    command: Command<Nothing>,
) -> Result<Reply<TierOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<Nothing>| {
        actions::set_active(tx, actor, *id, &command.expected, true).map(TierOut::from)
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

/// Lists notices of tiers
///
/// What customers are to be told of a tier that they are about to lose, oldest first: before grace begins, as often as
/// the program says, and when it has begun. Whoever delivers them goes on from the last cursor.
#[utoipa::path(tag = "loyalty", params(PageParams),
    responses((status = 200, description = "A page of notices.", body = TierNoticePage)),
    security(("bearer" = ["service_agent", "points:read"])))]
#[get("/loyalty/tier-notices")]
pub async fn list_tier_notices(
    _caller: Caller,
    db: Data<Db>,
    listing: Listing<NoFilter>,
) -> Result<Json<TierNoticePage>> {
    let (after, rows): (Option<TierNoticeId>, i64) = (listing.after()?, listing.rows());
    let found = db.read_list(move |tx| store::notices(tx, after, rows)).await?;
    Ok(Json(listing.page(found, |row| row.id).map(Into::into).into()))
}
