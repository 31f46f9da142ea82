use crate::{
    orders::{
        actions,
        wire::{RebuildIn, RollupOut},
    },
    platform::{
        audit::AuditOut,
        auth::Caller,
        db::Db,
        http::{command::Command, problem::Result, reply::Reply},
    },
};
use actix_web::{
    get,
    http::StatusCode,
    post,
    web::{Data, Json},
};

/// Verifies orders
///
/// Compares, at one moment, orders with their lines, refunds with their purchases, and what is summed by local day with
/// the orders and usage events themselves. While days are rebuilt for another zone they are left out.
#[utoipa::path(tag = "orders",
    responses((status = 200, description = "What was found.", body = AuditOut)),
    security(("bearer" = ["admin", "analyst"])))]
#[get("/orders/verify")]
pub async fn verify_orders(_caller: Caller, db: Data<Db>) -> Result<Json<AuditOut>> {
    Ok(Json(db.survey(actions::audit).await?.into()))
}

/// Rebuilds the days of orders
///
/// Lets the worker sum purchases and usage by local day anew; nobody need wait for it. A change of the organisation's
/// zone does this by itself: until `building` is null again, days of both zones are there.
#[utoipa::path(tag = "orders", request_body = RebuildIn,
    responses((status = 202, description = "It is under way.", body = RollupOut)),
    security(("bearer" = ["admin"])))]
#[post("/orders/rebuild")]
pub async fn rebuild_orders(
    caller: Caller,
    db: Data<Db>,
    command: Command<RebuildIn>,
) -> Result<Reply<RollupOut>> {
    command
        .run(&db, &caller, StatusCode::ACCEPTED, |tx, actor, _| {
            actions::rebuild(tx, actor).map(RollupOut::from)
        })
        .await
}
