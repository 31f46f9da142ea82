//! Points that come in.

use super::{AccountId, Book, EntryId, EntryKind, Lot, LotId, Origin, Refusal, post::Draft};
use chrono::{DateTime, Utc};

/// When the points of a credit become available and end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// As the program says of earned points.
    Earned,
    /// At once, and for as long as the program says.
    AtOnce,
    /// At once, until then.
    Until(DateTime<Utc>),
}

/// Points to come in.
#[derive(Clone, Debug)]
pub struct Credit {
    /// `earn`, `adjust_credit` or `migrate_in`.
    pub kind: EntryKind,
    /// How many.
    pub amount: i64,
    /// When they were earned.
    pub occurred_at: DateTime<Utc>,
    /// When they become available and end.
    pub when: When,
    /// Who posts them, and with what words.
    pub origin: Origin,
}

impl Book {
    /// Posts a credit; refuses `amount_out_of_range`.
    pub fn credit(&mut self, account: AccountId, credit: Credit) -> Result<EntryId, Refusal> {
        let earns = if credit.kind == EntryKind::AdjustCredit { 0 } else { credit.amount };
        self.check_credit(account, credit.amount, earns)?;
        let Credit { kind, amount, occurred_at, when, origin } = credit;
        let available_at = match when {
            When::Earned => self.terms().available(occurred_at),
            When::AtOnce | When::Until(_) => Some(occurred_at),
        };
        let expires_at = match when {
            When::Until(end) => Some(end),
            When::Earned | When::AtOnce => available_at.and_then(|at| self.terms().expires(at)),
        };
        let entry = EntryId(self.next_id());
        let lot = Lot {
            id: LotId(self.next_id()),
            account,
            source: entry,
            credit: entry,
            original: amount,
            remaining: amount,
            held: 0,
            expired: 0,
            reversal_requested: 0,
            reversal_done: 0,
            available_at,
            expires_at,
            activated: available_at.is_some_and(|at| at <= occurred_at),
            reinstated: false,
            confirmed_at: None,
        };
        let lot_id = lot.id;
        self.open_lot(lot);
        if kind != EntryKind::AdjustCredit {
            self.change_account(account, |a| a.lifetime_earned = a.lifetime_earned.saturating_add(amount));
        }
        if kind == EntryKind::Earn {
            let day = self.terms().day(occurred_at);
            self.count_earned(account, day, amount);
        }
        self.post_as(entry, account, Draft { amount, ..Draft::new(kind, occurred_at, origin) });
        self.mature(lot_id);
        self.seal(entry);
        Ok(entry)
    }

    /// Makes an earning available that waits for its confirmation; refuses `already_active`.
    pub fn activate(&mut self, credit: EntryId, origin: Origin) -> Result<EntryId, Refusal> {
        let waits = |lot: &&Lot| lot.credit == credit && lot.available_at.is_none() && lot.remaining > 0;
        let Some(lot) = self.lots().find(waits) else { return Err(Refusal::AlreadyActive) };
        let (id, account, at) = (lot.id, lot.account, self.at());
        let expires_at = self.terms().expires(at);
        self.change_lot(id, |lot| {
            lot.available_at = Some(at);
            lot.expires_at = expires_at;
            lot.activated = true;
        });
        expires_at.into_iter().for_each(|end| self.expect_event(account, end));
        let draft = Draft { lot: Some(id), ..Draft::new(EntryKind::Activate, at, origin) };
        let entry = self.post(account, draft);
        let recorded_at = self.account(account).map(|account| account.recorded_at);
        self.change_lot(id, |lot| lot.confirmed_at = recorded_at);
        self.repay(&[id], at);
        self.seal(entry);
        Ok(entry)
    }
}
