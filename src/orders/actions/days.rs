//! Days of purchases and usage: counted anew where customers are merged or the zone has changed, and compared.

use crate::{
    customers::{self, CustomerId},
    orders::store::{self, Rollup},
    platform::{
        audit::Findings,
        auth::Actor,
        db::Tx,
        http::problem::Result,
        jobs::{self, Outcome, Registry, Run},
    },
    settings,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

/// The kind of the job that counts everybody's days anew.
const REBUILD: &str = "orders.rebuild";
/// The kind of the job that looks whether the zone has changed.
const FOLLOW: &str = "orders.follow_zone";
/// How many customers are counted in one transaction.
const TOGETHER: i64 = 200;
/// How many customers are compared in one statement.
const COMPARED: i64 = 500;

/// Adds the rebuilding.
pub fn rebuilding(registry: Registry) -> Registry {
    registry.steps(REBUILD, run_rebuild).every(FOLLOW, TimeDelta::minutes(1), |tx, at| {
        match store::rollup(tx)?.building {
            Some(_) => enqueue(tx, at),
            None => Ok(()),
        }
    })
}

fn enqueue(tx: &mut Tx, at: DateTime<Utc>) -> Result<()> {
    jobs::enqueue(tx, REBUILD, "", &json!({}), at).map(|_| ())
}

/// Lets the worker count everybody's days anew.
pub fn rebuild(tx: &mut Tx, actor: &Actor) -> Result<Rollup> {
    let zone = settings::current(tx)?.time_zone;
    store::begin_rebuild(tx, &zone)?;
    enqueue(tx, actor.at)?;
    store::rollup(tx)
}

/// Counts the days of one portion of customers after another.
fn run_rebuild(run: &Run<'_>) -> Result<Outcome> {
    while run.advance(|tx| step(tx, run.now()))? {
        if run.should_yield() {
            return Ok(Outcome::RunAgainAt(run.now()));
        }
    }
    Ok(Outcome::Done)
}

/// Counts the next customers; returns whether there may be more.
fn step(tx: &mut Tx, at: DateTime<Utc>) -> Result<bool> {
    let rollup = store::lock_rollup(tx)?;
    let Some(zone) = rollup.building else { return Ok(false) };
    let ids = store::portion(tx, rollup.position, TOGETHER)?;
    let Some(last) = ids.last() else {
        store::end_rebuild(tx, &zone, at)?;
        return Ok(false);
    };
    customers::lock_all(tx, &ids)?;
    store::recount(tx, &ids, &zone)?;
    store::set_position(tx, *last)?;
    Ok(true)
}

/// Counts the days of locked customers anew, who were merged or parted.
pub fn regroup(tx: &mut Tx, customers: &[CustomerId]) -> Result<()> {
    let zone = settings::current(tx)?.time_zone;
    store::recount(tx, customers, &zone)
}

/// Compares orders with their lines, refunds with their purchases, and days with orders and usage. While days are
/// rebuilt for another zone they are left out.
pub fn audit(tx: &mut Tx) -> Result<Findings> {
    let (rollup, zone) = (store::rollup(tx)?, settings::current(tx)?.time_zone);
    let settled = rollup.time_zone == zone && rollup.building.is_none_or(|building| building == zone);
    let (mut found, mut after) = (Findings::default(), None);
    loop {
        let ids = store::portion(tx, after, COMPARED)?;
        let Some(last) = ids.last() else { return Ok(found) };
        after = Some(*last);
        found.add(ids.len(), store::broken(tx, &ids, &zone, settled)?);
    }
}
