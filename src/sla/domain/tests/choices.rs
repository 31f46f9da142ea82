use super::*;
use crate::vocabulary::{Channel, FeedbackType, Status, ValueGrade};

fn policy(id: u128, order: i32, types: &[FeedbackType], grades: &[ValueGrade]) -> Policy {
    let conditions = Conditions { types: types.to_vec(), grades: grades.to_vec(), ..Conditions::default() };
    Policy {
        id: Uuid::from_u128(id).into(),
        version_id: Uuid::from_u128(id).into(),
        name: String::new(),
        order,
        conditions,
        terms: Terms::default(),
    }
}

const FACTS: Facts = Facts {
    feedback_type: FeedbackType::Complaint,
    priority: Priority::Normal,
    grade: Some(ValueGrade::HighValue),
    channel: Channel::Phone,
};

#[test]
fn rule_13_names_the_winner_and_why_the_others_lost() {
    use {FeedbackType::*, ValueGrade::*};
    let policies = [
        policy(5, 1, &[Complaint, Praise], &[HighValue]),
        policy(1, 2, &[], &[]),
        policy(2, 1, &[Complaint], &[]),
        policy(6, 1, &[Complaint], &[HighValue]),
        policy(3, 0, &[Praise, Inquiry], &[]),
        policy(4, 0, &[], &[Potential]),
    ];
    let choice = choose(&policies, &FACTS);
    assert_eq!(choice.winner, policies.first());
    let why: Vec<_> =
        choice.losers.iter().map(|loser| (loser.policy.id.0.as_u128(), loser.why.code())).collect();
    let expected = [
        (1, "higher_order"),
        (2, "fewer_conditions"),
        (6, "newer_id"),
        (3, "other_type"),
        (4, "other_grade"),
    ];
    assert_eq!(why, expected);
}

#[test]
fn nothing_may_match() {
    let policies = [policy(1, 1, &[], &[ValueGrade::HighValue])];
    let unknown = Facts { grade: None, ..FACTS };
    let choice = choose(&policies, &unknown);
    assert_eq!((choice.winner, choice.losers[0].why), (None, WhyLost::OtherGrade));
    assert_eq!(choose(&[], &FACTS).winner, None);
}

#[test]
fn the_table_written_out_promises_what_the_defaults_promise() {
    let (empty, written) = (Terms::default(), Terms::written_out());
    for clock in ClockKind::ALL {
        for priority in Priority::ALL {
            let target = written.target(*clock, *priority);
            assert_eq!(target, empty.target(*clock, *priority));
            assert_eq!(target, default_target(*clock, *priority));
        }
    }
}

#[test]
fn a_promise_for_the_priority_goes_before_one_for_all() {
    let promise = |priority, amount| Promise {
        clock: ClockKind::Solution,
        priority,
        amount,
        unit: TargetUnit::WorkingHours,
        warn_at_percent: Some(vec![80]),
    };
    let terms = Terms {
        targets: vec![promise(None, 8), promise(Some(Priority::Urgent), 4)],
        pause_statuses: vec![PauseStatus::AwaitingThirdParty],
        ..Terms::default()
    };
    let amount = |priority| terms.target(ClockKind::Solution, priority).unwrap().amount;
    assert_eq!((amount(Priority::Urgent), amount(Priority::Low)), (4, 8));
    assert_eq!(terms.warnings(ClockKind::Solution, Priority::Low), Some(&[80][..]));
    assert_eq!(terms.warnings(ClockKind::Reply, Priority::Low), None);
    assert!(terms.pauses(ClockKind::Solution, Status::AwaitingThirdParty));
    assert!(!terms.pauses(ClockKind::Solution, Status::AwaitingCustomer));
    assert!(terms.pausable(ClockKind::Progress) && !terms.pausable(ClockKind::Reply));
}
