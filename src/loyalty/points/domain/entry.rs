use super::{AccountId, Balance, EntryId, EntryKind, Hold, HoldId, Lot, LotId};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What something was earned, spent or held for, in another system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The other system.
    pub system: String,
    /// The id there.
    pub id: String,
}

/// Who posts entries, and with what words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// What kind of actor.
    pub actor_kind: &'static str,
    /// Which person or program.
    pub actor_id: Option<Uuid>,
    /// The key that the request came with.
    pub idempotency_key: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// For what.
    pub source: Option<Source>,
    /// The earning rule.
    pub rule: Option<String>,
}

impl Origin {
    /// Returns the product itself, which settles what time has done.
    pub fn time() -> Self {
        Self { actor_kind: "system", ..Self::default() }
    }
}

/// One entry of the ledger, before it is chained to the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The id.
    pub id: EntryId,
    /// The account.
    pub account: AccountId,
    /// Its place in the account, from 1.
    pub seq: i64,
    /// What it does.
    pub kind: EntryKind,
    /// By how much the account changes.
    pub amount: i64,
    /// The entry that it reverses.
    pub reverses: Option<EntryId>,
    /// What joins the entries of one command over several accounts.
    pub group: Option<Uuid>,
    /// The lot that it activates or expires.
    pub lot: Option<LotId>,
    /// The hold that it captures, or whose end let the lot expire.
    pub hold: Option<HoldId>,
    /// How much of it is owed.
    pub debt_part: i64,
    /// How much of what a reversal wanted was left with the customer.
    pub waived: i64,
    /// How much of the original a reversal was asked to take back.
    pub requested: Option<i64>,
    /// Who posted it, and with what words.
    pub origin: Origin,
    /// When it became true.
    pub occurred_at: DateTime<Utc>,
    /// When it was written.
    pub recorded_at: DateTime<Utc>,
    /// What the customer has after it.
    pub after: Balance,
}

/// What a debit took from a lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allocation {
    /// The debit.
    pub entry: EntryId,
    /// The place in the order of taking, from 1; over linked accounts one order.
    pub ordinal: i32,
    /// The lot.
    pub lot: LotId,
    /// How much.
    pub amount: i64,
    /// How much of it reversals gave back.
    pub restored: i64,
}

/// What the reversal of a debit gave back of one allocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restoration {
    /// The reversal.
    pub entry: EntryId,
    /// The debit.
    pub debit: EntryId,
    /// The allocation.
    pub ordinal: i32,
    /// The lot that got it.
    pub lot: LotId,
    /// How much.
    pub amount: i64,
    /// Whether the lot was made for it.
    pub new_lot: bool,
}

/// What commands have posted and nobody has stored yet.
#[derive(Clone, Debug, Default)]
pub struct Posting {
    /// New entries, in order.
    pub entries: Vec<Entry>,
    /// New allocations.
    pub allocations: Vec<Allocation>,
    /// New restorations.
    pub restorations: Vec<Restoration>,
    /// Lots that are new or changed, as they now are.
    pub lots: BTreeMap<LotId, Lot>,
    /// Which of them are new.
    pub new_lots: BTreeSet<LotId>,
    /// Holds that are new or changed, as they now are.
    pub holds: BTreeMap<HoldId, Hold>,
    /// Which of them are new.
    pub new_holds: BTreeSet<HoldId>,
    /// Points earned less those taken back, by account and local day.
    pub earned: BTreeMap<(AccountId, NaiveDate), i64>,
}

impl Posting {
    /// Returns the accounts that anything was posted to.
    pub fn accounts(&self) -> BTreeSet<AccountId> {
        let entries = self.entries.iter().map(|entry| entry.account);
        let lots = self.lots.values().map(|lot| lot.account);
        entries.chain(lots).chain(self.holds.values().map(|hold| hold.account)).collect()
    }

    /// Drops everything but what these accounts and entries of theirs were posted.
    pub fn retain(&mut self, keeps: impl Fn(AccountId) -> bool) {
        self.entries.retain(|entry| keeps(entry.account));
        let kept: BTreeSet<EntryId> = self.entries.iter().map(|entry| entry.id).collect();
        self.allocations.retain(|allocation| kept.contains(&allocation.entry));
        self.restorations.retain(|restoration| kept.contains(&restoration.entry));
        self.lots.retain(|_, lot| keeps(lot.account));
        self.holds.retain(|_, hold| keeps(hold.account));
        self.earned.retain(|(account, _), _| keeps(*account));
    }
}
