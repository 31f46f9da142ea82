use crate::{
    customers::CustomerId,
    loyalty::points::{self, EntryKind},
    platform::{
        codes::Codes,
        db::{Tx, static_query},
        http::problem::Result,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    RunQueryDsl,
    sql_types::{Array, BigInt, Date, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use std::collections::BTreeMap;
use uuid::Uuid;

static_query! {
    /// Sums entries by kind: those that became true before a stretch of time, and those in it.
    struct Kinds {
        accounts: Vec<Uuid> => Array<SqlUuid>, from: DateTime<Utc> => Timestamptz, to: DateTime<Utc> => Timestamptz
    } -> (Text, BigInt, BigInt) =
        "SELECT e.kind, coalesce(sum(e.amount) FILTER (WHERE e.occurred_at < $from), 0)::bigint, \
         coalesce(sum(e.amount) FILTER (WHERE e.occurred_at >= $from), 0)::bigint FROM ledger_entry e \
         WHERE e.account_id = ANY($accounts) AND e.occurred_at < $to GROUP BY e.kind"
}

/// What a customer's points did in a stretch of time.
#[derive(Clone, Debug, Default)]
pub struct Statement {
    /// What there was before it.
    pub opening: i64,
    /// What each kind of entry changed.
    pub by_kind: BTreeMap<&'static str, i64>,
}

/// Returns what a customer's points did from `from` until `to`, by when entries became true; what is due and not
/// posted yet is in it.
pub fn statement(
    tx: &mut Tx,
    customer: CustomerId,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Statement> {
    let accounts = points::linked(tx, customer)?.accounts().into_iter().map(|id| id.0).collect();
    let rows: Vec<(String, i64, i64)> = Kinds { accounts, from, to }.load(tx)?;
    let mut statement = Statement::default();
    let mut add = |kind: EntryKind, before: i64, within: i64| {
        statement.opening = statement.opening.saturating_add(before);
        let sum = statement.by_kind.entry(kind.code()).or_default();
        *sum = sum.saturating_add(within);
    };
    for (kind, before, within) in rows {
        EntryKind::of(&kind).into_iter().for_each(|kind| add(kind, before, within));
    }
    for (kind, amount, at) in points::unposted(tx, customer, now)? {
        if at < from {
            add(kind, amount, 0);
        } else if at < to {
            add(kind, 0, amount);
        }
    }
    Ok(statement)
}

static_query! {
    /// Sums what customers can still spend by the month in which it ends.
    struct Liability { at: DateTime<Utc> => Timestamptz, zone: String => Text }
        -> (Nullable<Date>, BigInt, BigInt, BigInt) =
        "SELECT date_trunc('month', l.expires_at AT TIME ZONE $zone - interval '1 day')::date AS month, \
         sum(CASE WHEN l.activated OR l.available_at <= $at THEN l.remaining - l.held ELSE 0 END)::bigint, \
         sum(CASE WHEN l.activated OR l.available_at <= $at THEN 0 ELSE l.remaining - l.held END)::bigint, \
         sum(l.held)::bigint FROM points_lot l \
         WHERE l.remaining > 0 AND (l.expires_at > $at OR l.expires_at IS NULL OR l.held > 0) \
         GROUP BY month ORDER BY month NULLS LAST"
}

/// What is owed that ends in one month: the month's first day, none for what never ends; free, pending, held.
pub type MonthOwed = (Option<NaiveDate>, i64, i64, i64);

/// Returns what customers can still spend at `at`, by the month of its last day.
pub fn liability(tx: &mut Tx, at: DateTime<Utc>, zone: String) -> Result<Vec<MonthOwed>> {
    Ok(Liability { at, zone }.load(tx)?)
}

static_query! {
    /// Sums what was earned and what expired of it, by the month in which it ended.
    struct Breakage {
        from: DateTime<Utc> => Timestamptz, to: DateTime<Utc> => Timestamptz, now: DateTime<Utc> => Timestamptz,
        zone: String => Text
    } -> (Date, BigInt, BigInt) =
        "SELECT date_trunc('month', l.expires_at AT TIME ZONE $zone - interval '1 day')::date AS month, \
         sum(CASE WHEN l.source_entry_id = l.credit_id THEN l.original ELSE 0 END)::bigint, \
         sum(l.expired + CASE WHEN l.expires_at <= $now THEN l.remaining - l.held ELSE 0 END)::bigint \
         FROM points_lot l WHERE l.expires_at >= $from AND l.expires_at < $to GROUP BY month ORDER BY month"
}

/// Returns what was earned, and what expired of it, of lots that end from `from` until `to`, by month.
pub fn breakage(
    tx: &mut Tx,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    now: DateTime<Utc>,
    zone: String,
) -> Result<Vec<(NaiveDate, i64, i64)>> {
    Ok(Breakage { from, to, now, zone }.load(tx)?)
}
