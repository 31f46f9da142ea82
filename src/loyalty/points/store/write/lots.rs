use crate::{
    loyalty::points::domain::{AccountId, EntryId, Lot, LotId, Posting},
    platform::{
        db::{Tx, static_query},
        http::problem::Result,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    RunQueryDsl,
    sql_types::{Array, BigInt, Bool, Date, Nullable, Timestamptz, Uuid as SqlUuid},
};

static_query! {
    /// Adds lots, and counts points as earned, or as taken back, by local day.
    struct NewLots {
        ids: Vec<LotId> => Array<SqlUuid>, accounts: Vec<AccountId> => Array<SqlUuid>,
        sources: Vec<EntryId> => Array<SqlUuid>, credits: Vec<EntryId> => Array<SqlUuid>,
        originals: Vec<i64> => Array<BigInt>, remaining: Vec<i64> => Array<BigInt>, held: Vec<i64> => Array<BigInt>,
        expired: Vec<i64> => Array<BigInt>, available: Vec<Option<DateTime<Utc>>> => Array<Nullable<Timestamptz>>,
        ends: Vec<Option<DateTime<Utc>>> => Array<Nullable<Timestamptz>>, activated: Vec<bool> => Array<Bool>,
        reinstated: Vec<bool> => Array<Bool>, earners: Vec<AccountId> => Array<SqlUuid>,
        days: Vec<NaiveDate> => Array<Date>, earned: Vec<i64> => Array<BigInt>
    } -> () =
        "WITH counted AS (INSERT INTO points_earned_day AS d (account_id, day, earned) \
           SELECT * FROM unnest($earners, $days, $earned) \
           ON CONFLICT (account_id, day) DO UPDATE SET earned = d.earned + excluded.earned) \
         INSERT INTO points_lot (id, account_id, source_entry_id, credit_id, original, remaining, held, expired, \
         available_at, expires_at, activated, reinstated) \
         SELECT * FROM unnest($ids, $accounts, $sources, $credits, $originals, $remaining, $held, $expired, \
         $available, $ends, $activated, $reinstated)"
}

/// Adds lots, and counts points by local day.
pub fn insert_lots(tx: &mut Tx, lots: &[&Lot], posting: &Posting) -> Result<()> {
    let days = &posting.earned;
    if lots.is_empty() && days.is_empty() {
        return Ok(());
    }
    NewLots {
        ids: lots.iter().map(|l| l.id).collect(),
        accounts: lots.iter().map(|l| l.account).collect(),
        sources: lots.iter().map(|l| l.source).collect(),
        credits: lots.iter().map(|l| l.credit).collect(),
        originals: lots.iter().map(|l| l.original).collect(),
        remaining: lots.iter().map(|l| l.remaining).collect(),
        held: lots.iter().map(|l| l.held).collect(),
        expired: lots.iter().map(|l| l.expired).collect(),
        available: lots.iter().map(|l| l.available_at).collect(),
        ends: lots.iter().map(|l| l.expires_at).collect(),
        activated: lots.iter().map(|l| l.activated).collect(),
        reinstated: lots.iter().map(|l| l.reinstated).collect(),
        earners: days.keys().map(|(account, _)| *account).collect(),
        days: days.keys().map(|(_, day)| *day).collect(),
        earned: days.values().copied().collect(),
    }
    .execute(tx)?;
    Ok(())
}

static_query! {
    /// Brings lots to where they now are.
    struct Lots {
        ids: Vec<LotId> => Array<SqlUuid>, remaining: Vec<i64> => Array<BigInt>, held: Vec<i64> => Array<BigInt>,
        expired: Vec<i64> => Array<BigInt>, requested: Vec<i64> => Array<BigInt>, done: Vec<i64> => Array<BigInt>,
        available: Vec<Option<DateTime<Utc>>> => Array<Nullable<Timestamptz>>,
        ends: Vec<Option<DateTime<Utc>>> => Array<Nullable<Timestamptz>>, activated: Vec<bool> => Array<Bool>,
        confirmed: Vec<Option<DateTime<Utc>>> => Array<Nullable<Timestamptz>>
    } -> () =
        "UPDATE points_lot l SET remaining = n.remaining, held = n.held, expired = n.expired, \
         reversal_requested = n.requested, reversal_done = n.done, available_at = n.available_at, \
         expires_at = n.expires_at, activated = n.activated, confirmed_at = n.confirmed_at \
         FROM unnest($ids, $remaining, $held, $expired, $requested, $done, $available, $ends, $activated, $confirmed) \
         AS n(id, remaining, held, expired, requested, done, available_at, expires_at, activated, confirmed_at) \
         WHERE l.id = n.id"
}

/// Brings lots to where they now are.
pub fn update_lots(tx: &mut Tx, lots: &[&Lot]) -> Result<()> {
    if lots.is_empty() {
        return Ok(());
    }
    Lots {
        ids: lots.iter().map(|l| l.id).collect(),
        remaining: lots.iter().map(|l| l.remaining).collect(),
        held: lots.iter().map(|l| l.held).collect(),
        expired: lots.iter().map(|l| l.expired).collect(),
        requested: lots.iter().map(|l| l.reversal_requested).collect(),
        done: lots.iter().map(|l| l.reversal_done).collect(),
        available: lots.iter().map(|l| l.available_at).collect(),
        ends: lots.iter().map(|l| l.expires_at).collect(),
        activated: lots.iter().map(|l| l.activated).collect(),
        confirmed: lots.iter().map(|l| l.confirmed_at).collect(),
    }
    .execute(tx)?;
    Ok(())
}
