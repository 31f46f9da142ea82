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
    connection::SimpleConnection,
    prelude::*,
    sql_types::{Bool, Bytea, Text, Timestamptz},
};
use uuid::Uuid;

/// How long an answer is kept that is not kept for ever.
const KEPT: TimeDelta = TimeDelta::hours(24);

static_query! {
    /// Claims a key that nobody has, or whose answer is past its time.
    struct Claim<'a> {
        principal: Uuid => diesel::sql_types::Uuid,
        route: &'a str => Text,
        key: &'a str => Text,
        fingerprint: &'a [u8] => Bytea,
        at: DateTime<Utc> => Timestamptz,
        expired: DateTime<Utc> => Timestamptz,
        permanent: bool => Bool,
    } -> () = "INSERT INTO idempotency_record AS r (principal_id, route, key, fingerprint, created_at, permanent) \
        VALUES ($principal, $route, $key, $fingerprint, $at, $permanent) \
        ON CONFLICT (principal_id, route, key) DO UPDATE SET fingerprint = excluded.fingerprint, status = NULL, \
        body = NULL, created_at = excluded.created_at WHERE r.created_at <= $expired AND NOT r.permanent"
}

/// Claims `key`; returns the first answer where there is one.
///
/// While another request holds the key this waits for it at most a second, then refuses with
/// `idempotency_in_progress`.
pub fn claim(tx: &mut Tx, key: &Key, at: DateTime<Utc>) -> Result<Option<Stored>> {
    tx.batch_execute("SET LOCAL lock_timeout = 1000")?;
    let claimed = Claim {
        principal: key.principal,
        route: &key.route,
        key: &key.key,
        fingerprint: &key.fingerprint,
        at,
        expired: at.checked_sub_signed(KEPT).unwrap_or(at),
        permanent: key.permanent,
    };
    match claimed.execute(tx).map_err(Error::from) {
        Ok(0) => found(tx, key).map(Some),
        Ok(_) => Ok(None),
        // the lock timeout of the claim: the first request is still running
        Err(Error::Unavailable) => Err(Error::InProgress),
        Err(error) => Err(error),
    }
}

/// Keeps the answer to a claimed key.
pub fn keep(tx: &mut Tx, key: &Key, answer: &Stored) -> Result<()> {
    diesel::update(record::table.find((key.principal, &key.route, &key.key)))
        .set((
            record::status.eq(answer.status),
            record::etag.eq(&answer.etag),
            record::location.eq(&answer.location),
            record::body.eq(&answer.body),
        ))
        .execute(tx)?;
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
