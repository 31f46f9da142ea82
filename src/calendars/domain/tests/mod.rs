mod format;
mod laws;
mod nights;
mod walks;

use super::*;
use chrono::{DateTime, NaiveDate, Utc};

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn hours(pairs: &[(&str, &str)]) -> Vec<Interval> {
    pairs.iter().map(|(start, end)| Interval::parse(start, end).unwrap()).collect()
}

fn office(zone: &str) -> WorkCalendar {
    WorkCalendar::new(zone, Week::five_days(&hours(&[("09:00", "12:00"), ("13:00", "18:00")])), 480).unwrap()
}

/// Open from midnight to midnight, so that every odd night shows.
fn always(zone: &str) -> WorkCalendar {
    every_day(zone, &[("00:00", "24:00")])
}

fn every_day(zone: &str, pairs: &[(&str, &str)]) -> WorkCalendar {
    let day = hours(pairs);
    let week = Week { sat: day.clone(), sun: day.clone(), ..Week::five_days(&day) };
    WorkCalendar::new(zone, week, 480).unwrap()
}

fn exception(kind: ExceptionKind) -> DayException {
    DayException { kind, intervals: None, name: String::new() }
}
