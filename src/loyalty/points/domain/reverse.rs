//! Reversals: of what went out, lot by lot, and of what came in, from wherever it can be had.

use super::{
    AccountId, Allocation, Book, EntryId, EntryKind, Lot, LotId, MOST, Origin, Refusal, Restoration,
    ReversalPolicy,
    post::{Draft, Part},
};
use std::collections::BTreeMap;

/// A debit that is to be reversed: its entries on all accounts, and what they took.
#[derive(Clone, Debug)]
pub struct Debit {
    /// Which entry took from which account.
    pub entries: BTreeMap<AccountId, EntryId>,
    /// What they took.
    pub allocations: Vec<Allocation>,
}

impl Book {
    /// Gives back what a debit took, all that is left or `amount`, the lot taken last first; refuses
    /// `over_reversal`.
    pub fn reverse_debit(
        &mut self,
        debit: &Debit,
        amount: Option<i64>,
        origin: Origin,
    ) -> Result<EntryId, Refusal> {
        let left: i64 = debit.allocations.iter().map(|a| a.amount.saturating_sub(a.restored)).sum();
        let amount = wanted(amount, left)?;
        let back = self.what_returns(debit, amount)?;
        for (account, parts) in &back {
            self.check_credit(*account, parts.iter().map(|(_, part)| part).sum(), 0)?;
        }
        let group = (back.len() > 1).then(|| self.next_id());
        let (mut first, mut freed, mut over) = (None, Vec::new(), Vec::new());
        for (account, parts) in back {
            let entry = EntryId(self.next_id());
            first = first.or(Some(entry));
            let mut sum = 0i64;
            for (allocation, part) in parts {
                sum = sum.saturating_add(part);
                let lot = self.restore(entry, &allocation, part);
                if self.lot(lot).is_some_and(|lot| lot.is_over(self.at())) {
                    over.push(lot);
                } else {
                    freed.push(lot);
                }
            }
            let draft = Draft {
                amount: sum,
                group,
                reverses: debit.entries.get(&account).copied(),
                ..Draft::new(EntryKind::ReverseRedeem, self.at(), origin.clone())
            };
            self.post_as(entry, account, draft);
        }
        let at = self.at();
        for lot in over {
            let rest = self.lot(lot).map_or(0, Lot::unheld);
            self.expire(lot, rest, None, at);
        }
        self.repay(&freed, at);
        let first = first.ok_or(Refusal::OverReversal { left })?;
        self.seal(first);
        Ok(first)
    }

    /// Returns which parts of which allocations give back `amount`, the lot taken last first, by account.
    fn what_returns(
        &self,
        debit: &Debit,
        amount: i64,
    ) -> Result<BTreeMap<AccountId, Vec<(Allocation, i64)>>, Refusal> {
        let mut back: BTreeMap<AccountId, Vec<(Allocation, i64)>> = BTreeMap::new();
        let mut open = amount;
        let mut taken: Vec<&Allocation> = debit.allocations.iter().collect();
        taken.sort_by_key(|allocation| std::cmp::Reverse(allocation.ordinal));
        for allocation in taken {
            let part = allocation.amount.saturating_sub(allocation.restored).min(open);
            let account = self.account_of(allocation.lot).ok_or(Refusal::Incomplete)?;
            if part > 0 {
                open = open.saturating_sub(part);
                back.entry(account).or_default().push((allocation.clone(), part));
            }
        }
        Ok(back)
    }

    /// Gives a part of an allocation back to its lot, or to a new one where that has expired; returns which.
    fn restore(&mut self, entry: EntryId, allocation: &Allocation, amount: i64) -> LotId {
        let Some(old) = self.lot(allocation.lot).cloned() else { return allocation.lot };
        let new_lot = old.is_over(self.at());
        let lot = if new_lot {
            // no second grace: what comes back to a replacement after its end is over at once
            let end =
                if old.reinstated { old.expires_at } else { Some(self.terms().reinstated_until(self.at())) };
            let new = Lot {
                id: LotId(self.next_id()),
                source: entry,
                original: amount,
                remaining: amount,
                held: 0,
                expired: 0,
                reversal_requested: 0,
                reversal_done: 0,
                expires_at: end,
                reinstated: true,
                ..old
            };
            let id = new.id;
            self.open_lot(new);
            id
        } else {
            self.change_lot(old.id, |lot| lot.remaining = lot.remaining.saturating_add(amount));
            old.expires_at.into_iter().for_each(|end| self.expect_event(old.account, end));
            old.id
        };
        let (debit, ordinal) = (allocation.entry, allocation.ordinal);
        self.posting().restorations.push(Restoration { entry, debit, ordinal, lot, amount, new_lot });
        lot
    }

    /// Takes back what a credit brought: from its own lots, then as the program says; refuses
    /// `over_reversal`.
    pub fn reverse_credit(
        &mut self,
        credit: EntryId,
        kind: EntryKind,
        amount: Option<i64>,
        origin: Origin,
    ) -> Result<EntryId, Refusal> {
        let own: Vec<Lot> = self.lots().filter(|lot| lot.credit == credit).cloned().collect();
        let first = own.iter().find(|lot| lot.source == credit).ok_or(Refusal::Incomplete)?;
        let (first_id, account) = (first.id, first.account);
        let asked = wanted(amount, first.original.saturating_sub(first.reversal_requested))?;
        let requested = first.reversal_requested.saturating_add(asked);
        let expired: i64 = own.iter().map(|lot| lot.expired).sum();
        let due = requested.saturating_sub(expired).max(0).saturating_sub(first.reversal_done).max(0);

        let (mut parts, mut open) = self.own_parts(&own, due);
        let policy = self.terms().reversal;
        if policy != ReversalPolicy::LotOnly && open > 0 {
            let (others, rest) = self.take_free(account, open, |lot| lot.credit != credit);
            open = rest;
            parts.extend(others);
            if open > 0 && self.is_partial(account) {
                return Err(Refusal::Incomplete);
            }
        }
        let (debt_part, waived) = if policy == ReversalPolicy::AllowNegative { (open, 0) } else { (0, open) };
        if debt_part > MOST.saturating_sub(self.balance(account).debt) {
            return Err(Refusal::AmountOutOfRange);
        }

        self.change_lot(first_id, |lot| {
            lot.reversal_requested = requested;
            lot.reversal_done = lot.reversal_done.saturating_add(due);
        });
        let taken_back = due.saturating_sub(waived);
        if kind != EntryKind::AdjustCredit {
            self.change_account(account, |a| {
                a.lifetime_earned = a.lifetime_earned.saturating_sub(taken_back)
            });
        }
        if kind == EntryKind::Earn {
            let day = self.terms().day(self.at());
            self.count_earned(account, day, asked.saturating_neg());
        }
        let draft = Draft { reverses: Some(credit), ..Draft::new(EntryKind::ReverseEarn, self.at(), origin) };
        let own_share = Draft { debt_part, waived, requested: Some(asked), ..draft.clone() };
        Ok(self.take_back(account, &parts, draft, own_share))
    }

    /// Returns what is left of a credit's own lots, in the order of spending, and how much that falls short of `due`.
    fn own_parts(&self, own: &[Lot], due: i64) -> (Vec<Part>, i64) {
        let (mut parts, mut open) = (Vec::new(), due);
        let mut in_order: Vec<&Lot> = own.iter().collect();
        in_order.sort_by_key(|lot| lot.place(self.order()));
        for lot in in_order {
            let part = lot.unheld().min(open);
            open = open.saturating_sub(part);
            parts.extend((part > 0).then_some(Part { lot: lot.id, amount: part }));
        }
        (parts, open)
    }

    /// Posts one entry an account, and always one to the account of the credit; returns that one.
    fn take_back(&mut self, account: AccountId, parts: &[Part], draft: Draft, own: Draft) -> EntryId {
        let mut accounts: BTreeMap<AccountId, Vec<(i32, Part)>> = BTreeMap::from([(account, Vec::new())]);
        for (ordinal, part) in (1..).zip(parts) {
            if let Some(of) = self.account_of(part.lot) {
                accounts.entry(of).or_default().push((ordinal, *part));
            }
            self.change_lot(part.lot, |lot| lot.remaining = lot.remaining.saturating_sub(part.amount));
        }
        let group = (accounts.len() > 1).then(|| self.next_id());
        let (mut main, at) = (EntryId(self.next_id()), self.at());
        for (of, parts) in accounts {
            let share = if of == account { &own } else { &draft };
            let taken = parts.iter().fold(share.debt_part, |sum, (_, part)| sum.saturating_add(part.amount));
            let entry = self.post(of, Draft { amount: taken.saturating_neg(), group, ..share.clone() });
            if of == account {
                main = entry;
            }
            for (ordinal, part) in parts {
                self.allocate(entry, ordinal, part);
            }
        }
        self.seal(main);
        if own.debt_part > 0 {
            self.post(account, Draft::new(EntryKind::Debt, at, Origin::time()));
        }
        main
    }
}

/// Returns the amount to reverse; refuses none, and more than is left.
fn wanted(amount: Option<i64>, left: i64) -> Result<i64, Refusal> {
    match amount.unwrap_or(left) {
        0 if amount.is_none() => Err(Refusal::OverReversal { left }),
        amount if amount < 1 => Err(Refusal::AmountOutOfRange),
        amount if amount > left => Err(Refusal::OverReversal { left }),
        amount => Ok(amount),
    }
}
