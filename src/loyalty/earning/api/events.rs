use crate::{
    loyalty::earning::{
        actions,
        wire::{EarningEventIn, EventEarnedOut, SimulationIn, SimulationOut},
    },
    platform::{
        auth::{Actor, Caller},
        db::Db,
        http::{
            command::Command,
            problem::{Error, Result},
            reply::Reply,
        },
    },
};
use actix_web::{http::StatusCode, post, web::Data};

/// Simulates earning rules
///
/// Changes nothing. Tells for every rule whether it would pay for such an event and how much, or why not, with what is
/// left of caps now. Refuses `unknown_customer` (422).
#[utoipa::path(tag = "loyalty", request_body = SimulationIn,
    responses((status = 200, description = "What the rules say.", body = SimulationOut)),
    security(("bearer" = ["service_agent", "rules:read"])))]
#[post("/loyalty/rules/simulate")]
pub async fn simulate_rules(
    caller: Caller,
    db: Data<Db>,
    command: Command<SimulationIn>,
) -> Result<Reply<SimulationOut>> {
    let work = move |tx: &mut _, actor: &Actor, command: &Command<SimulationIn>| {
        let event = command.event(actor.at);
        actions::simulate(tx, actor.at, command.customer_id, &event).map(SimulationOut::from)
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

/// Reports an event that may earn points
///
/// The active rules for it are asked in order; each one that fires is one entry of the ledger, under the rule's code. The
/// same source earns once: again it answers the first entries with 200. Where no rule fires nothing is kept, and the
/// source may be reported again. Refuses `unknown_customer`, `future_instant`, `amount_out_of_range` (422),
/// `reserved_system` (422) for the source system `hearback`,
/// `source_already_used` by another customer, `customer_merged` and `customer_erased` (409).
#[utoipa::path(tag = "loyalty", request_body = EarningEventIn,
    responses((status = 201, description = "What it earned.", body = EventEarnedOut),
        (status = 200, description = "The source has earned before.", body = EventEarnedOut)),
    extensions(("x-idempotency-key" = json!("required"))),
    security(("bearer" = ["service_agent", "points:earn"])))]
#[post("/loyalty/earning-events")]
pub async fn report_earning_event(
    caller: Caller,
    db: Data<Db>,
    command: Command<EarningEventIn>,
) -> Result<Reply<EventEarnedOut>> {
    if command.occurred_at.is_some_and(|at| at.0 > caller.at) {
        return Err(Error::field("/occurred_at", "future_instant", "lies in the future", "时间在未来"));
    }
    if command.source.system == actions::OWN_SYSTEM {
        let en = "is what happens in the product itself, which nobody else reports";
        return Err(Error::field("/source/system", "reserved_system", en, "该来源系统名由本产品保留"));
    }
    command
        .run_either(&db, &caller, move |tx, actor, command| {
            let event = command.simulation().event(actor.at);
            let whose = (command.customer_id, &command.source.clone().into());
            let earned = actions::fire(tx, actor, command.key(), whose, &event)?;
            let status = if earned.tried.is_some() { StatusCode::CREATED } else { StatusCode::OK };
            Ok((status, EventEarnedOut::from(earned)))
        })
        .await
}
