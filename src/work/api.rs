use super::{
    actions, store,
    wire::{ApprovalPage, NotificationOut, NotificationPage, WaitingApproval},
};
use crate::{
    feedback::{self, FeedbackItem, FeedbackPage, NothingIn, Position, Sort, Wanted},
    platform::{
        auth::{Caller, Scope},
        db::Db,
        http::{
            command::Command,
            listing::{Listing, PageParams},
            path::Path,
            problem::{Error, Result},
            reply::Reply,
        },
        time::Timestamp,
    },
    staff::StaffId,
};
use actix_web::{
    get,
    http::StatusCode,
    post,
    web::{Data, Json},
};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

/// No filter.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Everything {}

/// List what I owe today
///
/// Most urgent first. Handlers: what they handle, and what their department has not accepted. Service: what is to
/// be dispatched or replied, and closed cases with an answer that nobody reacted to. Everybody: what they handle.
#[utoipa::path(
    tag = "work",
    params(PageParams),
    responses((status = 200, description = "A page.", body = FeedbackPage)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[get("/worklist")]
pub async fn get_worklist(
    caller: Caller,
    db: Data<Db>,
    listing: Listing<Everything>,
) -> Result<Json<FeedbackPage>> {
    let after: Option<Position> = listing.after()?;
    let rows = listing.rows();
    let wanted = Wanted { now: caller.at, owed_by: Some((*caller).clone()), ..Wanted::default() };
    let found =
        db.read_list(move |tx| feedback::page(tx, Scope::All, &wanted, Sort::NextDue, after, rows)).await?;
    let page = listing.page(found, |row| -> Position { (row.next_due_at, row.id) });
    Ok(Json(page.map(FeedbackItem::from).into()))
}

/// List what waits for my decision
///
/// Plans of others for which I am the one who is asked, or may decide too as a head above or an administrator; for
/// service agents also the adjustments of points that somebody else asked for.
#[utoipa::path(
    tag = "work",
    params(PageParams),
    responses((status = 200, description = "A page.", body = ApprovalPage)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[get("/approvals")]
pub async fn list_approvals(
    caller: Caller,
    db: Data<Db>,
    listing: Listing<Everything>,
) -> Result<Json<ApprovalPage>> {
    let after: Option<(Timestamp, Uuid)> = listing.after()?;
    let after = after.map(|(at, id)| (at.0, id));
    let rows = listing.rows();
    let found = db.read(move |tx| actions::waiting(tx, &caller, after, rows)).await?;
    Ok(Json(listing.page(found, WaitingApproval::position).into()))
}

/// Which notifications are wanted.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NotificationFilter {
    /// Only those that were not read.
    #[param(nullable = false)]
    unread: Option<bool>,
}

/// List my notifications
///
/// Newest first.
#[utoipa::path(
    tag = "work",
    params(PageParams, NotificationFilter),
    responses((status = 200, description = "A page.", body = NotificationPage)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst"])),
)]
#[get("/notifications")]
pub async fn list_notifications(
    caller: Caller,
    db: Data<Db>,
    listing: Listing<NotificationFilter>,
) -> Result<Json<NotificationPage>> {
    let after: Option<store::Position> = listing.after()?;
    let (me, rows) = (caller.staff().map(StaffId).ok_or(Error::Forbidden)?, listing.rows());
    let unread = listing.filter.unread.unwrap_or(false);
    let found = db.read_list(move |tx| store::notifications(tx, me, unread, after, rows)).await?;
    let page = listing.page(found, |row| (row.at, row.id));
    Ok(Json(page.map(NotificationOut::from).into()))
}

/// Mark a notification as read
///
/// The first reading counts; to read it again changes nothing.
#[utoipa::path(
    tag = "work",
    params(("id" = Uuid, Path, description = "The notification.")),
    request_body = NothingIn,
    responses((status = 200, description = "The notification.", body = NotificationOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst"])),
)]
#[post("/notifications/{id}/read")]
pub async fn read_notification(
    caller: Caller,
    db: Data<Db>,
    id: Path<Uuid>,
    command: Command<NothingIn>,
) -> Result<Reply<NotificationOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, _| {
            let me = actor.staff().map(StaffId).ok_or(Error::Forbidden)?;
            store::mark_read(tx, me, *id, actor.at).map(NotificationOut::from)
        })
        .await
}
