//! The operations on API keys.

use super::{
    actions,
    domain::ApiKeyId,
    store,
    wire::{ApiKeyIn, ApiKeyOut, ApiKeyPage, ApiKeyStepIn, NoApiKeyFilter},
};
use crate::platform::{
    auth::{Access, Caller, Changed, Gate},
    db::Db,
    http::{
        command::Command,
        listing::{Listing, PageParams},
        path::Path,
        problem::Result,
        reply::Reply,
    },
};
use actix_web::{
    get,
    http::StatusCode,
    post,
    web::{Data, Json},
};

/// Makes an API key
///
/// The key is shown in this answer and never again; a replay shows null. Refuses with `unknown_scope`,
/// `in_the_past` and `unknown_department`.
#[utoipa::path(tag = "staff", request_body = ApiKeyIn,
    responses((status = 201, body = ApiKeyOut)), security(("bearer" = ["admin"])))]
#[post("/api-keys")]
pub async fn create_api_key(
    caller: Caller,
    db: Data<Db>,
    access: Data<Access>,
    command: Command<ApiKeyIn>,
) -> Result<Reply<ApiKeyOut>> {
    let known = access.scopes();
    command
        .run(&db, &caller, StatusCode::CREATED, move |tx, actor, command| {
            let (row, key) = actions::create(tx, actor, &command.input, &known)?;
            Ok(ApiKeyOut::of(row, Some(key), actor.at))
        })
        .await
}

/// Lists API keys
///
/// In the order of their making, ended ones too.
#[utoipa::path(tag = "staff", params(PageParams, NoApiKeyFilter),
    responses((status = 200, body = ApiKeyPage)), security(("bearer" = ["admin"])))]
#[get("/api-keys")]
pub async fn list_api_keys(
    caller: Caller,
    db: Data<Db>,
    listing: Listing<NoApiKeyFilter>,
) -> Result<Json<ApiKeyPage>> {
    let (after, rows) = (listing.after()?, listing.rows());
    let found = db.read_list(move |tx| store::page(tx, after, rows)).await?;
    let page = listing.page(found, |row| row.id);
    Ok(Json(page.map(|row| ApiKeyOut::of(row, None, caller.at)).into()))
}

/// Returns an API key
///
/// Without the key itself.
#[utoipa::path(tag = "staff", params(("id" = ApiKeyId, Path, description = "The API key.")),
    responses((status = 200, body = ApiKeyOut)), security(("bearer" = ["admin"])))]
#[get("/api-keys/{id}")]
pub async fn get_api_key(caller: Caller, db: Data<Db>, id: Path<ApiKeyId>) -> Result<Reply<ApiKeyOut>> {
    let row = db.read(move |tx| store::find(tx, *id)).await?;
    Reply::ok(&ApiKeyOut::of(row, None, caller.at))
}

/// Ends an API key
///
/// It is refused from the next request on, by every server. Does nothing when it is ended already.
#[utoipa::path(tag = "staff", params(("id" = ApiKeyId, Path, description = "The API key.")),
    request_body = ApiKeyStepIn, responses((status = 200, body = ApiKeyOut)),
    security(("bearer" = ["admin"])))]
#[post("/api-keys/{id}/revoke")]
pub async fn revoke_api_key(
    caller: Caller,
    db: Data<Db>,
    gate: Data<Gate>,
    id: Path<ApiKeyId>,
    command: Command<ApiKeyStepIn>,
) -> Result<Reply<ApiKeyOut>> {
    let id = *id;
    let reply = command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let row = actions::revoke(tx, actor, id, &command.expected)?;
            Ok(ApiKeyOut::of(row, None, actor.at))
        })
        .await?;
    gate.settle(Changed::ApiKey(id.0)).await;
    Ok(reply)
}
