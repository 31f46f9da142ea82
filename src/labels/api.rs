use super::{registry, wire::EnumsOut};
use crate::platform::{
    auth::Caller,
    http::{problem::Result, reply::Reply},
};
use actix_web::get;
use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_enums);
}

/// Lists all enumerations
///
/// For all staff and every program: each code with its label in English and in Chinese.
#[utoipa::path(tag = "settings",
    responses((status = 200, description = "The enumerations, by name.", body = EnumsOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst",
        "settings:read", "customers:read", "customers:write", "feedback:read", "feedback:write",
        "imports:read", "imports:write"])))]
#[get("/enums")]
async fn list_enums(_caller: Caller) -> Result<Reply<EnumsOut>> {
    Reply::ok(&EnumsOut { items: registry::all(), next_cursor: None })
}
