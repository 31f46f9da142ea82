use super::*;
use chrono::TimeDelta;

fn ms(millis: i64) -> TimeDelta {
    TimeDelta::milliseconds(millis)
}

#[test]
fn rule_3_nothing_is_used_before_the_opening() {
    let clock = started(ClockKind::Dispatch, working(60), "01-10 10:00");
    assert_eq!(clock.consumed_at(at("01-12 09:00"), &shelf()), 0);
    assert_eq!(clock.due_at(&shelf()), Some(at("01-12 10:00")));
}

#[test]
fn rule_4_a_clock_breaks_after_its_due_instant_without_any_sweeper() {
    let shelf = shelf();
    let clock = started(ClockKind::Reply, wall(24), "01-09 17:00");
    let due = at("01-10 17:00");
    assert_eq!(clock.state_at(due, &shelf), State::Running);
    assert_eq!(clock.state_at(due + ms(1), &shelf), State::Breached);
    let breach = clock.breach_at(due + ms(1), &shelf).unwrap();
    assert_eq!((breach.at, breach.reason), (due, BreachReason::Time));
}

#[test]
fn rule_4_meeting_at_the_due_instant_is_in_time() {
    let shelf = shelf();
    let mut in_time = started(ClockKind::Reply, wall(24), "01-09 17:00");
    let mut late = in_time.clone();
    in_time.meet(at("01-10 17:00"), &shelf).unwrap();
    late.meet(at("01-10 17:00") + ms(1), &shelf).unwrap();
    let later = at("02-10 17:00");
    assert_eq!(in_time.state_at(later, &shelf), State::Met);
    assert_eq!(late.state_at(later, &shelf), State::MetLate);
    assert_eq!(
        (in_time.due_at(&shelf), late.due_at(&shelf)),
        (Some(at("01-10 17:00")), Some(at("01-10 17:00")))
    );
    assert_eq!(late.meet(later, &shelf), Err(Refusal::Ended));
}

#[test]
fn rule_5_a_terminal_status_cancels_what_is_not_broken() {
    let shelf = shelf();
    let mut running = started(ClockKind::Visit, wall(24), "01-09 17:00");
    let mut broken = running.clone();
    let mut paused = started(ClockKind::Solution, wall(24), "01-09 17:00");
    paused.pause(at("01-09 18:00"), PauseReason::AwaitingCustomer, &shelf).unwrap();
    let mut planned = Clock::planned(ClockKind::Visit, 1, 1, wall(1), false);
    running.end(at("01-10 17:00"), &shelf);
    paused.end(at("01-20 17:00"), &shelf);
    planned.end(at("01-20 17:00"), &shelf);
    broken.end(at("01-10 17:01"), &shelf);
    let later = at("02-01 00:00");
    for clock in [&running, &paused, &planned] {
        assert_eq!(clock.state_at(later, &shelf), State::Cancelled);
    }
    assert_eq!(broken.state_at(later, &shelf), State::Breached);
    assert_eq!(broken.breach.unwrap().at, at("01-10 17:00"));
    let before = broken.clone();
    broken.end(later, &shelf);
    assert_eq!(broken, before, "what is over stays as it is");
}

#[test]
fn rule_5_a_confirmation_never_breaks() {
    let shelf = shelf();
    let mut clock = started(ClockKind::Confirmation, wall(72), "01-09 17:00");
    assert_eq!(clock.state_at(at("02-09 17:00"), &shelf), State::Running);
    clock.retarget(at("01-12 17:00"), wall(1), &shelf).unwrap();
    clock.end(at("02-09 17:00"), &shelf);
    assert_eq!(clock.state_at(at("02-09 17:00"), &shelf), State::Cancelled);
}

#[test]
fn rule_5_pauses_need_a_policy_do_not_add_up_and_heal_nothing() {
    let shelf = shelf();
    let mut reply = started(ClockKind::Reply, wall(24), "01-09 17:00");
    let refused = reply.pause(at("01-09 18:00"), PauseReason::AwaitingCustomer, &shelf);
    assert_eq!(refused, Err(Refusal::NotPausable));
    let mut clock = started(ClockKind::Solution, wall(24), "01-09 17:00");
    clock.pause(at("01-09 18:00"), PauseReason::AwaitingCustomer, &shelf).unwrap();
    clock.pause(at("01-09 19:00"), PauseReason::AwaitingThirdParty, &shelf).unwrap();
    assert_eq!(clock.paused_at(), Some(at("01-09 18:00")));
    clock.resume(at("01-10 18:00"), &shelf).unwrap();
    assert_eq!(clock.resume(at("01-10 18:00"), &shelf), Err(Refusal::NotPaused));
    assert_eq!(clock.due_at(&shelf), Some(at("01-11 17:00")));
    clock.pause(at("01-12 00:00"), PauseReason::AwaitingCustomer, &shelf).unwrap();
    assert_eq!(clock.state_at(at("01-13 00:00"), &shelf), State::Breached);
    assert_eq!(clock.due_at(&shelf), Some(at("01-11 17:00")));
}

#[test]
fn rule_6_another_budget_keeps_what_is_used_also_in_another_unit() {
    let shelf = shelf();
    let mut clock = started(ClockKind::Solution, working(960), "01-09 16:00");
    clock.retarget(at("01-12 10:00"), wall(24), &shelf).unwrap();
    assert_eq!(clock.consumed_at(at("01-12 10:00"), &shelf), 3 * HOUR);
    assert_eq!(clock.due_at(&shelf), Some(at("01-13 07:00")));
    assert_eq!(clock.aim, wall(24));
}

#[test]
fn rule_6_a_change_breaks_and_only_a_change_heals() {
    let shelf = shelf();
    let mut clock = started(ClockKind::Solution, wall(72), "01-09 10:00");
    clock.retarget(at("01-11 10:00"), wall(24), &shelf).unwrap();
    let breach = clock.breach.unwrap();
    assert_eq!((breach.at, breach.reason), (at("01-11 10:00"), BreachReason::Retargeted));
    assert_eq!(clock.due_at(&shelf), Some(at("01-11 10:00")));
    clock.retarget(at("01-11 12:00"), wall(50), &shelf).unwrap();
    assert_eq!(clock.state_at(at("01-11 12:00"), &shelf), State::Running, "50 hours used of 50");
    clock.retarget(at("01-11 20:00"), wall(500), &shelf).unwrap();
    assert_eq!(clock.breach.unwrap().reason, BreachReason::Time, "time itself has broken it meanwhile");
    clock.retarget(at("01-11 21:00"), wall(5000), &shelf).unwrap();
    assert_eq!(clock.state_at(at("01-11 21:00"), &shelf), State::Breached);
    assert_eq!(clock.due_at(&shelf), Some(at("01-11 12:00")));
}

#[test]
fn rule_6_a_clock_that_waits_is_judged_when_it_resumes() {
    let shelf = shelf();
    let mut clock = started(ClockKind::Solution, wall(72), "01-09 10:00");
    clock.pause(at("01-10 10:00"), PauseReason::AwaitingCustomer, &shelf).unwrap();
    clock.retarget(at("01-10 11:00"), wall(12), &shelf).unwrap();
    assert_eq!(clock.state_at(at("01-12 10:00"), &shelf), State::Paused);
    clock.resume(at("01-12 10:00"), &shelf).unwrap();
    let breach = clock.breach.unwrap();
    assert_eq!((breach.at, breach.reason), (at("01-12 10:00"), BreachReason::Retargeted));
}

#[test]
fn rule_7_a_hand_over_changes_the_calendar_from_here_on() {
    let shelf = shelf();
    let mut clock = started(ClockKind::Dispatch, working(480), "01-09 16:00");
    clock.hand_over(at("01-09 20:00"), holder(1), &shelf).unwrap();
    assert_eq!(clock.consumed_at(at("01-09 20:00"), &shelf), 2 * HOUR);
    assert_eq!(clock.due_at(&shelf), Some(at("01-10 14:00")), "four hours of Friday night, two of Saturday");
    clock.hand_over(at("01-10 15:00"), holder(0), &shelf).unwrap();
    assert_eq!(clock.due_at(&shelf), Some(at("01-10 14:00")), "a breach does not move");
}

#[test]
fn rule_11_a_progress_clock_is_due_when_its_day_closes() {
    let shelf = shelf();
    let (from, aim) = progress_day(&shelf.0[0], at("01-09 19:00")).unwrap();
    assert_eq!((from, aim), (at("01-12 09:00"), working(480)));
    let mut clock = started(ClockKind::Progress, aim, "01-12 09:00");
    clock.pause(at("01-12 10:00"), PauseReason::AwaitingCustomer, &shelf).unwrap();
    clock.resume(at("01-12 14:00"), &shelf).unwrap();
    assert_eq!(clock.due_at(&shelf), Some(at("01-12 18:00")), "a pause does not make the day longer");
    assert_eq!(clock.remaining_at(at("01-12 14:00"), &shelf), 4 * HOUR);
    assert_eq!(progress_day(&shelf.0[0], at("01-12 15:00")).unwrap(), (at("01-12 15:00"), working(180)));
    let climbs: Vec<u32> = (0..8).filter(|missed| days_missed_climb(*missed)).collect();
    assert_eq!(climbs, [3, 6]);
}

#[test]
fn acts_never_go_back_and_need_a_start() {
    let shelf = shelf();
    let mut clock = Clock::planned(ClockKind::Visit, 1, 1, wall(24), false);
    assert_eq!(clock.state_at(at("01-09 10:00"), &shelf), State::NotStarted);
    assert_eq!(clock.meet(at("01-09 10:00"), &shelf), Err(Refusal::NotStarted));
    clock.retarget(at("01-09 10:00"), wall(48), &shelf).unwrap();
    clock.start(at("01-09 10:00"), holder(0)).unwrap();
    assert_eq!(clock.start(at("01-09 10:00"), holder(0)), Err(Refusal::AlreadyStarted));
    clock.meet(at("01-09 09:59:59"), &shelf).unwrap();
    assert_eq!((clock.started_at(), clock.met_at), (Some(at("01-09 10:00")), Some(at("01-09 10:00"))));
}

#[test]
fn acts_of_one_instant_leave_no_empty_runs() {
    let shelf = shelf();
    let mut clock = started(ClockKind::Solution, wall(24), "01-09 10:00");
    clock.hand_over(at("01-09 10:00"), holder(1), &shelf).unwrap();
    clock.retarget(at("01-09 10:00"), wall(48), &shelf).unwrap();
    assert_eq!(clock.segments.len(), 1);
    assert_eq!((clock.segments[0].holder, clock.segments[0].budget_ms), (holder(1), 48 * HOUR));
}

#[test]
fn rule_8_a_newer_version_counts_from_here_on() {
    let closed_on_monday = office(r#""2026-01-12":{"kind":"holiday"}"#);
    let shelf = Shelf(vec![office(""), closed_on_monday]);
    let newer = CalendarKey(Uuid::from_u128(1));
    let mut clock = started(ClockKind::Dispatch, working(960), "01-09 17:00");
    let mut shorter = clock.clone();

    clock.recalculate(at("01-09 17:30"), working(960), newer, &shelf).unwrap();
    assert_eq!(clock.consumed_at(at("01-09 17:30"), &shelf), HOUR / 2);
    assert_eq!(clock.due_at(&shelf), Some(at("01-14 17:00")), "V4");
    let again = clock.clone();
    clock.recalculate(at("01-09 17:40"), working(960), newer, &shelf).unwrap();
    assert_eq!(clock, again, "once moved it stays");

    shorter.recalculate(at("01-09 17:30"), working(10), newer, &shelf).unwrap();
    assert_eq!(shorter.breach.unwrap().reason, BreachReason::Retargeted);
    shorter.recalculate(at("01-09 17:45"), working(960), newer, &shelf).unwrap();
    assert_eq!(shorter.due_at(&shelf), Some(at("01-14 17:00")), "healed");
    clock.end(at("01-13 10:00"), &shelf);
    assert_eq!(clock.recalculate(at("01-13 10:00"), working(1), newer, &shelf), Err(Refusal::Ended));
}
