//! T8 to T11: a solution stops provisionally when its plan is submitted.

use super::*;

fn submitted(budget: Aim, when: &str) -> Clock {
    let mut clock = started(ClockKind::Solution, budget, "01-09 10:00");
    clock.pausable = false;
    clock.pause(at(when), PauseReason::AwaitingApproval, &shelf()).unwrap();
    clock
}

#[test]
fn an_approval_settles_as_of_the_submit() {
    let shelf = shelf();
    let mut clock = submitted(wall(24), "01-10 10:00");
    clock.settle_as_of_submit(at("01-20 10:00"), &shelf).unwrap();
    assert_eq!(clock.state_at(at("01-20 10:00"), &shelf), State::Met);
    assert_eq!((clock.met_at, clock.ended_at), (Some(at("01-10 10:00")), Some(at("01-20 10:00"))));
    let mut late = submitted(wall(24), "01-10 10:01");
    late.settle_as_of_submit(at("01-10 12:00"), &shelf).unwrap();
    assert_eq!(late.state_at(at("01-20 10:00"), &shelf), State::MetLate);
    assert_eq!(late.breach.unwrap().at, at("01-10 10:00"));
}

#[test]
fn the_budget_at_the_submit_counts() {
    let shelf = shelf();
    let mut clock = submitted(wall(72), "01-11 10:00");
    clock.retarget(at("01-11 11:00"), wall(24), &shelf).unwrap();
    clock.hand_over(at("01-11 12:00"), holder(1), &shelf).unwrap();
    let mut rejected = clock.clone();
    clock.settle_as_of_submit(at("01-12 10:00"), &shelf).unwrap();
    assert_eq!(clock.state_at(at("01-12 10:00"), &shelf), State::Met);
    assert_eq!((clock.met_at, clock.due_at(&shelf)), (Some(at("01-11 10:00")), Some(at("01-12 10:00"))));
    rejected.resume(at("01-12 10:00"), &shelf).unwrap();
    assert_eq!(rejected.breach.unwrap().reason, BreachReason::Retargeted);
}

#[test]
fn a_rejection_gives_back_what_was_left() {
    let shelf = shelf();
    let mut clock = submitted(wall(24), "01-09 20:00");
    clock.resume(at("01-15 10:00"), &shelf).unwrap();
    assert_eq!(clock.due_at(&shelf), Some(at("01-16 00:00")));
    assert_eq!(clock.settle_as_of_submit(at("01-15 11:00"), &shelf), Err(Refusal::NotAwaitingApproval));
}

#[test]
fn everything_may_happen_in_one_millisecond() {
    let shelf = shelf();
    let mut clock = submitted(wall(24), "01-09 10:00");
    clock.settle_as_of_submit(at("01-09 10:00"), &shelf).unwrap();
    assert_eq!(clock.state_at(at("01-09 10:00"), &shelf), State::Met);
    assert_eq!(clock.due_at(&shelf), Some(at("01-10 10:00")));
    assert!(clock.explain(at("01-09 10:00"), &shelf).is_empty());
}
