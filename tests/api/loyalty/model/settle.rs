//! What happens by itself as time goes by.

use super::{
    At,
    book::{Book, Kind, Part, sum},
};

/// What happens at an instant; at one instant in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    HoldEnds(usize),
    LotEnds(usize),
    LotStarts(usize),
}

impl Book {
    /// Does whatever has happened on these accounts up to an instant, in the order in which it happened.
    pub fn settle(&mut self, accounts: &[usize], to: At) {
        while let Some((at, event)) = self.next_event(accounts, to) {
            match event {
                Event::HoldEnds(hold) => self.end_hold(hold, &[], at),
                Event::LotEnds(lot) => self.expire(lot, None, self.lots[lot].free(), at),
                Event::LotStarts(lot) => self.start(lot, at),
            }
        }
    }

    fn next_event(&self, accounts: &[usize], to: At) -> Option<(At, Event)> {
        let mut events = Vec::new();
        for (id, hold) in self.holds.iter().enumerate() {
            let concerns = hold.parts.iter().any(|part| accounts.contains(&self.lots[part.lot].account));
            if concerns && hold.ended_at.is_none() {
                events.push((hold.expires_at, Event::HoldEnds(id)));
            }
        }
        for (id, lot) in self.lots.iter().enumerate() {
            if !accounts.contains(&lot.account) || lot.free() == 0 {
                continue;
            }
            if let Some(end) = lot.expires_at {
                // what comes after its end ends as it comes
                events.push((end.max(self.entries[lot.source_entry].occurred_at), Event::LotEnds(id)));
            }
            if let Some(start) = lot.available_at.filter(|_| !lot.activated) {
                events.push((start, Event::LotStarts(id)));
            }
        }
        events.into_iter().filter(|(at, _)| *at <= to).min()
    }

    /// Ends a hold: what was not captured is free again, or ends where its lot has ended.
    pub fn end_hold(&mut self, hold: usize, captured: &[Part], at: At) {
        self.holds[hold].ended_at = Some(at);
        for part in self.holds[hold].parts.clone() {
            let used: i64 = captured.iter().filter(|c| c.lot == part.lot).map(|c| c.amount).sum();
            self.lots[part.lot].held -= part.amount;
            self.lots[part.lot].remaining -= used;
        }
        for part in self.holds[hold].parts.clone() {
            let used: i64 = captured.iter().filter(|c| c.lot == part.lot).map(|c| c.amount).sum();
            if self.lots[part.lot].has_ended(at) && part.amount > used {
                self.expire(part.lot, Some(hold), part.amount - used, at);
            }
        }
        for (account, _) in self.by_account(&self.holds[hold].parts.clone()) {
            self.repay(account, at);
        }
    }

    /// Ends points unused.
    pub fn expire(&mut self, lot: usize, hold: Option<usize>, amount: i64, at: At) {
        let mut entry = self.entry(self.lots[lot].account, Kind::Expire, -amount);
        entry.occurred_at = at;
        entry.lot = Some(lot);
        entry.hold = hold;
        entry.taken = vec![Part { ordinal: 0, lot, amount, restored: 0 }];
        self.take(&entry.taken);
        self.lots[lot].expired += amount;
        self.post(entry);
    }

    /// Makes a pending lot available.
    pub fn start(&mut self, lot: usize, at: At) {
        self.post_start(lot, at);
        self.repay(self.lots[lot].account, at);
    }

    pub fn post_start(&mut self, lot: usize, at: At) {
        let mut entry = self.entry(self.lots[lot].account, Kind::Activate, 0);
        entry.occurred_at = at;
        entry.lot = Some(lot);
        self.lots[lot].activated = true;
        self.post(entry);
    }

    /// Uses whatever has become free on an account to repay what it owes.
    pub fn repay(&mut self, account: usize, at: At) {
        let (parts, _) = self.plan(&self.free_lots(&[account], at), self.debts[account]);
        if parts.is_empty() {
            return;
        }
        self.take(&parts);
        self.debts[account] -= sum(&parts);
        let mut entry = self.entry(account, Kind::DebtRepay, 0);
        entry.occurred_at = at;
        entry.taken = parts;
        self.post(entry);
    }
}
