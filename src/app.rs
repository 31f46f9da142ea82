//! Mounts every slice, once: the server, the tests and the document all use [`mount`].

use crate::{
    api_keys, audits, calendars, customers, departments, feedback, imports, jobs, labels, loyalty, openapi,
    operations, orders,
    platform::{
        auth::{Access, Gate},
        clock::Clock,
        config::Config,
        db::Db,
        http::{fallback, finish::finish, page::CursorKey},
        jobs::{Registry, housekeeping},
        metrics::Metrics,
    },
    profiles, routing, sessions, settings, sla, staff, track, work,
};
use actix_cors::Cors;
use actix_web::{
    App,
    body::BoxBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
    web::{self, Data},
};
use std::sync::Arc;
use utoipa::openapi::OpenApi;
use utoipa_actix_web::{AppExt, scope, service_config::ServiceConfig};
use utoipa_swagger_ui::SwaggerUi;

/// Everything that handlers share, made once a server.
#[derive(Clone)]
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The one clock.
    pub clock: Data<Clock>,
    /// Who is let in.
    pub gate: Data<Gate>,
    /// What each operation demands.
    pub access: Data<Access>,
    /// What cursors are sealed with.
    pub cursor_key: Data<CursorKey>,
    /// What operators watch.
    pub metrics: Data<Metrics>,
    /// How this server runs.
    pub config: Data<Config>,
    /// The document, ready to be served.
    pub document: Arc<OpenApi>,
}

/// Mounts every slice.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .configure(operations::routes)
        .configure(sessions::root_routes)
        .service(scope("/api/v1").configure(api));
}

/// Mounts the slices that live under `/api/v1`.
fn api(config: &mut ServiceConfig<'_>) {
    config
        .configure(sessions::routes)
        .configure(staff::routes)
        .configure(api_keys::routes)
        .configure(departments::routes)
        .configure(calendars::routes)
        .configure(sla::routes)
        .configure(routing::routes)
        .configure(settings::routes)
        .configure(labels::routes)
        .configure(profiles::routes)
        .configure(customers::routes)
        .configure(loyalty::routes)
        .configure(orders::routes)
        .configure(work::routes)
        .configure(feedback::routes)
        .configure(track::routes)
        .configure(audits::routes)
        .configure(imports::routes)
        .configure(jobs::routes);
}

/// Returns the background work of every slice.
pub fn background(gate: &Gate) -> Registry {
    let registry = loyalty::background(feedback::background(housekeeping(Registry::new())));
    let registry = orders::background(registry);
    let registry = sessions::background(imports::background(registry));
    audits::background(registry, gate.keys())
}

/// Returns `frame` with the paths and schemas of all slices.
pub fn gather(frame: OpenApi) -> OpenApi {
    App::new().into_utoipa_app().openapi(frame).configure(mount).split_for_parts().1
}

/// Returns the application that a server serves.
pub fn build(
    parts: Parts,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let document = (*parts.document).clone();
    let (app, _) = App::new().into_utoipa_app().openapi(openapi::frame()).configure(mount).split_for_parts();
    app.app_data(Data::new(parts.db))
        .app_data(parts.clock)
        .app_data(parts.gate)
        .app_data(parts.access)
        .app_data(parts.cursor_key)
        .app_data(parts.metrics)
        .app_data(Data::new(fallback::KnownPaths::of(&document)))
        .service(web::redirect("/docs", "/docs/"))
        .service(SwaggerUi::new("/docs/{_:.*}").url("/openapi.json", document))
        .default_service(web::to(fallback::answer))
        .wrap(from_fn(fallback::words_first))
        .wrap(cors(&parts.config))
        .app_data(parts.config)
        .wrap(from_fn(finish))
}

/// Returns what front ends on other origins may do: nothing, unless their origins are configured.
fn cors(config: &Config) -> Cors {
    let base = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"])
        .allowed_headers([
            "authorization",
            "content-type",
            "if-match",
            "idempotency-key",
            "x-request-id",
            "x-track-token",
            "accept-language",
        ])
        .expose_headers(["etag", "location", "retry-after", "idempotency-replayed", "x-request-id"])
        .max_age(3600);
    config.cors_origins.iter().fold(base, |cors, origin| cors.allowed_origin(origin))
}
