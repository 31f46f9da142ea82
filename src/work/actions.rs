//! Who is asked to decide: the same chain as the approval itself uses.

use super::{store, wire::WaitingApproval};
use crate::{
    departments::{self, DepartmentId, Rung},
    feedback::{self, PlanId},
    loyalty::{self, AdjustmentOut},
    platform::{auth::Actor, db::Tx, http::problem::Result},
    staff::StaffId,
};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, btree_map::Entry};
use uuid::Uuid;

/// Plans are looked at in portions of this size, so that a page is filled without reading everything at once.
const PORTION: i64 = 200;

/// Returns up to `rows` plans and adjustments that wait for the actor, oldest first, after `after`.
pub fn waiting(
    tx: &mut Tx,
    actor: &Actor,
    after: Option<(DateTime<Utc>, Uuid)>,
    rows: i64,
) -> Result<Vec<WaitingApproval>> {
    let Some(me) = actor.staff().map(StaffId) else {
        return Ok(Vec::new());
    };
    let mut found = plans(tx, actor, me, after.map(|(at, id)| (at, PlanId(id))), rows)?;
    if actor.is_service() {
        let adjustments = loyalty::waiting_adjustments(tx, me, after, rows)?;
        let seen = adjustments.into_iter().map(|row| AdjustmentOut::of(row, actor));
        found.extend(seen.map(WaitingApproval::adjustment));
        found.sort_by_key(WaitingApproval::position);
        found.truncate(usize::try_from(rows).unwrap_or(usize::MAX));
    }
    Ok(found)
}

/// Returns plans that wait for the actor: as the one who is asked, a head above, or administrator.
fn plans(
    tx: &mut Tx,
    actor: &Actor,
    me: StaffId,
    after: Option<(DateTime<Utc>, PlanId)>,
    rows: i64,
) -> Result<Vec<WaitingApproval>> {
    let admins = departments::administrators(tx, actor.at)?;
    let mut chains: BTreeMap<DepartmentId, Vec<Rung>> = BTreeMap::new();
    let (mut found, mut after) = (Vec::new(), after);
    let wanted = usize::try_from(rows).unwrap_or(usize::MAX);
    loop {
        let portion = store::waiting(tx, me, after, PORTION)?;
        let last = portion.last().map(|row| (row.proposed_at, row.plan_id));
        let is_last = i64::try_from(portion.len()).unwrap_or(0) < PORTION;
        for row in portion {
            let Some(department) = row.department_id else {
                continue;
            };
            let chain = match chains.entry(department) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(departments::chain(tx, department, actor.at)?),
            };
            let asked =
                feedback::first_approver(chain, &admins, row.proposed_by).is_some_and(|one| one.id == me);
            if asked || actor.is_admin() || feedback::heads_above(chain, me) {
                found.push(WaitingApproval::plan(row, asked));
            }
        }
        if found.len() >= wanted || is_last {
            found.truncate(wanted);
            return Ok(found);
        }
        after = last;
    }
}
