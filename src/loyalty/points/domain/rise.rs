//! Whose tier an earning may have raised.

use super::{AccountId, Book};
use std::collections::BTreeSet;

impl Book {
    /// Says from how many qualifying points on the tier of a new account may rise.
    pub fn set_tier_next(&mut self, id: AccountId, next: Option<i64>) {
        self.change_account(id, |account| account.tier_next = next);
    }

    /// Returns the groups of these accounts whose tier may have changed: all that an earning costs which cannot raise
    /// one is this comparison.
    pub fn may_rise(&self, earners: &BTreeSet<AccountId>) -> Vec<AccountId> {
        let groups: BTreeSet<AccountId> =
            earners.iter().filter_map(|id| self.account(*id)).map(|account| account.group).collect();
        let may = |group: &AccountId| {
            let bound = self.group(*group).fold(0_i64, |sum, a| sum.saturating_add(a.earned_bound));
            self.account(*group).is_some_and(|account| {
                account.tier_next.is_some_and(|next| bound >= next)
                    || account.tier_due_at.is_some_and(|due| due <= self.at())
            })
        };
        groups.into_iter().filter(may).collect()
    }
}
