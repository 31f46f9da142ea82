//! The vectors of working time that an independent script computed.

use super::*;

fn due(minutes: i64, from: &str, exceptions: &str) -> DateTime<Utc> {
    let shelf = Shelf(vec![office(exceptions)]);
    started(ClockKind::Dispatch, working(minutes), from).due_at(&shelf).unwrap()
}

#[test]
fn v1_to_v6_two_working_days() {
    assert_eq!(due(960, "01-09 17:00", ""), at("01-13 17:00"), "V1");
    assert_eq!(due(960, "01-10 10:00", ""), at("01-13 18:00"), "V2 from a Saturday");
    assert_eq!(due(960, "01-12 12:30", ""), at("01-14 12:00"), "V3 from lunch");
    assert_eq!(due(960, "01-09 17:00", r#""2026-01-12":{"kind":"holiday"}"#), at("01-14 17:00"), "V4");
    assert_eq!(due(960, "01-09 17:00", r#""2026-01-10":{"kind":"make_up_day"}"#), at("01-12 17:00"), "V5");
    assert_eq!(due(960, "01-09 18:00", ""), at("01-13 18:00"), "V6 from the closing instant");
}

fn after_a_pause(minutes: i64, [from, paused, resumed]: [&str; 3]) -> (i64, i64, DateTime<Utc>) {
    let shelf = shelf();
    let mut clock = started(ClockKind::Solution, working(minutes), from);
    clock.pause(at(paused), PauseReason::AwaitingCustomer, &shelf).unwrap();
    assert_eq!((clock.due_at(&shelf), clock.paused_at()), (None, Some(at(paused))));
    clock.resume(at(resumed), &shelf).unwrap();
    let consumed = clock.consumed_at(at(resumed), &shelf) / MINUTE;
    let left = clock.remaining_at(at(resumed), &shelf) / MINUTE;
    (consumed, left, clock.due_at(&shelf).unwrap())
}

#[test]
fn v7_a_pause_keeps_what_is_left() {
    let seen = after_a_pause(1440, ["01-12 09:00", "01-13 17:00", "01-15 10:00"]);
    assert_eq!(seen, (900, 540, at("01-16 11:00")));
}

#[test]
fn v8_a_pause_is_not_wall_time() {
    let seen = after_a_pause(960, ["01-16 09:00", "01-16 17:30", "01-19 09:30"]);
    assert_eq!(seen, (450, 510, at("01-20 10:00")));
}

#[test]
fn v9_a_reply_counts_every_hour() {
    let target = default_target(ClockKind::Reply, Priority::Normal).unwrap();
    let clock = started(ClockKind::Reply, target.aim(480), "01-09 17:00");
    assert_eq!(clock.due_at(&shelf()), Some(at("01-10 17:00")));
}

#[test]
fn default_targets_are_those_of_the_table() {
    let minutes = |kind, priority| {
        let aim = default_target(kind, priority).unwrap().aim(480);
        (aim.unit, aim.budget_ms / MINUTE)
    };
    use Priority::{Low, Normal, Urgent};
    assert_eq!(minutes(ClockKind::Dispatch, Urgent), (Unit::Clock, 60));
    assert_eq!(minutes(ClockKind::Dispatch, Normal), (Unit::Working, 960));
    assert_eq!(minutes(ClockKind::Dispatch, Low), (Unit::Working, 2400));
    assert_eq!(minutes(ClockKind::Solution, Urgent), (Unit::Clock, 1440));
    assert_eq!(minutes(ClockKind::Solution, Normal), (Unit::Clock, 3 * 1440));
    assert_eq!(minutes(ClockKind::Approval, Normal), (Unit::Working, 480));
    assert_eq!(minutes(ClockKind::FirstResponse, Low), (Unit::Clock, 1440));
    assert_eq!(minutes(ClockKind::Visit, Normal), (Unit::Clock, 7 * 1440));
    assert_eq!(minutes(ClockKind::Confirmation, Normal), (Unit::Clock, 72 * 60));
    assert_eq!(default_target(ClockKind::Progress, Normal), None);
}

#[test]
fn unsound_targets_are_refused() {
    assert_eq!(Target::new(0, TargetUnit::Hours), Err(Refusal::InvalidTarget));
    assert_eq!(Target::new(u32::MAX, TargetUnit::WorkingDays), Err(Refusal::InvalidTarget));
    assert!(Target::new(3653, TargetUnit::WorkingDays).is_ok());
}
