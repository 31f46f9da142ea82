use crate::{
    loyalty::points::{
        domain::{AccountId, Posting},
        store::ledger::Ledger,
    },
    platform::{
        db::{Tx, on_constraint, static_query},
        http::problem::{Error, Result},
    },
};
use chrono::{DateTime, Utc};
use diesel::{
    RunQueryDsl,
    sql_types::{Array, BigInt, Bytea, Nullable, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

static_query! {
    /// Adds accounts with the first entry of each.
    struct NewAccounts<'a> {
        ids: Vec<AccountId> => Array<SqlUuid>, customers: Vec<Uuid> => Array<SqlUuid>,
        heads: Vec<&'a [u8]> => Array<Bytea>, at: DateTime<Utc> => Timestamptz
    } -> (SqlUuid, Nullable<BigInt>) =
        "INSERT INTO points_account (id, customer_id, group_id, head, recorded_at, tier_next) \
         SELECT a.id, a.customer_id, a.id, a.head, $at, \
         (SELECT min(t.threshold) FROM tier t WHERE t.active AND t.threshold > 0) \
         FROM unnest($ids, $customers, $heads) AS a(id, customer_id, head) RETURNING id, tier_next"
}

/// Adds the accounts that these entries and holds are the first of.
pub fn new_accounts(tx: &mut Tx, ledger: &mut Ledger, posting: &Posting) -> Result<()> {
    let touched = posting.accounts();
    let new: Vec<_> = ledger.new.iter().filter(|(id, _)| touched.contains(id)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let insert = NewAccounts {
        ids: new.iter().map(|(id, _)| **id).collect(),
        customers: new.iter().map(|(_, customer)| customer.0).collect(),
        heads: new.iter().filter_map(|(id, _)| ledger.heads.get(id).map(Vec::as_slice)).collect(),
        at: ledger.at,
    };
    // another request has just opened the same account: begin again, and find it
    let made: Vec<(AccountId, Option<i64>)> =
        on_constraint(insert.load(tx), "points_account_customer_id_key", Error::Retry)?;
    made.into_iter().for_each(|(id, next)| ledger.book.set_tier_next(id, next));
    Ok(())
}

static_query! {
    /// Brings accounts to where they now are.
    struct Accounts {
        ids: Vec<AccountId> => Array<SqlUuid>, seqs: Vec<i64> => Array<BigInt>, heads: Vec<Vec<u8>> => Array<Bytea>,
        recorded: Vec<DateTime<Utc>> => Array<Timestamptz>, balances: Vec<i64> => Array<BigInt>,
        free: Vec<i64> => Array<BigInt>, pending: Vec<i64> => Array<BigInt>, held: Vec<i64> => Array<BigInt>,
        debts: Vec<i64> => Array<BigInt>, lifetimes: Vec<i64> => Array<BigInt>,
        events: Vec<Option<DateTime<Utc>>> => Array<Nullable<Timestamptz>>, bounds: Vec<i64> => Array<BigInt>
    } -> () =
        "UPDATE points_account a SET seq = n.seq, head = n.head, recorded_at = n.recorded_at, balance = n.balance, \
         free = n.free, pending = n.pending, held = n.held, debt = n.debt, lifetime_earned = n.lifetime_earned, \
         next_event_at = n.next_event_at, earned_bound = n.earned_bound \
         FROM unnest($ids, $seqs, $heads, $recorded, $balances, $free, $pending, $held, $debts, $lifetimes, $events, \
         $bounds) AS n(id, seq, head, recorded_at, balance, free, pending, held, debt, lifetime_earned, next_event_at, \
         earned_bound) \
         WHERE a.id = n.id"
}

/// Brings accounts to where they now are.
pub fn update_accounts(tx: &mut Tx, ledger: &Ledger, posting: &Posting) -> Result<()> {
    let touched = posting.accounts();
    let is_touched = |id| touched.contains(id) || ledger.looked_up.contains(id);
    let rows: Vec<_> = ledger.book.accounts().filter(|account| is_touched(&account.id)).collect();
    Accounts {
        ids: rows.iter().map(|a| a.id).collect(),
        seqs: rows.iter().map(|a| a.seq).collect(),
        heads: rows.iter().map(|a| ledger.heads.get(&a.id).cloned().unwrap_or_default()).collect(),
        recorded: rows.iter().map(|a| a.recorded_at).collect(),
        balances: rows.iter().map(|a| a.balance).collect(),
        free: rows.iter().map(|a| a.free).collect(),
        pending: rows.iter().map(|a| a.pending).collect(),
        held: rows.iter().map(|a| a.held).collect(),
        debts: rows.iter().map(|a| a.debt).collect(),
        lifetimes: rows.iter().map(|a| a.lifetime_earned).collect(),
        events: rows.iter().map(|a| a.next_event_at).collect(),
        bounds: rows.iter().map(|a| a.earned_bound).collect(),
    }
    .execute(tx)?;
    Ok(())
}
