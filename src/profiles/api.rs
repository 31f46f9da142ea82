//! The overview and the timeline over HTTP.

use super::{
    actions,
    store::{self, After},
    wire::{OpenFeedbackOut, OrdersOverviewOut, OverviewOut, TimelinePage},
};
use crate::{
    customers::{self, CustomerId, CustomerOut, InteractionIn, InteractionOut},
    orders,
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
        time::Timestamp,
    },
};
use actix_web::{
    get,
    http::StatusCode,
    post,
    web::{Data, Json},
};
use chrono::TimeDelta;
use serde::Deserialize;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

/// How many interactions an overview shows.
const LAST: i64 = 5;

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(get_overview).service(get_timeline).service(create_interaction);
}

/// A timeline takes no filter.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {}

/// Shows a customer from all sides
///
/// The customer, its open feedback, what it said last of a result, what it bought, and its last interactions, all of
/// one moment. Of feedback each caller sees, and counts, what is theirs to see.
#[utoipa::path(tag = "customers", params(("id" = CustomerId, Path, description = "The customer.")),
    responses((status = 200, description = "The overview.", body = OverviewOut)),
    security(("bearer" = ["service_agent", "handler", "department_head", "customers:read"])))]
#[get("/customers/{id}/overview")]
async fn get_overview(caller: Caller, db: Data<Db>, id: Path<CustomerId>) -> Result<Reply<OverviewOut>> {
    let (at, scope) = (caller.at, caller.scope());
    let overview = db
        .snapshot(move |tx| {
            let customer = customers::profile(tx, *id)?;
            let open = store::open_feedback(tx, *id, scope)?;
            let satisfaction = store::last_satisfaction(tx, *id, scope)?;
            let interactions = customers::interactions(tx, *id, None, LAST)?;
            let bought = orders::totals(tx, *id)?;
            let family = customers::with_merged(tx, *id)?;
            let last_order = orders::last_purchase(tx, family)?;
            Ok(OverviewOut {
                customer: CustomerOut::of(customer, at),
                open_feedback: OpenFeedbackOut {
                    count: open.first().map_or(0, |row| row.count),
                    newest: open.into_iter().map(Into::into).collect(),
                },
                last_satisfaction: satisfaction.map(Into::into),
                orders: OrdersOverviewOut::of(bought, last_order),
                last_interactions: interactions.into_iter().map(Into::into).collect(),
            })
        })
        .await?;
    Reply::ok(&overview)
}

/// Shows a customer's timeline
///
/// Interactions, feedback when it was registered and closed, replies, purchases and refunds, latest first. Of feedback each caller sees
/// what is theirs to see.
#[utoipa::path(tag = "customers", params(("id" = CustomerId, Path, description = "The customer."), PageParams),
    responses((status = 200, description = "A page of the timeline.", body = TimelinePage)),
    security(("bearer" = ["service_agent", "handler", "department_head", "customers:read"])))]
#[get("/customers/{id}/timeline")]
async fn get_timeline(
    caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    listing: Listing<Whole>,
) -> Result<Json<TimelinePage>> {
    let (rows, scope) = (listing.rows(), caller.scope());
    let position: Option<(Timestamp, Uuid, String)> = listing.after()?;
    let after = match position {
        Some((at, id, kind)) => After { at: at.0, id, kind },
        // nothing has happened after the moment of asking
        None => After {
            at: caller.at.checked_add_signed(TimeDelta::milliseconds(1)).unwrap_or(caller.at),
            id: Uuid::nil(),
            kind: String::new(),
        },
    };
    let found = db
        .snapshot_list(move |tx| {
            customers::profile(tx, *id)?;
            store::timeline(tx, *id, scope, &after, rows)
        })
        .await?;
    let page = listing.page(found, |row| (Timestamp(row.at), row.id, row.kind.clone()));
    Ok(Json(page.map(Into::into).into()))
}

/// Notes an interaction
///
/// A call, a chat, a visit, a mail: what passed and how it felt. One that goes out to the customer and refers to
/// feedback counts there as the first response. Refuses `unknown_feedback` (422) where the feedback is not this
/// customer's, and `customer_merged` and `customer_erased` (409).
#[utoipa::path(tag = "customers", params(("id" = CustomerId, Path, description = "The customer.")),
    request_body = InteractionIn,
    responses((status = 201, description = "Noted.", body = InteractionOut)),
    security(("bearer" = ["service_agent", "customers:write"])))]
#[post("/customers/{id}/interactions")]
async fn create_interaction(
    caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    command: Command<InteractionIn>,
) -> Result<Reply<InteractionOut>> {
    command
        .run(&db, &caller, StatusCode::CREATED, move |tx, actor, command| {
            actions::note_interaction(tx, actor, *id, &command.expected, &command.input)
                .map(InteractionOut::from)
        })
        .await
}
