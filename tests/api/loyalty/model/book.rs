//! What has happened: entries that are only added, the lots and holds that they speak of.

use super::{At, ConsumptionOrder, Settings};

/// The most points that there are of anything.
pub const MOST: i64 = (1 << 53) - 1;

/// Why a command is refused.
pub type Refusal = &'static str;

/// What an entry records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Earn,
    Activate,
    Redeem,
    Expire,
    AdjustCredit,
    AdjustDebit,
    ReverseEarn,
    ReverseRedeem,
    TransferIn,
    TransferOut,
    Debt,
    DebtRepay,
    MigrateIn,
}

/// What was taken from one lot; `ordinal` is its place in the order of taking, over all linked accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub ordinal: usize,
    pub lot: usize,
    pub amount: i64,
    pub restored: i64,
}

/// One line of the ledger.
#[derive(Clone, Debug)]
pub struct Entry {
    pub account: usize,
    pub seq: i64,
    pub kind: Kind,
    pub amount: i64,
    pub debt_part: i64,
    pub waived: i64,
    pub requested: Option<i64>,
    pub occurred_at: At,
    pub recorded_at: At,
    pub lot: Option<usize>,
    pub hold: Option<usize>,
    pub reverses: Option<usize>,
    pub group: Option<usize>,
    pub source: Option<u32>,
    /// What a debit, an expiry or a repayment took.
    pub taken: Vec<Part>,
    /// What a reversal of a debit gave back: lot and amount.
    pub given: Vec<(usize, i64)>,
}

/// Points that came together and end together.
#[derive(Clone, Debug)]
pub struct Lot {
    pub account: usize,
    pub source_entry: usize,
    /// The credit that this lot is a part of.
    pub credit: usize,
    pub original: i64,
    pub remaining: i64,
    pub held: i64,
    /// What ended unused.
    pub expired: i64,
    pub available_at: Option<At>,
    pub expires_at: Option<At>,
    pub activated: bool,
    /// Whether it replaces a lot that had ended.
    pub reinstated: bool,
}

/// A promise.
#[derive(Clone, Debug)]
pub struct Hold {
    pub account: usize,
    pub amount: i64,
    pub parts: Vec<Part>,
    pub created_at: At,
    pub expires_at: At,
    pub ended_at: Option<At>,
}

/// What an account or several together have at one instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    pub available: i64,
    pub pending: i64,
    pub held: i64,
    pub debt: i64,
    pub lifetime_earned: i64,
}

/// The whole ledger.
#[derive(Clone, Debug)]
pub struct Book {
    pub settings: Settings,
    pub now: At,
    pub entries: Vec<Entry>,
    pub lots: Vec<Lot>,
    pub holds: Vec<Hold>,
    /// For each account the one that it is linked into.
    pub linked: Vec<Option<usize>>,
    /// For each account what it owes.
    pub debts: Vec<i64>,
}

impl Lot {
    pub fn free(&self) -> i64 {
        self.remaining - self.held
    }

    pub fn has_ended(&self, at: At) -> bool {
        self.expires_at.is_some_and(|end| end <= at)
    }

    pub fn is_pending(&self, at: At) -> bool {
        self.available_at.is_none_or(|start| at < start)
    }
}

impl Book {
    pub fn new(settings: Settings, now: At, accounts: usize) -> Self {
        Self {
            settings,
            now,
            entries: Vec::new(),
            lots: Vec::new(),
            holds: Vec::new(),
            linked: vec![None; accounts],
            debts: vec![0; accounts],
        }
    }

    /// Returns an entry to be filled in and posted.
    pub fn entry(&self, account: usize, kind: Kind, amount: i64) -> Entry {
        Entry {
            account,
            seq: 0,
            kind,
            amount,
            debt_part: 0,
            waived: 0,
            requested: None,
            occurred_at: self.now,
            recorded_at: self.now,
            lot: None,
            hold: None,
            reverses: None,
            group: None,
            source: None,
            taken: Vec::new(),
            given: Vec::new(),
        }
    }

    /// Adds an entry as the next of its account.
    pub fn post(&mut self, mut entry: Entry) -> usize {
        let before = self.entries.iter().filter(|e| e.account == entry.account);
        let (count, last) = before.fold((0, self.now), |(n, last), e| (n + 1, last.max(e.recorded_at)));
        entry.seq = count + 1;
        entry.recorded_at = last;
        self.entries.push(entry);
        self.entries.len() - 1
    }

    /// Returns the accounts that are read and spent as one with this one.
    pub fn group(&self, account: usize) -> Vec<usize> {
        let root = self.root(account);
        (0..self.linked.len()).filter(|other| self.root(*other) == root).collect()
    }

    /// Returns the account that this one was linked into in the end.
    pub fn root(&self, account: usize) -> usize {
        self.linked[account].map_or(account, |into| self.root(into))
    }

    /// Returns lots in the order in which they are spent.
    pub fn spend_order(&self, mut lots: Vec<usize>) -> Vec<usize> {
        lots.sort_by_key(|&id| {
            let lot = &self.lots[id];
            let end = (lot.expires_at.is_none(), lot.expires_at);
            let start = (lot.available_at.is_none(), lot.available_at);
            match self.settings.consumption_order {
                ConsumptionOrder::ExpiringFirst => (Some(end), start, id),
                ConsumptionOrder::OldestFirst => (None, start, id),
            }
        });
        lots
    }

    /// Returns the lots of these accounts that could be spent at an instant, in the order of spending.
    pub fn free_lots(&self, accounts: &[usize], at: At) -> Vec<usize> {
        let is_free = |lot: &Lot| {
            let is_open = lot.activated && !lot.is_pending(at) && !lot.has_ended(at);
            accounts.contains(&lot.account) && lot.free() > 0 && is_open
        };
        self.spend_order((0..self.lots.len()).filter(|&id| is_free(&self.lots[id])).collect())
    }

    /// Returns what accounts have at an instant to which they are settled.
    pub fn balance(&self, accounts: &[usize], at: At) -> Balance {
        let mut sum = Balance::default();
        for lot in self.lots.iter().filter(|lot| accounts.contains(&lot.account)) {
            sum.held += lot.held;
            if lot.is_pending(at) {
                sum.pending += lot.free();
            } else if !lot.has_ended(at) {
                sum.available += lot.free();
            }
        }
        for &account in accounts {
            sum.debt += self.debts[account];
        }
        sum.available -= sum.debt;
        for entry in &self.entries {
            // what is taken back is earned no more where it was earned, whoever's lots it came from
            let earned = entry.reverses.map_or(entry, |original| &self.entries[original]);
            let counts = matches!(earned.kind, Kind::Earn | Kind::MigrateIn);
            if counts && accounts.contains(&earned.account) {
                sum.lifetime_earned += entry.amount;
            }
        }
        sum
    }

    /// Plans to take an amount from lots in this order: the parts, and what they lack.
    pub fn plan(&self, lots: &[usize], amount: i64) -> (Vec<Part>, i64) {
        let mut parts = Vec::new();
        let mut lacks = amount;
        for &lot in lots {
            let taken = lacks.min(self.lots[lot].free());
            if taken > 0 {
                parts.push(Part { ordinal: parts.len(), lot, amount: taken, restored: 0 });
                lacks -= taken;
            }
        }
        (parts, lacks)
    }

    /// Takes parts out of their lots.
    pub fn take(&mut self, parts: &[Part]) {
        for part in parts {
            self.lots[part.lot].remaining -= part.amount;
        }
    }

    /// Returns the accounts of parts, ascending, each with its own.
    pub fn by_account(&self, parts: &[Part]) -> Vec<(usize, Vec<Part>)> {
        (0..self.linked.len())
            .map(|account| {
                let own = parts.iter().filter(|part| self.lots[part.lot].account == account);
                (account, own.copied().collect::<Vec<_>>())
            })
            .filter(|(_, own)| !own.is_empty())
            .collect()
    }

    /// Joins entries that one command made on several accounts.
    pub fn join(&mut self, entries: &[usize]) {
        if entries.len() > 1 {
            for &entry in entries {
                self.entries[entry].group = Some(entries[0]);
            }
        }
    }

    /// Refuses what would give a customer more points than there can be, or more earned ones.
    pub fn find_room(&self, account: usize, kind: Kind, amount: i64) -> Result<(), Refusal> {
        let group = self.group(account);
        let has: i64 = self.lots.iter().filter(|l| group.contains(&l.account)).map(|l| l.remaining).sum();
        let earned = self.balance(&group, self.now).lifetime_earned;
        let earns = matches!(kind, Kind::Earn | Kind::MigrateIn);
        let is_too_much = amount > MOST - has || (earns && amount > MOST - earned);
        if is_too_much { Err("amount_out_of_range") } else { Ok(()) }
    }

    pub fn add_lot(&mut self, lot: Lot) -> usize {
        self.lots.push(lot);
        self.lots.len() - 1
    }
}

/// Returns what parts add up to.
pub fn sum(parts: &[Part]) -> i64 {
    parts.iter().map(|part| part.amount).sum()
}
