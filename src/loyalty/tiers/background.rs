//! What the worker does for tiers: it posts what is due, so that history and notices have it. No tier depends on it.

use super::actions;
use crate::platform::jobs::{Outcome, Registry, enqueue};
use chrono::TimeDelta;
use serde_json::json;

/// How many customers one transaction looks at.
const AT_ONCE: i64 = 200;
/// The customers with whose tier something happens by itself.
const DUE: &str = "tiers.due";

/// Adds the posting of what is due, and of what a change of the rules brings.
pub fn background(registry: Registry) -> Registry {
    registry
        .every("tiers.look", TimeDelta::minutes(1), |tx, at| match actions::review_due(tx, at, AT_ONCE)? {
            0 => Ok(()),
            _ => enqueue(tx, DUE, "due", &json!({}), at),
        })
        .once(DUE, |tx, _, at| {
            let seen = actions::review_due(tx, at, AT_ONCE)?;
            Ok(if seen == 0 { Outcome::Done } else { Outcome::RunAgainAt(at) })
        })
        .steps(actions::ALL, |run| {
            let mut after = None;
            loop {
                after = run.advance(|tx| actions::review_after(tx, after, run.now(), AT_ONCE))?;
                if after.is_none() {
                    return Ok(Outcome::Done);
                }
            }
        })
}
