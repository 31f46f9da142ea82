//! Holds: points promised to a purchase that is not yet sure.

use super::{
    Account, AccountId, Balance, Book, EntryId, EntryKind, HoldId, HoldState, LotId, MOST, Origin, Refusal,
    Source,
    post::{Draft, Part},
};
use chrono::{DateTime, Utc};

/// Points that are promised until a certain time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The id.
    pub id: HoldId,
    /// The account of the customer who was asked.
    pub account: AccountId,
    /// How many points.
    pub amount: i64,
    /// How many of them were captured.
    pub captured: i64,
    /// Where it stands.
    pub state: HoldState,
    /// For what.
    pub source: Source,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Which lots it holds, in the order of spending.
    pub parts: Vec<Part>,
}

impl Book {
    /// Holds points until `expires_at`; refuses what [`Book::redeem`] refuses.
    pub fn hold(
        &mut self,
        account: AccountId,
        amount: i64,
        expires_at: DateTime<Utc>,
        source: Source,
    ) -> Result<HoldId, Refusal> {
        self.check_redemption(account, amount)?;
        let parts = self.plan(account, amount)?;
        for part in &parts {
            self.change_lot(part.lot, |lot| lot.held = lot.held.saturating_add(part.amount));
        }
        let id = HoldId(self.next_id());
        let hold = Hold {
            id,
            account,
            amount,
            captured: 0,
            state: HoldState::Open,
            source,
            created_at: self.at(),
            expires_at,
            ended_at: None,
            parts,
        };
        self.expect_event(account, expires_at);
        self.put_hold(hold, true);
        Ok(id)
    }

    /// Redeems held points, all or `amount`, and lets the rest go; refuses `hold_ended`, `capture_above_hold`.
    pub fn capture(&mut self, id: HoldId, amount: Option<i64>, origin: Origin) -> Result<EntryId, Refusal> {
        let mut hold = self.open_hold(id)?;
        let amount = amount.unwrap_or(hold.amount);
        if amount < 1 {
            return Err(Refusal::AmountOutOfRange);
        }
        if amount > hold.amount {
            return Err(Refusal::CaptureAboveHold { held: hold.amount });
        }
        let (taken, rest) = split(&hold.parts, amount);
        for part in &taken {
            self.change_lot(part.lot, |lot| lot.held = lot.held.saturating_sub(part.amount));
        }
        let origin = Origin { source: Some(hold.source.clone()), ..origin };
        let draft = Draft { hold: Some(id), ..Draft::new(EntryKind::Redeem, self.at(), origin) };
        let entry = self.debit(&taken, draft);
        hold.captured = amount;
        self.end_hold(hold, HoldState::Captured, &rest, self.at());
        self.seal(entry);
        Ok(entry)
    }

    /// Lets held points go; refuses `hold_ended`.
    pub fn release(&mut self, id: HoldId) -> Result<(), Refusal> {
        let hold = self.open_hold(id)?;
        let parts = hold.parts.clone();
        self.end_hold(hold, HoldState::Released, &parts, self.at());
        Ok(())
    }

    /// Ends a hold whose time is over.
    pub(super) fn time_out(&mut self, id: HoldId) {
        if let Ok(hold) = self.open_hold(id) {
            let (parts, end) = (hold.parts.clone(), hold.expires_at);
            self.end_hold(hold, HoldState::Expired, &parts, end);
        }
    }

    fn open_hold(&self, id: HoldId) -> Result<Hold, Refusal> {
        let hold = self.find_hold(id).ok_or(Refusal::Incomplete)?;
        if hold.state == HoldState::Open { Ok(hold.clone()) } else { Err(Refusal::HoldEnded) }
    }

    /// What is let go of a lot that has expired meanwhile expires at once; the rest repays what is owed.
    fn end_hold(&mut self, hold: Hold, state: HoldState, rest: &[Part], at: DateTime<Utc>) {
        let id = hold.id;
        self.put_hold(Hold { state, ended_at: Some(at), ..hold }, false);
        let mut freed: Vec<LotId> = Vec::new();
        for part in rest {
            self.change_lot(part.lot, |lot| lot.held = lot.held.saturating_sub(part.amount));
            if self.lot(part.lot).is_some_and(|lot| lot.is_over(at)) {
                self.expire(part.lot, part.amount, Some(id), at);
            } else {
                freed.push(part.lot);
            }
        }
        self.repay(&freed, at);
    }

    /// Refuses an amount out of range, below the program's minimum, above its maximum, or not covered.
    pub(super) fn check_redemption(&self, account: AccountId, amount: i64) -> Result<(), Refusal> {
        let Balance { available, .. } = self.balance(account);
        let terms = self.terms();
        let most = i128::from(available.max(0)).saturating_mul(i128::from(terms.max_redeem_percent)) / 100;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        if !(1..=MOST).contains(&amount) {
            return Err(Refusal::AmountOutOfRange);
        }
        if amount < terms.min_redeem {
            return Err(Refusal::BelowMinimum { least: terms.min_redeem });
        }
        if amount <= available && amount > most {
            return Err(Refusal::AboveMaximum { most });
        }
        Ok(())
    }
}

/// Splits parts into the first `amount` points and the rest.
fn split(parts: &[Part], amount: i64) -> (Vec<Part>, Vec<Part>) {
    let (mut taken, mut rest, mut open) = (Vec::new(), Vec::new(), amount);
    for part in parts {
        let now = part.amount.min(open);
        open = open.saturating_sub(now);
        taken.extend((now > 0).then_some(Part { amount: now, ..*part }));
        let later = part.amount.saturating_sub(now);
        rest.extend((later > 0).then_some(Part { amount: later, ..*part }));
    }
    (taken, rest)
}

/// Makes sure that sums over accounts are what answers show.
pub(super) fn sum<'a>(accounts: impl Iterator<Item = &'a Account>) -> Balance {
    accounts.fold(Balance::default(), |sum, account| Balance {
        available: sum.available.saturating_add(account.free).saturating_sub(account.debt),
        pending: sum.pending.saturating_add(account.pending),
        held: sum.held.saturating_add(account.held),
        debt: sum.debt.saturating_add(account.debt),
    })
}
