mod accounts;
mod approvals;
mod choices;
mod laws;
mod reopening;
mod rules;
mod stored;
mod vectors;
mod warnings;

use super::*;
use crate::{calendars::WorkCalendar, platform::codes::Codes};
use chrono::{DateTime, Utc};
use uuid::Uuid;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// Test calendars, named by their place.
struct Shelf(Vec<WorkCalendar>);

impl Calendars for Shelf {
    fn get(&self, key: CalendarKey) -> &WorkCalendar {
        &self.0[usize::try_from(key.0.as_u128()).unwrap()]
    }
}

/// Two calendars: the office of the vectors, and one that works from noon to midnight every day.
fn shelf() -> Shelf {
    let late = r#"["12:00","24:00"]"#;
    let late = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map(|day| format!(r#""{day}":[{late}]"#));
    Shelf(vec![office(""), calendar(&late.join(","), "")])
}

fn office(exceptions: &str) -> WorkCalendar {
    let hours = r#"[["09:00","12:00"],["13:00","18:00"]]"#;
    let week = ["mon", "tue", "wed", "thu", "fri"].map(|day| format!(r#""{day}":{hours}"#));
    calendar(&week.join(","), exceptions)
}

fn calendar(week: &str, exceptions: &str) -> WorkCalendar {
    let text = format!(
        r#"{{"time_zone":"Asia/Shanghai","standard_day_minutes":480,"weekly":{{{week}}},"exceptions":{{{exceptions}}}}}"#
    );
    serde_json::from_str(&text).unwrap()
}

/// Reads `01-09 17:00` of 2026 in Shanghai; seconds may follow.
fn at(text: &str) -> DateTime<Utc> {
    let seconds = if text.len() == 11 { ":00" } else { "" };
    let text = format!("2026-{}{seconds}+08:00", text.replace(' ', "T"));
    DateTime::parse_from_rfc3339(&text).unwrap().with_timezone(&Utc)
}

fn holder(department: u128) -> Holder {
    Holder {
        calendar: CalendarKey(Uuid::from_u128(department)),
        department: Some(Uuid::from_u128(department)),
        staff: None,
    }
}

fn working(minutes: i64) -> Aim {
    Aim { unit: Unit::Working, budget_ms: minutes * MINUTE }
}

fn wall(hours: i64) -> Aim {
    Aim { unit: Unit::Clock, budget_ms: hours * HOUR }
}

fn started(kind: ClockKind, aim: Aim, from: &str) -> Clock {
    let mut clock = Clock::planned(kind, 1, 1, aim, pausable_by_default(kind));
    clock.start(at(from), holder(0)).unwrap();
    clock
}
