//! Who is asked to decide: the same chain as the approval itself uses.

use super::{store, wire::WaitingApproval};
use crate::{
    departments::{self, DepartmentId, Rung},
    feedback::{self, PlanId},
    platform::{auth::Actor, db::Tx, http::problem::Result},
    staff::StaffId,
};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, btree_map::Entry};

/// Plans are looked at in portions of this size, so that a page is filled without reading everything at once.
const PORTION: i64 = 200;

/// Returns up to `rows` plans that wait for the actor: as the one who is asked, a head above, or administrator.
pub fn waiting(
    tx: &mut Tx,
    actor: &Actor,
    after: Option<(DateTime<Utc>, PlanId)>,
    rows: i64,
) -> Result<Vec<WaitingApproval>> {
    let Some(me) = actor.staff().map(StaffId) else {
        return Ok(Vec::new());
    };
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
                found.push(WaitingApproval::of(row, asked));
            }
        }
        if found.len() >= wanted || is_last {
            found.truncate(wanted);
            return Ok(found);
        }
        after = last;
    }
}
