//! What operators want to know of the database.

use crate::platform::{
    db::{Tx, migrate, static_query},
    http::problem::Result,
};
use diesel::{RunQueryDsl, sql_types::BigInt};

static_query! {
    /// Returns the age in seconds of the oldest job that is due.
    pub struct WorkerLag {} -> BigInt =
        "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(run_at)), 0)::bigint FROM job
         WHERE done_at IS NULL AND parked_at IS NULL AND run_at <= clock_timestamp()"
}

/// Returns the age in seconds of the oldest job that is due, as the database counts time.
pub fn worker_lag(tx: &mut Tx) -> Result<i64> {
    Ok(WorkerLag {}.get_result(tx)?)
}

/// Returns whether the schema is the one that this program was built for.
pub fn schema_fits(tx: &mut Tx) -> Result<bool> {
    migrate::fits(tx)
}
