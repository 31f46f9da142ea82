//! What the ground floor itself wants done now and then.

use super::{Registry, store};
use crate::platform::db::idempotency;
use chrono::TimeDelta;

/// How long a job that is done can be looked at.
const KEPT: TimeDelta = TimeDelta::days(1);
/// How many statements one sweep makes, each of which deletes a bounded number of jobs.
const MOST_STATEMENTS: usize = 20;

/// Adds the sweeping of answers that are past their time, and of jobs that were done long ago.
pub fn housekeeping(registry: Registry) -> Registry {
    registry
        .every("platform.sweep_idempotency", TimeDelta::minutes(10), |tx, at| {
            idempotency::sweep(tx, at).map(|_| ())
        })
        .every("platform.sweep_jobs", TimeDelta::minutes(10), |tx, at| {
            for _ in 0..MOST_STATEMENTS {
                if store::sweep(tx, at.checked_sub_signed(KEPT).unwrap_or(at))? == 0 {
                    break;
                }
            }
            Ok(())
        })
}
