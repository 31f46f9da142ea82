//! What the worker does for the closed loop.

use super::{FeedbackId, actions, store};
use crate::platform::jobs::{Outcome, Registry, enqueue};
use chrono::TimeDelta;
use serde_json::json;

/// How many cases one look finds at most; the next look finds the rest.
const AT_ONCE: i64 = 2000;
/// One case.
const TICK: &str = "feedback.tick";

/// Adds the looking for cases at which something happens by itself, and the work on each of them.
///
/// Each case is a job of its own, so that one that fails stops no other.
pub fn background(registry: Registry) -> Registry {
    registry
        .every("feedback.look", TimeDelta::seconds(5), |tx, at| {
            for id in store::due_ids(tx, at, TICK, AT_ONCE)? {
                enqueue(tx, TICK, &id.to_string(), &json!({}), at)?;
            }
            Ok(())
        })
        .once(TICK, |tx, job, at| {
            if let Ok(id) = job.subject.parse::<FeedbackId>() {
                actions::tick(tx, id, at)?;
            }
            Ok(Outcome::Done)
        })
}
