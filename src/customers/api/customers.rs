//! Customers over HTTP.

use crate::{
    customers::{
        actions,
        domain::{CustomerId, InteractionId},
        store::{self, Wanted},
        wire::{
            CustomerFilter, CustomerIn, CustomerOut, CustomerPage, CustomerPatch, ExternalRef,
            InteractionOut, InteractionPage, Position, RefSystem, RegisteredCustomerOut,
        },
    },
    platform::{
        auth::Caller,
        db::Db,
        http::{
            command::Command,
            listing::{Listing, PageParams},
            path::Path,
            problem::{Error, Result},
            reply::Reply,
        },
        text::Code,
        time::Timestamp,
    },
};
use actix_web::{
    get,
    http::StatusCode,
    patch, post, put,
    web::{Data, Json},
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

/// A page of interactions takes no filter.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct NoFilter {}

/// Mounts the routes of customers.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_customers)
        .service(create_customer)
        .service(get_customer_by_ref)
        .service(put_customer_by_ref)
        .service(get_customer)
        .service(update_customer)
        .service(list_interactions);
}

/// Registers a customer
///
/// Answers the customer with its number and, as `possible_duplicates`, the live customers with the same phone or
/// e-mail; they hinder nothing. Tags that do not exist yet are made. Refuses `external_ref_taken` (409) when another
/// customer has one of the references.
#[utoipa::path(tag = "customers", request_body = CustomerIn,
    responses((status = 201, description = "Registered.", body = RegisteredCustomerOut)),
    security(("bearer" = ["service_agent", "customers:write"])))]
#[post("/customers")]
async fn create_customer(
    caller: Caller,
    db: Data<Db>,
    command: Command<CustomerIn>,
) -> Result<Reply<RegisteredCustomerOut>> {
    command
        .run(&db, &caller, StatusCode::CREATED, |tx, actor, command| {
            let done = actions::create(tx, actor, &command.input)?;
            Ok(RegisteredCustomerOut::of(done.profile, done.duplicates, actor.at))
        })
        .await
}

/// Lists customers
///
/// Newest first. The filters narrow together; merged and erased customers are in the list too, by their status.
#[utoipa::path(tag = "customers", params(PageParams, CustomerFilter),
    responses((status = 200, description = "A page of customers.", body = CustomerPage)),
    security(("bearer" = ["service_agent", "handler", "department_head", "customers:read"])))]
#[get("/customers")]
async fn list_customers(
    caller: Caller,
    db: Data<Db>,
    listing: Listing<CustomerFilter>,
) -> Result<Json<CustomerPage>> {
    let (at, rows) = (caller.at, listing.rows());
    let after: Option<Position> = listing.after()?;
    let filter = listing.filter.clone();
    filter.check()?;
    let after = after.map(|(at, id)| (at.0, id));
    let found = db.read_list(move |tx| store::page(tx, Wanted { filter: &filter, after, rows, at })).await?;
    let page = listing.page(found, |row| (Timestamp(row.created_at), row.id));
    Ok(Json(page.map(|row| CustomerOut::of(row, at)).into()))
}

/// Shows a customer
///
/// A customer that became part of another is still shown; `merged_into` says of which.
#[utoipa::path(tag = "customers", params(("id" = CustomerId, Path, description = "The customer.")),
    responses((status = 200, description = "The customer.", body = CustomerOut)),
    security(("bearer" = ["service_agent", "handler", "department_head", "customers:read"])))]
#[get("/customers/{id}")]
async fn get_customer(caller: Caller, db: Data<Db>, id: Path<CustomerId>) -> Result<Reply<CustomerOut>> {
    let profile = db.submit(store::Whole(*id)).await?;
    Reply::ok(&CustomerOut::of(profile, caller.at))
}

/// Changes a customer
///
/// What is left out stays, null clears, lists are replaced whole, `custom` merges member by member. Refuses
/// `customer_merged`, `customer_erased` and `external_ref_taken` (409).
#[utoipa::path(tag = "customers", params(("id" = CustomerId, Path, description = "The customer.")),
    request_body(content = CustomerPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The customer as it now is.", body = CustomerOut)),
    security(("bearer" = ["service_agent", "customers:write"])))]
#[patch("/customers/{id}")]
async fn update_customer(
    caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    command: Command<CustomerPatch>,
) -> Result<Reply<CustomerOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let profile = actions::change(tx, actor, *id, &command.expected, &command.input)?;
            Ok(CustomerOut::of(profile, actor.at))
        })
        .await
}

/// Shows the customer of a reference
///
/// Integrations know customers by the ids of their own systems.
#[utoipa::path(tag = "customers",
    params(("system" = RefSystem, Path, description = "The other system."),
        ("external_id" = Code, Path, description = "The customer's id there.")),
    responses((status = 200, description = "The customer.", body = CustomerOut)),
    security(("bearer" = ["service_agent", "handler", "department_head", "customers:read"])))]
#[get("/customers/by-ref/{system}/{external_id}")]
async fn get_customer_by_ref(
    caller: Caller,
    db: Data<Db>,
    path: Path<(String, String)>,
) -> Result<Reply<CustomerOut>> {
    let reference = reference(path)?;
    let find = move |tx: &mut _| {
        let id = store::by_ref(tx, &reference.system, &reference.id)?.ok_or(Error::NotFound("customer"))?;
        store::profile(tx, id)
    };
    Reply::ok(&CustomerOut::of(db.read(find).await?, caller.at))
}

/// Registers or changes the customer of a reference
///
/// The first call with a reference registers the customer (201), later ones change it (200), however many come at
/// once. A change leaves what the body leaves out; lists that are there are replaced whole, `custom` merges,
/// `external_refs` are added to those that the customer has. Refuses `external_ref_taken`, `customer_merged` and
/// `customer_erased` (409).
#[utoipa::path(tag = "customers", request_body = CustomerIn,
    params(("system" = RefSystem, Path, description = "The other system."),
        ("external_id" = Code, Path, description = "The customer's id there.")),
    responses((status = 200, description = "Changed.", body = RegisteredCustomerOut),
        (status = 201, description = "Registered.", body = RegisteredCustomerOut)),
    security(("bearer" = ["service_agent", "customers:write"])))]
#[put("/customers/by-ref/{system}/{external_id}")]
async fn put_customer_by_ref(
    caller: Caller,
    db: Data<Db>,
    path: Path<(String, String)>,
    command: Command<CustomerIn>,
) -> Result<Reply<RegisteredCustomerOut>> {
    let reference = reference(path)?;
    command
        .run_either(&db, &caller, move |tx, actor, command| {
            let done = actions::put_by_ref(tx, actor, &reference, &command.expected, &command.input)?;
            let status = if done.new { StatusCode::CREATED } else { StatusCode::OK };
            Ok((status, RegisteredCustomerOut::of(done.profile, done.duplicates, actor.at)))
        })
        .await
}

/// Lists a customer's interactions
///
/// What passed between the customer and the organisation, latest first.
#[utoipa::path(tag = "customers", params(("id" = CustomerId, Path, description = "The customer."), PageParams),
    responses((status = 200, description = "A page of interactions.", body = InteractionPage)),
    security(("bearer" = ["service_agent", "handler", "department_head", "customers:read"])))]
#[get("/customers/{id}/interactions")]
async fn list_interactions(
    _caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    listing: Listing<NoFilter>,
) -> Result<Json<InteractionPage>> {
    let rows = listing.rows();
    let after: Option<Position<InteractionId>> = listing.after()?;
    let after = after.map(|(at, id)| (at.0, id));
    let found = db
        .read_list(move |tx| {
            let found = store::interactions(tx, *id, after, rows)?;
            if found.is_empty() {
                store::profile(tx, *id)?;
            }
            Ok(found)
        })
        .await?;
    let page = listing.page(found, |row| (Timestamp(row.occurred_at), row.id));
    Ok(Json(page.map(InteractionOut::from).into()))
}

fn reference(path: Path<(String, String)>) -> Result<ExternalRef> {
    let Path((system, id)) = path;
    ExternalRef::parse(&system, &id).ok_or_else(|| {
        Error::malformed("invalid_path", "A part of the path has the wrong form.", "路径中有格式错误的部分。")
    })
}
