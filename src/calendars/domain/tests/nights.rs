//! Nights on which clocks change, against a reading of every minute.

use super::*;
use chrono::{TimeDelta, Timelike};

/// Reads the local clock at each minute of a stretch, which knows nothing of offsets or transitions.
fn minutes_by_reading(calendar: &WorkCalendar, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
    let mut count = 0;
    let mut now = from;
    while now < to {
        let local = now.with_timezone(&calendar.zone());
        let minute = local.hour() * 60 + local.minute();
        let open = |hours: &Interval| (hours.start_minute()..hours.end_minute()).contains(&minute);
        count += i64::from(calendar.hours(local.date_naive()).iter().any(open));
        now += TimeDelta::minutes(1);
    }
    count
}

/// Zone and the UTC noon before a change.
const NIGHTS: [(&str, &str); 15] = [
    ("Europe/Berlin", "2026-03-28T12:00:00Z"),
    ("Europe/Berlin", "2026-10-24T12:00:00Z"),
    ("America/New_York", "2026-03-07T12:00:00Z"),
    ("America/New_York", "2026-10-31T12:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T00:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T00:00:00Z"),
    ("Africa/Casablanca", "2026-02-14T12:00:00Z"),
    ("Africa/Casablanca", "2026-03-21T12:00:00Z"),
    ("Africa/Cairo", "2026-04-23T12:00:00Z"),
    ("Africa/Cairo", "2026-10-29T12:00:00Z"),
    ("America/St_Johns", "2006-10-28T12:00:00Z"),
    ("America/St_Johns", "2006-04-01T12:00:00Z"),
    ("Pacific/Apia", "2011-12-29T12:00:00Z"),
    ("Asia/Kolkata", "2026-03-28T12:00:00Z"),
    ("Asia/Shanghai", "1986-05-03T12:00:00Z"),
];

#[test]
fn odd_nights_agree_with_the_clock_on_the_wall() {
    let shapes: [&[(&str, &str)]; 4] = [
        &[("00:00", "24:00")],
        &[("01:30", "02:30"), ("23:30", "24:00")],
        &[("01:00", "02:15"), ("02:15", "04:00"), ("22:45", "23:15")],
        &[("00:00", "00:01"), ("02:00", "03:00"), ("09:00", "18:00")],
    ];
    for (zone, noon) in NIGHTS {
        for shape in shapes {
            let calendar = every_day(zone, shape);
            let (from, to) = (at(noon) - TimeDelta::days(1), at(noon) + TimeDelta::days(2));
            let minutes = calendar.millis_between(from, to) / 60_000;
            assert_eq!(minutes, minutes_by_reading(&calendar, from, to), "{zone} {noon} {shape:?}");
            let pieces = calendar.pieces(from, to);
            assert!(pieces.windows(2).all(|two| two[0].to == two[1].from && two[0].kind != two[1].kind));
            assert_eq!((pieces[0].from, pieces[pieces.len() - 1].to), (from, to));
        }
    }
}

#[test]
fn local_days_are_as_long_as_they_are() {
    let length = |zone, day| -> i64 {
        let stretches = always(zone).working_intervals_utc(date(day));
        stretches.iter().map(|(open, close)| (*close - *open).num_minutes()).sum()
    };
    assert_eq!(length("Europe/Berlin", "2026-03-29"), 23 * 60);
    assert_eq!(length("Europe/Berlin", "2026-10-25"), 25 * 60);
    assert_eq!(length("Australia/Lord_Howe", "2026-04-05"), 24 * 60 + 30);
    assert_eq!(length("Australia/Lord_Howe", "2026-10-04"), 23 * 60 + 30);
    assert_eq!(length("Asia/Kolkata", "2026-10-25"), 24 * 60);
    assert_eq!(length("Pacific/Apia", "2011-12-30"), 0, "a day that Samoa left out");
}

#[test]
fn a_missing_hour_shortens_and_a_doubled_one_lengthens() {
    let calendar = every_day("Europe/Berlin", &[("01:30", "03:30")]);
    let minutes = |day| {
        let [(open, close)] = calendar.working_intervals_utc(date(day))[..] else { panic!("one stretch") };
        (close - open).num_minutes()
    };
    assert_eq!(minutes("2026-03-28"), 120);
    assert_eq!(minutes("2026-03-29"), 60);
    assert_eq!(minutes("2026-10-25"), 180);
    let gone = every_day("Europe/Berlin", &[("02:00", "03:00")]);
    assert!(gone.working_intervals_utc(date("2026-03-29")).is_empty());
}
