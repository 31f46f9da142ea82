//! What is cleaned up: pieces whose import never came, previews that nobody started.

use super::{
    super::{domain::ImportFailure, store},
    end,
};
use crate::platform::jobs::Registry;
use chrono::TimeDelta;

/// How long an upload may take.
const UPLOAD: TimeDelta = TimeDelta::hours(1);
/// How long a preview waits for its start.
const PREVIEW: TimeDelta = TimeDelta::days(7);

/// Adds the sweeping.
pub fn background(registry: Registry) -> Registry {
    registry.every("imports.sweep", TimeDelta::minutes(15), |tx, at| {
        store::sweep_orphans(tx, at.checked_sub_signed(UPLOAD).unwrap_or(at))?;
        for id in store::stale_previews(tx, at.checked_sub_signed(PREVIEW).unwrap_or(at))? {
            end(tx, id, ImportFailure::Expired, at)?;
        }
        Ok(())
    })
}
