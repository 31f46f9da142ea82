//! Probes and figures.

use super::{
    readiness::{Readiness, Unready},
    store,
    wire::HealthOut,
};
use crate::platform::{
    clock::Clock,
    db::Db,
    http::problem::{Error, Problem, Result, Text},
    metrics::Metrics,
};
use actix_web::{
    HttpResponse, get,
    http::StatusCode,
    web::{Data, Json},
};
use std::time::Duration;
use tokio::time::timeout;
use utoipa_actix_web::service_config::ServiceConfig;

/// How long the database may take for its figures.
const LIMIT: Duration = Duration::from_secs(1);

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .app_data(Data::new(Readiness::default()))
        .service(get_liveness)
        .service(get_readiness)
        .service(get_metrics);
}

/// Says that the process lives
///
/// For whoever restarts processes. It touches nothing else: a server without its database lives too.
#[utoipa::path(tag = "operations", responses((status = 200, body = HealthOut, description = "It lives.")),
    security(()))]
#[get("/livez")]
async fn get_liveness() -> Json<HealthOut> {
    Json(HealthOut { status: "live" })
}

/// Says whether this server should be sent requests
///
/// For balancers. It is not ready while it is about to stop (`draining`), while the database does not answer
/// within a second (`database_unreachable`) or has another schema (`schema_mismatch`).
#[utoipa::path(tag = "operations", responses(
    (status = 200, body = HealthOut, description = "It is ready."),
    (status = 503, body = Problem, content_type = "application/problem+json", description = "It is not ready.")
), security(()))]
#[get("/readyz")]
async fn get_readiness(
    db: Data<Db>,
    metrics: Data<Metrics>,
    readiness: Data<Readiness>,
) -> Result<Json<HealthOut>> {
    if metrics.draining() {
        return Err(Unready::Draining.into());
    }
    readiness.of(&db).await?;
    Ok(Json(HealthOut { status: "ready" }))
}

/// Returns the figures of this server
///
/// In the text format of Prometheus: durations of requests by route template and status, the work of the
/// database threads, how late the background worker is. It names nobody.
#[utoipa::path(tag = "operations", responses(
    (status = 200, body = String, content_type = "text/plain", description = "The figures.",
        example = "hearback_worker_lag_seconds 0\n")
), security(()))]
#[get("/metrics")]
async fn get_metrics(db: Data<Db>, clock: Data<Clock>, metrics: Data<Metrics>) -> HttpResponse {
    for crew in db.status() {
        let connections = usize::try_from(crew.connections).unwrap_or_default();
        metrics.database(crew.name, "queued", crew.queued);
        metrics.database(crew.name, "busy", crew.busy);
        metrics.database(crew.name, "threads", crew.threads);
        metrics.database(crew.name, "connections", connections);
    }
    // without the database the last figure stays: its age shows in the work that queues
    let now = clock.now();
    if let Ok(Ok(seconds)) = timeout(LIMIT, db.read(move |tx| store::worker_lag(tx, now))).await {
        metrics.worker_lag(seconds);
    }
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(metrics.text())
}

impl From<Unready> for Error {
    fn from(why: Unready) -> Self {
        let (code, en, zh) = match why {
            Unready::Draining => ("draining", "The server is about to stop.", "服务器即将停止。"),
            Unready::Database => {
                ("database_unreachable", "The database does not answer.", "数据库没有响应。")
            }
            Unready::Schema => (
                "schema_mismatch",
                "The database's schema is not the one that this server was built for.",
                "数据库结构与本服务器的版本不符。",
            ),
        };
        Self::refused(StatusCode::SERVICE_UNAVAILABLE, code, Text::new(en, zh))
    }
}
