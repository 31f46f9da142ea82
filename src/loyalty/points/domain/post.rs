//! How an entry comes into a book.

use super::{AccountId, Allocation, Book, Entry, EntryId, EntryKind, HoldId, LotId, Origin};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A part of a lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The lot.
    pub lot: LotId,
    /// How much of it.
    pub amount: i64,
}

/// What is to be posted.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub kind: EntryKind,
    pub amount: i64,
    pub occurred_at: DateTime<Utc>,
    pub reverses: Option<EntryId>,
    pub group: Option<Uuid>,
    pub lot: Option<LotId>,
    pub hold: Option<HoldId>,
    pub debt_part: i64,
    pub waived: i64,
    pub requested: Option<i64>,
    pub origin: Origin,
}

impl Draft {
    pub fn new(kind: EntryKind, occurred_at: DateTime<Utc>, origin: Origin) -> Self {
        Self {
            kind,
            amount: 0,
            occurred_at,
            reverses: None,
            group: None,
            lot: None,
            hold: None,
            debt_part: 0,
            waived: 0,
            requested: None,
            origin,
        }
    }
}

impl Book {
    /// Posts an entry to an account whose lots have changed already.
    pub(super) fn post(&mut self, account: AccountId, draft: Draft) -> EntryId {
        let id = EntryId(self.next_id());
        self.post_as(id, account, draft);
        id
    }

    /// Posts an entry whose id lots know already.
    pub(super) fn post_as(&mut self, id: EntryId, account: AccountId, draft: Draft) {
        let (mut seq, mut recorded_at) = (0, self.at());
        self.change_account(account, |account| {
            account.seq = account.seq.saturating_add(1);
            account.recorded_at = account.recorded_at.max(recorded_at);
            account.balance = account.balance.saturating_add(draft.amount);
            account.debt = account.debt.saturating_add(draft.debt_part);
            (seq, recorded_at) = (account.seq, account.recorded_at);
        });
        let after = self.balance(account);
        self.posting().entries.push(Entry {
            id,
            account,
            seq,
            kind: draft.kind,
            amount: draft.amount,
            reverses: draft.reverses,
            group: draft.group,
            lot: draft.lot,
            hold: draft.hold,
            debt_part: draft.debt_part,
            waived: draft.waived,
            requested: draft.requested,
            origin: draft.origin,
            occurred_at: draft.occurred_at,
            recorded_at,
            after,
        });
    }

    /// Says of an entry, and of those that the same command posted to linked accounts, what the customer has now that
    /// the command is done.
    pub(super) fn seal(&mut self, main: EntryId) {
        let Some(entry) = self.posted().iter().rfind(|entry| entry.id == main) else { return };
        let (account, group, kind) = (entry.account, entry.group, entry.kind);
        let after = self.balance(account);
        for entry in self.posting().entries.iter_mut().rev() {
            if entry.id == main || (group.is_some() && entry.group == group && entry.kind == kind) {
                entry.after = after;
            }
            if entry.id == main && group.is_none() {
                break; // it stands alone
            }
        }
    }

    pub(super) fn allocate(&mut self, entry: EntryId, ordinal: i32, part: Part) {
        let Part { lot, amount } = part;
        self.posting().allocations.push(Allocation { entry, ordinal, lot, amount, restored: 0 });
    }
}
