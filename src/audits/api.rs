use super::actions;
use crate::platform::{
    audit::AuditOut,
    auth::{Caller, Gate},
    db::Db,
    http::problem::Result,
};
use actix_web::{
    get,
    web::{Data, Json},
};

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
    Ok(Json(db.survey(actions::closed_loop).await?.into()))
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
    let keys = gate.keys();
    Ok(Json(db.survey(move |tx| actions::history(tx, keys.anchors())).await?.into()))
}
