use super::NoFilter;
use crate::{
    customers::CustomerId,
    loyalty::{
        program,
        tiers::{
            actions,
            domain::{Membership, TierState},
            wire::{AsOfParams, CustomerTierOut, GiveTierIn, TierHistoryOut, TierHistoryPage},
        },
    },
    platform::{
        auth::{Actor, Caller},
        db::Db,
        http::{
            command::Command,
            listing::{Listing, PageParams, Params},
            path::Path,
            problem::{Error, Problem, Result},
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

/// Shows a customer's tier
///
/// Which tier, since when and how long, what is missing for the next, and what becomes of it if nothing more is earned:
/// true to the instant, whatever background work has done. Of a customer that became part of another it is that one's.
/// With `as_of` the tier as it was; 422 `future_instant` for an instant that is to come.
#[utoipa::path(tag = "loyalty",
    params(("id" = CustomerId, Path, description = "The customer."), AsOfParams),
    responses((status = 200, description = "The tier.", body = CustomerTierOut),
        (status = 422, description = "The instant is to come.", body = Problem, content_type = "application/problem+json")),
    security(("bearer" = ["service_agent", "handler", "department_head", "points:read"])))]
#[get("/customers/{id}/tier")]
pub async fn get_customer_tier(
    caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    params: Params<AsOfParams>,
) -> Result<Reply<CustomerTierOut>> {
    let (now, id) = (caller.at, *id);
    let at = params.0.as_of.map_or(now, |at| at.0);
    if at > now {
        return Err(Error::field("/as_of", "future_instant", "lies in the future", "时间在未来"));
    }
    let held = db
        .snapshot(move |tx| {
            let program = program::current(tx)?;
            actions::on_view(tx, &program, id, (at, now))
        })
        .await?;
    Reply::ok(&CustomerTierOut::of(id, at, held))
}

/// Lists a customer's tiers
///
/// The history, newest first: what was earned, and what was given by hand beside it.
#[utoipa::path(tag = "loyalty",
    params(("id" = CustomerId, Path, description = "The customer."), PageParams),
    responses((status = 200, description = "A page of periods.", body = TierHistoryPage)),
    security(("bearer" = ["service_agent", "handler", "department_head", "points:read"])))]
#[get("/customers/{id}/tier/history")]
pub async fn list_customer_tiers(
    caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    listing: Listing<NoFilter>,
) -> Result<Json<TierHistoryPage>> {
    let after: Option<(DateTime<Utc>, bool)> = listing.after()?;
    let (at, id) = (caller.at, *id);
    let (rules, mut rows) = db.snapshot_list(move |tx| actions::history(tx, id, at)).await?;
    let place = |(row, _): &(Membership, Option<String>)| (row.since, row.state == TierState::Manual);
    rows.retain(|row| after.is_none_or(|after| place(row) < after));
    rows.truncate(usize::try_from(listing.rows()).unwrap_or(usize::MAX));
    let page = listing.page(rows, place);
    Ok(Json(page.map(|row| TierHistoryOut::of(&rules, row, at)).into()))
}

/// Gives a customer a tier
///
/// By hand, with a reason and an end: a floor, which hinders no rise and takes nothing away. It takes the place of one
/// given before; the lowest tier ends it. Refuses `unknown_tier` and `not_in_future` (422), `customer_merged` and
/// `customer_erased` (409).
#[utoipa::path(tag = "loyalty",
    params(("id" = CustomerId, Path, description = "The customer.")),
    request_body = GiveTierIn,
    responses((status = 201, description = "The tier as it is now.", body = CustomerTierOut)),
    security(("bearer" = ["service_agent", "points:adjust"])))]
#[post("/customers/{id}/tier")]
pub async fn give_customer_tier(
    caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    command: Command<GiveTierIn>,
) -> Result<Reply<CustomerTierOut>> {
    let id = *id;
    let work = move |tx: &mut _, actor: &Actor, command: &Command<GiveTierIn>| {
        let held = actions::give(tx, actor, id, &command.input)?;
        Ok(CustomerTierOut::of(id, actor.at, held))
    };
    command.run(&db, &caller, StatusCode::CREATED, work).await
}
