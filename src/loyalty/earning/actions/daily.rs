//! What comes by itself: birthdays, anniversaries, new customers.

use super::{Event, happened};
use crate::{
    customers::CustomerId,
    loyalty::{
        earning::{
            domain::{Fact, Trigger},
            store,
        },
        program,
    },
    platform::{auth::Actor, db::Tx, http::problem::Result, time::start_of_day},
};
use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};

/// How many customers one transaction looks at.
const AT_ONCE: i64 = 100;
/// How many days later a day is still celebrated that the worker missed.
const LATE_DAYS: u64 = 2;

/// Returns whether days are celebrated at all.
pub fn celebrates(tx: &mut Tx) -> Result<bool> {
    Ok(store::is_active(tx, Trigger::Birthday)? || store::is_active(tx, Trigger::Anniversary)?)
}

/// Earns for those after one whose birthday, or day of signing up, is so many local days ago at `at`; returns the last
/// of them.
pub fn celebrate(
    tx: &mut Tx,
    trigger: Trigger,
    (days_ago, after): (u64, Option<CustomerId>),
    at: DateTime<Utc>,
) -> Result<Option<CustomerId>> {
    if days_ago > LATE_DAYS || !store::is_active(tx, trigger)? {
        return Ok(None);
    }
    let zone = program::current(tx)?.terms()?.zone;
    let today = at.with_timezone(&zone).date_naive();
    let day = today.checked_sub_days(Days::new(days_ago)).unwrap_or(today);
    let (year, of_year, page) = (day.year(), days_of_year(day), (after, AT_ONCE));
    let found = match trigger {
        Trigger::Birthday => store::birthdays(tx, &of_year, (year, day), page)?,
        _ => store::jubilees(tx, &of_year, (year, zone.name().to_owned()), page)?,
    };
    let begun = start_of_day(zone, day);
    for (customer, since) in &found {
        let years = i64::from(year.saturating_sub(*since));
        let event = Event { numbers: vec![(Fact::Years, years)], ..Event::of(trigger, begun) };
        let source = format!("{trigger}:{customer}:{year}");
        happened(tx, &Actor::system(at), (*customer, source), &event)?;
    }
    Ok(found.last().map(|(customer, _)| *customer))
}

/// Returns how many days back days are celebrated.
pub fn days_back() -> std::ops::RangeInclusive<u64> {
    0..=LATE_DAYS
}

/// Returns the days of the year that are celebrated on a day, as month x 100 + day: the 29th of February falls on the
/// 28th where there is none.
fn days_of_year(day: NaiveDate) -> Vec<i32> {
    let number = |month: u32, day: u32| i32::try_from(month.saturating_mul(100).saturating_add(day)).ok();
    let last_of_february = day.month() == 2 && day.day() == 28 && !day.leap_year();
    let leap = last_of_february.then(|| number(2, 29)).flatten();
    number(day.month(), day.day()).into_iter().chain(leap).collect()
}

/// Earns for customers who signed up since the last look; returns whether there may be more.
pub fn welcome(tx: &mut Tx, at: DateTime<Utc>) -> Result<bool> {
    // whoever signs up now may be committed a little later
    let settled = at.checked_sub_signed(TimeDelta::seconds(30)).unwrap_or(at);
    let known = store::signed_up_until(tx)?;
    if known.is_some_and(|known| settled <= known) {
        return Ok(false);
    }
    let active = store::is_active(tx, Trigger::SignUp)?;
    let Some(from) = known.filter(|_| active) else {
        store::move_signed_up_until(tx, settled)?;
        return Ok(false);
    };
    let found = store::signed_up(tx, from, settled, AT_ONCE)?;
    let full = i64::try_from(found.len()).is_ok_and(|count| count >= AT_ONCE);
    for (customer, signed_up) in &found {
        let event = Event::of(Trigger::SignUp, *signed_up);
        happened(tx, &Actor::system(at), (*customer, format!("sign_up:{customer}")), &event)?;
    }
    let last = found.last().map(|(_, signed_up)| *signed_up).filter(|_| full);
    store::move_signed_up_until(tx, last.unwrap_or(settled))?;
    Ok(full)
}
