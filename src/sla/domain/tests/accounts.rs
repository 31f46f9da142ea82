//! What explain and the ledger show.

use super::*;

#[test]
fn the_account_of_a_week_is_read_line_by_line() {
    let exceptions = r#""2026-01-10":{"kind":"make_up_day"},"2026-01-12":{"kind":"holiday"}"#;
    let shelf = Shelf(vec![office(exceptions)]);
    let mut clock = started(ClockKind::Solution, working(960), "01-09 17:00");
    clock.pause(at("01-10 10:00"), PauseReason::AwaitingCustomer, &shelf).unwrap();
    clock.resume(at("01-12 12:00"), &shelf).unwrap();
    let lines = clock.explain(at("01-13 10:00"), &shelf);
    let seen: Vec<_> = lines
        .iter()
        .map(|line| (line.kind.code(), line.seconds / 60, line.budget_after_seconds / 60))
        .collect();
    let expected = [
        ("working", 60, 900),
        ("off_hours", 0, 900),
        ("make_up_day", 60, 840),
        ("paused", 0, 840),
        ("holiday", 0, 840),
        ("off_hours", 0, 840),
        ("working", 60, 780),
    ];
    assert_eq!(seen, expected);
    assert_eq!(lines[3].pause_reason, Some(PauseReason::AwaitingCustomer));
}

#[test]
fn each_second_is_booked_on_who_held_the_item() {
    let shelf = shelf();
    let mut clock = started(ClockKind::Solution, wall(72), "01-09 10:00:00.600");
    let person = Holder { staff: Some(Uuid::from_u128(7)), ..holder(1) };
    clock.hand_over(at("01-09 10:00:01.200"), holder(1), &shelf).unwrap();
    clock.hand_over(at("01-09 10:00:02.800"), person, &shelf).unwrap();
    clock.pause(at("01-09 10:00:03.900"), PauseReason::AwaitingCustomer, &shelf).unwrap();
    clock.hand_over(at("01-09 11:00"), holder(0), &shelf).unwrap();
    clock.resume(at("01-09 12:00"), &shelf).unwrap();
    let now = at("01-09 12:00:00.700");
    let shares: Vec<_> = clock
        .time_ledger(now, &shelf)
        .iter()
        .map(|share| (share.department, share.staff, share.seconds))
        .collect();
    let [zero, one] = [0, 1].map(|number| Some(Uuid::from_u128(number)));
    // 600 ms, 1600 ms, 1100 ms and 700 ms: four seconds in all, cut as they fill up.
    assert_eq!(shares, [(one, None, 2), (one, person.staff, 1), (zero, None, 1)]);
    assert_eq!(clock.consumed_at(now, &shelf), 4000);
}
