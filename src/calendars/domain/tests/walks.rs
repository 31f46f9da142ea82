use super::*;

fn shanghai() -> WorkCalendar {
    office("Asia/Shanghai")
        .with_exceptions([
            (date("2026-01-10"), exception(ExceptionKind::MakeUpDay)),
            (date("2026-01-12"), exception(ExceptionKind::Holiday)),
        ])
        .unwrap()
}

#[test]
fn days_have_kinds_and_hours() {
    let calendar = shanghai();
    let kinds =
        ["2026-01-09", "2026-01-10", "2026-01-11", "2026-01-12"].map(|day| calendar.day_kind(date(day)));
    assert_eq!(kinds, [DayKind::Working, DayKind::MakeUpDay, DayKind::DayOff, DayKind::Holiday]);
    assert_eq!(calendar.hours(date("2026-01-10")), calendar.weekly().mon);
    assert_eq!(calendar.working_days(date("2026-01-09"), date("2026-01-14")), 3);
    assert_eq!(
        calendar.day_bounds(date("2026-01-10")),
        Some((at("2026-01-10T09:00:00+08:00"), at("2026-01-10T18:00:00+08:00")))
    );
    assert_eq!(calendar.day_bounds(date("2026-01-12")), None);
    assert_eq!(calendar.local_date(at("2026-01-10T16:00:00Z")), date("2026-01-11"));
    assert_eq!(calendar.without_exception(date("2026-01-12")).day_kind(date("2026-01-12")), DayKind::Working);
}

#[test]
fn a_make_up_day_takes_the_hours_of_the_first_working_weekday() {
    let week =
        Week { wed: hours(&[("10:00", "11:00")]), fri: hours(&[("09:00", "18:00")]), ..Week::default() };
    let sunday = [(date("2026-01-11"), exception(ExceptionKind::MakeUpDay))];
    let calendar = WorkCalendar::new("UTC", week, 60).unwrap().with_exceptions(sunday).unwrap();
    assert_eq!(calendar.hours(date("2026-01-11")), hours(&[("10:00", "11:00")]));
}

#[test]
fn the_working_day_covers_or_follows() {
    let day = |text| {
        let (open, close) = shanghai().working_day_at(at(text)).unwrap();
        assert_eq!((close - open).num_hours(), 9);
        open.format("%d").to_string()
    };
    assert_eq!(day("2026-01-09T12:30:00+08:00"), "09", "lunch");
    assert_eq!(day("2026-01-09T17:59:59.999+08:00"), "09");
    assert_eq!(day("2026-01-09T18:00:00+08:00"), "10", "closing instant");
    assert_eq!(day("2026-01-10T20:00:00+08:00"), "13", "over Sunday and a holiday");
}

#[test]
fn pieces_name_every_stretch_once() {
    let pieces = shanghai().pieces(at("2026-01-09T17:00:00+08:00"), at("2026-01-13T10:00:00.500+08:00"));
    let seen: Vec<_> =
        pieces.iter().map(|piece| (piece.kind, (piece.to - piece.from).num_minutes())).collect();
    use PieceKind::*;
    let expected = [
        (Working, 60),
        (OffHours, 15 * 60),
        (MakeUpDay, 180),
        (OffHours, 60),
        (MakeUpDay, 300),
        (OffHours, 30 * 60),
        (Holiday, 24 * 60),
        (OffHours, 9 * 60),
        (Working, 60),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn milliseconds_are_kept() {
    let calendar = office("UTC");
    let from = at("2026-01-09T17:59:59.250Z");
    assert_eq!(calendar.millis_between(from, at("2026-01-12T09:00:00.900Z")), 1650);
    assert_eq!(calendar.seconds_between(from, at("2026-01-12T09:00:00.900Z")), 1);
    assert_eq!(calendar.add_working(from, 750), Some(at("2026-01-09T18:00:00Z")));
    assert_eq!(calendar.add_working(from, 751), Some(at("2026-01-12T09:00:00.001Z")));
}

#[test]
fn time_ends_with_2199() {
    let calendar = office("Asia/Shanghai");
    assert_eq!(calendar.add_working(at("2199-12-31T20:00:00Z"), 3_600_000), None);
    assert_eq!(calendar.add_working(DateTime::<Utc>::MAX_UTC, 1), None);
    assert_eq!(calendar.working_day_at(DateTime::<Utc>::MAX_UTC), None);
    assert_eq!(calendar.millis_between(DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::MIN_UTC), 0);
    assert!(calendar.millis_between(DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC) > 0);
    assert!(calendar.working_intervals_utc(NaiveDate::MAX).is_empty());
    assert!(calendar.working_intervals_utc(NaiveDate::MIN).is_empty());
    assert_eq!(shift(at("2199-12-31T00:00:00Z"), 2 * 86_400_000), None);
    assert_eq!(shift(at("2199-12-31T00:00:00Z"), i64::MAX), None);
}

#[test]
fn a_decade_is_a_short_walk() {
    let started = std::time::Instant::now();
    let worked =
        office("Europe/Berlin").seconds_between(at("2016-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z"));
    assert_eq!(worked, 2609 * 8 * 3600, "2609 weekdays from 2016 to 2025");
    assert!(started.elapsed().as_millis() < 500, "took {:?}", started.elapsed());
}
