use super::{Posted, close, origin, spending};
use crate::{
    loyalty::{
        points::{
            domain::{AccountId, EntryId, EntryKind, Origin, Refusal},
            store,
        },
        program,
    },
    platform::{auth::Actor, db::Tx, http::problem::Result},
};

/// Reverses an earning or a redemption, all that is left of it or a part; refuses `not_reversible`,
/// `over_reversal`.
pub fn reverse(
    tx: &mut Tx,
    actor: &Actor,
    key: Option<&str>,
    id: EntryId,
    (amount, reason): (Option<i64>, &str),
) -> Result<Posted> {
    let (entry, _) = store::entry(tx, id)?;
    let siblings = store::siblings(tx, &entry)?;
    let accounts: Vec<AccountId> = siblings.iter().map(|entry| entry.account_id).collect();
    let terms = program::current(tx)?.terms()?;
    let mut ledger = store::open_accounts(tx, terms, &accounts, actor)?;
    let origin = origin(actor, key, reason);
    let posted = match entry.kind {
        EntryKind::Earn | EntryKind::MigrateIn | EntryKind::AdjustCredit => {
            ledger.load_credit(tx, id)?;
            spending(tx, &mut ledger, |book| book.reverse_credit(id, entry.kind, amount, origin.clone()))?
        }
        EntryKind::Redeem | EntryKind::AdjustDebit => {
            let debit = store::debit(tx, &siblings)?;
            let lots: Vec<_> = debit.allocations.iter().map(|allocation| allocation.lot).collect();
            ledger.load_lots(tx, &lots)?;
            ledger.book.reverse_debit(&debit, amount, origin)?
        }
        _ => return Err(Refusal::NotReversible.into()),
    };
    let customer = ledger.customer(entry.account_id);
    close(tx, ledger, posted, customer)
}

/// Reverses an earning until `total` of it is asked back; what was asked back before counts, by whomever it was.
pub fn reverse_up_to(tx: &mut Tx, actor: &Actor, id: EntryId, (total, reason): (i64, &str)) -> Result<()> {
    let (entry, _) = store::entry(tx, id)?;
    let terms = program::current(tx)?.terms()?;
    let mut ledger = store::open_accounts(tx, terms, &[entry.account_id], actor)?;
    let more = total.saturating_sub(store::asked_back(tx, id)?);
    if more <= 0 {
        return Ok(());
    }
    ledger.load_credit(tx, id)?;
    let origin = origin(actor, None, reason);
    spending(tx, &mut ledger, |book| book.reverse_credit(id, entry.kind, Some(more), origin.clone()))?;
    ledger.close(tx)
}

/// Makes an earning available that waits for its confirmation; refuses `already_active`.
pub fn activate(tx: &mut Tx, actor: &Actor, key: Option<&str>, id: EntryId) -> Result<Posted> {
    let (entry, _) = store::entry(tx, id)?;
    let terms = program::current(tx)?.terms()?;
    let mut ledger = store::open_accounts(tx, terms, &[entry.account_id], actor)?;
    ledger.load_credit(tx, id)?;
    let origin = Origin { reason: None, ..origin(actor, key, "") };
    let posted = ledger.book.activate(id, origin)?;
    let customer = ledger.customer(entry.account_id);
    close(tx, ledger, posted, customer)
}
