//! Jobs as administrators look at them.

use super::Job;
use crate::{
    platform::{
        db::Tx,
        http::problem::{Error, Result},
    },
    schema::job,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

crate::codes! {
    /// Where a job stands.
    pub enum JobState = "job_state" {
        Waiting = "waiting", "Waiting for its time", "等待中";
        Running = "running", "Running", "执行中";
        Done = "done", "Done", "已完成";
        Parked = "parked", "Parked after too many failures", "多次失败后搁置";
    }
}

impl Job {
    /// Returns where the job stands.
    pub fn state(&self) -> JobState {
        match (self.done_at, self.parked_at, self.lease) {
            (Some(_), _, _) => JobState::Done,
            (_, Some(_), _) => JobState::Parked,
            (_, _, Some(_)) => JobState::Running,
            _ => JobState::Waiting,
        }
    }
}

/// Returns jobs after the position, newest first.
pub fn page(
    tx: &mut Tx,
    state: Option<JobState>,
    kind: Option<&str>,
    after: Option<(DateTime<Utc>, Uuid)>,
    rows: i64,
) -> Result<Vec<Job>> {
    let mut query = job::table.select(Job::as_select()).into_boxed();
    if let Some(state) = state {
        let open = job::done_at.is_null().and(job::parked_at.is_null());
        query = match state {
            JobState::Waiting => query.filter(open.and(job::lease.is_null())),
            JobState::Running => query.filter(open.and(job::lease.is_not_null())),
            JobState::Done => query.filter(job::done_at.is_not_null()),
            JobState::Parked => query.filter(job::parked_at.is_not_null()),
        };
    }
    if let Some(kind) = kind {
        query = query.filter(job::kind.eq(kind.to_owned()));
    }
    if let Some((at, id)) = after {
        query = query.filter(job::created_at.lt(at).or(job::created_at.eq(at).and(job::id.lt(id))));
    }
    let order = (job::created_at.desc(), job::id.desc());
    Ok(query.order(order).limit(rows).load(tx)?)
}

/// Lets a parked job wait again; a newer open job of the same kind and subject takes its place.
pub fn retry(tx: &mut Tx, id: Uuid, at: DateTime<Utc>) -> Result<Job> {
    let found: Option<Job> =
        job::table.find(id).select(Job::as_select()).for_update().first(tx).optional()?;
    let parked = found.ok_or(Error::NotFound("job"))?;
    if parked.parked_at.is_none() {
        return Err(Error::conflict(
            "job_not_parked",
            "Only a parked job can be tried again.",
            "只有被搁置的任务才能重试。",
        ));
    }
    let open = job::table.filter(job::kind.eq(&parked.kind).and(job::subject.eq(&parked.subject)));
    let open = open.filter(job::done_at.is_null().and(job::parked_at.is_null()));
    if diesel::select(diesel::dsl::exists(open)).get_result(tx)? {
        return Err(Error::conflict(
            "job_already_open",
            "The same work has been asked for again already.",
            "同一任务已重新排队。",
        ));
    }
    let change = (job::parked_at.eq(None::<DateTime<Utc>>), job::attempts.eq(0), job::run_at.eq(at));
    Ok(diesel::update(job::table.find(id)).set(change).returning(Job::as_select()).get_result(tx)?)
}
