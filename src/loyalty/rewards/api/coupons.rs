use super::NoFilter;
use crate::{
    customers::{self, CustomerId},
    loyalty::rewards::{
        actions,
        domain::{CouponId, CouponStep},
        store,
        wire::{CouponLockIn, CouponOut, CouponPage, CouponUseIn},
    },
    platform::{
        auth::{Actor, Caller},
        db::{Db, Tx},
        http::{
            body::Nothing,
            command::Command,
            listing::{Listing, PageParams},
            path::Path,
            problem::{Problem, Result},
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
use chrono::{DateTime, Utc};

/// Lists the coupons of a customer
///
/// Those of customers who became part of it included, newest first. Codes are shown to nobody.
#[utoipa::path(tag = "loyalty",
    params(("id" = CustomerId, Path, description = "The customer."), PageParams),
    responses((status = 200, description = "A page of coupons.", body = CouponPage)),
    security(("bearer" = ["service_agent", "handler", "department_head", "points:read"])))]
#[get("/customers/{id}/coupons")]
pub async fn list_customer_coupons(
    caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    listing: Listing<NoFilter>,
) -> Result<Json<CouponPage>> {
    let after: Option<(DateTime<Utc>, CouponId)> = listing.after()?;
    let (rows, id) = (listing.rows(), *id);
    let found = db
        .read_list(move |tx| {
            let own = customers::with_merged(tx, id)?;
            store::coupons_of(tx, &own, after, rows)
        })
        .await?;
    let page = listing.page(found, |coupon| (coupon.row.issued_at, coupon.row.id));
    Ok(Json(page.map(|coupon| CouponOut::of(coupon, &caller)).into()))
}

/// Shows a coupon
///
/// One whose time is over has expired, and a lock whose time is over has ended, whoever has noticed.
#[utoipa::path(tag = "loyalty",
    params(("id" = CouponId, Path, description = "The coupon.")),
    responses((status = 200, description = "The coupon.", body = CouponOut)),
    security(("bearer" = ["service_agent", "handler", "department_head", "points:read"])))]
#[get("/loyalty/coupons/{id}")]
pub async fn get_coupon(caller: Caller, db: Data<Db>, id: Path<CouponId>) -> Result<Reply<CouponOut>> {
    let found = db.read(move |tx| store::coupon(tx, *id)).await?;
    Reply::ok(&CouponOut::of(found, &caller))
}

/// Locks a coupon
///
/// By the code that the customer shows, for a purchase that is not yet sure. A lock is a promise: the coupon can be used
/// until it ends. A code that no coupon has is 404. Refuses `coupon_locked`, `coupon_used`, `coupon_expired` and
/// `coupon_void` (409).
#[utoipa::path(tag = "loyalty",
    request_body = CouponLockIn,
    responses((status = 200, description = "The coupon, locked.", body = CouponOut),
        (status = 404, description = "No coupon has this code.", body = Problem, content_type = "application/problem+json")),
    security(("bearer" = ["service_agent", "points:redeem"])))]
#[post("/loyalty/coupons/lock")]
pub async fn lock_coupon(
    caller: Caller,
    db: Data<Db>,
    command: Command<CouponLockIn>,
) -> Result<Reply<CouponOut>> {
    let work = |tx: &mut Tx, actor: &Actor, command: &Command<CouponLockIn>| {
        let found = actions::lock_coupon(tx, actor, &command.code, command.ttl_seconds)?;
        Ok(CouponOut::of(found, actor))
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

/// Uses a coupon
///
/// One that is locked, once. Refuses `coupon_not_locked`, `coupon_used`, `coupon_expired` and `coupon_void` (409).
#[utoipa::path(tag = "loyalty",
    params(("id" = CouponId, Path, description = "The coupon.")),
    request_body = CouponUseIn,
    responses((status = 200, description = "The coupon, used.", body = CouponOut)),
    security(("bearer" = ["service_agent", "points:redeem"])))]
#[post("/loyalty/coupons/{id}/use")]
pub async fn use_coupon(
    caller: Caller,
    db: Data<Db>,
    id: Path<CouponId>,
    command: Command<CouponUseIn>,
) -> Result<Reply<CouponOut>> {
    let work = move |tx: &mut Tx, actor: &Actor, command: &Command<CouponUseIn>| {
        let source = command.source.clone().map(Into::into);
        let used = actions::use_coupon(tx, actor, *id, (&command.expected, source))?;
        Ok(CouponOut::of(used, actor))
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

/// Unlocks a coupon
///
/// The purchase did not come about. Refuses `coupon_not_locked`, `coupon_used`, `coupon_expired` and `coupon_void` (409).
#[utoipa::path(tag = "loyalty",
    params(("id" = CouponId, Path, description = "The coupon.")),
    request_body = Nothing,
    responses((status = 200, description = "The coupon, free again.", body = CouponOut)),
    security(("bearer" = ["service_agent", "points:redeem"])))]
#[post("/loyalty/coupons/{id}/unlock")]
pub async fn unlock_coupon(
    caller: Caller,
    db: Data<Db>,
    id: Path<CouponId>,
    command: Command<Nothing>,
) -> Result<Reply<CouponOut>> {
    step(&caller, &db, *id, command, CouponStep::Unlock).await
}

/// Voids a coupon
///
/// It is not to be used any more; also one that is locked. Refuses `coupon_used`, `coupon_expired` and `coupon_void`
/// (409).
#[utoipa::path(tag = "loyalty",
    params(("id" = CouponId, Path, description = "The coupon.")),
    request_body = Nothing,
    responses((status = 200, description = "The coupon, void.", body = CouponOut)),
    security(("bearer" = ["service_agent", "points:adjust"])))]
#[post("/loyalty/coupons/{id}/void")]
pub async fn void_coupon(
    caller: Caller,
    db: Data<Db>,
    id: Path<CouponId>,
    command: Command<Nothing>,
) -> Result<Reply<CouponOut>> {
    step(&caller, &db, *id, command, CouponStep::Void).await
}

/// Renews the code of a coupon
///
/// The old code ends. The new one is shown in this answer and never again; a replay shows null. This is how a customer
/// gets the code of a coupon that came by itself, as a compensation. Refuses `coupon_locked`, `coupon_used`,
/// `coupon_expired` and `coupon_void` (409).
#[utoipa::path(tag = "loyalty",
    params(("id" = CouponId, Path, description = "The coupon.")),
    request_body = Nothing,
    responses((status = 200, description = "The coupon with its new code.", body = CouponOut)),
    security(("bearer" = ["service_agent", "points:adjust"])))]
#[post("/loyalty/coupons/{id}/renew-code")]
pub async fn renew_coupon_code(
    caller: Caller,
    db: Data<Db>,
    id: Path<CouponId>,
    command: Command<Nothing>,
) -> Result<Reply<CouponOut>> {
    let work = move |tx: &mut Tx, actor: &Actor, command: &Command<Nothing>| {
        let (coupon, code) = actions::renew_code(tx, actor, *id, &command.expected)?;
        Ok(CouponOut { code: Some(code), ..CouponOut::of(coupon, actor) })
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

async fn step(
    caller: &Caller,
    db: &Db,
    id: CouponId,
    command: Command<Nothing>,
    step: CouponStep,
) -> Result<Reply<CouponOut>> {
    let work = move |tx: &mut Tx, actor: &Actor, command: &Command<Nothing>| {
        let coupon = actions::step_coupon(tx, actor, id, (&command.expected, step))?;
        Ok(CouponOut::of(coupon, actor))
    };
    command.run(db, caller, StatusCode::OK, work).await
}
