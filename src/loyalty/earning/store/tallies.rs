use crate::{
    customers::CustomerId,
    loyalty::{
        earning::domain::{EarningRuleId, Subject, Tallies, Tally, TallyId},
        points::AccountId,
    },
    platform::{
        db::{Tx, static_query},
        http::problem::Result,
        ids,
    },
    schema::earning_tally,
};
use chrono::NaiveDate;
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Date, Nullable, Uuid as SqlUuid},
};

type Row = (EarningRuleId, Option<CustomerId>, Option<NaiveDate>, i64);

static_query! {
    /// Holds what is used up of caps, in one order for all; what was not counted yet begins with nothing.
    struct Hold {
        ids: Vec<TallyId> => Array<SqlUuid>, rules: Vec<EarningRuleId> => Array<SqlUuid>,
        customers: Vec<Option<CustomerId>> => Array<Nullable<SqlUuid>>,
        days: Vec<Option<NaiveDate>> => Array<Nullable<Date>>, mosts: Vec<i64> => Array<BigInt>
    } -> (SqlUuid, Nullable<SqlUuid>, Nullable<Date>, BigInt) =
        "INSERT INTO earning_tally AS t (id, rule_id, customer_id, day, points, most) \
         SELECT n.id, n.rule_id, n.customer_id, n.day, 0, n.most \
         FROM unnest($ids, $rules, $customers, $days, $mosts) AS n(id, rule_id, customer_id, day, most) \
         ON CONFLICT ON CONSTRAINT earning_tally_subject_key DO UPDATE SET most = greatest(excluded.most, t.points) \
         RETURNING t.rule_id, t.customer_id, t.day, t.points"
}

static_query! {
    /// Counts what rules have paid.
    struct Add {
        rules: Vec<EarningRuleId> => Array<SqlUuid>, customers: Vec<Option<CustomerId>> => Array<Nullable<SqlUuid>>,
        days: Vec<Option<NaiveDate>> => Array<Nullable<Date>>, points: Vec<i64> => Array<BigInt>
    } -> () =
        "UPDATE earning_tally t SET points = t.points + n.points \
         FROM unnest($rules, $customers, $days, $points) AS n(rule_id, customer_id, day, points) \
         WHERE t.rule_id = n.rule_id AND t.customer_id IS NOT DISTINCT FROM n.customer_id \
         AND t.day IS NOT DISTINCT FROM n.day"
}

/// Holds what is used up of these caps until the transaction is over, and returns it.
pub fn hold(tx: &mut Tx, mut caps: Vec<Tally>) -> Result<Tallies> {
    if caps.is_empty() {
        return Ok(Tallies::new());
    }
    caps.sort_by_key(|cap| cap.subject);
    let rows: Vec<Row> = Hold {
        ids: caps.iter().map(|_| TallyId(ids::next())).collect(),
        rules: caps.iter().map(|cap| cap.subject.rule).collect(),
        customers: caps.iter().map(|cap| cap.subject.customer).collect(),
        days: caps.iter().map(|cap| cap.subject.day).collect(),
        mosts: caps.iter().map(|cap| cap.most).collect(),
    }
    .load(tx)?;
    Ok(tallies(rows))
}

/// Returns what is used up of these caps, without holding it.
pub fn used(tx: &mut Tx, caps: &[Tally]) -> Result<Tallies> {
    let rules: Vec<EarningRuleId> = caps.iter().map(|cap| cap.subject.rule).collect();
    let customers: Vec<CustomerId> = caps.iter().filter_map(|cap| cap.subject.customer).collect();
    let of_them = earning_tally::customer_id.is_null().or(earning_tally::customer_id.eq_any(customers));
    let rows: Vec<Row> = earning_tally::table
        .filter(earning_tally::rule_id.eq_any(rules))
        .filter(of_them)
        .select((
            earning_tally::rule_id,
            earning_tally::customer_id,
            earning_tally::day,
            earning_tally::points,
        ))
        .load(tx)?;
    Ok(tallies(rows))
}

/// Counts what rules have paid; the caps are held already.
pub fn add(tx: &mut Tx, paid: &[(Subject, i64)]) -> Result<()> {
    if paid.is_empty() {
        return Ok(());
    }
    Add {
        rules: paid.iter().map(|(subject, _)| subject.rule).collect(),
        customers: paid.iter().map(|(subject, _)| subject.customer).collect(),
        days: paid.iter().map(|(subject, _)| subject.day).collect(),
        points: paid.iter().map(|(_, points)| *points).collect(),
    }
    .execute(tx)?;
    Ok(())
}

static_query! {
    /// Holds the accounts of a customer: they come before caps in the order of locks.
    struct HoldAccounts { customer: CustomerId => SqlUuid } -> SqlUuid =
        "SELECT a.id FROM points_account o JOIN points_account a ON a.group_id = o.group_id \
         WHERE o.customer_id = $customer ORDER BY a.id FOR NO KEY UPDATE OF a"
}

/// Holds the accounts of a customer until the transaction is over.
pub fn hold_accounts(tx: &mut Tx, customer: CustomerId) -> Result<()> {
    HoldAccounts { customer }.load::<AccountId>(tx)?;
    Ok(())
}

fn tallies(rows: Vec<Row>) -> Tallies {
    let known = |(rule, customer, day, points)| (Subject { rule, customer, day }, points);
    rows.into_iter().map(known).collect()
}
