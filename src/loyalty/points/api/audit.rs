use crate::{
    loyalty::points::actions,
    platform::{audit::AuditOut, auth::Caller, db::Db, http::problem::Result},
};
use actix_web::{
    get,
    web::{Data, Json},
};

/// Verifies the ledger
///
/// Adds up every account at one moment: entries against lots, lots against what was taken and given back, holds,
/// debts, reversals, and the hash chain of entries. A ledger that does not lie gives an empty list.
#[utoipa::path(tag = "loyalty",
    responses((status = 200, description = "What was found.", body = AuditOut)),
    security(("bearer" = ["admin", "analyst"])))]
#[get("/loyalty/ledger/verify")]
pub async fn verify_ledger(_caller: Caller, db: Data<Db>) -> Result<Json<AuditOut>> {
    Ok(Json(db.survey(actions::audit).await?.into()))
}
