//! The rules, each computed by hand at least once.

use super::{
    Activation, At, Balance, Command, ConsumptionOrder, Done, Kind, Model, ReversalPolicy, Settings, Validity,
};
use chrono_tz::Tz;

const HOUR: i64 = 3600;

/// A ledger of three accounts in UTC, on whose days things happen at noon.
struct Case(Model, u32);

impl Case {
    fn new(settings: Settings) -> Self {
        Self(Model::new(Settings { zone: Tz::UTC, ..settings }, noon("2026-01-01"), 3), 0)
    }

    fn never() -> Self {
        Self::new(Settings { validity: Validity::Never, ..Settings::default() })
    }

    fn days(days: u32) -> Self {
        Self::new(Settings { validity: Validity::Days(days), ..Settings::default() })
    }

    fn on(&mut self, day: &str) -> &mut Self {
        self.0.set_time(noon(day));
        self
    }

    #[track_caller]
    fn run(&mut self, command: Command) -> Vec<usize> {
        let done = self.0.run(command).unwrap();
        self.0.book.check();
        match done {
            Done::Posted(entries) => entries,
            Done::Held(hold) => vec![hold],
            Done::Nothing => Vec::new(),
        }
    }

    #[track_caller]
    fn refused(&mut self, command: Command, code: &str) {
        assert_eq!(self.0.run(command), Err(code).map(|()| Done::Nothing), "{command:?}");
    }

    fn earn(&mut self, account: usize, amount: i64) -> usize {
        self.1 += 1;
        self.run(Command::Earn { account, amount, source: self.1, occurred_at: None })[0]
    }

    fn redeem(&mut self, account: usize, amount: i64) -> usize {
        self.run(Command::Redeem { account, amount })[0]
    }

    fn hold(&mut self, amount: i64, seconds: i64) -> usize {
        self.run(Command::Hold { account: 0, amount, seconds })[0]
    }

    fn reverse(&mut self, entry: usize, amount: i64) -> usize {
        self.run(Command::Reverse { entry, amount: Some(amount) })[0]
    }

    fn available(&self, account: usize) -> i64 {
        self.0.balance(&self.0.book.group(account)).available
    }

    /// Returns what each lot has left.
    fn lots(&self) -> Vec<i64> {
        self.0.book.lots.iter().map(|lot| lot.remaining).collect()
    }

    /// Returns the last entries of an account: kind and amount.
    fn last(&self, account: usize, count: usize) -> Vec<(Kind, i64)> {
        let own = self.0.book.entries.iter().filter(|e| e.account == account);
        let all: Vec<_> = own.map(|e| (e.kind, e.amount)).collect();
        all[all.len() - count..].to_vec()
    }
}

fn noon(day: &str) -> At {
    format!("{day}T12:00:00Z").parse().unwrap()
}

fn midnight(day: &str) -> At {
    format!("{day}T00:00:00Z").parse().unwrap()
}

#[test]
fn the_worked_example() {
    let mut case = Case::days(30);
    for (amount, day) in [(100, Some("2026-07-01")), (50, Some("2026-04-01")), (30, None)] {
        case.earn(0, amount);
        case.0.book.lots.last_mut().unwrap().expires_at = day.map(midnight);
    }

    let redeemed = case.on("2026-03-01").redeem(0, 120);
    assert_eq!(case.lots(), [30, 0, 30]);
    let taken: Vec<_> = case.0.book.entries[redeemed].taken.iter().map(|p| (p.lot, p.amount)).collect();
    assert_eq!(taken, [(1, 50), (0, 70)]);

    case.on("2026-04-10").run(Command::Reverse { entry: redeemed, amount: None });
    assert_eq!(case.lots(), [100, 0, 30, 50]);
    assert_eq!(case.0.book.lots[3].expires_at, Some(midnight("2026-05-10")));
    assert_eq!(case.available(0), 180);
}

#[test]
fn rule_1_what_ends_first_is_spent_first() {
    for (order, left) in
        [(ConsumptionOrder::ExpiringFirst, [10, 0, 10]), (ConsumptionOrder::OldestFirst, [0, 10, 10])]
    {
        let mut case = Case::days(30);
        case.0.book.settings.consumption_order = order;
        case.earn(0, 10);
        case.0.book.settings.validity = Validity::Days(5);
        case.on("2026-01-02").earn(0, 10);
        case.0.book.settings.validity = Validity::Never;
        case.earn(0, 10);

        case.redeem(0, 10);

        assert_eq!(case.lots(), left, "{order:?}");
    }
}

#[test]
fn rule_3_time_alone_ends_points() {
    let mut case = Case::days(1);
    case.earn(0, 100);
    case.redeem(0, 30);
    let hold = case.hold(20, 24 * HOUR * 3);

    // the free part ends at the midnight before the 3rd, the held one with its hold on the 4th
    case.on("2026-01-03").refused(Command::Redeem { account: 0, amount: 1 }, "insufficient_points");
    assert_eq!(case.0.balance(&[0]), Balance { held: 20, lifetime_earned: 100, ..Balance::default() });
    case.on("2026-01-05").run(Command::Settle { account: 0 });

    assert_eq!(case.last(0, 2), [(Kind::Expire, -50), (Kind::Expire, -20)]);
    let [free, held] = &case.0.book.entries[2..] else { panic!() };
    assert_eq!((free.occurred_at, free.hold), (midnight("2026-01-03"), None));
    assert_eq!((held.occurred_at, held.hold), (noon("2026-01-04"), Some(hold)));
    assert_eq!(held.recorded_at, noon("2026-01-05"));
    // what was known on each day
    let available = |day| case.0.balance_at(&[0], noon(day)).available;
    assert_eq!([available("2026-01-02"), available("2026-01-03"), available("2026-01-05")], [50, 0, 0]);
}

#[test]
fn rule_4_earned_points_wait() {
    let mut case = Case::days(30);
    case.0.book.settings.activation = Activation::Days(2);
    case.earn(0, 40);
    assert_eq!(case.0.balance(&[0]), Balance { pending: 40, lifetime_earned: 40, ..Balance::default() });
    case.on("2026-01-03");
    assert_eq!(case.available(0), 40);

    case.0.book.settings.activation = Activation::OnConfirm;
    let entry = case.earn(0, 60);
    let early = case.earn(0, 5);
    case.on("2026-01-10").run(Command::Activate { entry });
    assert_eq!(case.0.book.lots[1].expires_at, Some(midnight("2026-02-10")));
    case.refused(Command::Activate { entry }, "already_active");

    // a cancelled one touches no other
    case.reverse(early, 5);
    assert_eq!(case.lots(), [40, 60, 0]);
    assert_eq!(case.0.balance(&[0]), Balance { available: 100, lifetime_earned: 100, ..Balance::default() });
}

#[test]
fn rule_4_a_source_earns_once() {
    let mut case = Case::never();
    let earn = |amount| Command::Earn { account: 0, amount, source: 7, occurred_at: None };

    let first = case.run(earn(10));
    assert_eq!(case.run(earn(10)), first);
    case.refused(earn(11), "source_already_used");
    case.reverse(first[0], 10);

    assert_eq!(case.run(earn(10)), first);
    assert_eq!(case.available(0), 0);
}

#[test]
fn rule_5_a_hold_ends_once() {
    let mut case = Case::never();
    case.earn(0, 100);
    let hold = case.hold(60, HOUR);
    assert_eq!(case.available(0), 40);
    case.refused(Command::Capture { hold, amount: Some(61) }, "capture_above_hold");
    case.refused(Command::Capture { hold, amount: Some(0) }, "amount_out_of_range");

    case.run(Command::Capture { hold, amount: Some(45) });

    assert_eq!(case.0.balance(&[0]), Balance { available: 55, lifetime_earned: 100, ..Balance::default() });
    case.refused(Command::Capture { hold, amount: None }, "hold_ended");
    case.refused(Command::Release { hold }, "hold_ended");
    let late = case.hold(5, HOUR);
    case.on("2026-01-02").refused(Command::Capture { hold: late, amount: None }, "hold_ended");
}

#[test]
fn rule_5_what_is_held_outlives_its_lot() {
    let mut case = Case::days(1);
    case.earn(0, 100);
    let hold = case.hold(100, 7 * 24 * HOUR);

    case.on("2026-01-04").run(Command::Capture { hold, amount: Some(70) });

    assert_eq!(case.last(0, 2), [(Kind::Redeem, -70), (Kind::Expire, -30)]);
    assert_eq!(case.0.book.entries[2].hold, Some(hold));
    assert_eq!(case.available(0), 0);
}

#[test]
fn rule_6_redeeming_is_all_or_nothing() {
    let mut case = Case::never();
    case.earn(0, 100);
    case.refused(Command::Redeem { account: 0, amount: 101 }, "insufficient_points");
    case.refused(Command::Redeem { account: 0, amount: 0 }, "amount_out_of_range");
    case.0.book.settings.min_redeem = 10;
    case.0.book.settings.max_redeem_percent = 33;
    case.refused(Command::Redeem { account: 0, amount: 9 }, "below_minimum");
    case.refused(Command::Hold { account: 0, amount: 34, seconds: 60 }, "above_maximum");
    case.redeem(0, 33);
    // a third of 67
    case.refused(Command::Redeem { account: 0, amount: 23 }, "above_maximum");
    case.redeem(0, 22);
}

#[test]
fn rule_7_the_lot_taken_last_is_restored_first() {
    let mut case = Case::days(5);
    case.earn(0, 50);
    case.on("2026-01-02").earn(0, 50);
    let redeemed = case.redeem(0, 80);

    case.reverse(redeemed, 40);
    assert_eq!(case.lots(), [10, 50]);
    case.refused(Command::Reverse { entry: redeemed, amount: Some(41) }, "over_reversal");
    case.run(Command::Reverse { entry: redeemed, amount: None });
    assert_eq!(case.lots(), [50, 50]);
    case.refused(Command::Reverse { entry: redeemed, amount: None }, "over_reversal");
}

#[test]
fn rule_7_there_is_no_second_grace() {
    let mut case = Case::days(1);
    let earned = case.earn(0, 50);
    let first = case.redeem(0, 50);
    case.on("2026-01-10").reverse(first, 50);
    assert_eq!(case.0.book.lots[1].expires_at, Some(midnight("2026-02-09")));
    let second = case.redeem(0, 50);

    case.on("2026-02-10").reverse(second, 50);

    assert_eq!(case.last(0, 2), [(Kind::ReverseRedeem, 50), (Kind::Expire, -50)]);
    assert_eq!(case.available(0), 0);
    // all of it has ended unused: nothing is left to take
    let reversal = case.reverse(earned, 50);
    assert_eq!(case.0.book.entries[reversal].amount, 0);
}

#[test]
fn rule_7_without_grace_it_ends_at_once() {
    let mut case = Case::days(1);
    case.0.book.settings.reinstate_grace_days = 0;
    case.earn(0, 50);
    let redeemed = case.redeem(0, 50);

    case.on("2026-01-10").reverse(redeemed, 20);

    assert_eq!(case.last(0, 2), [(Kind::ReverseRedeem, 20), (Kind::Expire, -20)]);
    assert_eq!(case.0.book.entries.last().unwrap().occurred_at, noon("2026-01-10"));
}

#[test]
fn rule_8_a_refund_takes_what_the_policy_allows() {
    for (policy, amount, waived, debt, other) in [
        (ReversalPolicy::LotOnly, -20, 80, 0, 30),
        (ReversalPolicy::WithinBalance, -50, 50, 0, 0),
        (ReversalPolicy::AllowNegative, -100, 0, 50, 0),
    ] {
        let mut case = Case::never();
        case.0.book.settings.reversal_policy = policy;
        let earned = case.earn(0, 100);
        case.redeem(0, 80);
        case.earn(0, 30);

        let reversal = case.reverse(earned, 100);

        let entry = &case.0.book.entries[reversal];
        assert_eq!((entry.amount, entry.waived, entry.debt_part), (amount, waived, debt), "{policy:?}");
        assert_eq!(case.lots(), [0, other]);
        let lifetime_earned = 130 + amount;
        let available = other - debt;
        let expected = Balance { available, debt, lifetime_earned, ..Balance::default() };
        assert_eq!(case.0.balance(&[0]), expected, "{policy:?}");
        case.refused(Command::Reverse { entry: earned, amount: Some(1) }, "over_reversal");
    }
}

#[test]
fn rule_8_what_has_ended_is_not_taken_again() {
    let mut case = Case::days(1);
    let earned = case.earn(0, 100);
    case.redeem(0, 40);
    case.on("2026-01-10").earn(0, 500);

    // 60 have ended: of 70 wanted 10 are due, of 100 the other 30
    let amounts = [60, 10, 30].map(|wanted| case.reverse(earned, wanted));

    let amounts = amounts.map(|id| case.0.book.entries[id].amount);
    assert_eq!(amounts, [0, -10, -30]);
    assert_eq!(case.available(0), 460);
}

#[test]
fn rule_9_debt_is_repaid_first() {
    let mut case = Case::never();
    let earned = case.earn(0, 100);
    let redeemed = case.redeem(0, 100);
    case.reverse(earned, 100);
    assert_eq!(case.last(0, 2), [(Kind::ReverseEarn, -100), (Kind::Debt, 0)]);
    assert_eq!(case.available(0), -100);

    case.earn(0, 30);
    assert_eq!(case.last(0, 2), [(Kind::Earn, 30), (Kind::DebtRepay, 0)]);
    case.reverse(redeemed, 100);
    assert_eq!(case.last(0, 2), [(Kind::ReverseRedeem, 100), (Kind::DebtRepay, 0)]);

    assert_eq!(case.lots(), [30, 0]);
    assert_eq!(case.0.balance(&[0]).debt, 0);
}

#[test]
fn rule_9_pending_points_repay_when_they_start() {
    let mut case = Case::never();
    let earned = case.earn(0, 100);
    case.redeem(0, 100);
    case.reverse(earned, 100);
    case.0.book.settings.activation = Activation::Days(1);
    case.earn(0, 130);
    assert_eq!(case.0.balance(&[0]).debt, 100);

    case.on("2026-01-05").run(Command::Settle { account: 0 });

    assert_eq!(case.last(0, 2), [(Kind::Activate, 0), (Kind::DebtRepay, 0)]);
    assert_eq!(case.0.book.entries.last().unwrap().occurred_at, midnight("2026-01-02"));
    assert_eq!(case.available(0), 30);
}

#[test]
fn rule_10_a_reversal_is_not_reversed() {
    let mut case = Case::never();
    let earned = case.earn(0, 100);
    let redeemed = case.redeem(0, 50);
    let debited = case.run(Command::AdjustDebit { account: 0, amount: 10 })[0];
    let sent = case.run(Command::Transfer { from: 0, to: 1, amount: 10 });
    let back = case.reverse(redeemed, 50);
    case.reverse(debited, 10);
    let taken = case.reverse(earned, 100);
    for entry in [back, taken, sent[0], sent[1]] {
        case.refused(Command::Reverse { entry, amount: None }, "not_reversible");
    }
    let migrated = case.run(Command::MigrateIn { account: 2, amount: 5, source: 90, occurred_at: None })[0];
    let credited = case.run(Command::AdjustCredit { account: 2, amount: 5 })[0];
    case.reverse(migrated, 5);
    case.reverse(credited, 5);
    // adjustments are not earned
    assert_eq!(case.0.balance(&[2]), Balance::default());
}

#[test]
fn rule_11_points_keep_their_ends_on_their_way() {
    let mut case = Case::days(30);
    case.earn(0, 10);
    case.on("2026-01-02").earn(0, 10);
    case.hold(5, HOUR);
    case.refused(Command::Transfer { from: 0, to: 0, amount: 1 }, "transfer_to_self");
    case.refused(Command::Transfer { from: 0, to: 1, amount: 16 }, "insufficient_points");

    case.run(Command::Transfer { from: 0, to: 1, amount: 12 });

    let arrived = case.0.book.lots[2..].iter().map(|lot| (lot.original, lot.expires_at.unwrap()));
    assert_eq!(arrived.collect::<Vec<_>>(), [(5, midnight("2026-02-01")), (7, midnight("2026-02-02"))]);
    assert_eq!(case.0.balance(&[1]), Balance { available: 12, ..Balance::default() });
}

#[test]
fn rule_12_linked_accounts_are_spent_as_one() {
    let mut case = Case::days(30);
    case.earn(1, 40);
    case.on("2026-01-02").earn(0, 40);
    case.run(Command::Link { account: 1, into: 0 });
    assert_eq!(case.available(0), 80);
    let redeemed = case.run(Command::Redeem { account: 0, amount: 50 });
    assert_eq!((case.last(0, 1), case.last(1, 1)), (vec![(Kind::Redeem, -10)], vec![(Kind::Redeem, -40)]));
    let hold = case.hold(5, HOUR);

    // the hold of one takes from it alone
    case.run(Command::Unlink { account: 1 });
    assert_eq!((case.available(0), case.available(1)), (25, 0));
    case.run(Command::Link { account: 1, into: 0 });
    case.run(Command::Release { hold });
    // what was taken last, from account 0, returns first
    case.run(Command::Reverse { entry: redeemed[1], amount: Some(15) });

    assert_eq!(case.lots(), [5, 40]);
    let over = case.hold(42, HOUR);
    case.refused(Command::Unlink { account: 1 }, "open_holds");
    case.run(Command::Release { hold: over });
    case.run(Command::Unlink { account: 1 });
    assert_eq!((case.available(0), case.available(1)), (40, 5));
}

#[test]
fn rule_12_each_repays_its_own_debt() {
    let mut case = Case::never();
    let earned = case.earn(1, 40);
    case.redeem(1, 40);
    case.reverse(earned, 40);
    case.earn(0, 100);
    case.run(Command::Link { account: 1, into: 0 });
    assert_eq!(case.available(1), 60);
    case.refused(Command::Redeem { account: 1, amount: 61 }, "insufficient_points");
    case.redeem(1, 60);

    case.earn(0, 5);
    assert_eq!(case.available(0), 5);
    case.earn(1, 50);
    assert_eq!(case.0.balance(&[1]), Balance { available: 10, lifetime_earned: 50, ..Balance::default() });
}
