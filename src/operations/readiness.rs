//! Whether this server should be sent requests.

use super::store;
use crate::platform::db::Db;
use std::{
    sync::Mutex,
    time::{Duration, Instant},
};
use tokio::time::timeout;

/// How long the database may take for its answer.
const LIMIT: Duration = Duration::from_secs(1);
/// How long an answer holds, so that probes are no load.
const LIFE: Duration = Duration::from_secs(1);

/// Why a server is not ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unready {
    /// It is about to stop.
    Draining,
    /// The database does not answer, or not in time.
    Database,
    /// The database has another version of the schema.
    Schema,
}

/// What the database last said, and when.
#[derive(Default)]
pub struct Readiness(Mutex<Option<(Instant, Result<(), Unready>)>>);

impl Readiness {
    /// Returns what the database says, or said within the last second.
    pub async fn of(&self, db: &Db) -> Result<(), Unready> {
        if let Some((at, verdict)) = *self.last()
            && at.elapsed() < LIFE
        {
            return verdict;
        }
        let verdict = match timeout(LIMIT, db.read(store::schema_fits)).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(Unready::Schema),
            Ok(Err(_)) | Err(_) => Err(Unready::Database),
        };
        *self.last() = Some((Instant::now(), verdict));
        verdict
    }

    fn last(&self) -> std::sync::MutexGuard<'_, Option<(Instant, Result<(), Unready>)>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
