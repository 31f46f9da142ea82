//! A believable organisation for those who want to look around: a hotel group with shops, classes, cards and a
//! repair shop, its people, its customers, what they bought, feedback in every status, points and what they are
//! redeemed for.
//!
//! Everything is made by the actions that the API uses, at the instants of the weeks before now, so that every
//! clock, escalation, history and number is what it would be had it happened. It is one transaction: all of it
//! is there or nothing, and it refuses a database that has customers.

mod cast;
mod customers;
mod orders;
mod play;
mod points;
mod store;
mod texts;

use crate::platform::{
    auth::{Actor, passwords},
    db::Db,
    http::problem::{Error, Result},
};
use chrono::{DateTime, Utc};

/// With what everybody of the demo signs in.
pub const PASSWORD: &str = "hearback-demo-2026";

/// What the demo made.
#[derive(Clone, Debug, Default)]
pub struct Made {
    /// The e-mails of its people, with what they are.
    pub people: Vec<(String, String)>,
    /// How many customers.
    pub customers: usize,
    /// How many pieces of feedback.
    pub feedback: usize,
    /// How many purchases and refunds.
    pub orders: usize,
}

/// Fills the organisation. Refuses `not_empty`.
pub fn load(db: &Db, password_cost: u32, now: DateTime<Utc>) -> Result<Made> {
    let hash = passwords::hash_now(PASSWORD, password_cost)?;
    db.write_now(|tx| {
        if !store::take_empty(tx)? {
            return Err(Error::conflict(
                "not_empty",
                "The database has customers already; the demo goes into an empty one.",
                "数据库中已有客户;演示数据只能装入空库。",
            ));
        }
        let cast = cast::hire(tx, &hash, now)?;
        let customers = customers::register(tx, &cast, now)?;
        let feedback = play::all(tx, &cast, &customers, now)?;
        points::save(tx, &cast, &customers, now)?;
        let orders = orders::sell(tx, &cast, &customers, now)?;
        Ok(Made { people: cast.people(), customers: customers.len(), feedback, orders })
    })
}

/// Returns the system, acting at `at`.
fn system(at: DateTime<Utc>) -> Actor {
    Actor::system(at)
}
