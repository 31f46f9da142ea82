//! What can be done to absences.

use super::{
    AbsenceId,
    store::{self, Absence},
    wire::AbsenceIn,
};
use crate::{
    platform::{
        auth::Actor,
        db::Tx,
        http::problem::{Error, Result},
        ids,
        time::Timestamp,
    },
    staff::{self, StaffEventKind, StaffId, domain::Refusal},
};
use serde_json::json;

/// Adds an absence. Refuses: `unknown_staff` for who stands in.
pub fn create(tx: &mut Tx, actor: &Actor, staff_id: StaffId, input: &AbsenceIn) -> Result<Absence> {
    staff::lock(tx, staff_id)?;
    let substitute_id = input.substitute_id.flatten();
    if let Some(substitute) = substitute_id {
        let stands = substitute != staff_id && staff::find_active(tx, substitute)?.is_some();
        if !stands {
            return Err(Refusal::Substitute.into());
        }
    }
    let absence = Absence {
        id: AbsenceId(ids::next()),
        staff_id,
        from_at: input.from.0,
        to_at: input.to.0,
        substitute_id,
    };
    store::insert(tx, &absence)?;
    let payload = json!({
        "absence_id": absence.id, "from": Timestamp(absence.from_at), "to": Timestamp(absence.to_at),
        "substitute_id": absence.substitute_id,
    });
    staff::note(tx, actor, staff_id, StaffEventKind::AbsenceAdded, payload)?;
    Ok(absence)
}

/// Removes an absence; the history keeps that it was there.
pub fn remove(tx: &mut Tx, actor: &Actor, staff_id: StaffId, id: AbsenceId) -> Result<()> {
    staff::lock(tx, staff_id)?;
    if !store::delete(tx, staff_id, id)? {
        return Err(Error::NotFound("absence"));
    }
    let payload = json!({ "absence_id": id });
    staff::note(tx, actor, staff_id, StaffEventKind::AbsenceRemoved, payload)
}
