//! Commands that nobody would think of.

use super::model::{
    Activation, Book, Command, ConsumptionOrder, Kind, MOST, ReversalPolicy, Settings, Validity,
};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use proptest::{
    option,
    prelude::*,
    sample::{Index, select},
};

/// How many accounts there are.
pub const ACCOUNTS: usize = 3;

/// A command whose accounts, entries and holds are chosen among those that there are by then.
#[derive(Clone, Debug)]
pub enum Draw {
    Earn {
        account: Index,
        amount: i64,
        source: u32,
        hours_ago: Option<i64>,
    },
    MigrateIn {
        account: Index,
        amount: i64,
        source: u32,
        hours_ago: Option<i64>,
    },
    /// Without an amount, everything.
    Redeem {
        account: Index,
        amount: Option<i64>,
    },
    AdjustCredit {
        account: Index,
        amount: i64,
    },
    AdjustDebit {
        account: Index,
        amount: i64,
    },
    /// Without seconds, until some lot ends.
    Hold {
        account: Index,
        amount: i64,
        seconds: Option<i64>,
    },
    Capture {
        hold: Index,
        among: Among,
        amount: Option<i64>,
    },
    Release {
        hold: Index,
        among: Among,
    },
    Reverse {
        entry: Index,
        among: Among,
        amount: Option<i64>,
    },
    Activate {
        entry: Index,
        among: Among,
    },
    Transfer {
        from: Index,
        to: Index,
        amount: i64,
    },
    Link {
        account: Index,
        into: Index,
    },
    Unlink {
        account: Index,
    },
    Settle {
        account: Index,
    },
    /// Time goes by.
    Advance {
        seconds: i64,
    },
    /// Time goes by until something happens, or until just before.
    Await {
        just_before: bool,
    },
    /// The program changes.
    Change {
        settings: Settings,
    },
}

/// From what is chosen: mostly from what makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    All,
    Open,
    Credits,
    Debits,
}

/// What a draw comes to.
#[derive(Clone, Debug)]
pub enum Drawn {
    Command(Command),
    SetTime(DateTime<Utc>),
    Change(Settings),
    Nothing,
}

/// Any program.
pub fn settings() -> impl Strategy<Value = Settings> {
    let validity = prop_oneof![
        Just(Validity::Never),
        (0u32..6).prop_map(Validity::Days),
        (0u32..3).prop_map(Validity::Months),
        (0u32..3).prop_map(Validity::EndOfMonth),
        (0u32..2).prop_map(Validity::EndOfYear),
    ];
    let activation = prop_oneof![
        3 => Just(Activation::Immediate),
        2 => (0u32..4).prop_map(Activation::Days),
        1 => Just(Activation::OnConfirm),
    ];
    let consumption_order = select(vec![ConsumptionOrder::ExpiringFirst, ConsumptionOrder::OldestFirst]);
    let reversal_policy = select(vec![
        ReversalPolicy::LotOnly,
        ReversalPolicy::WithinBalance,
        ReversalPolicy::AllowNegative,
        ReversalPolicy::AllowNegative,
    ]);
    let reinstate_grace_days = select(vec![0u32, 1, 3, 30]);
    let min_redeem = select(vec![1i64, 1, 1, 20]);
    let max_redeem_percent = select(vec![100i64, 100, 100, 50, 33]);
    let zone = select(vec![Tz::Asia__Shanghai, Tz::UTC, Tz::America__New_York, Tz::Africa__Cairo]);
    (
        validity,
        activation,
        consumption_order,
        reversal_policy,
        reinstate_grace_days,
        min_redeem,
        max_redeem_percent,
        zone,
    )
        .prop_map(|drawn| Settings {
            validity: drawn.0,
            activation: drawn.1,
            consumption_order: drawn.2,
            reversal_policy: drawn.3,
            reinstate_grace_days: drawn.4,
            min_redeem: drawn.5,
            max_redeem_percent: drawn.6,
            zone: drawn.7,
        })
}

fn amount(most: i64) -> impl Strategy<Value = i64> {
    prop_oneof![
        70 => 1..=most,
        10 => 1i64..=10,
        1 => select(vec![0, -1, MOST, MOST + 1, MOST - 50, MOST / 2]),
    ]
}

/// Any command.
pub fn draw() -> impl Strategy<Value = Draw> {
    prop_oneof![15 => incoming(), 14 => outgoing(), 14 => backward(), 12 => other()]
}

fn incoming() -> impl Strategy<Value = Draw> {
    let credit = || (any::<Index>(), amount(200), 0u32..40, option::weighted(0.3, 0i64..240));
    prop_oneof![
        12 => credit().prop_map(|(account, amount, source, hours_ago)| {
            Draw::Earn { account, amount, source, hours_ago }
        }),
        2 => credit().prop_map(|(account, amount, source, hours_ago)| {
            Draw::MigrateIn { account, amount, source, hours_ago }
        }),
        1 => (any::<Index>(), amount(100)).prop_map(|(account, amount)| Draw::AdjustCredit { account, amount }),
    ]
}

fn outgoing() -> impl Strategy<Value = Draw> {
    let seconds = prop_oneof![Just(1i64), 60i64..7200, 3600i64..=604_800];
    prop_oneof![
        6 => (any::<Index>(), option::weighted(0.7, amount(90))).prop_map(|(account, amount)| {
            Draw::Redeem { account, amount }
        }),
        1 => (any::<Index>(), amount(50)).prop_map(|(account, amount)| Draw::AdjustDebit { account, amount }),
        5 => (any::<Index>(), amount(80), option::weighted(0.8, seconds)).prop_map(|(account, amount, seconds)| {
            Draw::Hold { account, amount, seconds }
        }),
        2 => (any::<Index>(), any::<Index>(), amount(60)).prop_map(|(from, to, amount)| {
            Draw::Transfer { from, to, amount }
        }),
    ]
}

fn backward() -> impl Strategy<Value = Draw> {
    let open = || prop_oneof![4 => Just(Among::Open), 1 => Just(Among::All)];
    let entries = prop_oneof![5 => Just(Among::Debits), 4 => Just(Among::Credits), 1 => Just(Among::All)];
    prop_oneof![
        3 => (any::<Index>(), open(), option::of(amount(60))).prop_map(|(hold, among, amount)| {
            Draw::Capture { hold, among, amount }
        }),
        1 => (any::<Index>(), open()).prop_map(|(hold, among)| Draw::Release { hold, among }),
        8 => (any::<Index>(), entries, option::of(amount(60))).prop_map(|(entry, among, amount)| {
            Draw::Reverse { entry, among, amount }
        }),
        2 => (any::<Index>(), open()).prop_map(|(entry, among)| Draw::Activate { entry, among }),
    ]
}

fn other() -> impl Strategy<Value = Draw> {
    let seconds = prop_oneof![8 => 0i64..7200, 4 => 0i64..259_200, 1 => 0i64..3_000_000];
    prop_oneof![
        1 => (any::<Index>(), any::<Index>()).prop_map(|(account, into)| Draw::Link { account, into }),
        1 => any::<Index>().prop_map(|account| Draw::Unlink { account }),
        1 => any::<Index>().prop_map(|account| Draw::Settle { account }),
        6 => seconds.prop_map(|seconds| Draw::Advance { seconds }),
        3 => prop::bool::weighted(0.3).prop_map(|just_before| Draw::Await { just_before }),
        1 => settings().prop_map(|settings| Draw::Change { settings }),
    ]
}

impl Drawn {
    /// Returns the command, or nothing where there is no sense in it.
    fn unless(senseless: bool, command: Command) -> Self {
        if senseless { Self::Nothing } else { Self::Command(command) }
    }
}

impl Draw {
    /// Chooses among what there is in a book.
    pub fn resolve(&self, book: &Book) -> Drawn {
        // most happens on one
        let account = |index: &Index| *index.get(&[0, 0, 0, 0, 1, 1, 2]);
        let ago = |hours: &Option<i64>| hours.map(|hours| book.now - TimeDelta::hours(hours));
        let command = match self {
            Self::Earn { account: of, amount, source, hours_ago } => {
                let (account, occurred_at) = (account(of), ago(hours_ago));
                Command::Earn { account, amount: *amount, source: *source, occurred_at }
            }
            Self::MigrateIn { account: of, amount, source, hours_ago } => {
                let (account, occurred_at) = (account(of), ago(hours_ago));
                Command::MigrateIn { account, amount: *amount, source: *source, occurred_at }
            }
            Self::Redeem { account: of, amount } => {
                let account = account(of);
                let all = || book.balance(&book.group(account), book.now).available.max(1);
                Command::Redeem { account, amount: amount.unwrap_or_else(all) }
            }
            Self::AdjustCredit { account: of, amount } => {
                Command::AdjustCredit { account: account(of), amount: *amount }
            }
            Self::AdjustDebit { account: of, amount } => {
                Command::AdjustDebit { account: account(of), amount: *amount }
            }
            Self::Hold { account: of, amount, seconds } => {
                let seconds = seconds.unwrap_or_else(|| until_a_lot_ends(book));
                Command::Hold { account: account(of), amount: *amount, seconds }
            }
            Self::Capture { .. } | Self::Release { .. } | Self::Reverse { .. } | Self::Activate { .. } => {
                return self.resolve_later(book);
            }
            Self::Transfer { from, to, amount } => {
                Command::Transfer { from: account(from), to: account(to), amount: *amount }
            }
            Self::Link { account: of, into } => {
                let (account, into) = (account(of), account(into));
                let is_linked = book.linked[account].is_some() || book.group(account).contains(&into);
                return Drawn::unless(is_linked, Command::Link { account, into });
            }
            Self::Unlink { account: of } => {
                let account = account(of);
                return Drawn::unless(book.linked[account].is_none(), Command::Unlink { account });
            }
            Self::Settle { account: of } => Command::Settle { account: account(of) },
            Self::Advance { seconds } => return Drawn::SetTime(book.now + TimeDelta::seconds(*seconds)),
            Self::Await { just_before } => return wait(book, *just_before),
            Self::Change { settings } => return Drawn::Change(*settings),
        };
        Drawn::Command(command)
    }

    /// Chooses an entry or a hold.
    fn resolve_later(&self, book: &Book) -> Drawn {
        let choose = |index: &Index, all: Vec<usize>| (!all.is_empty()).then(|| *index.get(&all));
        let holds = |among: Among| {
            let is_one = |id: &usize| among == Among::All || book.holds[*id].ended_at.is_none();
            (0..book.holds.len()).filter(is_one).collect()
        };
        let entries = |among: Among| {
            let is_one = |id: &usize| match (among, book.entries[*id].kind) {
                (Among::Credits, kind) => matches!(kind, Kind::Earn | Kind::MigrateIn | Kind::AdjustCredit),
                (Among::Debits, kind) => matches!(kind, Kind::Redeem | Kind::AdjustDebit),
                (Among::Open, _) => {
                    book.lots.iter().any(|lot| lot.source_entry == *id && lot.available_at.is_none())
                }
                (Among::All, _) => true,
            };
            (0..book.entries.len()).filter(is_one).collect()
        };
        let command = match *self {
            Self::Capture { ref hold, among, amount } => {
                choose(hold, holds(among)).map(|hold| Command::Capture { hold, amount })
            }
            Self::Release { ref hold, among } => {
                choose(hold, holds(among)).map(|hold| Command::Release { hold })
            }
            Self::Reverse { ref entry, among, amount } => {
                choose(entry, entries(among)).map(|entry| Command::Reverse { entry, amount })
            }
            Self::Activate { ref entry, among } => {
                choose(entry, entries(among)).map(|entry| Command::Activate { entry })
            }
            _ => None,
        };
        command.map_or(Drawn::Nothing, Drawn::Command)
    }
}

/// Returns when something happens next by itself.
fn wait(book: &Book, just_before: bool) -> Drawn {
    let starts = book.lots.iter().filter(|lot| !lot.activated).filter_map(|lot| lot.available_at);
    let ends = book.lots.iter().filter(|lot| lot.remaining > 0).filter_map(|lot| lot.expires_at);
    let holds = book.holds.iter().filter(|hold| hold.ended_at.is_none()).map(|hold| hold.expires_at);
    let least = TimeDelta::milliseconds(if just_before { 1 } else { 0 });
    let next = starts.chain(ends).chain(holds).filter(|at| *at > book.now + least).min();
    next.map_or(Drawn::Nothing, |at| Drawn::SetTime(at - least))
}

/// Returns in how many seconds a lot ends, if that is no longer than a hold may live; else half an hour.
fn until_a_lot_ends(book: &Book) -> i64 {
    let ends = book.lots.iter().filter(|lot| lot.free() > 0).filter_map(|lot| lot.expires_at);
    let seconds = ends.map(|end| (end - book.now).num_seconds()).filter(|left| (1..=604_800).contains(left));
    seconds.min().unwrap_or(1800)
}
