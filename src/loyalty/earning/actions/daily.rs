//! What comes by itself: birthdays, anniversaries, new customers.

use super::{Event, happened};
use crate::{
    customers::CustomerId,
    loyalty::{
        earning::{
            domain::{Fact, Trigger},
            store::{self, Celebrant},
        },
        program,
    },
    platform::{auth::Actor, db::Tx, http::problem::Result, time::start_of_day},
};
use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};

/// How many customers are looked for at once; each earns in a transaction of its own.
const AT_ONCE: i64 = 100;
/// How many days later a day is still celebrated that the worker missed.
const LATE_DAYS: u64 = 2;

/// Something that happened to a customer by itself.
#[derive(Clone, Debug)]
pub struct Occasion {
    /// Whom it happened to.
    pub customer: CustomerId,
    /// What it earns for: the same once.
    source: String,
    /// What happened.
    event: Event,
}

impl Occasion {
    /// Earns what the rules say to it.
    pub fn earn(&self, tx: &mut Tx, at: DateTime<Utc>) -> Result<()> {
        happened(tx, &Actor::system(at), (self.customer, self.source.clone()), &self.event)
    }
}

/// Returns whether days are celebrated at all.
pub fn celebrates(tx: &mut Tx) -> Result<bool> {
    Ok(store::is_active(tx, Trigger::Birthday)? || store::is_active(tx, Trigger::Anniversary)?)
}

/// Returns those after one whose birthday, or day of signing up, is so many local days ago at `at`, and has not earned
/// yet.
pub fn celebrants(
    tx: &mut Tx,
    trigger: Trigger,
    (days_ago, after): (u64, Option<CustomerId>),
    at: DateTime<Utc>,
) -> Result<Vec<Occasion>> {
    if days_ago > LATE_DAYS || !store::is_active(tx, trigger)? {
        return Ok(Vec::new());
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
    let occasion = |(customer, since): Celebrant| {
        let years = i64::from(year.saturating_sub(since));
        let event = Event { numbers: vec![(Fact::Years, years)], ..Event::of(trigger, begun) };
        Occasion { customer, source: format!("{trigger}:{customer}:{year}"), event }
    };
    Ok(found.into_iter().map(occasion).collect())
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

/// Who signed up since the last look.
#[derive(Clone, Debug)]
pub struct Newcomers {
    /// Those to be welcomed.
    pub occasions: Vec<Occasion>,
    /// The instant up to which these are all.
    pub until: DateTime<Utc>,
    /// Whether more may have signed up after it.
    pub more: bool,
}

/// Returns who signed up since the last look; none while no rule pays for it, and none of those from before it did.
pub fn newcomers(tx: &mut Tx, at: DateTime<Utc>) -> Result<Newcomers> {
    // whoever signs up now may be committed a little later
    let settled = at.checked_sub_signed(TimeDelta::seconds(30)).unwrap_or(at);
    let known = store::signed_up_until(tx)?;
    let until = known.map_or(settled, |known| known.max(settled));
    let active = store::is_active(tx, Trigger::SignUp)?;
    let Some(from) = known.filter(|from| active && *from < settled) else {
        return Ok(Newcomers { occasions: Vec::new(), until, more: false });
    };
    let found = store::signed_up(tx, from, settled, AT_ONCE)?;
    let more = i64::try_from(found.len()).is_ok_and(|count| count >= AT_ONCE);
    let until = found.last().map(|(_, signed_up)| *signed_up).filter(|_| more).unwrap_or(settled);
    let occasion = |(customer, signed_up)| Occasion {
        customer,
        source: format!("sign_up:{customer}"),
        event: Event::of(Trigger::SignUp, signed_up),
    };
    Ok(Newcomers { occasions: found.into_iter().map(occasion).collect(), until, more })
}

/// Says that all who signed up until an instant were welcomed.
pub fn welcomed(tx: &mut Tx, until: DateTime<Utc>) -> Result<()> {
    store::move_signed_up_until(tx, until)
}
