//! Commands of the model as commands of the real ledger.

use super::{
    super::model::{At, Command},
    Core,
};
use chrono::TimeDelta;
use hearback::loyalty::points::domain::{
    AccountId, Book, Credit, Debit, Entry, EntryId, EntryKind, HoldId, Origin, Refusal, Source, When,
};
use std::collections::BTreeMap;

/// A command of the real ledger.
pub enum Step {
    Credit(AccountId, Credit),
    Redeem(AccountId, i64),
    AdjustDown(AccountId, i64),
    Hold(AccountId, i64, At),
    Capture(HoldId, Option<i64>),
    Release(HoldId),
    ReverseCredit(EntryId, EntryKind, Option<i64>),
    ReverseDebit(Debit, Option<i64>),
    Activate(EntryId),
    Transfer(AccountId, AccountId, i64),
    Settle(AccountId),
}

impl Step {
    pub fn play(&self, book: &mut Book) -> Result<(), Refusal> {
        let by = Origin::time();
        match self {
            Self::Credit(account, credit) => book.credit(*account, credit.clone()).map(drop),
            Self::Redeem(account, amount) => book.redeem(*account, *amount, by).map(drop),
            Self::AdjustDown(account, amount) => book.adjust_down(*account, *amount, by).map(drop),
            Self::Hold(account, amount, until) => book.hold(*account, *amount, *until, source(0)).map(drop),
            Self::Capture(hold, amount) => book.capture(*hold, *amount, by).map(drop),
            Self::Release(hold) => book.release(*hold),
            Self::ReverseCredit(entry, kind, amount) => {
                book.reverse_credit(*entry, *kind, *amount, by).map(drop)
            }
            Self::ReverseDebit(debit, amount) => book.reverse_debit(debit, *amount, by).map(drop),
            Self::Activate(entry) => book.activate(*entry, by).map(drop),
            Self::Transfer(from, to, amount) => book.transfer(*from, *to, *amount, by).map(drop),
            Self::Settle(_) => Ok(()),
        }
    }
}

impl Core {
    /// Translates a command; none where it repeats what was done, or is none of the ledger's.
    pub fn step(&self, now: At, command: Command) -> Result<Option<Step>, Refusal> {
        let id = |number: usize| self.accounts[number].id;
        Ok(Some(match command {
            Command::Earn { account, amount, source, occurred_at } => {
                return self.credit(EntryKind::Earn, account, amount, source, occurred_at.unwrap_or(now));
            }
            Command::MigrateIn { account, amount, source, occurred_at } => {
                return self.credit(
                    EntryKind::MigrateIn,
                    account,
                    amount,
                    source,
                    occurred_at.unwrap_or(now),
                );
            }
            Command::AdjustCredit { account, amount } => {
                let (kind, when, origin) = (EntryKind::AdjustCredit, When::AtOnce, Origin::time());
                Step::Credit(id(account), Credit { kind, amount, occurred_at: now, when, origin })
            }
            Command::Redeem { account, amount } => Step::Redeem(id(account), amount),
            Command::AdjustDebit { account, amount } => Step::AdjustDown(id(account), amount),
            Command::Hold { account, amount, seconds } => {
                Step::Hold(id(account), amount, now + TimeDelta::seconds(seconds))
            }
            Command::Capture { hold, amount } => Step::Capture(self.holds[hold].id, amount),
            Command::Release { hold } => Step::Release(self.holds[hold].id),
            Command::Reverse { entry, amount } => self.reversal(&self.entries[entry], amount)?,
            Command::Activate { entry } => Step::Activate(self.entries[entry].id),
            Command::Transfer { from, to, amount } => Step::Transfer(id(from), id(to), amount),
            // who drops a link settles before
            Command::Settle { account } | Command::Unlink { account } => Step::Settle(id(account)),
            Command::Link { .. } => return Ok(None),
        }))
    }

    fn credit(
        &self,
        kind: EntryKind,
        account: usize,
        amount: i64,
        number: u32,
        occurred_at: At,
    ) -> Result<Option<Step>, Refusal> {
        let source = Some(source(number));
        if let Some(first) =
            self.entries.iter().find(|entry| is_credit(entry.kind) && entry.origin.source == source)
        {
            let group = self.accounts[account].group;
            let is_known = self.accounts[self.number(first.account)].group == group;
            let is_same = is_known && (first.kind, first.amount) == (kind, amount);
            return if is_same { Ok(None) } else { Err(Refusal::SourceAlreadyUsed) };
        }
        let when = if kind == EntryKind::Earn { When::Earned } else { When::AtOnce };
        let origin = Origin { source, ..Origin::time() };
        let credit = Credit { kind, amount, occurred_at, when, origin };
        Ok(Some(Step::Credit(self.accounts[account].id, credit)))
    }

    fn reversal(&self, entry: &Entry, amount: Option<i64>) -> Result<Step, Refusal> {
        match entry.kind {
            EntryKind::Earn | EntryKind::MigrateIn | EntryKind::AdjustCredit => {
                Ok(Step::ReverseCredit(entry.id, entry.kind, amount))
            }
            EntryKind::Redeem | EntryKind::AdjustDebit => {
                let is_joined = |other: &&Entry| {
                    other.id == entry.id || (entry.group.is_some() && other.group == entry.group)
                };
                let entries: BTreeMap<AccountId, EntryId> =
                    self.entries.iter().filter(is_joined).map(|e| (e.account, e.id)).collect();
                let taken = self.allocations.iter().filter(|a| entries.values().any(|id| *id == a.entry));
                let allocations = taken.cloned().collect();
                Ok(Step::ReverseDebit(Debit { entries, allocations }, amount))
            }
            _ => Err(Refusal::NotReversible),
        }
    }

    /// Returns the groups of accounts that a step is about.
    pub fn concerned(&self, step: &Step) -> Vec<AccountId> {
        let of_entry = |id: EntryId| self.entries.iter().find(|e| e.id == id).unwrap().account;
        let of_hold = |id: HoldId| self.holds.iter().find(|h| h.id == id).unwrap().account;
        let accounts = match step {
            Step::Credit(account, _)
            | Step::Redeem(account, _)
            | Step::AdjustDown(account, _)
            | Step::Hold(account, _, _)
            | Step::Settle(account) => vec![*account],
            Step::Capture(hold, _) | Step::Release(hold) => vec![of_hold(*hold)],
            Step::ReverseCredit(entry, _, _) | Step::Activate(entry) => vec![of_entry(*entry)],
            Step::ReverseDebit(debit, _) => debit.entries.keys().copied().collect(),
            Step::Transfer(from, to, _) => vec![*from, *to],
        };
        let concerned = self.accounts.iter().filter(|account| accounts.contains(&account.id));
        let mut groups: Vec<AccountId> = concerned.map(|account| account.group).collect();
        groups.sort();
        groups.dedup();
        groups
    }
}

fn is_credit(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::Earn | EntryKind::MigrateIn)
}

fn source(number: u32) -> Source {
    Source { system: "model".to_owned(), id: number.to_string() }
}
