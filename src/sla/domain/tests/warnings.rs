use super::*;
use chrono::TimeDelta;

#[test]
fn rule_10_marks_come_in_their_turn() {
    let shelf = shelf();
    let clock = started(ClockKind::Reply, wall(24), "01-09 00:00");
    let ladder = Ladder::default();
    assert!(ladder.due(&clock, &[], at("01-09 11:59"), &shelf).is_empty());
    let notices = ladder.due(&clock, &[50], at("01-10 06:00"), &shelf);
    let seen: Vec<_> =
        notices.iter().map(|notice| (notice.at, notice.percents.clone(), notice.level)).collect();
    let expected = [
        (at("01-09 18:00"), vec![75], None),
        (at("01-10 00:00"), vec![100], None),
        (at("01-10 06:00"), vec![125], Some(1)),
    ];
    assert_eq!(seen, expected);
    assert_eq!(clock.instant_of_percent(200, &shelf), Some(at("01-11 00:00")));
}

#[test]
fn what_a_change_passes_is_one_notice() {
    let shelf = shelf();
    let mut clock = started(ClockKind::Solution, wall(72), "01-09 00:00");
    clock.retarget(at("01-10 12:00"), wall(24), &shelf).unwrap();
    let notices = Ladder::default().due(&clock, &[50], at("01-10 13:00"), &shelf);
    let change = Notice { at: at("01-10 12:00"), percents: vec![75, 100, 125, 150], level: Some(2) };
    assert_eq!(notices, [change]);
}

#[test]
fn the_sweeper_knows_when_to_look() {
    let shelf = shelf();
    let ladder = Ladder::default();
    let mut clock = started(ClockKind::Solution, wall(24), "01-09 00:00");
    let next = |clock: &Clock, sent: &[u32]| ladder.next_check_at(clock, sent, &shelf);
    assert_eq!(next(&clock, &[]), Some(at("01-09 12:00")));
    assert_eq!(next(&clock, &[50, 75]), Some(at("01-10 00:00")));
    assert_eq!(next(&clock, &[50, 75, 100]), Some(at("01-10 00:00") + TimeDelta::milliseconds(1)));
    clock.pause(at("01-09 13:00"), PauseReason::AwaitingCustomer, &shelf).unwrap();
    assert_eq!(next(&clock, &[50]), None, "nothing happens to a clock that waits");
    assert_eq!(next(&clock, &[]), Some(at("01-09 12:00")), "but what is owed is owed");
    clock.end(at("01-09 14:00"), &shelf);
    assert_eq!(next(&clock, &[]), None);
    assert!(ladder.due(&clock, &[], at("02-09 12:00"), &shelf).is_empty(), "what is over climbs no more");
}

#[test]
fn confirmations_have_no_ladder_and_progress_has_no_levels() {
    let shelf = shelf();
    let now = at("02-09 00:00");
    let confirmation = started(ClockKind::Confirmation, wall(72), "01-09 00:00");
    assert!(Ladder::default().due(&confirmation, &[], now, &shelf).is_empty());
    assert_eq!(Ladder::default().next_check_at(&confirmation, &[], &shelf), Some(at("01-12 00:00")));
    let progress = started(ClockKind::Progress, working(480), "01-09 09:00");
    let marks: Vec<_> =
        Ladder::default().due(&progress, &[], now, &shelf).into_iter().map(|n| n.percents).collect();
    assert_eq!(marks, [[50], [75], [100]]);
}

#[test]
fn ladders_rise() {
    let ladder = |rungs: &[(u32, Option<u8>)]| {
        Ladder::new(rungs.iter().map(|(percent, level)| Rung { percent: *percent, level: *level }).collect())
    };
    assert!(ladder(&[(80, None), (100, Some(1)), (300, Some(3))]).is_ok());
    for unsound in [
        &[(100, None), (100, None)][..],
        &[(0, None)],
        &[(1001, None)],
        &[(100, Some(2)), (150, Some(1))],
        &[(100, Some(4))],
    ] {
        assert_eq!(ladder(unsound), Err(Refusal::InvalidLadder));
    }
}

#[test]
fn a_mark_is_reached_when_all_of_it_is_used() {
    let odd = Aim { unit: Unit::Clock, budget_ms: 3 };
    let clock = started(ClockKind::Reply, odd, "01-09 00:00");
    assert_eq!(clock.instant_of_percent(50, &shelf()), Some(at("01-09 00:00") + TimeDelta::milliseconds(2)));
}
