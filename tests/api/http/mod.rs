//! Manners of HTTP that hold for every operation, tried on routes of the test's own.

mod bodies;
mod headers;
mod queries;
mod routes;
mod wire;

use crate::support::App;
use actix_web::{
    HttpResponse,
    web::{self, Json, ServiceConfig},
};
use hearback::platform::{
    http::{command::Command, listing::Params, path::Path},
    text::{Name, Reason},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

/// A body with one field of each kind of text.
#[derive(Debug, Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
struct ProbeIn {
    name: Name,
    #[schema(nullable = false)]
    note: Option<Reason>,
    #[schema(nullable = false)]
    custom: Option<Value>,
}

/// A query with one parameter.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ProbeQuery {
    count: Option<i32>,
    q: Option<String>,
}

async fn command(body: Command<ProbeIn>) -> Json<ProbeIn> {
    Json(body.input)
}

async fn query(query: Params<ProbeQuery>) -> Json<ProbeQuery> {
    Json(query.0)
}

async fn by_id(id: Path<Uuid>) -> String {
    id.to_string()
}

async fn panic() -> HttpResponse {
    panic!("on purpose")
}

fn routes(config: &mut ServiceConfig) {
    config
        .route("/test/probe", web::post().to(command))
        .route("/test/probe", web::patch().to(command))
        .route("/test/probe", web::get().to(query))
        .route("/test/probe/{id}", web::get().to(by_id))
        .route("/test/panic", web::get().to(panic));
}

/// Starts a server that has the routes of this module too.
async fn app() -> App {
    App::with(routes).await
}
