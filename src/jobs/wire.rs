//! Jobs as JSON.

use crate::{
    page_of,
    platform::{
        http::reply::Resource,
        jobs::{Job, JobState},
        time::Timestamp,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

/// Which jobs are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JobFilter {
    /// Where they stand.
    #[param(nullable = false, inline)]
    pub state: Option<JobState>,
    /// What is to be done.
    #[param(nullable = false, min_length = 1, max_length = 200)]
    pub kind: Option<String>,
}

/// A further attempt, which needs nothing more.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct JobRetryIn {}

/// A piece of background work.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct JobOut {
    /// Its id.
    pub id: Uuid,
    /// What is to be done.
    #[schema(example = "imports.run")]
    pub kind: String,
    /// What it is to be done to; empty for periodic work.
    #[schema(example = "01968c3e-5b1f-7c1a-9d2e-3f4a5b6c7d8e")]
    pub subject: String,
    /// Where it stands.
    pub state: JobState,
    /// How often it was begun since it last succeeded.
    #[schema(minimum = 0, example = 0)]
    pub attempts: i32,
    /// Why it last failed.
    #[schema(required = true, example = "unavailable: unavailable")]
    pub last_error: Option<String>,
    /// When it is due.
    pub run_at: Timestamp,
    /// When it was done.
    #[schema(required = true)]
    pub done_at: Option<Timestamp>,
    /// When it was given up.
    #[schema(required = true)]
    pub parked_at: Option<Timestamp>,
    /// When it was asked for.
    pub created_at: Timestamp,
}

page_of!(
    /// A page of background work.
    JobPage, JobOut
);

impl From<Job> for JobOut {
    fn from(job: Job) -> Self {
        Self {
            state: job.state(),
            id: job.id,
            kind: job.kind,
            subject: job.subject,
            attempts: job.attempts,
            last_error: job.last_error,
            run_at: job.run_at.into(),
            done_at: job.done_at.map(Timestamp),
            parked_at: job.parked_at.map(Timestamp),
            created_at: job.created_at.into(),
        }
    }
}

impl Resource for JobOut {}
