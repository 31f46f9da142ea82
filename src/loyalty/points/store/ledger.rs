//! A book filled from the database under the locks of its accounts, and stored again.

use super::{
    accounts::{self, Row},
    entries::{StoredEntry, Worded},
    hashed, holds, lots, write,
};
use crate::{
    customers::{self, CustomerId, CustomerStatus},
    loyalty::{
        points::domain::{Account, AccountId, Book, Entry, EntryId, HoldId, Terms},
        tiers,
    },
    platform::{
        auth::{Actor, Who},
        db::Tx,
        http::problem::{Error, Result},
        ids,
    },
    schema::points_account,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The accounts of some customers, their locks held, with what has happened by itself already posted.
#[derive(Debug)]
pub struct Ledger {
    /// What commands work on.
    pub book: Book,
    /// The instant at which they do.
    pub at: DateTime<Utc>,
    owners: BTreeMap<CustomerId, AccountId>,
    known: BTreeMap<CustomerId, (CustomerStatus, Option<CustomerId>)>,
    pub(super) heads: BTreeMap<AccountId, Vec<u8>>,
    pub(super) new: BTreeMap<AccountId, CustomerId>,
    pub(super) actor: Who,
    /// The accounts of which the next event was looked up anew.
    pub(super) looked_up: BTreeSet<AccountId>,
}

/// Locks the accounts of these customers, all that are linked with them included, and settles them; refuses
/// `customer_merged` and `customer_erased`.
pub fn open(tx: &mut Tx, terms: Terms, customers: &[CustomerId], actor: &Actor) -> Result<Ledger> {
    let ledger = open_known(tx, terms, customers, actor)?;
    customers.iter().try_for_each(|id| ledger.live(*id).map(|_| ()))?;
    Ok(ledger)
}

/// Does what [`open`] does, and leaves it to [`Ledger::live`] to refuse a customer.
pub fn open_known(tx: &mut Tx, terms: Terms, customers: &[CustomerId], actor: &Actor) -> Result<Ledger> {
    let (known, rows) = accounts::locked(tx, customers)?;
    let mut ledger = Ledger::from_rows(terms, rows, actor)?;
    ledger.settle(tx)?;
    for (id, status, into, account) in known {
        ledger.known.insert(id, (status, into));
        match ledger.owners.contains_key(&id) {
            true => {}
            // the account has moved to another group since it was looked up
            false if account.is_some() => return Err(Error::Retry),
            false => ledger.begin(id),
        }
    }
    Ok(ledger)
}

/// Locks these accounts, all that are linked with them included, and settles them.
pub fn open_accounts(tx: &mut Tx, terms: Terms, accounts: &[AccountId], actor: &Actor) -> Result<Ledger> {
    let groups: Vec<AccountId> = points_account::table
        .filter(points_account::id.eq_any(accounts.to_vec()))
        .select(points_account::group_id)
        .distinct()
        .load(tx)?;
    let ledger = Ledger::of(tx, terms, groups, actor)?;
    // an account has moved to another group since it was looked up
    let all = accounts.iter().all(|id| ledger.heads.contains_key(id));
    if all { Ok(ledger) } else { Err(Error::Retry) }
}

/// Returns groups of accounts in which something is due at `at`, longest first.
pub fn due_groups(tx: &mut Tx, at: DateTime<Utc>, most: i64) -> Result<Vec<AccountId>> {
    let due = points_account::table.filter(points_account::next_event_at.le(at));
    let mut groups: Vec<AccountId> =
        due.order(points_account::next_event_at).limit(most).select(points_account::group_id).load(tx)?;
    groups.sort_unstable();
    groups.dedup();
    Ok(groups)
}

/// Reads the accounts of a customer, all that are linked with it included, as they are at `at`, without a lock.
pub fn view(tx: &mut Tx, terms: Terms, customer: CustomerId, at: DateTime<Utc>) -> Result<Ledger> {
    let group = accounts::group(tx, customer)?.ok_or(Error::NotFound("customer"))?;
    let rows = match group {
        Some(group) => accounts::rows(tx, &[group], false)?,
        None => Vec::new(),
    };
    let mut ledger = Ledger::from_rows(terms, rows, &Actor::system(at))?;
    ledger.settle(tx)?;
    if !ledger.owners.contains_key(&customer) {
        ledger.begin(customer);
    }
    Ok(ledger)
}

impl Ledger {
    /// Locks whole groups of accounts and settles them.
    pub fn of(tx: &mut Tx, terms: Terms, groups: Vec<AccountId>, actor: &Actor) -> Result<Self> {
        let rows = if groups.is_empty() { Vec::new() } else { accounts::rows(tx, &groups, true)? };
        let mut ledger = Self::from_rows(terms, rows, actor)?;
        ledger.settle(tx)?;
        Ok(ledger)
    }

    fn from_rows(terms: Terms, rows: Vec<Row>, actor: &Actor) -> Result<Self> {
        let mut ledger = Self {
            book: Book::new(terms, ids::next),
            at: rows.iter().map(|row| row.recorded_at).fold(actor.at, DateTime::max),
            owners: BTreeMap::new(),
            known: BTreeMap::new(),
            heads: BTreeMap::new(),
            new: BTreeMap::new(),
            actor: actor.who,
            looked_up: BTreeSet::new(),
        };
        let mut members: BTreeMap<AccountId, i32> = BTreeMap::new();
        for row in &rows {
            let count = members.entry(row.group_id).or_default();
            *count = count.saturating_add(1);
        }
        // an account has joined or left the group since it was looked up
        if rows.iter().any(|row| row.group_id == row.id && members.get(&row.id) != Some(&row.members)) {
            return Err(Error::Retry);
        }
        for row in rows {
            ledger.owners.extend(row.customer_id.map(|customer| (customer, row.id)));
            ledger.heads.insert(row.id, row.head);
            ledger.book.add_account(Account {
                id: row.id,
                group: row.group_id,
                seq: row.seq,
                recorded_at: row.recorded_at,
                balance: row.balance,
                free: row.free,
                pending: row.pending,
                held: row.held,
                debt: row.debt,
                lifetime_earned: row.lifetime_earned,
                next_event_at: row.next_event_at,
                earned_bound: row.earned_bound,
                tier_next: row.tier_next,
                tier_due_at: row.tier_due_at,
            });
        }
        Ok(ledger)
    }

    /// Returns the account of a customer that may be changed; refuses `customer_merged` and `customer_erased`.
    pub fn live(&self, customer: CustomerId) -> Result<AccountId> {
        let (status, into) = self.known.get(&customer).ok_or(Error::NotFound("customer"))?;
        customers::require_live(*status, *into)?;
        self.account(customer)
    }

    /// Returns the account of a customer.
    pub fn account(&self, customer: CustomerId) -> Result<AccountId> {
        self.owners.get(&customer).copied().ok_or(Error::NotFound("customer"))
    }

    /// Returns the customer of an account, if it still has one.
    pub fn customer(&self, account: AccountId) -> Option<CustomerId> {
        self.owners.iter().find(|(_, of)| **of == account).map(|(customer, _)| *customer)
    }

    /// Returns the accounts that are linked with this one, itself included.
    pub fn linked(&self, account: AccountId) -> Vec<AccountId> {
        self.book.linked(account)
    }

    /// Returns an entry that was just posted, summed over linked accounts, with its words.
    pub fn posted(&self, id: EntryId) -> Option<Worded> {
        let posted = self.book.posted();
        let entry = posted.iter().rfind(|entry| entry.id == id)?; // most often the last one
        let joined = |other: &&Entry| other.group == entry.group && other.kind == entry.kind;
        let amount = match entry.group {
            Some(_) => posted.iter().filter(joined).map(|other| other.amount).sum(),
            None => entry.amount,
        };
        Some((StoredEntry::of(entry, amount), entry.origin.reason.clone()))
    }

    /// Brings in, for spending, the first `count` lots of each of these accounts in the order of spending.
    pub fn load_spendable(&mut self, tx: &mut Tx, accounts: &[AccountId], count: i64) -> Result<()> {
        let chosen =
            self.book.accounts().filter(|account| accounts.contains(&account.id) && account.free > 0);
        let rich: Vec<(AccountId, AccountId)> = chosen.map(|account| (account.id, account.group)).collect();
        if rich.is_empty() {
            return Ok(());
        }
        let ids: Vec<AccountId> = rich.iter().map(|(id, _)| *id).collect();
        let (found, cut) = lots::spendable(tx, &ids, self.at, self.book.order(), count)?;
        found.into_iter().for_each(|lot| self.book.add_lot(lot));
        let groups: BTreeSet<AccountId> = rich.iter().map(|(_, group)| *group).collect();
        for group in groups {
            let own = rich.iter().filter(|(_, of)| *of == group).filter_map(|(id, _)| cut.get(id));
            self.book.set_reach(group, own.min().copied());
        }
        Ok(())
    }

    /// Returns all accounts.
    pub fn accounts(&self) -> Vec<AccountId> {
        self.book.accounts().map(|account| account.id).collect()
    }

    /// Brings in every lot that is part of a credit.
    pub fn load_credit(&mut self, tx: &mut Tx, credit: EntryId) -> Result<()> {
        lots::of_credit(tx, credit)?.into_iter().for_each(|lot| self.book.add_lot(lot));
        Ok(())
    }

    /// Brings in a hold with its lots.
    pub fn load_hold(&mut self, tx: &mut Tx, id: HoldId) -> Result<()> {
        for hold in holds::with_parts(tx, &[id])? {
            let parts: Vec<_> = hold.parts.iter().map(|part| part.lot).collect();
            self.load_lots(tx, &parts)?;
            self.book.add_hold(hold);
        }
        Ok(())
    }

    /// Brings in lots by their ids.
    pub fn load_lots(&mut self, tx: &mut Tx, ids: &[super::lots::Id]) -> Result<()> {
        lots::by_ids(tx, ids)?.into_iter().for_each(|lot| self.book.add_lot(lot));
        Ok(())
    }

    /// Stores what was posted, and what it does to tiers.
    pub fn close(mut self, tx: &mut Tx) -> Result<()> {
        let risen = write::posting(tx, &mut self)?;
        tiers::review(tx, &risen, self.at)
    }

    /// Stores what was posted to the accounts of these customers and those linked with them, and nothing else: whoever
    /// was refused has written nothing, not even what time had done.
    pub fn close_for(mut self, tx: &mut Tx, customers: &[CustomerId]) -> Result<()> {
        let own = customers.iter().filter_map(|customer| self.owners.get(customer));
        let kept: BTreeSet<AccountId> = own.flat_map(|account| self.book.linked(*account)).collect();
        self.book.retain(|account| kept.contains(&account));
        self.looked_up.retain(|account| kept.contains(account));
        self.close(tx)
    }

    /// Posts what time has done; most accounts have nothing due, and then nothing more is read.
    fn settle(&mut self, tx: &mut Tx) -> Result<()> {
        let at = self.at;
        let is_due = |account: &&Account| account.next_event_at.is_some_and(|event| event <= at);
        let due: Vec<AccountId> = self.book.accounts().filter(is_due).map(|account| account.id).collect();
        if !due.is_empty() {
            lots::due(tx, &due, at)?.into_iter().for_each(|lot| self.book.add_lot(lot));
            for hold in holds::due(tx, &due, at)? {
                let parts: Vec<_> = hold.parts.iter().map(|part| part.lot).collect();
                self.load_lots(tx, &parts)?;
                self.book.add_hold(hold);
            }
            for (account, event) in lots::next_events(tx, &due, at)? {
                self.book.set_next_event(account, event);
                self.looked_up.insert(account);
            }
        }
        self.book.settle(at);
        Ok(())
    }

    /// Gives a customer an account, which is stored with its first entry.
    fn begin(&mut self, customer: CustomerId) {
        let id = AccountId(ids::next());
        self.owners.insert(customer, id);
        self.heads.insert(id, hashed::genesis(id));
        self.new.insert(id, customer);
        self.book.add_account(Account::new(id, self.at));
    }
}
