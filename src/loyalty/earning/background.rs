//! What the worker does for earning rules: it looks who has a day to celebrate, and who is new.

use super::{actions, domain::Trigger};
use crate::platform::jobs::{Outcome, Registry, enqueue};
use chrono::TimeDelta;
use serde_json::json;

/// Birthdays and anniversaries.
const CELEBRATE: &str = "earning.celebrate";
/// New customers.
const WELCOME: &str = "earning.welcome";

/// Adds the looking for who has a day to celebrate, and for who is new.
pub fn background(registry: Registry) -> Registry {
    registry
        .every("earning.daily", TimeDelta::hours(1), |tx, at| match actions::celebrates(tx)? {
            false => Ok(()),
            true => enqueue(tx, CELEBRATE, "today", &json!({}), at),
        })
        .every("earning.look", TimeDelta::minutes(1), |tx, at| match actions::welcome(tx, at)? {
            false => Ok(()),
            true => enqueue(tx, WELCOME, "new", &json!({}), at),
        })
        .once(WELCOME, |tx, _, at| {
            let more = actions::welcome(tx, at)?;
            Ok(if more { Outcome::RunAgainAt(at) } else { Outcome::Done })
        })
        .steps(CELEBRATE, |run| {
            for trigger in [Trigger::Birthday, Trigger::Anniversary] {
                for days_ago in actions::days_back() {
                    let mut after = None;
                    loop {
                        let at = run.now();
                        after = run.advance(|tx| actions::celebrate(tx, trigger, (days_ago, after), at))?;
                        if after.is_none() {
                            break;
                        }
                    }
                }
            }
            Ok(Outcome::Done)
        })
}
