use crate::{
    feedback::{
        actions::{self, Recalculation},
        domain::FeedbackId,
        store,
        wire::{RecalculateIn, RecalculationOut},
    },
    platform::{
        auth::{Actor, Caller},
        db::{Db, Tx},
        http::{
            command::Command,
            listing::{Listing, PageParams},
            problem::Result,
            reply::Reply,
        },
    },
};
use actix_web::{http::StatusCode, post, web::Data};
use serde::Deserialize;
use utoipa::IntoParams;

/// Whether clocks are only previewed.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Preview {
    /// Show what would move, write nothing.
    #[param(nullable = false)]
    dry_run: Option<bool>,
}

/// Recalculate running clocks
///
/// New calendars and new policies apply to clocks that start later; this moves those that are open already. What a
/// clock has used stays used: the newest budget and calendar hold from now on, and a clock that has used more than
/// its new budget is breached, as by `set-priority`. Finished clocks never move. Each call looks at up to `limit`
/// open feedback and writes why into the history of each that moves; go on with `next_cursor` until it is null. To
/// recalculate again moves nothing. With `dry_run=true` it shows the same and writes nothing.
#[utoipa::path(
    tag = "sla",
    params(PageParams, Preview),
    request_body = RecalculateIn,
    responses((status = 200, description = "The clocks that moved.", body = RecalculationOut)),
    security(("bearer" = ["admin"])),
)]
#[post("/sla/recalculate")]
pub async fn recalculate_sla(
    caller: Caller,
    db: Data<Db>,
    listing: Listing<Preview>,
    command: Command<RecalculateIn>,
) -> Result<Reply<RecalculationOut>> {
    let listing = listing.bound_to(&command.input.filter());
    let dry_run = listing.filter.dry_run.unwrap_or(false);
    let what = Recalculation {
        of: store::OpenOf {
            department: command.input.department_id,
            calendar: command.input.calendar_id,
            ids: command.input.feedback_ids.clone(),
            after: listing.after()?,
        },
        policy: command.input.policy_id,
        most: usize::try_from(listing.limit).unwrap_or(0),
        dry_run,
    };
    let work = move |tx: &mut Tx, actor: &Actor, command: &Command<RecalculateIn>| {
        let (ids, moved) = actions::recalculate(tx, actor, &what, &command.input.reason)?;
        let portion = listing.page(ids, |id: &FeedbackId| *id);
        Ok(RecalculationOut::of(portion, moved, dry_run))
    };
    if dry_run {
        let preview = db.snapshot(move |tx| work(tx, &caller, &command)).await?;
        return Reply::ok(&preview);
    }
    command.run(&db, &caller, StatusCode::OK, work).await
}
