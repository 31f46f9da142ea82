//! Every query on `job`: asking for work and doing it here, looking at it in `inspect`.

mod inspect;

pub use self::inspect::{JobState, page, retry};

use crate::{
    platform::{
        db::{Tx, static_query},
        http::problem::Result,
        ids,
    },
    schema::job,
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Bool, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use serde_json::Value;
use uuid::Uuid;

/// A piece of background work.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = job)]
pub struct Job {
    /// Its id.
    pub id: Uuid,
    /// What is to be done.
    pub kind: String,
    /// What it is to be done to.
    pub subject: String,
    /// What else the work must know.
    pub payload: Value,
    /// When it is due.
    pub run_at: DateTime<Utc>,
    /// How often it was begun since it last succeeded.
    pub attempts: i32,
    /// Whose it is at present.
    pub lease: Option<Uuid>,
    /// Until when.
    pub leased_until: Option<DateTime<Utc>>,
    /// When it was done.
    pub done_at: Option<DateTime<Utc>>,
    /// When it was given up.
    pub parked_at: Option<DateTime<Utc>>,
    /// Why it last failed.
    pub last_error: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
}

static_query! {
    struct Enqueue<'a> {
        id: Uuid => SqlUuid,
        kind: &'a str => Text,
        subject: &'a str => Text,
        payload: &'a Value => Jsonb,
        run_at: DateTime<Utc> => Timestamptz,
    } -> () = "INSERT INTO job AS open (id, kind, subject, payload, run_at) \
        VALUES ($id, $kind, $subject, $payload, $run_at) \
        ON CONFLICT (kind, subject) WHERE done_at IS NULL AND parked_at IS NULL DO UPDATE SET \
        payload = excluded.payload, \
        run_at = CASE WHEN open.lease IS NULL THEN least(open.run_at, excluded.run_at) ELSE open.run_at END, \
        again_at = CASE WHEN open.lease IS NULL THEN NULL ELSE least(open.again_at, excluded.run_at) END"
}

static_query! {
    struct Schedule<'a> {
        id: Uuid => SqlUuid,
        kind: &'a str => Text,
        at: DateTime<Utc> => Timestamptz,
    } -> () = "INSERT INTO job (id, kind, subject, run_at) VALUES ($id, $kind, '', $at) \
        ON CONFLICT (kind, subject) WHERE done_at IS NULL AND parked_at IS NULL DO NOTHING"
}

static_query! {
    struct Claim<'a> {
        lease: Uuid => SqlUuid,
        at: DateTime<Utc> => Timestamptz,
        until: DateTime<Utc> => Timestamptz,
        kinds: &'a [&'static str] => Array<Text>,
    } -> (SqlUuid, Text, Text, Jsonb, Timestamptz, diesel::sql_types::Integer, Nullable<SqlUuid>,
          Nullable<Timestamptz>, Nullable<Timestamptz>, Nullable<Timestamptz>, Nullable<Text>, Timestamptz) =
        "UPDATE job SET lease = $lease, leased_until = $until, attempts = attempts + 1 WHERE id = (\
           SELECT id FROM job WHERE run_at <= $at AND done_at IS NULL AND parked_at IS NULL \
           AND (lease IS NULL OR leased_until <= $at) AND kind = ANY($kinds) \
           ORDER BY run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) \
         RETURNING id, kind, subject, payload, run_at, attempts, lease, leased_until, done_at, parked_at, \
         last_error, created_at"
}

static_query! {
    struct Renew {
        id: Uuid => SqlUuid,
        lease: Uuid => SqlUuid,
        until: DateTime<Utc> => Timestamptz,
        advanced: bool => Bool,
    } -> () = "UPDATE job SET leased_until = greatest(leased_until, $until), \
        attempts = CASE WHEN $advanced THEN 0 ELSE attempts END WHERE id = $id AND lease = $lease"
}

static_query! {
    struct Finish {
        id: Uuid => SqlUuid,
        lease: Uuid => SqlUuid,
        at: DateTime<Utc> => Timestamptz,
        next: Option<DateTime<Utc>> => Nullable<Timestamptz>,
    } -> () = "UPDATE job SET lease = NULL, leased_until = NULL, attempts = 0, last_error = NULL, again_at = NULL, \
        run_at = coalesce(least($next, again_at), run_at), \
        done_at = CASE WHEN $next IS NULL AND again_at IS NULL THEN $at END \
        WHERE id = $id AND lease = $lease"
}

static_query! {
    struct Fail<'a> {
        id: Uuid => SqlUuid,
        lease: Uuid => SqlUuid,
        next: DateTime<Utc> => Timestamptz,
        parked_at: Option<DateTime<Utc>> => Nullable<Timestamptz>,
        error: &'a str => Text,
    } -> () = "UPDATE job SET lease = NULL, leased_until = NULL, again_at = NULL, run_at = $next, \
        parked_at = $parked_at, last_error = $error WHERE id = $id AND lease = $lease"
}

static_query! {
    struct Lag<'a> {
        at: DateTime<Utc> => Timestamptz,
        kinds: &'a [&'static str] => Array<Text>,
    } -> BigInt = "SELECT coalesce(extract(epoch FROM $at - min(run_at)), 0)::bigint FROM job \
        WHERE run_at <= $at AND done_at IS NULL AND parked_at IS NULL AND (lease IS NULL OR leased_until <= $at) \
        AND kind = ANY($kinds)"
}

static_query! {
    struct Sweep {
        before: DateTime<Utc> => Timestamptz,
    } -> () = "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE done_at < $before LIMIT 5000)"
}

/// Asks for work in the caller's transaction. While the same is open, it moves to the earlier time; while it is
/// running, it will run once more.
pub fn enqueue(tx: &mut Tx, kind: &str, subject: &str, payload: &Value, run_at: DateTime<Utc>) -> Result<()> {
    let id = ids::next();
    let wish = Enqueue { id, kind, subject, payload, run_at };
    wish.execute(tx)?;
    Ok(())
}

/// Claims the job that has been due for the longest, of the kinds that this server knows.
pub(super) fn claim(
    tx: &mut Tx,
    kinds: &[&'static str],
    at: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Job>> {
    let lease = ids::next();
    let claim = Claim { lease, at, until, kinds };
    Ok(claim.get_result::<Job>(tx).optional()?)
}

/// Makes an open job of each kind that has none.
pub(super) fn schedule(tx: &mut Tx, kinds: &[&'static str], at: DateTime<Utc>) -> Result<()> {
    for kind in kinds {
        let id = ids::next();
        Schedule { id, kind, at }.execute(tx)?;
    }
    Ok(())
}

/// Keeps the lease until `until`, and forgets earlier attempts if the work got on; returns whether the lease still
/// was the caller's.
pub(super) fn renew(
    tx: &mut Tx,
    (id, lease): (Uuid, Uuid),
    until: DateTime<Utc>,
    advanced: bool,
) -> Result<bool> {
    let renew = Renew { id, lease, until, advanced };
    Ok(renew.execute(tx)? == 1)
}

/// Ends a run that succeeded, for good or until `next`; returns whether the lease still was the caller's.
pub(super) fn finish(
    tx: &mut Tx,
    (id, lease): (Uuid, Uuid),
    at: DateTime<Utc>,
    next: Option<DateTime<Utc>>,
) -> Result<bool> {
    Ok(Finish { id, lease, at, next }.execute(tx)? == 1)
}

/// Ends a run that failed; returns whether the lease still was the caller's.
pub(super) fn fail(
    tx: &mut Tx,
    (id, lease): (Uuid, Uuid),
    next: DateTime<Utc>,
    parked_at: Option<DateTime<Utc>>,
    error: &str,
) -> Result<bool> {
    let fail = Fail { id, lease, next, parked_at, error };
    Ok(fail.execute(tx)? == 1)
}

/// Returns for how many seconds the oldest job has been due without anybody at work on it.
pub(super) fn lag(tx: &mut Tx, kinds: &[&'static str], at: DateTime<Utc>) -> Result<i64> {
    Ok(Lag { at, kinds }.get_result(tx)?)
}

/// Deletes jobs that were done before `before`, a bounded number of them.
pub(super) fn sweep(tx: &mut Tx, before: DateTime<Utc>) -> Result<usize> {
    Ok(Sweep { before }.execute(tx)?)
}
