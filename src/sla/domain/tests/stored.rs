use super::*;

#[test]
fn a_clock_is_stored_whole() {
    let shelf = shelf();
    let mut clock = started(ClockKind::Solution, wall(72), "01-12 09:00");
    clock.pause(at("01-12 10:00"), PauseReason::AwaitingCustomer, &shelf).unwrap();
    clock.hand_over(at("01-12 11:00"), holder(1), &shelf).unwrap();
    clock.resume(at("01-16 09:00"), &shelf).unwrap();
    clock.retarget(at("01-16 10:00"), wall(1), &shelf).unwrap();
    clock.meet(at("01-16 11:00"), &shelf).unwrap();

    let stored = serde_json::to_value(&clock).unwrap();

    assert_eq!(stored["kind"], "solution");
    assert_eq!(stored["aim"]["unit"], "clock");
    assert_eq!(stored["breach"]["reason"], "retargeted");
    assert_eq!(stored["segments"][0]["mode"], "running");
    assert_eq!(stored["segments"][1]["mode"]["paused"], "awaiting_customer");
    assert_eq!(serde_json::from_value::<Clock>(stored).unwrap(), clock);
}

#[test]
fn what_is_absent_takes_no_room() {
    let clock = Clock::planned(ClockKind::Progress, 2, 3, working(480), true);
    let stored = serde_json::to_string(&clock).unwrap();
    assert_eq!(
        stored,
        r#"{"kind":"progress","round":2,"seq":3,"aim":{"unit":"working","budget_ms":28800000},"pausable":true,"segments":[]}"#
    );
    assert_eq!(serde_json::from_str::<Clock>(&stored).unwrap(), clock);
}
