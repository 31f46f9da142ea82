//! Who has a birthday, or signed up, on which day.

use crate::{
    customers::CustomerId,
    platform::{
        db::{Tx, static_query},
        http::problem::Result,
    },
    schema::earning_progress,
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};

/// A customer with a day to celebrate, and the year that it counts from.
pub type Celebrant = (CustomerId, i32);

static_query! {
    /// Finds live customers with a birthday on one of these days of the year, whose year has earned nothing yet.
    struct Birthdays {
        days: Vec<i32> => Array<Integer>, year: i32 => Integer, today: NaiveDate => Date,
        after: Option<CustomerId> => Nullable<SqlUuid>, most: i64 => BigInt
    } -> (SqlUuid, Integer) =
        "SELECT c.id, extract(year FROM c.birthday)::int FROM customer c \
         WHERE c.status = 'active' AND c.birthday IS NOT NULL AND c.birthday <= $today AND (c.id > $after OR $after IS NULL) \
         AND (extract(month FROM c.birthday) * 100 + extract(day FROM c.birthday))::int = ANY($days) \
         AND NOT EXISTS (SELECT FROM ledger_entry e WHERE e.source_system = 'hearback' \
           AND e.source_id = 'birthday:' || c.id || ':' || $year) \
         ORDER BY c.id LIMIT $most"
}

static_query! {
    /// Finds live customers who signed up on one of these days of an earlier year, whose year has earned nothing yet.
    struct Jubilees {
        days: Vec<i32> => Array<Integer>, year: i32 => Integer, zone: String => Text,
        after: Option<CustomerId> => Nullable<SqlUuid>, most: i64 => BigInt
    } -> (SqlUuid, Integer) =
        "SELECT c.id, extract(year FROM c.created_at AT TIME ZONE $zone)::int FROM customer c \
         WHERE c.status = 'active' AND NOT c.stub AND (c.id > $after OR $after IS NULL) \
         AND extract(year FROM c.created_at AT TIME ZONE $zone)::int < $year \
         AND (extract(month FROM c.created_at AT TIME ZONE $zone) * 100 \
           + extract(day FROM c.created_at AT TIME ZONE $zone))::int = ANY($days) \
         AND NOT EXISTS (SELECT FROM ledger_entry e WHERE e.source_system = 'hearback' \
           AND e.source_id = 'anniversary:' || c.id || ':' || $year) \
         ORDER BY c.id LIMIT $most"
}

/// Returns customers after one with a birthday on one of these days, as month x 100 + day.
pub fn birthdays(
    tx: &mut Tx,
    days: &[i32],
    (year, today): (i32, NaiveDate),
    (after, most): (Option<CustomerId>, i64),
) -> Result<Vec<Celebrant>> {
    Ok(Birthdays { days: days.to_vec(), year, today, after, most }.load(tx)?)
}

/// Returns customers after one who signed up on one of these days of an earlier year, as month x 100 + day.
pub fn jubilees(
    tx: &mut Tx,
    days: &[i32],
    (year, zone): (i32, String),
    (after, most): (Option<CustomerId>, i64),
) -> Result<Vec<Celebrant>> {
    Ok(Jubilees { days: days.to_vec(), year, zone, after, most }.load(tx)?)
}

/// Returns up to which instant new customers were looked at, if ever, and keeps others from looking.
pub fn signed_up_until(tx: &mut Tx) -> Result<Option<DateTime<Utc>>> {
    Ok(earning_progress::table.select(earning_progress::signed_up_until).for_update().first(tx)?)
}

/// Says up to which instant new customers were looked at.
pub fn move_signed_up_until(tx: &mut Tx, at: DateTime<Utc>) -> Result<()> {
    diesel::update(earning_progress::table).set(earning_progress::signed_up_until.eq(at)).execute(tx)?;
    Ok(())
}

static_query! {
    /// Finds who signed up after one instant and not after another, with all of the last instant.
    struct SignedUp { from: DateTime<Utc> => Timestamptz, to: DateTime<Utc> => Timestamptz, most: i64 => BigInt }
        -> (SqlUuid, Timestamptz) =
        "SELECT c.id, c.created_at FROM customer c WHERE c.created_at > $from AND c.created_at <= $to \
         AND c.status = 'active' AND NOT c.stub AND NOT c.imported \
         ORDER BY c.created_at FETCH FIRST ($most) ROWS WITH TIES"
}

/// Returns who signed up after one instant and not after another, oldest first: so many, and all of the last instant.
pub fn signed_up(
    tx: &mut Tx,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    most: i64,
) -> Result<Vec<(CustomerId, DateTime<Utc>)>> {
    Ok(SignedUp { from, to, most }.load(tx)?)
}
