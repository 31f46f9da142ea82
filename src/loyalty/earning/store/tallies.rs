use crate::{
    customers::CustomerId,
    loyalty::{
        earning::domain::{Caps, EarningRuleId, Rule, Subject, Tallies, Tally, TallyId},
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
use chrono_tz::Tz;
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Bool, Date, Nullable, Text, Uuid as SqlUuid},
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

static_query! {
    /// Begins to count what is not counted yet, with what the ledger says was paid before.
    struct Begin {
        ids: Vec<TallyId> => Array<SqlUuid>, rules: Vec<EarningRuleId> => Array<SqlUuid>, codes: Vec<String> => Array<Text>,
        customers: Vec<Option<CustomerId>> => Array<Nullable<SqlUuid>>,
        days: Vec<Option<NaiveDate>> => Array<Nullable<Date>>, mosts: Vec<i64> => Array<BigInt>, zone: String => Text
    } -> () =
        "INSERT INTO earning_tally AS t (id, rule_id, customer_id, day, points, most) \
         SELECT n.id, n.rule_id, n.customer_id, n.day, p.points, greatest(n.most, p.points) \
         FROM unnest($ids, $rules, $codes, $customers, $days, $mosts) AS n(id, rule_id, code, customer_id, day, most), \
         LATERAL earned_by_rule(n.code, n.customer_id, n.day, $zone) AS p(points) \
         WHERE NOT EXISTS (SELECT FROM earning_tally k WHERE k.rule_id = n.rule_id \
           AND k.customer_id IS NOT DISTINCT FROM n.customer_id AND k.day IS NOT DISTINCT FROM n.day) \
         ON CONFLICT DO NOTHING"
}

/// Holds what is used up of these caps until the transaction is over, and returns it.
pub fn hold(tx: &mut Tx, mut caps: Vec<Tally>, rules: &[Rule], zone: Tz) -> Result<Tallies> {
    if caps.is_empty() {
        return Ok(Tallies::new());
    }
    caps.sort_by_key(|cap| cap.subject);
    Begin {
        ids: caps.iter().map(|_| TallyId(ids::next())).collect(),
        rules: caps.iter().map(|cap| cap.subject.rule).collect(),
        codes: codes(&caps, rules),
        customers: caps.iter().map(|cap| cap.subject.customer).collect(),
        days: caps.iter().map(|cap| cap.subject.day).collect(),
        mosts: caps.iter().map(|cap| cap.most).collect(),
        zone: zone.name().to_owned(),
    }
    .execute(tx)?;
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

static_query! {
    /// Reads what is used up of caps.
    struct Used {
        rules: Vec<EarningRuleId> => Array<SqlUuid>, codes: Vec<String> => Array<Text>,
        customers: Vec<Option<CustomerId>> => Array<Nullable<SqlUuid>>, days: Vec<Option<NaiveDate>> => Array<Nullable<Date>>,
        zone: String => Text
    } -> (SqlUuid, Nullable<SqlUuid>, Nullable<Date>, BigInt) =
        "SELECT n.rule_id, n.customer_id, n.day, \
         coalesce(t.points, earned_by_rule(n.code, n.customer_id, n.day, $zone)) \
         FROM unnest($rules, $codes, $customers, $days) AS n(rule_id, code, customer_id, day) \
         LEFT JOIN earning_tally t ON t.rule_id = n.rule_id AND t.customer_id IS NOT DISTINCT FROM n.customer_id \
         AND t.day IS NOT DISTINCT FROM n.day"
}

/// Returns what is used up of these caps, without holding it.
pub fn used(tx: &mut Tx, caps: &[Tally], rules: &[Rule], zone: Tz) -> Result<Tallies> {
    let rows: Vec<Row> = Used {
        rules: caps.iter().map(|cap| cap.subject.rule).collect(),
        codes: codes(caps, rules),
        customers: caps.iter().map(|cap| cap.subject.customer).collect(),
        days: caps.iter().map(|cap| cap.subject.day).collect(),
        zone: zone.name().to_owned(),
    }
    .load(tx)?;
    Ok(tallies(rows))
}

/// Returns what the ledger calls the rule of each cap.
fn codes(caps: &[Tally], rules: &[Rule]) -> Vec<String> {
    let code = |cap: &Tally| {
        let rule = rules.iter().find(|rule| rule.id == cap.subject.rule);
        rule.map(|rule| rule.code.clone()).unwrap_or_default()
    };
    caps.iter().map(code).collect()
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

/// Holds the accounts of a customer until the transaction is over; returns whether there are any.
pub fn hold_accounts(tx: &mut Tx, customer: CustomerId) -> Result<bool> {
    Ok(!HoldAccounts { customer }.load::<AccountId>(tx)?.is_empty())
}

static_query! {
    /// Waits until nobody else earns for the same.
    struct TakeTurn<'a> { what: &'a str => Text } -> Bool =
        "SELECT pg_advisory_xact_lock(hashtextextended($what, 20261127)) IS NULL"
}

/// Waits until nobody else earns for the same source, or for the same customer; it comes before all other locks.
pub fn take_turn(tx: &mut Tx, what: &str) -> Result<()> {
    TakeTurn { what }.load::<bool>(tx)?;
    Ok(())
}

static_query! {
    /// Forgets how much was paid to the customers of some groups of accounts: it is counted anew.
    struct Forget { groups: Vec<AccountId> => Array<SqlUuid> } -> () =
        "DELETE FROM earning_tally t USING points_account a WHERE a.group_id = ANY($groups) AND t.customer_id = a.customer_id"
}

/// Forgets how much was paid to the customers of some groups of accounts, whose links have changed: it is counted anew.
pub fn forget(tx: &mut Tx, groups: &[AccountId]) -> Result<()> {
    Forget { groups: groups.to_vec() }.execute(tx)?;
    Ok(())
}

/// Forgets what was counted for caps that a rule no longer has: a new one counts all that was paid.
pub fn forget_caps(tx: &mut Tx, rule: EarningRuleId, gone: &Caps) -> Result<()> {
    let of_rule = || earning_tally::table.filter(earning_tally::rule_id.eq(rule));
    if gone.total.is_some() {
        diesel::delete(of_rule().filter(earning_tally::customer_id.is_null())).execute(tx)?;
    }
    let of_customers = || of_rule().filter(earning_tally::customer_id.is_not_null());
    if gone.per_customer.is_some() {
        diesel::delete(of_customers().filter(earning_tally::day.is_null())).execute(tx)?;
    }
    if gone.per_customer_day.is_some() {
        diesel::delete(of_customers().filter(earning_tally::day.is_not_null())).execute(tx)?;
    }
    Ok(())
}

fn tallies(rows: Vec<Row>) -> Tallies {
    let known = |(rule, customer, day, points)| (Subject { rule, customer, day }, points);
    rows.into_iter().map(known).collect()
}
