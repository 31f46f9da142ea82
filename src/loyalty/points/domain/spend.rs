//! Points that go out.

use super::{
    AccountId, Book, EntryId, EntryKind, Origin, Refusal,
    post::{Draft, Part},
};
use std::collections::BTreeMap;

impl Book {
    /// Redeems points, all or nothing; refuses `below_minimum`, `above_maximum`, `insufficient_points`.
    pub fn redeem(&mut self, account: AccountId, amount: i64, origin: Origin) -> Result<EntryId, Refusal> {
        self.check_redemption(account, amount)?;
        self.spend(account, amount, EntryKind::Redeem, origin)
    }

    /// Takes points for a reward, whose price no minimum or maximum binds; refuses `insufficient_points`.
    pub fn pay(&mut self, account: AccountId, amount: i64, origin: Origin) -> Result<EntryId, Refusal> {
        self.spend(account, amount, EntryKind::Redeem, origin)
    }

    /// Takes points away; refuses `insufficient_points`.
    pub fn adjust_down(
        &mut self,
        account: AccountId,
        amount: i64,
        origin: Origin,
    ) -> Result<EntryId, Refusal> {
        self.spend(account, amount, EntryKind::AdjustDebit, origin)
    }

    fn spend(
        &mut self,
        account: AccountId,
        amount: i64,
        kind: EntryKind,
        origin: Origin,
    ) -> Result<EntryId, Refusal> {
        let parts = self.plan(account, amount)?;
        let at = self.at();
        Ok(self.debit(&parts, Draft::new(kind, at, origin)))
    }

    /// Takes parts out of their lots with one entry an account; returns the first.
    pub(super) fn debit(&mut self, parts: &[Part], draft: Draft) -> EntryId {
        let mut accounts: BTreeMap<AccountId, Vec<(i32, Part)>> = BTreeMap::new();
        for (ordinal, part) in (1..).zip(parts) {
            if let Some(account) = self.account_of(part.lot) {
                accounts.entry(account).or_default().push((ordinal, *part));
            }
            self.change_lot(part.lot, |lot| lot.remaining = lot.remaining.saturating_sub(part.amount));
        }
        let group = draft.group.or_else(|| (accounts.len() > 1).then(|| self.next_id()));
        let mut first = None;
        for (account, parts) in accounts {
            let amount = parts.iter().fold(0i64, |sum, (_, part)| sum.saturating_sub(part.amount));
            let entry = self.post(account, Draft { amount, group, ..draft.clone() });
            first = first.or(Some(entry));
            for (ordinal, part) in parts {
                self.allocate(entry, ordinal, part);
            }
        }
        let first = first.unwrap_or_else(|| EntryId(self.next_id()));
        self.seal(first);
        first
    }
}
