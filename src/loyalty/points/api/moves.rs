use crate::{
    customers::CustomerId,
    loyalty::points::{
        actions,
        wire::{EarnIn, EntryOut, RedeemIn, TransferIn},
    },
    platform::{
        auth::Caller,
        db::Db,
        http::{
            command::{Command, DryRun},
            listing::Params,
            path::Path,
            problem::{Error, Result},
            reply::Reply,
        },
    },
};
use actix_web::{http::StatusCode, post, web::Data};

/// Earns points
///
/// Books the amount as given. The same source earns once: the same amount again answers the first entry with 200,
/// another amount or another customer is 409 `source_already_used`, also after a reversal. Refuses
/// `amount_out_of_range` and `future_instant` (422), `customer_merged` and `customer_erased` (409).
#[utoipa::path(tag = "loyalty",
    params(("id" = CustomerId, Path, description = "The customer.")),
    request_body = EarnIn,
    responses((status = 201, description = "Earned.", body = EntryOut),
        (status = 200, description = "The source has earned this before.", body = EntryOut)),
    extensions(("x-idempotency-key" = json!("required"))),
    security(("bearer" = ["service_agent", "points:earn"])))]
#[post("/customers/{id}/points/earn")]
pub async fn earn_points(
    caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    command: Command<EarnIn>,
) -> Result<Reply<EntryOut>> {
    let id = *id;
    if command.occurred_at.is_some_and(|at| at.0 > caller.at) {
        let en = "lies in the future";
        return Err(Error::field("/occurred_at", "future_instant", en, "时间在未来"));
    }
    command
        .run_either(&db, &caller, move |tx, actor, command| {
            let input = command.input.clone();
            let earn = actions::Earn {
                customer: id,
                amount: input.amount,
                reason: input.reason.0,
                source: input.source.into(),
                rule: None,
                occurred_at: input.occurred_at.map(|at| at.0),
            };
            let posted = actions::earn(tx, actor, command.key(), &earn)?;
            let status = if posted.new { StatusCode::CREATED } else { StatusCode::OK };
            Ok((status, EntryOut::from(posted)))
        })
        .await
}

/// Redeems points
///
/// All or nothing, from the lots that the program spends first. With `dry_run=true` everything is checked, the entry
/// is shown with status 200, and nothing is written. Refuses `insufficient_points` with the `shortfall`,
/// `below_minimum` and `above_maximum` (422), `customer_merged` and `customer_erased` (409).
#[utoipa::path(tag = "loyalty",
    params(("id" = CustomerId, Path, description = "The customer."), DryRun),
    request_body = RedeemIn,
    responses((status = 201, description = "Redeemed.", body = EntryOut),
        (status = 200, description = "What would be redeemed.", body = EntryOut)),
    extensions(("x-idempotency-key" = json!("required"))),
    security(("bearer" = ["service_agent", "points:redeem"])))]
#[post("/customers/{id}/points/redeem")]
pub async fn redeem_points(
    caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    query: Params<DryRun>,
    command: Command<RedeemIn>,
) -> Result<Reply<EntryOut>> {
    let id = *id;
    let work = move |tx: &mut _, actor: &_, command: &Command<RedeemIn>| {
        let input = command.input.clone();
        let source = input.source.map(Into::into);
        let redeem = actions::Redeem { customer: id, amount: input.amount, reason: input.reason.0, source };
        actions::redeem(tx, actor, command.key(), &redeem).map(EntryOut::from)
    };
    command.run_unless_dry(query, &db, &caller, StatusCode::CREATED, work).await
}

/// Transfers points
///
/// To another customer, who gets them with the ends that they have; it earns no tier. Answers what went out. Refuses
/// `insufficient_points`, `transfer_to_self`, `transfer_limit_exceeded` (422), `customer_merged` and `customer_erased`
/// (409).
#[utoipa::path(tag = "loyalty",
    params(("id" = CustomerId, Path, description = "The customer.")),
    request_body = TransferIn,
    responses((status = 201, description = "Transferred.", body = EntryOut)),
    extensions(("x-idempotency-key" = json!("required"))),
    security(("bearer" = ["service_agent", "points:adjust"])))]
#[post("/customers/{id}/points/transfer")]
pub async fn transfer_points(
    caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    command: Command<TransferIn>,
) -> Result<Reply<EntryOut>> {
    let id = *id;
    command
        .run(&db, &caller, StatusCode::CREATED, move |tx, actor, command| {
            let wanted = (command.amount, command.reason.0.as_str());
            let pair = (id, command.to_customer_id);
            actions::transfer(tx, actor, command.key(), pair, wanted).map(EntryOut::from)
        })
        .await
}
