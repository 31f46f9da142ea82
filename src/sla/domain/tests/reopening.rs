//! T5, T12b and T19.

use super::*;

#[test]
fn a_returned_item_has_what_dispatch_had_left() {
    let shelf = shelf();
    let mut clock = started(ClockKind::Dispatch, working(960), "01-09 16:00");
    clock.meet(at("01-12 10:00"), &shelf).unwrap();
    clock.reopen(at("01-14 10:00"), holder(1)).unwrap();
    assert_eq!(clock.consumed_at(at("01-14 10:00"), &shelf), 3 * HOUR);
    assert_eq!(clock.state_at(at("01-14 10:00"), &shelf), State::Running);
    assert_eq!(clock.due_at(&shelf), Some(at("01-15 13:00")), "13 hours from noon by the late calendar");
    assert_eq!(clock.reopen(at("01-14 10:00"), holder(1)), Err(Refusal::NotMet));
    let lines = clock.explain(at("01-14 13:00"), &shelf);
    assert!(lines.windows(2).all(|two| two[0].to == two[1].from));
    assert!(lines.iter().any(|line| line.pause_reason == Some(PauseReason::WithDepartment)));
}

#[test]
fn a_late_dispatch_is_broken_again_when_returned() {
    let shelf = shelf();
    let mut clock = started(ClockKind::Dispatch, wall(1), "01-09 16:00");
    clock.meet(at("01-09 18:00"), &shelf).unwrap();
    clock.reopen(at("01-10 10:00"), holder(0)).unwrap();
    assert_eq!(clock.state_at(at("01-10 10:00"), &shelf), State::Breached);
    assert_eq!(clock.breach.unwrap().at, at("01-09 17:00"));
}

#[test]
fn a_reply_that_was_not_delivered_keeps_its_old_due_instant() {
    let shelf = shelf();
    let mut clock = started(ClockKind::Reply, wall(24), "01-09 17:00");
    assert_eq!(clock.unmeet(), Err(Refusal::NotMet));
    clock.meet(at("01-09 20:00"), &shelf).unwrap();
    clock.unmeet().unwrap();
    assert_eq!(clock.due_at(&shelf), Some(at("01-10 17:00")));
    assert_eq!(clock.consumed_at(at("01-09 23:00"), &shelf), 6 * HOUR);
    assert_eq!(clock.state_at(at("01-10 17:01"), &shelf), State::Breached);
    clock.meet(at("01-10 18:00"), &shelf).unwrap();
    clock.unmeet().unwrap();
    assert_eq!(clock.breach.unwrap().at, at("01-10 17:00"));
}

#[test]
fn a_merge_carries_the_smaller_rest() {
    let shelf = shelf();
    let now = at("01-10 10:00");
    let merged = started(ClockKind::Visit, wall(30), "01-09 10:00");
    let mut survivor = started(ClockKind::Visit, wall(168), "01-10 08:00");
    assert_eq!(survivor.carry_remaining(now, &merged, &shelf), Ok(true));
    assert_eq!(survivor.remaining_at(now, &shelf), 6 * HOUR);
    assert_eq!(survivor.consumed_at(now, &shelf), 2 * HOUR);
    assert_eq!(survivor.due_at(&shelf), merged.due_at(&shelf));
    assert_eq!(survivor.carry_remaining(now, &merged, &shelf), Ok(false), "no smaller rest any more");
    let other_unit = started(ClockKind::Visit, working(1), "01-09 10:00");
    assert_eq!(survivor.carry_remaining(now, &other_unit, &shelf), Ok(false));
    let broken = started(ClockKind::Visit, wall(1), "01-09 10:00");
    assert_eq!(survivor.carry_remaining(now, &broken, &shelf), Ok(true));
    assert_eq!(survivor.breach.unwrap().reason, BreachReason::Retargeted);
}

#[test]
fn a_carried_rest_stays_the_smaller_whatever_comes() {
    let shelf = shelf();
    let mut survivor = started(ClockKind::Dispatch, working(960), "01-12 10:00");
    let merged = started(ClockKind::Dispatch, working(960), "01-09 10:00");
    let now = at("01-12 11:00");
    assert_eq!(survivor.carry_remaining(now, &merged, &shelf), Ok(true));
    let due = merged.due_at(&shelf);
    assert_eq!(survivor.due_at(&shelf), due);

    survivor.retarget(now, working(2400), &shelf).unwrap();
    assert_eq!(survivor.due_at(&shelf), due, "a longer budget does not make it longer");
    survivor.retarget(now, wall(1), &shelf).unwrap();
    assert_eq!(survivor.due_at(&shelf), Some(now), "another time has its own budget");
    survivor.retarget(now, working(90), &shelf).unwrap();
    assert_eq!(survivor.due_at(&shelf), Some(at("01-12 11:30")), "a shorter one makes it shorter");
    survivor.retarget(now, working(960), &shelf).unwrap();
    assert_eq!(survivor.due_at(&shelf), due);
}

#[test]
fn a_larger_rest_is_kept_in_mind() {
    let shelf = shelf();
    let mut survivor = started(ClockKind::Solution, wall(24), "01-09 10:00");
    let merged = started(ClockKind::Solution, wall(72), "01-09 12:00");
    assert_eq!(survivor.carry_remaining(at("01-09 12:00"), &merged, &shelf), Ok(false));
    assert_eq!(survivor.due_at(&shelf), Some(at("01-10 10:00")));

    survivor.retarget(at("01-09 13:00"), wall(240), &shelf).unwrap();

    assert_eq!(survivor.due_at(&shelf), merged.due_at(&shelf));
}
