//! How books are filled and put away, as the store does it.

use super::{
    super::model::{self, At, Settings},
    Core, next_id,
    step::Step,
};
use hearback::loyalty::points::domain::{
    Account, AccountId, Activation, Allocation, Book, ConsumptionOrder, Hold, HoldState, Lot, LotId,
    ReversalPolicy, Terms, Validity,
};

impl Core {
    /// Returns the book of whole groups of accounts, settled.
    pub fn open(&self, now: At, settings: &Settings, groups: &[AccountId]) -> Book {
        let mut book = Book::new(terms(settings), next_id);
        let own = || self.accounts.iter().filter(|account| groups.contains(&account.group));
        let at = own().map(|account| account.recorded_at).fold(now, At::max);
        own().for_each(|account| book.add_account(account.clone()));
        let due =
            |account: &Account| !self.is_narrow || account.next_event_at.is_some_and(|event| event <= at);
        let due: Vec<AccountId> = own().filter(|account| due(account)).map(|account| account.id).collect();
        let happens = |lot: &Lot| {
            let starts = lot.available_at.is_some_and(|start| !lot.activated && start <= at);
            !self.is_narrow || (lot.remaining > 0 && (starts || lot.is_over(at)))
        };
        let lots = self.lots.values().filter(|lot| due.contains(&lot.account) && happens(lot));
        lots.for_each(|lot| book.add_lot(lot.clone()));
        let ends = |hold: &&Hold| {
            let is_due = !self.is_narrow || hold.expires_at <= at;
            due.contains(&hold.account) && hold.state == HoldState::Open && is_due
        };
        self.holds.iter().filter(ends).for_each(|hold| self.add_hold(&mut book, hold));
        for account in due {
            book.set_next_event(account, self.next_event(account, at));
        }
        book.settle(at);
        book
    }

    fn add_hold(&self, book: &mut Book, hold: &Hold) {
        hold.parts.iter().for_each(|part| book.add_lot(self.lots[&part.lot].clone()));
        book.add_hold(hold.clone());
    }

    fn next_event(&self, account: AccountId, at: At) -> Option<At> {
        let lots = self.lots.values().filter(|lot| lot.account == account && lot.remaining > 0);
        let events = lots.flat_map(|lot| [lot.expires_at, lot.available_at.filter(|_| !lot.activated)]);
        let holds = self.holds.iter().filter(|h| h.account == account && h.state == HoldState::Open);
        let ends = holds.map(|hold| Some(hold.expires_at));
        events.chain(ends).flatten().filter(|event| *event > at).min()
    }

    /// Brings in what a step needs: of what can be spent, so many lots an account.
    pub fn load(&self, book: &mut Book, now: At, step: &Step, count: usize) {
        let mut add = |lot: &Lot| book.add_lot(lot.clone());
        match step {
            Step::Capture(id, _) | Step::Release(id) => {
                let hold = self.holds.iter().find(|hold| hold.id == *id).unwrap();
                return self.add_hold(book, hold);
            }
            Step::ReverseDebit(debit, _) => {
                return debit.allocations.iter().for_each(|taken| add(&self.lots[&taken.lot]));
            }
            Step::ReverseCredit(credit, _, _) | Step::Activate(credit) => {
                self.lots.values().filter(|lot| lot.credit == *credit).for_each(add);
            }
            Step::Credit(..) | Step::Settle(_) => return,
            _ => (),
        }
        let order = book.order();
        let accounts: Vec<AccountId> = book.accounts().map(|account| account.id).collect();
        let mut reach = None;
        for account in accounts {
            let is_free = |lot: &&Lot| lot.account == account && lot.free(now) > 0;
            let mut free: Vec<&Lot> = self.lots.values().filter(is_free).collect();
            free.sort_by_key(|lot| lot.place(order));
            if free.len() > count {
                let last = free[count - 1].place(order);
                reach = Some(reach.map_or(last, |known| last.min(known)));
            }
            free.into_iter().take(count).for_each(|lot| book.add_lot(lot.clone()));
        }
        let groups: Vec<AccountId> = book.accounts().map(|account| account.group).collect();
        groups.into_iter().for_each(|group| book.set_reach(group, reach));
    }

    /// Stores what was posted.
    pub fn store(&mut self, book: &mut Book) {
        for account in book.accounts() {
            let number = self.number(account.id);
            self.accounts[number] = account.clone();
        }
        let posting = book.take_posting();
        self.entries.extend(posting.entries);
        self.allocations.extend(posting.allocations);
        let lots: Vec<(LotId, Lot)> = posting.lots.into_iter().collect();
        self.lots.extend(lots);
        for hold in posting.holds.into_values() {
            match self.holds.iter_mut().find(|known| known.id == hold.id) {
                Some(known) => *known = hold,
                None => self.holds.push(hold),
            }
        }
        for given in posting.restorations {
            let is_it = |a: &&mut Allocation| (a.entry, a.ordinal) == (given.debit, given.ordinal);
            let allocation = self.allocations.iter_mut().find(is_it).unwrap();
            allocation.restored += given.amount;
            self.restorations.push(given);
        }
    }
}

fn terms(settings: &Settings) -> Terms {
    Terms {
        zone: settings.zone,
        validity: match settings.validity {
            model::Validity::Never => Validity::Never,
            model::Validity::Days(n) => Validity::Days(n),
            model::Validity::Months(n) => Validity::Months(n),
            model::Validity::EndOfMonth(n) => Validity::EndOfMonth(n),
            model::Validity::EndOfYear(n) => Validity::EndOfYear(n),
        },
        activation: match settings.activation {
            model::Activation::Immediate => Activation::Immediate,
            model::Activation::Days(n) => Activation::Days(n),
            model::Activation::OnConfirm => Activation::OnConfirm,
        },
        order: match settings.consumption_order {
            model::ConsumptionOrder::ExpiringFirst => ConsumptionOrder::ExpiringFirst,
            model::ConsumptionOrder::OldestFirst => ConsumptionOrder::OldestFirst,
        },
        reversal: match settings.reversal_policy {
            model::ReversalPolicy::LotOnly => ReversalPolicy::LotOnly,
            model::ReversalPolicy::WithinBalance => ReversalPolicy::WithinBalance,
            model::ReversalPolicy::AllowNegative => ReversalPolicy::AllowNegative,
        },
        grace_days: settings.reinstate_grace_days,
        min_redeem: settings.min_redeem,
        max_redeem_percent: settings.max_redeem_percent,
    }
}
