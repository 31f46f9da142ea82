use super::*;

fn parse(text: &str) -> Result<WorkCalendar, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

#[test]
fn a_calendar_travels_as_the_api_writes_it() {
    let text = r#"{"time_zone":"Asia/Shanghai","weekly":{"mon":[["13:00","24:00"],["09:00","12:00"]]},
        "standard_day_minutes":480,"exceptions":{"2026-01-10":{"kind":"make_up_day","name":"调休"},
        "2026-01-12":{"kind":"holiday"}}}"#;
    let calendar = parse(text).unwrap();
    let json = serde_json::to_value(&calendar).unwrap();
    assert_eq!(json["time_zone"], "Asia/Shanghai");
    assert_eq!(json["weekly"]["mon"][0][0], "09:00", "intervals come back in order");
    assert_eq!(json["weekly"]["mon"][1][1], "24:00");
    assert_eq!(json["exceptions"]["2026-01-10"]["kind"], "make_up_day");
    assert_eq!(parse(&json.to_string()).unwrap(), calendar);
}

#[test]
fn unsound_calendars_are_refused() {
    let monday = |pairs: &[(&str, &str)]| Week { mon: hours(pairs), ..Week::default() };
    let code = |zone, week, minutes| WorkCalendar::new(zone, week, minutes).unwrap_err().code();
    let nine = || monday(&[("09:00", "12:00")]);
    assert_eq!(code("Asia/Peking", nine(), 480), "unknown_time_zone");
    assert_eq!(code("UTC", nine(), 0), "invalid_standard_day_minutes");
    assert_eq!(code("UTC", nine(), 1441), "invalid_standard_day_minutes");
    assert_eq!(code("UTC", Week::default(), 480), "no_working_time");
    assert_eq!(code("UTC", monday(&[("09:00", "12:00"), ("11:59", "13:00")]), 480), "intervals_overlap");
    assert_eq!(code("UTC", monday(&[("09:00", "12:00"), ("09:00", "12:00")]), 480), "intervals_overlap");
    assert_eq!(code("UTC", monday(&[("09:00", "12:00"); 25]), 480), "too_many_intervals");
    assert!(WorkCalendar::new("UTC", monday(&[("09:00", "12:00"), ("12:00", "13:00")]), 480).is_ok());
    assert!(parse(r#"{"time_zone":"UTC","weekly":{"mo":[]},"standard_day_minutes":480}"#).is_err());
}

#[test]
fn unsound_intervals_are_refused() {
    let code = |start, end| Interval::parse(start, end).unwrap_err().code();
    for text in ["9:00", "09:0", "+9:00", "09-00", "24:01", "09:60", "25:00", "", "09:00:00", "０９:00"] {
        assert_eq!(code(text, "24:00"), "invalid_time_of_day", "{text}");
    }
    assert_eq!(code("12:00", "12:00"), "interval_not_positive");
    assert_eq!(code("22:00", "06:00"), "interval_not_positive");
    assert_eq!(code("24:00", "24:00"), "interval_not_positive");
}

#[test]
fn unsound_exceptions_are_refused() {
    let code = |kind, intervals| {
        let day = DayException { kind, intervals: Some(intervals), name: String::new() };
        office("UTC").with_exceptions([(date("2026-01-10"), day)]).unwrap_err().code()
    };
    assert_eq!(code(ExceptionKind::Holiday, hours(&[("09:00", "12:00")])), "holiday_with_intervals");
    assert_eq!(code(ExceptionKind::MakeUpDay, vec![]), "make_up_day_without_intervals");
    let twice = hours(&[("09:00", "12:00"), ("10:00", "11:00")]);
    assert_eq!(code(ExceptionKind::MakeUpDay, twice), "intervals_overlap");
}
