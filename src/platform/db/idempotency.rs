//! Where first answers are kept: claimed before the effect, filled in the same transaction.

use super::{Tx, static_query};
use crate::{
    platform::http::{
        idempotency::{Key, Stored},
        problem::{Error, Result},
    },
    schema::idempotency_record as record,
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, Bool, Bytea, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use std::collections::HashSet;
use uuid::Uuid;

/// How long an answer is kept that is not kept for ever.
const KEPT: TimeDelta = TimeDelta::hours(24);

static_query! {
    /// Claims the keys that nobody has, or whose answers are past their time, and waits at most a second for those whose
    /// requests still run; answers which.
    struct Claim {
        principals: Vec<Uuid> => Array<SqlUuid>,
        routes: Vec<String> => Array<Text>,
        keys: Vec<String> => Array<Text>,
        fingerprints: Vec<Vec<u8>> => Array<Bytea>,
        times: Vec<DateTime<Utc>> => Array<Timestamptz>,
        expired: DateTime<Utc> => Timestamptz,
        permanent: Vec<bool> => Array<Bool>,
    } -> (SqlUuid, Text, Text) = "INSERT INTO idempotency_record AS r \
        (principal_id, route, key, fingerprint, created_at, permanent) SELECT * \
        FROM unnest($principals, $routes, $keys, $fingerprints, $times, $permanent) AS asked (p, r, k) \
        WHERE (SELECT set_config('lock_timeout', '1000', true)) IS NOT NULL ORDER BY p, r, k \
        ON CONFLICT (principal_id, route, key) DO UPDATE SET fingerprint = excluded.fingerprint, status = NULL, \
        body = NULL, created_at = excluded.created_at WHERE r.created_at <= $expired AND NOT r.permanent \
        RETURNING principal_id, route, key"
}

/// Claims `key`; returns the first answer where there is one.
///
/// While another request holds the key this waits for it at most a second, then refuses with
/// `idempotency_in_progress`.
pub fn claim(tx: &mut Tx, key: &Key, at: DateTime<Utc>) -> Result<Option<Stored>> {
    claim_all(tx, &[(key, at)])?.pop().unwrap_or_else(|| Err(Error::internal("no key was claimed")))
}

/// Claims keys, of which no two are the same; returns for each the first answer where there is one.
pub fn claim_all(tx: &mut Tx, keys: &[(&Key, DateTime<Utc>)]) -> Result<Vec<Result<Option<Stored>>>> {
    let Some(at) = keys.iter().map(|(_, at)| *at).min() else {
        return Ok(Vec::new());
    };
    let claim = Claim {
        principals: keys.iter().map(|(key, _)| key.principal).collect(),
        routes: keys.iter().map(|(key, _)| key.route.clone()).collect(),
        keys: keys.iter().map(|(key, _)| key.key.clone()).collect(),
        fingerprints: keys.iter().map(|(key, _)| key.fingerprint.clone()).collect(),
        times: keys.iter().map(|(_, at)| *at).collect(),
        expired: at.checked_sub_signed(KEPT).unwrap_or(at),
        permanent: keys.iter().map(|(key, _)| key.permanent).collect(),
    };
    let claimed: Vec<Place> = match claim.load(tx).map_err(Error::from) {
        Ok(claimed) => claimed,
        // the lock timeout of the claim: the first request is still running
        Err(Error::Unavailable) => return Err(Error::InProgress),
        Err(error) => return Err(error),
    };
    let claimed: HashSet<Place> = claimed.into_iter().collect();
    let answer = |(key, _): &(&Key, _)| match claimed.contains(&place(key)) {
        true => Ok(None),
        false => found(tx, key).map(Some),
    };
    Ok(keys.iter().map(answer).collect())
}

/// Keeps the answer to a claimed key.
pub fn keep(tx: &mut Tx, key: &Key, answer: Stored) -> Result<()> {
    keep_all(tx, vec![(key, answer)])
}

static_query! {
    /// Keeps the answers to claimed keys.
    struct Keep {
        principals: Vec<Uuid> => Array<SqlUuid>,
        routes: Vec<String> => Array<Text>,
        keys: Vec<String> => Array<Text>,
        statuses: Vec<i16> => Array<SmallInt>,
        etags: Vec<Option<String>> => Array<Nullable<Text>>,
        locations: Vec<Option<String>> => Array<Nullable<Text>>,
        bodies: Vec<String> => Array<Text>,
    } -> () = "UPDATE idempotency_record r SET status = a.status, etag = a.etag, location = a.location, body = a.body \
        FROM unnest($principals, $routes, $keys, $statuses, $etags, $locations, $bodies) \
        AS a (principal_id, route, key, status, etag, location, body) \
        WHERE r.principal_id = a.principal_id AND r.route = a.route AND r.key = a.key"
}

/// Keeps the answers to claimed keys.
pub fn keep_all(tx: &mut Tx, answers: Vec<(&Key, Stored)>) -> Result<()> {
    let mut keep = Keep {
        principals: Vec::new(),
        routes: Vec::new(),
        keys: Vec::new(),
        statuses: Vec::new(),
        etags: Vec::new(),
        locations: Vec::new(),
        bodies: Vec::new(),
    };
    for (key, answer) in answers {
        keep.principals.push(key.principal);
        keep.routes.push(key.route.clone());
        keep.keys.push(key.key.clone());
        keep.statuses.push(answer.status);
        keep.etags.push(answer.etag);
        keep.locations.push(answer.location);
        keep.bodies.push(answer.body);
    }
    if !keep.keys.is_empty() {
        keep.execute(tx)?;
    }
    Ok(())
}

/// Gives up a claimed key, whose request was refused.
pub fn release(tx: &mut Tx, key: &Key) -> Result<()> {
    diesel::delete(record::table.find((key.principal, &key.route, &key.key))).execute(tx)?;
    Ok(())
}

/// Deletes answers that are past their time; returns how many.
pub fn sweep(tx: &mut Tx, at: DateTime<Utc>) -> Result<usize> {
    let expired = at.checked_sub_signed(KEPT).unwrap_or(at);
    Ok(diesel::delete(
        record::table.filter(record::created_at.le(expired)).filter(record::permanent.eq(false)),
    )
    .execute(tx)?)
}

/// Whose key it is, where it was sent, and the key.
type Place = (Uuid, String, String);

fn place(key: &Key) -> Place {
    (key.principal, key.route.clone(), key.key.clone())
}

type Row = (Vec<u8>, Option<i16>, Option<String>, Option<String>, Option<String>);

fn found(tx: &mut Tx, key: &Key) -> Result<Stored> {
    let row: Row = record::table
        .find((key.principal, &key.route, &key.key))
        .select((record::fingerprint, record::status, record::etag, record::location, record::body))
        .first(tx)?;
    let (fingerprint, status, etag, location, body) = row;
    let (Some(status), Some(body)) = (status, body) else {
        return Err(Error::InProgress);
    };
    Ok(Stored { fingerprint, status, etag, location, body })
}
