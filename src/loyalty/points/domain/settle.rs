//! What time does by itself: ends of holds, expiries, activations.

use super::{
    AccountId, Book, EntryKind, HoldId, HoldState, LotId, Origin,
    post::{Draft, Part},
};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// What happens at one instant, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    HoldEnds(HoldId),
    Expires(LotId),
    Activates(LotId),
}

impl Book {
    /// Posts everything that time has done by `at`, in the order of its instants; commands then happen at `at`.
    pub fn settle(&mut self, at: DateTime<Utc>) {
        self.set_at(at);
        let mut due: BTreeSet<(DateTime<Utc>, Event)> = BTreeSet::new();
        for hold in self.holds().filter(|hold| hold.state == HoldState::Open) {
            due.insert((hold.expires_at, Event::HoldEnds(hold.id)));
        }
        for lot in self.lots().filter(|lot| lot.remaining > 0) {
            due.extend(lot.expires_at.map(|end| (end, Event::Expires(lot.id))));
            let begin = lot.available_at.filter(|_| !lot.activated);
            due.extend(begin.map(|begin| (begin, Event::Activates(lot.id))));
        }
        for (instant, event) in due.into_iter().take_while(|(instant, _)| *instant <= at) {
            match event {
                Event::HoldEnds(hold) => self.time_out(hold),
                Event::Expires(lot) => self.expire_free(lot, instant),
                Event::Activates(lot) => self.activate_lot(lot, instant, instant),
            }
        }
    }

    /// Notes that something will happen by itself.
    pub(super) fn expect_event(&mut self, id: AccountId, event: DateTime<Utc>) {
        let at = self.at();
        self.change_account(id, |account| {
            let next = account.next_event_at.filter(|known| *known > at);
            account.next_event_at =
                if event > at { Some(next.map_or(event, |n| n.min(event))) } else { next };
        });
    }

    /// Repays what is owed out of everything that is free: for a book of the past, whose events are incomplete.
    pub fn square(&mut self) {
        let lots: Vec<LotId> = self.lots().map(|lot| lot.id).collect();
        self.repay(&lots, self.at());
    }

    /// Posts what time has done with a lot that a command just made.
    pub(super) fn mature(&mut self, id: LotId) {
        let at = self.at();
        let Some(lot) = self.lot(id) else { return };
        if let Some(begin) = lot.available_at.filter(|begin| !lot.activated && *begin <= at) {
            self.activate_lot(id, begin, at);
        } else if lot.activated && !lot.is_over(at) {
            self.repay(&[id], at);
        }
        if let Some(end) = self.lot(id).and_then(|lot| lot.expires_at).filter(|end| *end <= at) {
            self.expire_free(id, end);
        }
    }

    fn expire_free(&mut self, id: LotId, at: DateTime<Utc>) {
        let rest = self.lot(id).map_or(0, |lot| lot.unheld());
        if rest > 0 {
            self.expire(id, rest, None, at);
        }
    }

    /// Expires points that nobody holds any more.
    pub(super) fn expire(&mut self, id: LotId, amount: i64, hold: Option<HoldId>, at: DateTime<Utc>) {
        let Some(account) = self.account_of(id) else { return };
        self.change_lot(id, |lot| {
            lot.remaining = lot.remaining.saturating_sub(amount);
            lot.expired = lot.expired.saturating_add(amount);
        });
        let draft = Draft {
            amount: amount.saturating_neg(),
            lot: Some(id),
            hold,
            ..Draft::new(EntryKind::Expire, at, Origin::time())
        };
        let entry = self.post(account, draft);
        self.allocate(entry, 1, Part { lot: id, amount });
    }

    /// Makes a pending lot available as of `occurred_at`; what is owed is repaid at `repaid_at`.
    fn activate_lot(&mut self, id: LotId, occurred_at: DateTime<Utc>, repaid_at: DateTime<Utc>) {
        let Some(account) = self.lot(id).filter(|l| !l.activated && l.remaining > 0).map(|l| l.account)
        else {
            return;
        };
        self.change_lot(id, |lot| lot.activated = true);
        let draft = Draft { lot: Some(id), ..Draft::new(EntryKind::Activate, occurred_at, Origin::time()) };
        self.post(account, draft);
        if self.lot(id).is_some_and(|lot| !lot.is_over(repaid_at)) {
            self.repay(&[id], repaid_at);
        }
    }

    /// Repays what the accounts of these lots owe out of them, in the order of spending.
    pub(super) fn repay(&mut self, freed: &[LotId], at: DateTime<Utc>) {
        let order = self.terms().order;
        let mut lots: Vec<_> = freed.iter().filter_map(|id| self.lot(*id)).collect();
        lots.sort_by_key(|lot| lot.place(order));
        let mut parts: BTreeMap<_, Vec<Part>> = BTreeMap::new();
        for lot in lots {
            let owed = self.account(lot.account).map_or(0, |account| account.debt);
            let own = parts.entry(lot.account).or_default();
            let open = own.iter().fold(owed, |open, part| open.saturating_sub(part.amount));
            let amount = lot.free(at).min(open);
            own.extend((amount > 0).then_some(Part { lot: lot.id, amount }));
        }
        for (account, parts) in parts.into_iter().filter(|(_, parts)| !parts.is_empty()) {
            for part in &parts {
                self.change_lot(part.lot, |lot| lot.remaining = lot.remaining.saturating_sub(part.amount));
                self.change_account(account, |a| a.debt = a.debt.saturating_sub(part.amount));
            }
            let entry = self.post(account, Draft::new(EntryKind::DebtRepay, at, Origin::time()));
            for (ordinal, part) in (1..).zip(parts) {
                self.allocate(entry, ordinal, part);
            }
        }
    }
}
