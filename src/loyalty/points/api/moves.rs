use crate::{
    customers::CustomerId,
    loyalty::points::{
        actions,
        wire::{EarnIn, EarnedOut, EntryOut, RedeemIn, TransferPointsIn},
    },
    platform::{
        auth::{Actor, Caller},
        db::{Db, Tx},
        http::{
            command::{Command, DryRun},
            listing::Params,
            path::Path,
            problem::{Error, Result},
            reply::Reply,
            together::Together,
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
) -> Result<Reply<EarnedOut>> {
    let id = *id;
    if command.occurred_at.is_some_and(|at| at.0 > caller.at) {
        let en = "lies in the future";
        return Err(Error::field("/occurred_at", "future_instant", en, "时间在未来"));
    }
    let earning = command.map(|input, key| Keyed {
        key: key.map(str::to_owned),
        wanted: actions::Earn {
            customer: id,
            amount: input.amount,
            reason: input.reason.0,
            source: input.source.into(),
            rule: None,
            occurred_at: input.occurred_at.map(|at| at.0),
        },
    });
    earning.run_together::<Earning>(&db, &caller).await
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
    let redeeming = command.map(|input, key| Keyed {
        key: key.map(str::to_owned),
        wanted: actions::Redeem {
            customer: id,
            amount: input.amount,
            reason: input.reason.0,
            source: input.source.map(Into::into),
        },
    });
    if query.0.is_dry() {
        let work = |tx: &mut Tx, actor: &Actor, command: &Command<Keyed<actions::Redeem>>| {
            actions::redeem(tx, actor, command.key(), &command.wanted).map(EntryOut::from)
        };
        return redeeming.rehearse(&db, &caller, work).await;
    }
    redeeming.run_together::<Redeeming>(&db, &caller).await
}

/// Transfers points
///
/// To another customer, who gets them with the ends that they have; it earns no tier. Answers what went out. Refuses
/// `insufficient_points`, `transfer_to_self`, `transfer_limit_exceeded` (422), `customer_merged` and `customer_erased`
/// (409).
#[utoipa::path(tag = "loyalty",
    params(("id" = CustomerId, Path, description = "The customer.")),
    request_body = TransferPointsIn,
    responses((status = 201, description = "Transferred.", body = EntryOut)),
    extensions(("x-idempotency-key" = json!("required"))),
    security(("bearer" = ["service_agent", "points:adjust"])))]
#[post("/customers/{id}/points/transfer")]
pub async fn transfer_points(
    caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    command: Command<TransferPointsIn>,
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

/// What is wanted, and the key that it came with.
struct Keyed<T> {
    key: Option<String>,
    wanted: T,
}

/// Points that are earned at the same time are booked together.
struct Earning;

impl Together for Earning {
    type Input = Keyed<actions::Earn>;
    type Out = EarnedOut;
    const NAME: &'static str = "earn";
    const STATUS: StatusCode = StatusCode::CREATED;
    // one stores while the other commits
    const LANES: usize = 2;

    fn lane(input: &Self::Input) -> u64 {
        input.wanted.customer.0.as_u64_pair().1
    }

    fn status(out: &EarnedOut) -> StatusCode {
        if out.new { StatusCode::CREATED } else { StatusCode::OK }
    }

    fn run(tx: &mut Tx, asked: &[(&Actor, &Self::Input)]) -> Result<Vec<Result<EarnedOut>>> {
        let asked: Vec<_> =
            asked.iter().map(|(actor, input)| (*actor, input.key.as_deref(), &input.wanted)).collect();
        let earned = actions::earn_all(tx, &asked)?;
        Ok(earned.into_iter().map(|posted| posted.map(EarnedOut::from)).collect())
    }
}

/// Points that are redeemed at the same time are booked together, one after another.
struct Redeeming;

impl Together for Redeeming {
    type Input = Keyed<actions::Redeem>;
    type Out = EntryOut;
    const NAME: &'static str = "redeem";
    const STATUS: StatusCode = StatusCode::CREATED;

    fn run(tx: &mut Tx, asked: &[(&Actor, &Self::Input)]) -> Result<Vec<Result<EntryOut>>> {
        let asked: Vec<_> =
            asked.iter().map(|(actor, input)| (*actor, input.key.as_deref(), &input.wanted)).collect();
        let redeemed = actions::redeem_all(tx, &asked)?;
        Ok(redeemed.into_iter().map(|posted| posted.map(EntryOut::from)).collect())
    }
}
