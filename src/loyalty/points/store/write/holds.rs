use crate::{
    loyalty::points::{
        domain::{AccountId, Hold, HoldId, LotId},
        store::ledger::Ledger,
    },
    platform::{
        codes::Codes,
        db::{Tx, static_query},
        http::problem::Result,
    },
};
use chrono::{DateTime, Utc};
use diesel::{
    RunQueryDsl,
    sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

static_query! {
    /// Adds a hold.
    struct NewHold<'a> {
        id: HoldId => SqlUuid, account: AccountId => SqlUuid, amount: i64 => BigInt, system: &'a str => Text,
        source: &'a str => Text, actor_kind: &'a str => Text, actor: Option<Uuid> => Nullable<SqlUuid>,
        at: DateTime<Utc> => Timestamptz, end: DateTime<Utc> => Timestamptz
    } -> () =
        "INSERT INTO points_hold (id, account_id, amount, source_system, source_id, actor_kind, actor_id, \
         created_at, expires_at) VALUES ($id, $account, $amount, $system, $source, $actor_kind, $actor, $at, $end)"
}

/// Adds holds.
pub fn insert_holds(tx: &mut Tx, ledger: &Ledger, holds: &[&Hold]) -> Result<()> {
    for hold in holds {
        NewHold {
            id: hold.id,
            account: hold.account,
            amount: hold.amount,
            system: &hold.source.system,
            source: &hold.source.id,
            actor_kind: ledger.actor.kind(),
            actor: ledger.actor.id(),
            at: hold.created_at,
            end: hold.expires_at,
        }
        .execute(tx)?;
    }
    Ok(())
}

static_query! {
    /// Says which lots holds hold.
    struct Parts {
        holds: Vec<HoldId> => Array<SqlUuid>, ordinals: Vec<i32> => Array<Integer>,
        lots: Vec<LotId> => Array<SqlUuid>, amounts: Vec<i64> => Array<BigInt>
    } -> () =
        "INSERT INTO hold_allocation (hold_id, ordinal, lot_id, amount) \
         SELECT * FROM unnest($holds, $ordinals, $lots, $amounts)"
}

/// Says which lots holds hold.
pub fn insert_parts(tx: &mut Tx, holds: &[&Hold]) -> Result<()> {
    let parts: Vec<_> = holds
        .iter()
        .flat_map(|hold| (1..).zip(&hold.parts).map(|(ordinal, part)| (hold.id, ordinal, *part)))
        .collect();
    if parts.is_empty() {
        return Ok(());
    }
    Parts {
        holds: parts.iter().map(|p| p.0).collect(),
        ordinals: parts.iter().map(|p| p.1).collect(),
        lots: parts.iter().map(|p| p.2.lot).collect(),
        amounts: parts.iter().map(|p| p.2.amount).collect(),
    }
    .execute(tx)?;
    Ok(())
}

static_query! {
    /// Ends holds.
    struct Ended<'a> {
        ids: Vec<HoldId> => Array<SqlUuid>, states: Vec<&'a str> => Array<Text>,
        captured: Vec<i64> => Array<BigInt>, ends: Vec<Option<DateTime<Utc>>> => Array<Nullable<Timestamptz>>
    } -> () =
        "UPDATE points_hold h SET state = n.state, captured = n.captured, ended_at = n.ended_at \
         FROM unnest($ids, $states, $captured, $ends) AS n(id, state, captured, ended_at) WHERE h.id = n.id"
}

/// Ends holds.
pub fn update_holds(tx: &mut Tx, holds: &[&Hold]) -> Result<()> {
    if holds.is_empty() {
        return Ok(());
    }
    Ended {
        ids: holds.iter().map(|h| h.id).collect(),
        states: holds.iter().map(|h| h.state.code()).collect(),
        captured: holds.iter().map(|h| h.captured).collect(),
        ends: holds.iter().map(|h| h.ended_at).collect(),
    }
    .execute(tx)?;
    Ok(())
}
