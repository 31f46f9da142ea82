//! The handlers of jobs.

use super::wire::{JobFilter, JobOut, JobPage, JobRetryIn};
use crate::platform::{
    auth::Caller,
    db::Db,
    http::{
        command::Command,
        listing::{Listing, PageParams},
        path::Path,
        problem::Result,
        reply::Reply,
    },
    jobs,
};
use actix_web::{
    get,
    http::StatusCode,
    post,
    web::{Data, Json},
};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_jobs).service(retry_job);
}

/// Lists background work
///
/// Newest first; jobs that are done are kept for a day. A parked job has failed too often and waits for
/// somebody to look at its error.
#[utoipa::path(tag = "operations", params(PageParams, JobFilter),
    responses((status = 200, body = JobPage)), security(("bearer" = ["admin"])))]
#[get("/jobs")]
async fn list_jobs(_caller: Caller, db: Data<Db>, listing: Listing<JobFilter>) -> Result<Json<JobPage>> {
    let after = listing.after()?;
    let (state, kind, rows) = (listing.filter.state, listing.filter.kind.clone(), listing.rows());
    let found = db.read(move |tx| jobs::page(tx, state, kind.as_deref(), after, rows)).await?;
    let page = listing.page(found, |job| (job.created_at, job.id));
    Ok(Json(page.map(JobOut::from).into()))
}

/// Tries a parked job again
///
/// It is due at once and has all its attempts again. Refuses with `job_not_parked` a job that is not parked,
/// and with `job_already_open` one that has been asked for again since.
#[utoipa::path(tag = "operations", params(("id" = Uuid, Path, description = "The job.")),
    request_body = JobRetryIn, responses((status = 200, body = JobOut)), security(("bearer" = ["admin"])))]
#[post("/jobs/{id}/retry")]
async fn retry_job(
    caller: Caller,
    db: Data<Db>,
    id: Path<Uuid>,
    command: Command<JobRetryIn>,
) -> Result<Reply<JobOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, _| {
            jobs::retry(tx, *id, actor.at).map(JobOut::from)
        })
        .await
}
