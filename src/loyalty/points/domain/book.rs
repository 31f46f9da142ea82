//! The state that commands work on, and the few ways in which it changes.

use super::{
    Account, AccountId, Balance, ConsumptionOrder, Entry, Expiring, Hold, HoldId, Lot, LotId, MOST, Part,
    Place, Posting, Refusal, Terms,
};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, btree_map};
use uuid::Uuid;

/// Accounts with the lots and holds that matter now; what commands post collects in it.
///
/// Whoever fills it may leave out lots that the commands do not touch: what is not due by the instant that
/// it is settled to, not in reach of what is spent, and not of the entry that is reversed.
#[derive(Debug)]
pub struct Book {
    terms: Terms,
    at: DateTime<Utc>,
    accounts: BTreeMap<AccountId, Account>,
    groups: BTreeMap<AccountId, Vec<AccountId>>,
    lots: BTreeMap<LotId, Lot>,
    lots_of: BTreeMap<AccountId, Vec<LotId>>,
    holds: BTreeMap<HoldId, Hold>,
    reach: BTreeMap<AccountId, Place>,
    posting: Posting,
    ids: fn() -> Uuid,
}

impl Book {
    /// Returns an empty book; `ids` makes the ids of what is posted.
    pub fn new(terms: Terms, ids: fn() -> Uuid) -> Self {
        Self {
            terms,
            at: DateTime::<Utc>::UNIX_EPOCH,
            accounts: BTreeMap::new(),
            groups: BTreeMap::new(),
            lots: BTreeMap::new(),
            lots_of: BTreeMap::new(),
            holds: BTreeMap::new(),
            reach: BTreeMap::new(),
            posting: Posting::default(),
            ids,
        }
    }

    /// Adds an account.
    pub fn add_account(&mut self, account: Account) {
        self.groups.entry(account.group).or_default().push(account.id);
        self.accounts.insert(account.id, account);
    }

    /// Adds a lot, unless it is there.
    pub fn add_lot(&mut self, lot: Lot) {
        if let btree_map::Entry::Vacant(place) = self.lots.entry(lot.id) {
            self.lots_of.entry(lot.account).or_default().push(lot.id);
            place.insert(lot);
        }
    }

    /// Adds a hold, unless it is there.
    pub fn add_hold(&mut self, hold: Hold) {
        self.holds.entry(hold.id).or_insert(hold);
    }

    /// Returns all accounts.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    /// Returns all lots.
    pub fn lots(&self) -> impl Iterator<Item = &Lot> {
        self.lots.values()
    }

    /// Returns a hold.
    pub fn find_hold(&self, id: HoldId) -> Option<&Hold> {
        self.holds.get(&id)
    }

    /// Returns what the customer of an account has, linked accounts included, as settled.
    pub fn balance(&self, account: AccountId) -> Balance {
        super::hold::sum(self.group(account))
    }

    /// Returns what the customer of an account earned in a lifetime, linked accounts included.
    pub fn lifetime_earned(&self, account: AccountId) -> i64 {
        self.group(account).map(|a| a.lifetime_earned).sum()
    }

    /// Returns what the customer of an account loses when, as far as nobody spends it before.
    pub fn expiring(&self, account: AccountId) -> Vec<Expiring> {
        let mut days: BTreeMap<NaiveDate, i64> = BTreeMap::new();
        for lot in self.lots_of(account) {
            if let Some(end) = lot.expires_at.filter(|_| lot.free(self.at) > 0) {
                let sum = days.entry(self.terms.day(end)).or_default();
                *sum = sum.saturating_add(lot.free(self.at));
            }
        }
        days.into_iter().map(|(on, amount)| Expiring { on, amount }).collect()
    }

    /// Returns the entries that were posted since the book was filled.
    pub fn posted(&self) -> &[Entry] {
        &self.posting.entries
    }

    /// Returns whether anything changed since the book was filled: a hold that ended leaves no entry.
    pub fn is_changed(&self) -> bool {
        !self.posting.entries.is_empty() || !self.posting.lots.is_empty()
    }

    /// Returns the accounts that are linked with this one, itself included.
    pub fn linked(&self, account: AccountId) -> Vec<AccountId> {
        self.group(account).map(|account| account.id).collect()
    }

    /// Returns which lots are spent first.
    pub fn order(&self) -> ConsumptionOrder {
        self.terms.order
    }

    /// Says when something happens next by itself in an account, as far as lots and holds that were left out go.
    pub fn set_next_event(&mut self, id: AccountId, event: Option<DateTime<Utc>>) {
        self.change_account(id, |account| account.next_event_at = event);
    }

    /// Says up to where in the order of spending it holds every lot of a group; everything, with none.
    pub fn set_reach(&mut self, group: AccountId, reach: Option<Place>) {
        self.reach.remove(&group);
        self.reach.extend(reach.map(|reach| (group, reach)));
    }

    /// Drops what was posted to other accounts than these.
    pub fn retain(&mut self, keeps: impl Fn(AccountId) -> bool) {
        self.posting.retain(keeps);
    }

    /// Takes out what was posted, to be stored.
    pub fn take_posting(&mut self) -> Posting {
        std::mem::take(&mut self.posting)
    }

    /// Returns whether there may be free lots of these linked accounts that it does not hold.
    pub(super) fn is_partial(&self, account: AccountId) -> bool {
        self.reach_of(account).is_some()
    }

    fn reach_of(&self, account: AccountId) -> Option<Place> {
        self.reach.get(&self.accounts.get(&account)?.group).copied()
    }

    pub(super) fn terms(&self) -> &Terms {
        &self.terms
    }

    pub(super) fn at(&self) -> DateTime<Utc> {
        self.at
    }

    pub(super) fn set_at(&mut self, at: DateTime<Utc>) {
        self.at = at;
    }

    pub(super) fn next_id(&self) -> Uuid {
        (self.ids)()
    }

    pub(super) fn posting(&mut self) -> &mut Posting {
        &mut self.posting
    }

    pub(super) fn holds(&self) -> impl Iterator<Item = &Hold> {
        self.holds.values()
    }

    pub(super) fn lot(&self, id: LotId) -> Option<&Lot> {
        self.lots.get(&id)
    }

    pub(super) fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(&id)
    }

    pub(super) fn account_of(&self, lot: LotId) -> Option<AccountId> {
        Some(self.lots.get(&lot)?.account)
    }

    /// Returns the accounts that are linked with this one, itself included.
    pub(super) fn group(&self, account: AccountId) -> impl Iterator<Item = &Account> {
        let root = self.accounts.get(&account).map_or(account, |a| a.group);
        let members = self.groups.get(&root).into_iter().flatten();
        members.filter_map(|id| self.accounts.get(id))
    }

    /// Returns the lots of these linked accounts.
    fn lots_of(&self, account: AccountId) -> impl Iterator<Item = &Lot> {
        let ids = self.group(account).filter_map(|member| self.lots_of.get(&member.id)).flatten();
        ids.filter_map(|id| self.lots.get(id))
    }

    pub(super) fn are_linked(&self, one: AccountId, other: AccountId) -> bool {
        self.group(one).any(|account| account.id == other)
    }

    /// Refuses an amount that no balance could take, or that no lifetime could, of which it earns so much.
    pub(super) fn check_credit(&self, account: AccountId, amount: i64, earns: i64) -> Result<(), Refusal> {
        let Balance { available, pending, held, debt } = self.balance(account);
        let all = [available, debt, pending, held, amount].iter().map(|n| i128::from(*n)).sum::<i128>();
        let lifetime = i128::from(self.lifetime_earned(account)).saturating_add(i128::from(earns));
        if amount < 1 || all > i128::from(MOST) || (earns > 0 && lifetime > i128::from(MOST)) {
            return Err(Refusal::AmountOutOfRange);
        }
        Ok(())
    }

    /// Returns the parts of free lots that make `amount` in the order of spending; refuses
    /// `insufficient_points`.
    pub(super) fn plan(&self, account: AccountId, amount: i64) -> Result<Vec<Part>, Refusal> {
        if !(1..=MOST).contains(&amount) {
            return Err(Refusal::AmountOutOfRange);
        }
        let available = self.balance(account).available;
        if available < amount {
            return Err(Refusal::InsufficientPoints { shortfall: amount.saturating_sub(available) });
        }
        let (parts, rest) = self.take_free(account, amount, |_| true);
        if rest == 0 { Ok(parts) } else { Err(Refusal::Incomplete) }
    }

    /// Returns parts of free lots in the order of spending, and how much they fall short of `amount`.
    pub(super) fn take_free(
        &self,
        account: AccountId,
        amount: i64,
        may: impl Fn(&Lot) -> bool,
    ) -> (Vec<Part>, i64) {
        let order = self.terms.order;
        let reach = self.reach_of(account);
        let is_near = |lot: &Lot| reach.is_none_or(|reach| lot.place(order) <= reach);
        let is_free = |lot: &&Lot| lot.free(self.at) > 0 && is_near(lot) && may(lot);
        let mut lots: Vec<&Lot> = self.lots_of(account).filter(is_free).collect();
        lots.sort_by_key(|lot| lot.place(order));
        let (mut parts, mut open) = (Vec::new(), amount);
        for lot in lots {
            let taken = lot.free(self.at).min(open);
            open = open.saturating_sub(taken);
            parts.extend((taken > 0).then_some(Part { lot: lot.id, amount: taken }));
        }
        (parts, open)
    }

    /// Changes a lot and the sums of its account with it.
    pub(super) fn change_lot(&mut self, id: LotId, change: impl FnOnce(&mut Lot)) {
        let Some(lot) = self.lots.get_mut(&id) else { return };
        let before = lot.shares();
        change(lot);
        let after = lot.shares();
        if let Some(account) = self.accounts.get_mut(&lot.account) {
            account.free = account.free.saturating_add(after.0).saturating_sub(before.0);
            account.pending = account.pending.saturating_add(after.1).saturating_sub(before.1);
            account.held = account.held.saturating_add(after.2).saturating_sub(before.2);
        }
        self.posting.lots.insert(id, lot.clone());
    }

    /// Adds a lot that an entry made, and the sums of its account with it.
    pub(super) fn open_lot(&mut self, lot: Lot) {
        let (id, account) = (lot.id, lot.account);
        let full = lot.remaining;
        for event in [lot.expires_at, lot.available_at.filter(|_| !lot.activated)] {
            event.into_iter().for_each(|event| self.expect_event(account, event));
        }
        self.add_lot(Lot { remaining: 0, ..lot });
        self.posting.new_lots.insert(id);
        self.change_lot(id, |lot| lot.remaining = full);
    }

    pub(super) fn put_hold(&mut self, hold: Hold, new: bool) {
        if new {
            self.posting.new_holds.insert(hold.id);
        }
        self.posting.holds.insert(hold.id, hold.clone());
        self.holds.insert(hold.id, hold);
    }

    pub(super) fn change_account(&mut self, id: AccountId, change: impl FnOnce(&mut Account)) {
        if let Some(account) = self.accounts.get_mut(&id) {
            change(account);
        }
    }

    /// Counts points as earned, or as taken back, on a local day.
    pub(super) fn count_earned(&mut self, account: AccountId, day: NaiveDate, amount: i64) {
        let sum = self.posting.earned.entry((account, day)).or_default();
        *sum = sum.saturating_add(amount);
        self.change_account(account, |a| a.earned_bound = a.earned_bound.saturating_add(amount.max(0)));
    }
}
