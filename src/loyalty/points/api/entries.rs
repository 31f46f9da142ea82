use crate::{
    loyalty::{
        points::{
            actions,
            domain::EntryId,
            store,
            wire::{EntryOut, ReverseIn, StepIn},
        },
        rewards,
    },
    platform::{
        auth::Caller,
        db::Db,
        http::{command::Command, path::Path, problem::Result, reply::Reply},
    },
};
use actix_web::{get, http::StatusCode, post, web::Data};

/// Shows an entry
///
/// An entry of the ledger never changes.
#[utoipa::path(tag = "loyalty",
    params(("id" = EntryId, Path, description = "The entry.")),
    responses((status = 200, description = "The entry.", body = EntryOut)),
    security(("bearer" = ["service_agent", "handler", "department_head", "points:read"])))]
#[get("/loyalty/entries/{id}")]
pub async fn get_entry(_caller: Caller, db: Data<Db>, id: Path<EntryId>) -> Result<Reply<EntryOut>> {
    let found = db
        .read(move |tx| {
            let row = store::entry(tx, *id)?;
            let customer = store::customer_of(tx, row.0.account_id)?;
            Ok(EntryOut::worded(row, customer))
        })
        .await?;
    Reply::ok(&found)
}

/// Reverses an entry
///
/// An earning, opening balance or adjustment up is taken back from what is left of it, then as the program says. A
/// redemption or adjustment down is given back to the lots that it came from, the last first; what has expired meanwhile
/// lives for the program's days of grace. In parts up to the whole. Refuses `not_reversible` and, for what was paid for a
/// reward whose redemption can be cancelled, `belongs_to_redemption` (409), `over_reversal` with what is `left` (422).
#[utoipa::path(tag = "loyalty",
    params(("id" = EntryId, Path, description = "The entry.")),
    request_body = ReverseIn,
    responses((status = 201, description = "Reversed.", body = EntryOut)),
    extensions(("x-idempotency-key" = json!("required"))),
    security(("bearer" = ["service_agent", "points:adjust"])))]
#[post("/loyalty/entries/{id}/reverse")]
pub async fn reverse_entry(
    caller: Caller,
    db: Data<Db>,
    id: Path<EntryId>,
    command: Command<ReverseIn>,
) -> Result<Reply<EntryOut>> {
    let id = *id;
    command
        .run(&db, &caller, StatusCode::CREATED, move |tx, actor, command| {
            rewards::require_unbound(tx, id)?;
            let wanted = (command.amount, command.reason.0.as_str());
            actions::reverse(tx, actor, command.key(), id, wanted).map(EntryOut::from)
        })
        .await
}

/// Activates an earning
///
/// Makes an earning available that waits for its confirmation; its validity counts from today. Refuses
/// `already_active` (409), also where nothing of it is left.
#[utoipa::path(tag = "loyalty",
    params(("id" = EntryId, Path, description = "The entry.")),
    request_body = StepIn,
    responses((status = 201, description = "Activated.", body = EntryOut)),
    extensions(("x-idempotency-key" = json!("required"))),
    security(("bearer" = ["service_agent", "points:adjust"])))]
#[post("/loyalty/entries/{id}/activate")]
pub async fn activate_entry(
    caller: Caller,
    db: Data<Db>,
    id: Path<EntryId>,
    command: Command<StepIn>,
) -> Result<Reply<EntryOut>> {
    let id = *id;
    command
        .run(&db, &caller, StatusCode::CREATED, move |tx, actor, command| {
            actions::activate(tx, actor, command.key(), id).map(EntryOut::from)
        })
        .await
}
