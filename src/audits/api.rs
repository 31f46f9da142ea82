use super::{actions, store, wire::AuditOut};
use crate::platform::{
    auth::{Caller, Gate},
    db::Db,
    http::problem::Result,
};
use actix_web::{
    get,
    web::{Data, Json},
};

/// How many chains one look verifies.
const PORTION: i64 = 500;
/// How many violations are named.
const MOST: usize = 1000;

/// Audit the closed loop
///
/// Runs the invariants of the loop over all data: closed without a reply, replied without an approval, approved
/// by the proposer, without an owner, two clocks of a kind. A clean database gives an empty list.
#[utoipa::path(
    tag = "audits",
    responses((status = 200, description = "What was found.", body = AuditOut)),
    security(("bearer" = ["admin", "analyst"])),
)]
#[get("/audits/closed-loop")]
pub async fn audit_closed_loop(_caller: Caller, db: Data<Db>) -> Result<Json<AuditOut>> {
    let (checked, found) = db.snapshot(|tx| Ok((store::count(tx)?, store::closed_loop(tx)?))).await?;
    Ok(Json(AuditOut { checked, violations: found.into_iter().map(Into::into).collect() }))
}

/// Audit the history
///
/// Recomputes the hash chain of every feedback and every member of staff and compares them with the hourly signed
/// anchors: one changed byte is located, a removed chain shows.
#[utoipa::path(
    tag = "audits",
    responses((status = 200, description = "What was found.", body = AuditOut)),
    security(("bearer" = ["admin", "analyst"])),
)]
#[get("/audits/verify")]
pub async fn audit_chains(_caller: Caller, db: Data<Db>, gate: Data<Gate>) -> Result<Json<AuditOut>> {
    let (mut checked, mut found, mut after) = (0i64, Vec::new(), None);
    loop {
        let (rows, broken) = db
            .snapshot(move |tx| {
                let rows = store::chained(tx, after, PORTION)?;
                let broken = actions::broken_feedback(tx, &rows)?;
                Ok((rows, broken))
            })
            .await?;
        let Some((last, ..)) = rows.last() else { break };
        after = Some(*last);
        checked = checked.saturating_add(i64::try_from(rows.len()).unwrap_or(0));
        found.extend(broken);
    }
    let (staff, broken) = db.snapshot(actions::broken_staff).await?;
    found.extend(broken);
    let keys = gate.keys();
    let (anchors, broken) = db.snapshot(move |tx| actions::broken_anchors(tx, &keys)).await?;
    found.extend(broken);
    found.truncate(MOST);
    let checked = checked.saturating_add(staff).saturating_add(anchors);
    Ok(Json(AuditOut { checked, violations: found.into_iter().map(Into::into).collect() }))
}
