//! What can be asked of the ledger.

use super::{
    At,
    book::{Book, Hold, Kind, Lot, MOST, Part, Refusal, sum},
};
use chrono::TimeDelta;

/// Something asked of the ledger; accounts, entries and holds go by their number.
#[derive(Clone, Copy, Debug)]
pub enum Command {
    Earn { account: usize, amount: i64, source: u32, occurred_at: Option<At> },
    MigrateIn { account: usize, amount: i64, source: u32, occurred_at: Option<At> },
    Redeem { account: usize, amount: i64 },
    AdjustCredit { account: usize, amount: i64 },
    AdjustDebit { account: usize, amount: i64 },
    Hold { account: usize, amount: i64, seconds: i64 },
    Capture { hold: usize, amount: Option<i64> },
    Release { hold: usize },
    Reverse { entry: usize, amount: Option<i64> },
    Activate { entry: usize },
    Transfer { from: usize, to: usize, amount: i64 },
    Link { account: usize, into: usize },
    Unlink { account: usize },
    Settle { account: usize },
}

/// What came of it: the entries of the command itself, or the hold that it made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    Posted(Vec<usize>),
    Held(usize),
    Nothing,
}

impl Command {
    /// Returns the amount that it names.
    pub fn amount(&self) -> Option<i64> {
        match *self {
            Self::Earn { amount, .. }
            | Self::MigrateIn { amount, .. }
            | Self::Redeem { amount, .. }
            | Self::AdjustCredit { amount, .. }
            | Self::AdjustDebit { amount, .. }
            | Self::Hold { amount, .. }
            | Self::Transfer { amount, .. } => Some(amount),
            Self::Capture { amount, .. } | Self::Reverse { amount, .. } => amount,
            _ => None,
        }
    }
}

impl Book {
    /// Does what a command asks; a refused one leaves a book that is to be thrown away.
    pub fn apply(&mut self, command: Command) -> Result<Done, Refusal> {
        if command.amount().is_some_and(|amount| !(1..=MOST).contains(&amount)) {
            return Err("amount_out_of_range");
        }
        let posted = match command {
            Command::Earn { account, amount, source, occurred_at } => {
                self.credit(Kind::Earn, account, amount, Some(source), occurred_at)?
            }
            Command::MigrateIn { account, amount, source, occurred_at } => {
                self.credit(Kind::MigrateIn, account, amount, Some(source), occurred_at)?
            }
            Command::AdjustCredit { account, amount } => {
                self.credit(Kind::AdjustCredit, account, amount, None, None)?
            }
            Command::Redeem { account, amount } => self.redeem(account, amount)?,
            Command::AdjustDebit { account, amount } => self.adjust_debit(account, amount)?,
            Command::Hold { account, amount, seconds } => {
                return self.hold(account, amount, seconds).map(Done::Held);
            }
            Command::Capture { hold, amount } => self.capture(hold, amount)?,
            Command::Reverse { entry, amount } => self.reverse(entry, amount)?,
            Command::Activate { entry } => self.activate(entry)?,
            Command::Transfer { from, to, amount } => self.transfer(from, to, amount)?,
            Command::Release { hold } => return self.release(hold),
            Command::Link { account, into } => return self.link(account, into),
            Command::Unlink { account } => return self.unlink(account),
            Command::Settle { account } => {
                self.settle(&self.group(account), self.now);
                return Ok(Done::Nothing);
            }
        };
        Ok(Done::Posted(posted))
    }

    fn credit(
        &mut self,
        kind: Kind,
        account: usize,
        amount: i64,
        source: Option<u32>,
        occurred_at: Option<At>,
    ) -> Result<Vec<usize>, Refusal> {
        let earned_before = self.entries.iter().position(|e| source.is_some() && e.source == source);
        if let Some(first) = earned_before {
            let entry = &self.entries[first];
            let is_same =
                self.group(account).contains(&entry.account) && (entry.kind, entry.amount) == (kind, amount);
            return if is_same { Ok(vec![first]) } else { Err("source_already_used") };
        }
        self.settle(&self.group(account), self.now);
        self.find_room(account, kind, amount)?;
        let occurred_at = occurred_at.unwrap_or(self.now);
        let mut entry = self.entry(account, kind, amount);
        entry.source = source;
        entry.occurred_at = occurred_at;
        let entry = self.post(entry);
        let (available_at, expires_at) = match kind {
            Kind::Earn => self.settings.earned(occurred_at),
            _ => self.settings.at_once(occurred_at),
        };
        let lot = Lot { available_at, expires_at, ..self.new_lot(account, entry, amount) };
        let activated = !lot.is_pending(occurred_at);
        let lot = self.add_lot(Lot { activated, ..lot });
        self.mature(lot);
        Ok(vec![entry])
    }

    /// Does what has happened by now to points that were earned some time ago.
    fn mature(&mut self, lot: usize) {
        let Lot { account, available_at, activated, expires_at, .. } = self.lots[lot];
        if self.lots[lot].is_pending(self.now) {
            return;
        }
        if !activated {
            self.post_start(lot, available_at.unwrap());
        }
        // only what can still be spent repays
        self.repay(account, self.now);
        if let Some(end) = expires_at.filter(|end| *end <= self.now) {
            self.expire(lot, None, self.lots[lot].free(), end);
        }
    }

    fn new_lot(&self, account: usize, entry: usize, amount: i64) -> Lot {
        Lot {
            account,
            source_entry: entry,
            credit: entry,
            original: amount,
            remaining: amount,
            held: 0,
            expired: 0,
            available_at: None,
            expires_at: None,
            activated: false,
            reinstated: false,
        }
    }

    /// Looks whether the customer has this much, and says from which lots it comes.
    fn cover(&self, account: usize, amount: i64) -> Result<Vec<Part>, Refusal> {
        let group = self.group(account);
        if amount > self.balance(&group, self.now).available {
            return Err("insufficient_points");
        }
        Ok(self.plan(&self.free_lots(&group, self.now), amount).0)
    }

    fn redeemable(&self, account: usize, amount: i64) -> Result<(), Refusal> {
        let available = i128::from(self.balance(&self.group(account), self.now).available);
        let percent = i128::from(self.settings.max_redeem_percent);
        if amount < self.settings.min_redeem {
            return Err("below_minimum");
        }
        // what is not there at all is missing, whatever the share
        let amount = i128::from(amount);
        if amount <= available && amount > available * percent / 100 {
            return Err("above_maximum");
        }
        Ok(())
    }

    /// Posts a debit on each account that a part is taken from.
    fn debit(&mut self, kind: Kind, parts: &[Part], hold: Option<usize>) -> Vec<usize> {
        let mut posted = Vec::new();
        for (account, own) in self.by_account(parts) {
            let mut entry = self.entry(account, kind, -sum(&own));
            entry.taken = own;
            entry.hold = hold;
            posted.push(self.post(entry));
        }
        self.join(&posted);
        posted
    }

    fn redeem(&mut self, account: usize, amount: i64) -> Result<Vec<usize>, Refusal> {
        self.settle(&self.group(account), self.now);
        self.redeemable(account, amount)?;
        let parts = self.cover(account, amount)?;
        self.take(&parts);
        Ok(self.debit(Kind::Redeem, &parts, None))
    }

    fn adjust_debit(&mut self, account: usize, amount: i64) -> Result<Vec<usize>, Refusal> {
        self.settle(&self.group(account), self.now);
        let parts = self.cover(account, amount)?;
        self.take(&parts);
        Ok(self.debit(Kind::AdjustDebit, &parts, None))
    }

    fn hold(&mut self, account: usize, amount: i64, seconds: i64) -> Result<usize, Refusal> {
        self.settle(&self.group(account), self.now);
        self.redeemable(account, amount)?;
        let parts = self.cover(account, amount)?;
        for part in &parts {
            self.lots[part.lot].held += part.amount;
        }
        let (created_at, ended_at) = (self.now, None);
        let expires_at = created_at + TimeDelta::seconds(seconds);
        self.holds.push(Hold { account, amount, parts, created_at, expires_at, ended_at });
        Ok(self.holds.len() - 1)
    }

    /// Settles whatever a hold concerns and returns what it holds, if it still does.
    fn open_hold(&mut self, hold: usize) -> Result<Vec<Part>, Refusal> {
        let parts = self.holds[hold].parts.clone();
        self.settle(&self.group(self.holds[hold].account), self.now);
        for (account, _) in self.by_account(&parts) {
            self.settle(&self.group(account), self.now);
        }
        if self.holds[hold].ended_at.is_some() { Err("hold_ended") } else { Ok(parts) }
    }

    fn capture(&mut self, hold: usize, amount: Option<i64>) -> Result<Vec<usize>, Refusal> {
        let parts = self.open_hold(hold)?;
        let held = sum(&parts);
        let amount = amount.unwrap_or(held);
        if amount > held {
            return Err("capture_above_hold");
        }
        let mut captured = Vec::new();
        let mut lacks = amount;
        for part in parts {
            let used = lacks.min(part.amount);
            if used > 0 {
                captured.push(Part { amount: used, ..part });
                lacks -= used;
            }
        }
        let posted = self.debit(Kind::Redeem, &captured, Some(hold));
        self.end_hold(hold, &captured, self.now);
        Ok(posted)
    }

    fn release(&mut self, hold: usize) -> Result<Done, Refusal> {
        self.open_hold(hold)?;
        self.end_hold(hold, &[], self.now);
        Ok(Done::Nothing)
    }

    /// Confirms points that were earned on condition.
    fn activate(&mut self, entry: usize) -> Result<Vec<usize>, Refusal> {
        self.settle(&self.group(self.entries[entry].account), self.now);
        // nothing is left to wait where it was taken back before
        let waits = |lot: &Lot| lot.source_entry == entry && lot.available_at.is_none() && lot.remaining > 0;
        let waiting = self.lots.iter().position(waits);
        let Some(lot) = waiting else { return Err("already_active") };
        (self.lots[lot].available_at, self.lots[lot].expires_at) = self.settings.at_once(self.now);
        let next = self.entries.len();
        self.start(lot, self.now);
        Ok(vec![next])
    }

    fn transfer(&mut self, from: usize, to: usize, amount: i64) -> Result<Vec<usize>, Refusal> {
        if self.group(from).contains(&to) {
            return Err("transfer_to_self");
        }
        self.settle(&self.group(from), self.now);
        self.settle(&self.group(to), self.now);
        let parts = self.cover(from, amount)?;
        self.find_room(to, Kind::TransferIn, amount)?;
        self.take(&parts);
        let mut posted = self.debit(Kind::TransferOut, &parts, None);
        let entry = self.post(self.entry(to, Kind::TransferIn, amount));
        for part in parts {
            // what has had its grace keeps having had it
            let Lot { available_at, expires_at, reinstated, .. } = self.lots[part.lot];
            let lot = self.new_lot(to, entry, part.amount);
            self.add_lot(Lot { available_at, expires_at, reinstated, activated: true, ..lot });
        }
        self.repay(to, self.now);
        posted.push(entry);
        Ok(posted)
    }

    fn link(&mut self, account: usize, into: usize) -> Result<Done, Refusal> {
        assert!(self.linked[account].is_none() && !self.group(account).contains(&into), "linked before");
        self.linked[account] = Some(into);
        Ok(Done::Nothing)
    }

    fn unlink(&mut self, account: usize) -> Result<Done, Refusal> {
        let into = self.linked[account].unwrap();
        // what one holds of the other ends while both know it
        self.settle(&self.group(account), self.now);
        self.linked[account] = None;
        let (one, other) = (self.group(account), self.group(into));
        for hold in &self.holds {
            let mut accounts: Vec<usize> = hold.parts.iter().map(|p| self.lots[p.lot].account).collect();
            accounts.push(hold.account);
            let is_over = |group: &[usize]| accounts.iter().any(|a| group.contains(a));
            if hold.ended_at.is_none() && is_over(&one) && is_over(&other) {
                return Err("open_holds");
            }
        }
        Ok(Done::Nothing)
    }
}
