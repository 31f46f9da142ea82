use crate::{
    loyalty::points::domain::{EntryId, LotId, Posting},
    platform::{
        db::{Tx, static_query},
        http::problem::Result,
    },
};
use diesel::{
    RunQueryDsl,
    sql_types::{Array, BigInt, Bool, Integer, Uuid as SqlUuid},
};

static_query! {
    /// Says which lots debits took from.
    struct Allocations {
        entries: Vec<EntryId> => Array<SqlUuid>, ordinals: Vec<i32> => Array<Integer>,
        lots: Vec<LotId> => Array<SqlUuid>, amounts: Vec<i64> => Array<BigInt>
    } -> () =
        "INSERT INTO allocation (entry_id, ordinal, lot_id, amount) \
         SELECT * FROM unnest($entries, $ordinals, $lots, $amounts)"
}

/// Says which lots debits took from.
pub fn insert_allocations(tx: &mut Tx, posting: &Posting) -> Result<()> {
    let rows = &posting.allocations;
    if rows.is_empty() {
        return Ok(());
    }
    Allocations {
        entries: rows.iter().map(|a| a.entry).collect(),
        ordinals: rows.iter().map(|a| a.ordinal).collect(),
        lots: rows.iter().map(|a| a.lot).collect(),
        amounts: rows.iter().map(|a| a.amount).collect(),
    }
    .execute(tx)?;
    Ok(())
}

static_query! {
    /// Says what reversals gave back, and counts it where it was taken.
    struct Restorations {
        entries: Vec<EntryId> => Array<SqlUuid>, debits: Vec<EntryId> => Array<SqlUuid>,
        ordinals: Vec<i32> => Array<Integer>, lots: Vec<LotId> => Array<SqlUuid>,
        amounts: Vec<i64> => Array<BigInt>, fresh: Vec<bool> => Array<Bool>
    } -> () =
        "WITH given AS (SELECT * FROM unnest($entries, $debits, $ordinals, $lots, $amounts, $fresh) \
           AS r(entry_id, debit_id, debit_ordinal, lot_id, amount, new_lot)), \
         counted AS (UPDATE allocation a SET restored = a.restored + g.amount FROM given g \
           WHERE a.entry_id = g.debit_id AND a.ordinal = g.debit_ordinal) \
         INSERT INTO restoration (entry_id, debit_id, debit_ordinal, lot_id, amount, new_lot) SELECT * FROM given"
}

/// Says what reversals gave back.
pub fn insert_restorations(tx: &mut Tx, posting: &Posting) -> Result<()> {
    let rows = &posting.restorations;
    if rows.is_empty() {
        return Ok(());
    }
    Restorations {
        entries: rows.iter().map(|r| r.entry).collect(),
        debits: rows.iter().map(|r| r.debit).collect(),
        ordinals: rows.iter().map(|r| r.ordinal).collect(),
        lots: rows.iter().map(|r| r.lot).collect(),
        amounts: rows.iter().map(|r| r.amount).collect(),
        fresh: rows.iter().map(|r| r.new_lot).collect(),
    }
    .execute(tx)?;
    Ok(())
}
