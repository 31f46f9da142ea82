use crate::{
    customers,
    orders::{
        actions,
        domain::UsageId,
        store::{self, WantedUsage},
        wire::{RecordedUsageOut, UsageFilter, UsageIn, UsageOut, UsagePage},
    },
    platform::{
        auth::{Actor, Caller},
        db::{Db, Tx},
        http::{
            command::Command,
            listing::{Listing, PageParams},
            problem::Result,
            reply::Reply,
            together::Together,
        },
    },
};
use actix_web::{
    get,
    http::StatusCode,
    post,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};

/// Records a usage event
///
/// That a customer used something, which counts as activity in retention. With `external_ref` an event is recorded once:
/// the same again answers the first with 200, other content is 409 `external_ref_taken`. Refuses `unknown_customer` and
/// `in_the_future` (422), `customer_merged` and `customer_erased` (409).
#[utoipa::path(tag = "orders", request_body = UsageIn,
    responses((status = 201, description = "Recorded.", body = UsageOut),
        (status = 200, description = "It was recorded before.", body = UsageOut)),
    security(("bearer" = ["service_agent", "orders:write"])))]
#[post("/usage-events")]
pub async fn create_usage_event(
    caller: Caller,
    db: Data<Db>,
    command: Command<UsageIn>,
) -> Result<Reply<RecordedUsageOut>> {
    command.run_together::<Using>(&db, &caller).await
}

/// Lists usage events
///
/// Latest first. The filters narrow together; `external_ref.system` and `external_ref.id` are given both or neither.
#[utoipa::path(tag = "orders", params(PageParams, UsageFilter),
    responses((status = 200, description = "A page of usage events.", body = UsagePage)),
    security(("bearer" = ["service_agent", "orders:read"])))]
#[get("/usage-events")]
pub async fn list_usage_events(
    _caller: Caller,
    db: Data<Db>,
    listing: Listing<UsageFilter>,
) -> Result<Json<UsagePage>> {
    let (wanted, customer) = (listing.filter.wanted()?, listing.filter.customer_id);
    let after: Option<(DateTime<Utc>, UsageId)> = listing.after()?;
    let rows = listing.rows();
    let found = db
        .snapshot_list(move |tx| {
            let customers = customers::shown_with(tx, customer)?;
            store::usage_page(tx, &WantedUsage { customers, ..wanted.clone() }, after, rows)
        })
        .await?;
    let page = listing.page(found, |event| (event.occurred_at, event.id));
    Ok(Json(page.map(UsageOut::from).into()))
}

/// Events that come at the same time are recorded together.
struct Using;

impl Together for Using {
    type Input = UsageIn;
    type Out = RecordedUsageOut;
    const NAME: &'static str = "usage";
    const STATUS: StatusCode = StatusCode::CREATED;

    fn status(out: &RecordedUsageOut) -> StatusCode {
        if out.new { StatusCode::CREATED } else { StatusCode::OK }
    }

    fn run(tx: &mut Tx, asked: &[(&Actor, &UsageIn)]) -> Result<Vec<Result<RecordedUsageOut>>> {
        let recorded = actions::record_usage_all(tx, asked)?;
        Ok(recorded.into_iter().map(|one| one.map(RecordedUsageOut::from)).collect())
    }
}
