//! The text of a cell as a value of the type that its target has. What cannot be read stays text, so that the
//! schema names the fault.

use super::shape::Shape;
use crate::platform::time::first_instant;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat};
use chrono_tz::Tz;
use serde_json::{Number, Value};

/// What separates items within a cell.
const SEPARATORS: [char; 3] = [';', '；', '|'];

/// Returns the value of a cell.
pub fn value(cell: &str, shape: &Shape, zone: Tz) -> Value {
    let trimmed = cell.trim();
    match shape {
        Shape::Text => cell.into(),
        Shape::Number => number(trimmed).unwrap_or_else(|| cell.into()),
        Shape::Boolean => boolean(trimmed).unwrap_or_else(|| cell.into()),
        Shape::Instant => instant(trimmed, zone).into(),
        Shape::List(item) if matches!(**item, Shape::Object(_) | Shape::List(_)) => json(trimmed, cell),
        Shape::List(item) => {
            let items = trimmed.split(SEPARATORS).map(str::trim).filter(|i| !i.is_empty());
            items.map(|text| value(text, item, zone)).collect()
        }
        Shape::Object(_) | Shape::Open => json(trimmed, cell),
    }
}

fn number(text: &str) -> Option<Value> {
    let whole = text.parse::<i64>().ok().map(Value::from);
    whole.or_else(|| text.parse().ok().and_then(Number::from_f64).map(Value::Number))
}

fn boolean(text: &str) -> Option<Value> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "是" => Some(true.into()),
        "false" | "no" | "n" | "0" | "否" => Some(false.into()),
        _ => None,
    }
}

/// A date alone is the beginning of that local day; a time without an offset is local.
fn instant(text: &str, zone: Tz) -> String {
    let day =
        NaiveDate::parse_from_str(text, "%Y-%m-%d").or_else(|_| NaiveDate::parse_from_str(text, "%Y/%m/%d"));
    let local = match day {
        Ok(day) => Some(day.and_time(NaiveTime::MIN)),
        Err(_) => ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()),
    };
    local
        .and_then(|local| first_instant(zone, local))
        .map_or_else(|| text.to_owned(), |at| at.to_rfc3339_opts(SecondsFormat::Millis, true))
}

/// An object or a list in a cell is JSON; anything else is text.
fn json(trimmed: &str, cell: &str) -> Value {
    let looks = trimmed.starts_with(['{', '[']);
    let read = looks.then(|| serde_json::from_str(trimmed).ok()).flatten();
    read.unwrap_or_else(|| cell.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Asia::Shanghai;
    use serde_json::json;

    #[test]
    fn a_cell_takes_the_type_of_its_target() {
        let list = Shape::List(Box::new(Shape::Text));
        let cases = [
            (" 12 ", Shape::Number, json!(12)),
            ("1.5", Shape::Number, json!(1.5)),
            ("NaN", Shape::Number, json!("NaN")),
            ("十", Shape::Number, json!("十")),
            ("是", Shape::Boolean, json!(true)),
            ("No", Shape::Boolean, json!(false)),
            ("=1+1", Shape::Text, json!("=1+1")),
            ("vip; 北京；a|b", list, json!(["vip", "北京", "a", "b"])),
            ("2026-01-09", Shape::Instant, json!("2026-01-08T16:00:00.000Z")),
            ("2026/1/9", Shape::Instant, json!("2026-01-08T16:00:00.000Z")),
            ("2026-01-09 09:30", Shape::Instant, json!("2026-01-09T01:30:00.000Z")),
            ("2026-01-09T09:30:00Z", Shape::Instant, json!("2026-01-09T09:30:00Z")),
            ("{\"a\":1}", Shape::Open, json!({ "a": 1 })),
            ("{a", Shape::Open, json!("{a")),
        ];
        for (cell, shape, expected) in cases {
            assert_eq!(value(cell, &shape, Shanghai), expected, "{cell}");
        }
    }
}
