//! What operators want to know of the database.

use crate::platform::{
    db::{Tx, migrate, static_query},
    http::problem::Result,
};
use chrono::{DateTime, Utc};
use diesel::{
    RunQueryDsl,
    sql_types::{BigInt, Timestamptz},
};

static_query! {
    /// Returns the age in seconds of the oldest job that is due.
    pub struct WorkerLag { now: DateTime<Utc> => Timestamptz } -> BigInt =
        "SELECT coalesce(extract(epoch FROM $now - min(run_at)), 0)::bigint FROM job
         WHERE done_at IS NULL AND parked_at IS NULL AND run_at <= $now"
}

/// Returns the age in seconds of the oldest job that was due.
pub fn worker_lag(tx: &mut Tx, now: DateTime<Utc>) -> Result<i64> {
    Ok(WorkerLag { now }.get_result(tx)?)
}

/// Returns whether the schema is the one that this program was built for.
pub fn schema_fits(tx: &mut Tx) -> Result<bool> {
    migrate::fits(tx)
}
