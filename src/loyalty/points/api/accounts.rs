use super::NoFilter;
use crate::{
    customers::CustomerId,
    loyalty::points::{
        actions,
        domain::HoldId,
        store,
        wire::{EntryFilter, EntryOut, EntryPage, HoldOut, HoldPage, PointsOut, PointsParams},
    },
    platform::{
        auth::Caller,
        db::Db,
        http::{
            listing::{Listing, PageParams, Params},
            path::Path,
            problem::{Error, Problem, Result},
            reply::Reply,
        },
    },
};
use actix_web::{
    get,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};

/// Shows a customer's points
///
/// What can be spent, what is to come, what is held and owed, and what ends when: settled to the instant, whatever
/// background work has done. Of a customer that became part of another it is what both have together. With `as_of` the
/// balance as it was at a past instant; 422 `future_instant` for one that is to come.
#[utoipa::path(tag = "loyalty",
    params(("id" = CustomerId, Path, description = "The customer."), PointsParams),
    responses((status = 200, description = "The points.", body = PointsOut),
        (status = 422, description = "The instant is to come.", body = Problem, content_type = "application/problem+json")),
    security(("bearer" = ["service_agent", "handler", "department_head", "points:read"])))]
#[get("/customers/{id}/points")]
pub async fn get_points(
    caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    params: Params<PointsParams>,
) -> Result<Reply<PointsOut>> {
    let (now, id) = (caller.at, *id);
    let at = params.0.as_of.map_or(now, |at| at.0);
    if at > now {
        let en = "lies in the future";
        return Err(Error::field("/as_of", "future_instant", en, "时间在未来"));
    }
    let standing = db.snapshot(move |tx| actions::standing(tx, id, at, now)).await?;
    Reply::ok(&PointsOut::of(id, at, standing))
}

/// Lists a customer's entries
///
/// The ledger of the customer, accounts of merged customers included, newest first. What has happened by itself since
/// the last entry is posted with the next one.
#[utoipa::path(tag = "loyalty",
    params(("id" = CustomerId, Path, description = "The customer."), PageParams, EntryFilter),
    responses((status = 200, description = "A page of entries.", body = EntryPage)),
    security(("bearer" = ["service_agent", "handler", "department_head", "points:read"])))]
#[get("/customers/{id}/points/entries")]
pub async fn list_points_entries(
    _caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    listing: Listing<EntryFilter>,
) -> Result<Json<EntryPage>> {
    let after: Option<store::Position> = listing.after()?;
    let (rows, id, kind) = (listing.rows(), *id, listing.filter.kind);
    let found = db
        .read_list(move |tx| {
            let owners = store::linked(tx, id)?;
            let found = store::page(tx, &owners, kind, after, rows)?;
            Ok(found.into_iter().map(|row| (owners.customer(row.0.account_id), row)).collect::<Vec<_>>())
        })
        .await?;
    let page = listing.page(found, |(_, (entry, _))| (entry.recorded_at, entry.id));
    Ok(Json(page.map(|(customer, row)| EntryOut::worded(row, customer)).into()))
}

/// Lists a customer's holds
///
/// Newest first.
#[utoipa::path(tag = "loyalty",
    params(("id" = CustomerId, Path, description = "The customer."), PageParams),
    responses((status = 200, description = "A page of holds.", body = HoldPage)),
    security(("bearer" = ["service_agent", "handler", "department_head", "points:read"])))]
#[get("/customers/{id}/points/holds")]
pub async fn list_points_holds(
    caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    listing: Listing<NoFilter>,
) -> Result<Json<HoldPage>> {
    let after: Option<(DateTime<Utc>, HoldId)> = listing.after()?;
    let (rows, id, at) = (listing.rows(), *id, caller.at);
    let found = db
        .read_list(move |tx| {
            let owners = store::linked(tx, id)?;
            let found = store::hold_page(tx, &owners, after, rows)?;
            Ok(found.into_iter().map(|row| (owners.customer(row.account_id), row)).collect::<Vec<_>>())
        })
        .await?;
    let page = listing.page(found, |(_, hold)| (hold.created_at, hold.id));
    Ok(Json(page.map(|(customer, row)| HoldOut::of(row, customer, at)).into()))
}
