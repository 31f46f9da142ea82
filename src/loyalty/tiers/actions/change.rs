//! Tiers made and changed.

use super::ALL;
use crate::{
    loyalty::{
        program,
        tiers::{
            domain::{Tier, TierId, check},
            store::{self, TierRow},
            wire::{TierIn, TierPatch},
        },
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::{
            command::Command,
            precondition::Expected,
            problem::{Error, Result},
        },
        ids, jobs,
    },
};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Creates a tier; refuses `code_taken`, `rank_taken`, `thresholds_not_rising`.
pub fn create(tx: &mut Tx, actor: &Actor, input: &TierIn) -> Result<TierRow> {
    program::lock(tx)?;
    let row = TierRow {
        id: TierId(ids::next()),
        code: input.code.0.clone(),
        name: input.name.0.clone(),
        name_zh: input.name_zh.0.clone(),
        rank: input.rank,
        threshold: input.threshold,
        multiplier_percent: input.multiplier_percent.unwrap_or(100),
        benefits: input.benefits.iter().flatten().map(|benefit| benefit.0.clone()).collect(),
        active: true,
        version: 1,
        created_at: actor.at,
        updated_at: actor.at,
    };
    fits(tx, &row)?;
    store::insert_tier(tx, &row)?;
    changed(tx, actor.at)?;
    Ok(row)
}

/// Changes a tier; refuses what creating refuses, and `no_base_tier`.
pub fn update(tx: &mut Tx, actor: &Actor, id: TierId, command: &Command<TierPatch>) -> Result<TierRow> {
    program::lock(tx)?;
    let old = locked(tx, id, &command.expected)?;
    let patch = command.input.clone();
    let new = TierRow {
        name: patch.name.map_or_else(|| old.name.clone(), |new| new.0),
        name_zh: patch.name_zh.map_or_else(|| old.name_zh.clone(), |new| new.0),
        rank: patch.rank.unwrap_or(old.rank),
        threshold: patch.threshold.unwrap_or(old.threshold),
        multiplier_percent: patch.multiplier_percent.unwrap_or(old.multiplier_percent),
        benefits: patch
            .benefits
            .map_or_else(|| old.benefits.clone(), |new| new.into_iter().map(|benefit| benefit.0).collect()),
        ..old.clone()
    };
    save(tx, actor, &old, new)
}

/// Activates or deactivates a tier; refuses `tier_in_use`, and what creating refuses.
pub fn set_active(
    tx: &mut Tx,
    actor: &Actor,
    id: TierId,
    expected: &Expected,
    active: bool,
) -> Result<TierRow> {
    program::lock(tx)?;
    let old = locked(tx, id, expected)?;
    if !active && old.active && store::in_use(tx, id, actor.at)? {
        return Err(Error::conflict("tier_in_use", "Customers have this tier.", "仍有客户处于该等级。"));
    }
    save(tx, actor, &old, TierRow { active, ..old.clone() })
}

/// Says that the rules of tiers have changed: who rises by it is looked for in the background.
pub fn changed(tx: &mut Tx, at: DateTime<Utc>) -> Result<()> {
    jobs::enqueue(tx, ALL, "all", &json!({}), at)
}

fn save(tx: &mut Tx, actor: &Actor, old: &TierRow, new: TierRow) -> Result<TierRow> {
    if *old == new {
        return Ok(new);
    }
    fits(tx, &new)?;
    let row = TierRow { version: old.version.saturating_add(1), updated_at: actor.at, ..new };
    store::save(tx, &row)?;
    if (old.rank, old.threshold, old.active) != (row.rank, row.threshold, row.active) {
        changed(tx, actor.at)?;
    }
    Ok(row)
}

/// Refuses a tier that does not fit among the others.
fn fits(tx: &mut Tx, row: &TierRow) -> Result<()> {
    let others = store::all(tx)?.into_iter().filter(|other| other.id != row.id);
    let mut tiers: Vec<Tier> = others.chain([row.clone()]).map(Tier::from).collect();
    // two of one rank are refused by their rank
    tiers.sort_by_key(|tier| (tier.rank, tier.threshold));
    let clash = |other: &&Tier| other.active && other.id != row.id && other.rank == row.rank;
    if row.active && tiers.iter().any(|other| clash(&other)) {
        return Err(Error::conflict("rank_taken", "Another tier has this rank.", "该级别已被其他等级占用。"));
    }
    Ok(check(&tiers)?)
}

fn locked(tx: &mut Tx, id: TierId, expected: &Expected) -> Result<TierRow> {
    let found = store::lock(tx, id)?;
    expected.check(found.version)?;
    Ok(found)
}
