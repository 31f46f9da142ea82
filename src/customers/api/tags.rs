//! Tags over HTTP.

use super::customers::NoFilter;
use crate::{
    customers::{
        actions,
        domain::{CustomerId, TagId},
        store,
        wire::{CustomerOut, CustomerTagIn, TagIn, TagName, TagOut, TagPage, TagPatch},
    },
    platform::{
        auth::Caller,
        db::Db,
        http::{
            command::Command,
            listing::{Listing, PageParams},
            path::Path,
            problem::{Problem, Result},
            reply::Reply,
        },
    },
};
use actix_web::{
    HttpResponse, delete, get,
    http::StatusCode,
    patch, post,
    web::{Data, Json},
};
use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of tags.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(add_customer_tag)
        .service(remove_customer_tag)
        .service(list_tags)
        .service(create_tag)
        .service(get_tag)
        .service(update_tag)
        .service(delete_tag);
}

/// Makes a tag
///
/// Refuses `tag_name_taken` (409). Tags are also made by giving customers new names of tags.
#[utoipa::path(tag = "customers", request_body = TagIn,
    responses((status = 201, description = "Made.", body = TagOut)),
    security(("bearer" = ["service_agent", "customers:write"])))]
#[post("/tags")]
async fn create_tag(caller: Caller, db: Data<Db>, command: Command<TagIn>) -> Result<Reply<TagOut>> {
    command
        .run(&db, &caller, StatusCode::CREATED, |tx, actor, command| {
            actions::create_tag(tx, actor, &command.input).map(TagOut::from)
        })
        .await
}

/// Lists tags
///
/// In the order of their names.
#[utoipa::path(tag = "customers", params(PageParams),
    responses((status = 200, description = "A page of tags.", body = TagPage)),
    security(("bearer" = ["service_agent", "handler", "department_head", "customers:read"])))]
#[get("/tags")]
async fn list_tags(_caller: Caller, db: Data<Db>, listing: Listing<NoFilter>) -> Result<Json<TagPage>> {
    let rows = listing.rows();
    let after: Option<String> = listing.after()?;
    let found = db.read_list(move |tx| store::tags(tx, after.as_deref(), rows)).await?;
    let page = listing.page(found, |row| row.name.clone());
    Ok(Json(page.map(TagOut::from).into()))
}

/// Shows a tag
///
/// By its id; customers show their tags by name.
#[utoipa::path(tag = "customers", params(("id" = TagId, Path, description = "The tag.")),
    responses((status = 200, description = "The tag.", body = TagOut)),
    security(("bearer" = ["service_agent", "handler", "department_head", "customers:read"])))]
#[get("/tags/{id}")]
async fn get_tag(_caller: Caller, db: Data<Db>, id: Path<TagId>) -> Result<Reply<TagOut>> {
    Reply::ok(&db.read(move |tx| store::tag(tx, *id)).await?.into())
}

/// Changes a tag
///
/// A new name shows at once on every customer that has the tag. Refuses `tag_name_taken` (409).
#[utoipa::path(tag = "customers", params(("id" = TagId, Path, description = "The tag.")),
    request_body(content = TagPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The tag as it now is.", body = TagOut)),
    security(("bearer" = ["service_agent", "customers:write"])))]
#[patch("/tags/{id}")]
async fn update_tag(
    caller: Caller,
    db: Data<Db>,
    id: Path<TagId>,
    command: Command<TagPatch>,
) -> Result<Reply<TagOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, _, command| {
            actions::change_tag(tx, *id, &command.expected, &command.input).map(TagOut::from)
        })
        .await
}

/// Deletes a tag
///
/// Refuses `tag_in_use` (409) while a customer has it.
#[utoipa::path(tag = "customers", params(("id" = TagId, Path, description = "The tag.")),
    responses((status = 204, description = "Deleted."),
        (status = 409, description = "A customer has it.", body = Problem, content_type = "application/problem+json")),
    security(("bearer" = ["service_agent", "customers:write"])))]
#[delete("/tags/{id}")]
async fn delete_tag(caller: Caller, db: Data<Db>, id: Path<TagId>) -> Result<HttpResponse> {
    db.write(move |tx| actions::delete_tag(tx, &caller, *id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Gives a tag to a customer
///
/// For ever or until `expires_at`; who has the tag already gets the new end. A name that no tag has yet becomes a
/// tag. Answers the customer. Refuses `customer_merged` and `customer_erased` (409).
#[utoipa::path(tag = "customers", params(("id" = CustomerId, Path, description = "The customer.")),
    request_body = CustomerTagIn,
    responses((status = 200, description = "The customer as it now is.", body = CustomerOut)),
    security(("bearer" = ["service_agent", "customers:write"])))]
#[post("/customers/{id}/tags")]
async fn add_customer_tag(
    caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    command: Command<CustomerTagIn>,
) -> Result<Reply<CustomerOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let profile = actions::add_tag(tx, actor, *id, &command.expected, &command.input)?;
            Ok(CustomerOut::of(profile, actor.at))
        })
        .await
}

/// Takes a tag from a customer
///
/// The tag itself stays. 404 when the customer does not have it; `customer_merged` and `customer_erased` are 409.
#[utoipa::path(tag = "customers",
    params(("id" = CustomerId, Path, description = "The customer."),
        ("name" = TagName, Path, description = "The tag's name.")),
    responses((status = 204, description = "Taken."),
        (status = 409, description = "The customer is merged or erased.", body = Problem,
            content_type = "application/problem+json")),
    security(("bearer" = ["service_agent", "customers:write"])))]
#[delete("/customers/{id}/tags/{name}")]
async fn remove_customer_tag(
    caller: Caller,
    db: Data<Db>,
    path: Path<(CustomerId, String)>,
) -> Result<HttpResponse> {
    let Path((id, name)) = path;
    db.write(move |tx| actions::remove_tag(tx, &caller, id, &name)).await?;
    Ok(HttpResponse::NoContent().finish())
}
