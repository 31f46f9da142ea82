use super::{
    actions, store,
    wire::{SettingsOut, SettingsPatch},
};
use crate::platform::{
    auth::Caller,
    db::Db,
    http::{command::Command, problem::Result, reply::Reply},
};
use actix_web::{get, http::StatusCode, patch, web::Data};
use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(get_settings).service(update_settings);
}

/// Shows the organisation's settings
///
/// For all staff, with the `ETag` that a change names in `If-Match`.
#[utoipa::path(tag = "settings",
    responses((status = 200, description = "The settings.", body = SettingsOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst", "settings:read"])))]
#[get("/settings")]
async fn get_settings(_caller: Caller, db: Data<Db>) -> Result<Reply<SettingsOut>> {
    Reply::ok(&db.read(store::current).await?.into())
}

/// Changes the organisation's settings
///
/// For admins. The zone is a name of the IANA zone database (422 `unknown_time_zone`), percents rise (422
/// `not_rising`), the calendar is there and active (422 `unknown_calendar`, 409 `calendar_inactive`), and a
/// question's reminder does not come after its end (422 `reminder_after_timeout`).
#[utoipa::path(tag = "settings", request_body = SettingsPatch,
    responses((status = 200, description = "The settings as they are now.", body = SettingsOut)),
    security(("bearer" = ["admin"])))]
#[patch("/settings")]
async fn update_settings(
    caller: Caller,
    db: Data<Db>,
    command: Command<SettingsPatch>,
) -> Result<Reply<SettingsOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<SettingsPatch>| {
        actions::update(tx, actor, command).map(SettingsOut::from)
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}
