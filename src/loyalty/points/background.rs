//! What the worker does for points: it posts what is due, so that reads find it done. No balance depends on it.

use super::actions;
use crate::platform::jobs::{Outcome, Registry, enqueue};
use chrono::TimeDelta;
use serde_json::json;

/// How many accounts one transaction settles.
const AT_ONCE: i64 = 200;
/// A portion of accounts.
const SETTLE: &str = "points.settle";

/// Adds the posting of what is due.
pub fn background(registry: Registry) -> Registry {
    registry
        .every("points.look", TimeDelta::minutes(1), |tx, at| match actions::settle_due(tx, at, AT_ONCE)? {
            0 => Ok(()),
            _ => enqueue(tx, SETTLE, "due", &json!({}), at),
        })
        .once(SETTLE, |tx, _, at| {
            let settled = actions::settle_due(tx, at, AT_ONCE)?;
            Ok(if settled == 0 { Outcome::Done } else { Outcome::RunAgainAt(at) })
        })
}
