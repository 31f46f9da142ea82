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
        .every("earning.look", TimeDelta::minutes(1), |tx, at| {
            let new = actions::newcomers(tx, at)?;
            match new.occasions.is_empty() {
                true => actions::welcomed(tx, new.until),
                false => enqueue(tx, WELCOME, "new", &json!({}), at),
            }
        })
        .steps(WELCOME, |run| {
            loop {
                let at = run.now();
                let new = run.write(|tx| actions::newcomers(tx, at))?;
                new.occasions.iter().try_for_each(|new| run.advance(|tx| new.earn(tx, at)))?;
                run.advance(|tx| actions::welcomed(tx, new.until))?;
                if !new.more {
                    return Ok(Outcome::Done);
                }
            }
        })
        .steps(CELEBRATE, |run| {
            for trigger in [Trigger::Birthday, Trigger::Anniversary] {
                for days_ago in actions::days_back() {
                    let mut after = None;
                    loop {
                        let at = run.now();
                        let found =
                            run.write(|tx| actions::celebrants(tx, trigger, (days_ago, after), at))?;
                        found.iter().try_for_each(|day| run.advance(|tx| day.earn(tx, at)))?;
                        let Some(last) = found.last() else { break };
                        after = Some(last.customer);
                    }
                }
            }
            Ok(Outcome::Done)
        })
}
