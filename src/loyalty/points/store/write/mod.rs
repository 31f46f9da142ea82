//! How a posting is stored: entries chained and added, lots, holds and accounts brought to where they now are.

mod accounts;
mod entries;
mod holds;
mod lots;
mod takings;

use super::ledger::Ledger;
use crate::{
    loyalty::points::domain::AccountId,
    platform::{db::Tx, http::problem::Result},
};

/// Stores what the commands on a ledger posted; returns the groups of accounts whose tier may have changed by it.
pub fn posting(tx: &mut Tx, ledger: &mut Ledger) -> Result<Vec<AccountId>> {
    let posting = ledger.book.take_posting();
    if posting.entries.is_empty() && posting.holds.is_empty() && ledger.looked_up.is_empty() {
        return Ok(Vec::new());
    }
    let (new_holds, old_holds): (Vec<_>, Vec<_>) =
        posting.holds.values().partition(|hold| posting.new_holds.contains(&hold.id));
    let (new_lots, old_lots): (Vec<_>, Vec<_>) =
        posting.lots.values().partition(|lot| posting.new_lots.contains(&lot.id));
    accounts::new_accounts(tx, ledger, &posting)?;
    holds::insert_holds(tx, ledger, &new_holds)?;
    entries::insert_entries(tx, ledger, &posting.entries)?;
    lots::insert_lots(tx, &new_lots, &posting)?;
    lots::update_lots(tx, &old_lots)?;
    holds::insert_parts(tx, &new_holds)?;
    holds::update_holds(tx, &old_holds)?;
    takings::insert_allocations(tx, &posting)?;
    takings::insert_restorations(tx, &posting)?;
    accounts::update_accounts(tx, ledger, &posting)?;
    let earned = posting.earned.iter().filter(|(_, amount)| **amount > 0);
    Ok(ledger.book.may_rise(&earned.map(|((account, _), _)| *account).collect()))
}
