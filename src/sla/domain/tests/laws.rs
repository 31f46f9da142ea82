//! What holds after any acts in any order.

use super::*;
use chrono::TimeDelta;
use proptest::prelude::*;

#[derive(Clone, Copy, Debug)]
enum Act {
    Pause(bool),
    Resume,
    HandOver(u128),
    Retarget(bool, i64),
    Reopen,
    Unmeet,
    Meet,
    Settle,
}

fn acts() -> impl Strategy<Value = Vec<(i64, Act)>> {
    let act = prop_oneof![
        3 => any::<bool>().prop_map(Act::Pause),
        3 => Just(Act::Resume),
        2 => (0u128..2).prop_map(Act::HandOver),
        2 => (any::<bool>(), 1i64..3000).prop_map(|(working, minutes)| Act::Retarget(working, minutes)),
        1 => Just(Act::Meet),
        1 => Just(Act::Settle),
        1 => Just(Act::Reopen),
        1 => Just(Act::Unmeet),
    ];
    proptest::collection::vec((prop_oneof![Just(0i64), 0i64..30 * HOUR], act), 0..12)
}

/// Plays acts; what a clock refuses must leave it as it was.
fn play(clock: &mut Clock, steps: &[(i64, Act)], shelf: &Shelf) -> DateTime<Utc> {
    let mut now = clock.started_at().unwrap();
    for (wait, act) in steps {
        now += TimeDelta::milliseconds(*wait);
        let mut next = clock.clone();
        let unit = |working| if working { Unit::Working } else { Unit::Clock };
        let done = match *act {
            Act::Pause(true) => next.pause(now, PauseReason::AwaitingApproval, shelf),
            Act::Pause(false) => next.pause(now, PauseReason::AwaitingCustomer, shelf),
            Act::Resume => next.resume(now, shelf),
            Act::HandOver(to) => next.hand_over(now, holder(to), shelf),
            Act::Retarget(working, minutes) => {
                next.retarget(now, Aim { unit: unit(working), budget_ms: minutes * MINUTE }, shelf)
            }
            Act::Meet => next.meet(now, shelf),
            Act::Settle => next.settle_as_of_submit(now, shelf),
            Act::Reopen => next.reopen(now, holder(0)),
            Act::Unmeet => next.unmeet(),
        };
        if done.is_ok() {
            *clock = next;
        }
    }
    now
}

/// Replays an account: what the last line leaves, walked over the last holder's calendar.
fn replayed_due(clock: &Clock, lines: &[Line], now: DateTime<Utc>, shelf: &Shelf) -> Option<DateTime<Utc>> {
    let counted = |line: &Line| {
        if line.kind.counts() { (line.to - line.from).num_milliseconds() } else { 0 }
    };
    let left = clock.aim.budget_ms - lines.iter().map(counted).sum::<i64>();
    match clock.aim.unit {
        Unit::Clock => Some(now + TimeDelta::milliseconds(left)),
        Unit::Working => shelf.get(clock.segments.last()?.holder.calendar).add_working(now, left),
    }
}

proptest! {
    #[test]
    fn accounts_add_up(steps in acts(), working_time in any::<bool>(), more in 0i64..40 * HOUR) {
        let shelf = shelf();
        let aim = if working_time { working(960) } else { wall(30) };
        let mut clock = started(ClockKind::Solution, aim, "01-09 15:30:00.123");
        let now = play(&mut clock, &steps, &shelf) + TimeDelta::milliseconds(more);
        let consumed = clock.consumed_at(now, &shelf);
        prop_assert_eq!(consumed + clock.remaining_at(now, &shelf), clock.aim.budget_ms);
        let lines = clock.explain(now, &shelf);
        prop_assert_eq!(lines.iter().map(|line| line.seconds).sum::<i64>(), consumed / 1000);
        prop_assert!(lines.windows(2).all(|two| two[0].to == two[1].from), "no gap, no overlap");
        prop_assert!(lines.iter().all(|line| line.kind.counts() || line.seconds == 0));
        let shares = clock.time_ledger(now, &shelf);
        prop_assert_eq!(shares.iter().map(|share| share.seconds).sum::<i64>(), consumed / 1000);
        if let Some(last) = lines.last().filter(|_| clock.state_at(now, &shelf) == State::Running) {
            prop_assert_eq!(last.budget_after_seconds, clock.aim.budget_ms / 1000 - consumed / 1000);
            let due = clock.due_at(&shelf).unwrap();
            if clock.remaining_at(now, &shelf) > 0 {
                prop_assert_eq!(replayed_due(&clock, &lines, now, &shelf), Some(due));
            }
        }
    }

    #[test]
    fn breaches_last_and_open_clocks_break_when_due(steps in acts(), after in acts()) {
        let shelf = shelf();
        let mut clock = started(ClockKind::Solution, wall(30), "01-09 15:30");
        let now = play(&mut clock, &steps, &shelf);
        if clock.state_at(now, &shelf) == State::Running {
            let due = clock.due_at(&shelf).unwrap();
            prop_assert!(due >= now);
            prop_assert_eq!(clock.state_at(due, &shelf), State::Running);
            let broken = clock.state_at(due + TimeDelta::milliseconds(1), &shelf);
            prop_assert_eq!(broken, State::Breached);
            prop_assert_eq!(clock.remaining_at(due, &shelf).max(0), 0, "due exactly when nothing is left");
        }
        let breach = clock.breach.filter(|breach| breach.reason == BreachReason::Time);
        play(&mut clock, &after, &shelf);
        prop_assert!(breach.is_none() || clock.breach == breach, "nothing heals a breach by time");
    }

    #[test]
    fn when_a_sweeper_looks_never_matters(steps in acts(), looks in proptest::collection::vec(0i64..30 * HOUR, 0..4)) {
        let shelf = shelf();
        let clock = {
            let mut clock = started(ClockKind::Solution, working(960), "01-09 15:30");
            play(&mut clock, &steps, &shelf);
            clock
        };
        let from = clock.segments.last().unwrap().from;
        let end = from + TimeDelta::milliseconds(200 * HOUR);
        let ladder = Ladder::default();
        let (mut sent, mut seen) = (Vec::new(), Vec::new());
        for look in looks.into_iter().scan(0, |sum, step| { *sum += step; Some(*sum) }).chain([200 * HOUR]) {
            for notice in ladder.due(&clock, &sent, from + TimeDelta::milliseconds(look), &shelf) {
                sent.extend(&notice.percents);
                seen.push(notice);
            }
        }
        let order = |notices: &mut Vec<Notice>| notices.sort_by_key(|notice| (notice.at, notice.percents.clone()));
        let mut at_once = ladder.due(&clock, &[], end, &shelf);
        order(&mut seen);
        order(&mut at_once);
        prop_assert_eq!(seen, at_once);
    }
}
