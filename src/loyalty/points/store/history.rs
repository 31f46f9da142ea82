//! A book as it was at a past instant, made again from what is never changed.

use crate::{
    loyalty::points::domain::{
        Account, AccountId, Book, EntryId, Hold, HoldId, HoldState, Lot, LotId, Part, Source, Terms,
    },
    platform::{
        db::{Tx, static_query},
        http::problem::Result,
        ids,
    },
};
use chrono::{DateTime, Utc};
use diesel::{
    RunQueryDsl,
    sql_types::{Array, BigInt, Bool, Nullable, Timestamptz, Uuid as SqlUuid},
};
use std::collections::BTreeMap;

static_query! {
    /// Sums the entries that were recorded by an instant.
    struct Sums { accounts: Vec<AccountId> => Array<SqlUuid>, at: DateTime<Utc> => Timestamptz }
        -> (SqlUuid, BigInt, BigInt) =
        "SELECT a.id, \
         coalesce((SELECT sum(e.debt_part) FROM ledger_entry e WHERE e.account_id = a.id AND e.recorded_at <= $at), 0)::bigint \
         - coalesce((SELECT sum(x.amount) FROM ledger_entry e JOIN allocation x ON x.entry_id = e.id \
             WHERE e.account_id = a.id AND e.kind = 'debt_repay' AND e.recorded_at <= $at), 0)::bigint, \
         coalesce((SELECT sum(e.amount) FROM ledger_entry e \
             WHERE e.account_id = a.id AND e.recorded_at <= $at AND e.kind IN ('earn', 'migrate_in')), 0)::bigint \
         + coalesce((SELECT sum(r.amount) FROM ledger_entry e JOIN ledger_entry r ON r.reverses_id = e.id \
             WHERE e.account_id = a.id AND r.recorded_at <= $at AND e.kind IN ('earn', 'migrate_in')), 0)::bigint \
         FROM unnest($accounts) AS a(id)"
}

static_query! {
    /// Finds lots as they were: taken from and given back to by what was recorded by an instant, held by what was
    /// open then.
    struct Lots { accounts: Vec<AccountId> => Array<SqlUuid>, at: DateTime<Utc> => Timestamptz }
        -> (SqlUuid, SqlUuid, SqlUuid, BigInt, BigInt, BigInt, Nullable<Timestamptz>, Nullable<Timestamptz>, Bool) =
        "SELECT l.id, l.account_id, s.id, l.original, \
         l.original - coalesce((SELECT sum(x.amount) FROM allocation x JOIN ledger_entry e ON e.id = x.entry_id \
             WHERE x.lot_id = l.id AND e.recorded_at <= $at), 0)::bigint \
         + coalesce((SELECT sum(r.amount) FROM restoration r JOIN ledger_entry e ON e.id = r.entry_id \
             WHERE r.lot_id = l.id AND NOT r.new_lot AND e.recorded_at <= $at), 0)::bigint, \
         coalesce((SELECT sum(p.amount) FROM hold_allocation p JOIN points_hold h ON h.id = p.hold_id \
             WHERE p.lot_id = l.id AND h.created_at <= $at AND (h.ended_at > $at OR h.ended_at IS NULL)), 0)::bigint, \
         CASE WHEN l.confirmed_at > $at THEN NULL ELSE l.available_at END, \
         CASE WHEN l.confirmed_at > $at THEN NULL ELSE l.expires_at END, \
         coalesce(l.available_at <= s.occurred_at, false) OR EXISTS (SELECT FROM ledger_entry e WHERE e.lot_id = l.id \
             AND e.kind = 'activate' AND e.recorded_at <= $at) OR s.kind IN ('transfer_in', 'reverse_redeem') \
         FROM points_lot l JOIN ledger_entry s ON s.id = l.source_entry_id \
         WHERE l.account_id = ANY($accounts) AND s.recorded_at <= $at"
}

static_query! {
    /// Finds the holds that were open at an instant, with their parts.
    struct Holds { accounts: Vec<AccountId> => Array<SqlUuid>, at: DateTime<Utc> => Timestamptz }
        -> (SqlUuid, SqlUuid, BigInt, Timestamptz, Timestamptz, SqlUuid, BigInt) =
        "SELECT h.id, h.account_id, h.amount, h.created_at, h.expires_at, p.lot_id, p.amount \
         FROM points_hold h JOIN hold_allocation p ON p.hold_id = h.id \
         WHERE h.account_id = ANY($accounts) AND h.created_at <= $at AND (h.ended_at > $at OR h.ended_at IS NULL) \
         ORDER BY h.id, p.ordinal"
}

type LotRow = (LotId, AccountId, EntryId, i64, i64, i64, Option<DateTime<Utc>>, Option<DateTime<Utc>>, bool);
type HoldRow = (HoldId, AccountId, i64, DateTime<Utc>, DateTime<Utc>, LotId, i64);

/// Returns the book of linked accounts as it was at `at`, settled to then.
pub fn as_of(tx: &mut Tx, terms: Terms, accounts: &[AccountId], at: DateTime<Utc>) -> Result<Book> {
    let mut book = Book::new(terms, ids::next);
    let lots: Vec<LotRow> = Lots { accounts: accounts.to_vec(), at }.load(tx)?;
    let lots: Vec<Lot> = lots.into_iter().map(lot).collect();
    let sums: Vec<(AccountId, i64, i64)> = Sums { accounts: accounts.to_vec(), at }.load(tx)?;
    let group = accounts.first().copied();
    for (id, debt, lifetime_earned) in sums {
        let own = || lots.iter().filter(|lot| lot.account == id);
        book.add_account(Account {
            group: group.unwrap_or(id),
            free: own().filter(|lot| lot.activated).map(Lot::unheld).sum(),
            pending: own().filter(|lot| !lot.activated).map(Lot::unheld).sum(),
            held: own().map(|lot| lot.held).sum(),
            debt,
            lifetime_earned,
            ..Account::new(id, at)
        });
    }
    lots.into_iter().for_each(|lot| book.add_lot(lot));
    let mut holds: BTreeMap<HoldId, Hold> = BTreeMap::new();
    let rows: Vec<HoldRow> = Holds { accounts: accounts.to_vec(), at }.load(tx)?;
    for (id, account, amount, created_at, expires_at, lot, part) in rows {
        let hold = holds.entry(id).or_insert_with(|| Hold {
            id,
            account,
            amount,
            captured: 0,
            state: HoldState::Open,
            source: Source { system: String::new(), id: String::new() },
            created_at,
            expires_at,
            ended_at: None,
            parts: Vec::new(),
        });
        hold.parts.push(Part { lot, amount: part });
    }
    holds.into_values().for_each(|hold| book.add_hold(hold));
    book.settle(at);
    // the end of a hold that was not yet posted then may have freed what repays a debt
    book.square();
    Ok(book)
}

fn lot((id, account, source, original, remaining, held, available_at, expires_at, activated): LotRow) -> Lot {
    Lot {
        id,
        account,
        source,
        credit: source,
        original,
        remaining,
        held,
        expired: 0,
        reversal_requested: 0,
        reversal_done: 0,
        available_at,
        expires_at,
        activated: activated && available_at.is_some(),
        reinstated: false,
        confirmed_at: None,
    }
}
