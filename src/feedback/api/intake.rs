use crate::{
    customers::CustomerId,
    departments::DepartmentId,
    feedback::{
        actions::{self, Registered, View},
        domain::FeedbackId,
        store::{self, Position, Sort, Wanted},
        wire::{
            FeedbackIn, FeedbackItem, FeedbackOut, FeedbackPage, FeedbackPatch, RegisteredOut, TrackTokenOut,
        },
    },
    platform::{
        auth::{Actor, Caller},
        db::{Db, Tx},
        http::{
            command::Command,
            listing::{Listing, PageParams},
            path::Path,
            problem::{Error, Result},
            reply::Reply,
            together::Together,
        },
        time::Timestamp,
    },
    staff::StaffId,
    vocabulary::{Channel, FeedbackType, Priority, Status},
};
use actix_web::{
    get,
    http::StatusCode,
    patch, post,
    web::{Data, Json},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Register feedback
///
/// Stores what a customer said, gives it a number and a priority with reasons, starts its clocks and queues the
/// receipt. `contact` needs a name or one address; it links the one live customer with the same phone or e-mail
/// and never makes a customer. `track_token` is shown once. Refuses: 422 `unknown_customer`, `in_future`.
#[utoipa::path(
    tag = "feedback",
    request_body = FeedbackIn,
    responses((status = 201, description = "The feedback, and the customer's token for it.", body = RegisteredOut)),
    security(("bearer" = ["admin", "service_agent", "feedback:write"])),
)]
#[post("/feedback")]
pub async fn create_feedback(
    caller: Caller,
    db: Data<Db>,
    command: Command<FeedbackIn>,
) -> Result<Reply<RegisteredOut>> {
    command.run_together::<Registration>(&db, &caller).await
}

/// What many ask for at once.
struct Registration;

impl Together for Registration {
    type Input = FeedbackIn;
    type Out = RegisteredOut;
    const NAME: &'static str = "feedback";
    const STATUS: StatusCode = StatusCode::CREATED;

    fn run(tx: &mut Tx, asked: &[(&Actor, &FeedbackIn)]) -> Result<Vec<Result<RegisteredOut>>> {
        let registered = actions::register_all(tx, asked)?.into_iter().zip(asked);
        let out = |(registered, (actor, _)): (Result<Registered>, &(&Actor, _))| {
            let Registered { case, track_token } = registered?;
            let view = View { allowed: actions::allowed_at_intake(actor, &case), case };
            let feedback = FeedbackOut::of(view, actor.at);
            Ok(RegisteredOut { feedback, track_token: Some(track_token) })
        };
        Ok(registered.map(out).collect())
    }
}

/// What a list of feedback is filtered and sorted by.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FeedbackFilter {
    /// The status, as it was last posted.
    #[param(nullable = false)]
    status: Option<Status>,
    /// The type.
    #[param(nullable = false)]
    r#type: Option<FeedbackType>,
    /// The priority.
    #[param(nullable = false)]
    priority: Option<Priority>,
    /// The department that has it.
    #[param(nullable = false)]
    department_id: Option<DepartmentId>,
    /// The handler who has it.
    #[param(nullable = false)]
    handler_id: Option<StaffId>,
    /// The customer.
    #[param(nullable = false)]
    customer_id: Option<CustomerId>,
    /// How it came in.
    #[param(nullable = false)]
    channel: Option<Channel>,
    /// Whether a clock is overdue now.
    #[param(nullable = false)]
    overdue: Option<bool>,
    /// Whether an explanation is owed: a clock is overdue and no progress note was written since.
    #[param(nullable = false)]
    owed_explanation: Option<bool>,
    /// Words in subject, description or demand; all of them must stand there.
    #[param(nullable = false, min_length = 1, max_length = 200)]
    q: Option<String>,
    /// Received at this instant or later.
    #[serde(rename = "received_at.gte")]
    #[param(nullable = false)]
    received_from: Option<Timestamp>,
    /// Received before this instant.
    #[serde(rename = "received_at.lt")]
    #[param(nullable = false)]
    received_before: Option<Timestamp>,
    /// `-registered_at` (the default) or `next_due_at`.
    #[param(nullable = false, inline)]
    sort: Option<FeedbackSort>,
}

/// How a list of feedback is sorted: `-registered_at` newest first, `next_due_at` most urgent first.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
pub enum FeedbackSort {
    /// Newest first.
    #[serde(rename = "-registered_at")]
    Newest,
    /// Most urgent first; what has no due time comes last.
    #[serde(rename = "next_due_at")]
    NextDue,
}

/// List feedback
///
/// Handlers and heads see what is or was dispatched to their department or one below it; service sees all.
#[utoipa::path(
    tag = "feedback",
    params(PageParams, FeedbackFilter),
    responses((status = 200, description = "A page.", body = FeedbackPage)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "feedback:read"])),
)]
#[get("/feedback")]
pub async fn list_feedback(
    caller: Caller,
    db: Data<Db>,
    listing: Listing<FeedbackFilter>,
) -> Result<Json<FeedbackPage>> {
    let after: Option<Position> = listing.after()?;
    let (wanted, sort) = wanted(&listing.filter, &caller)?;
    let (scope, rows) = (caller.scope(), listing.rows());
    let found = db.read_list(move |tx| store::page(tx, scope, &wanted, sort, after, rows)).await?;
    let position = |row: &store::Summary| -> Position {
        match sort {
            Sort::Newest => (Some(row.registered_at), row.id),
            Sort::NextDue => (row.next_due_at, row.id),
        }
    };
    Ok(Json(listing.page(found, position).map(FeedbackItem::from).into()))
}

fn wanted(filter: &FeedbackFilter, caller: &Caller) -> Result<(Wanted, Sort)> {
    if let (Some(from), Some(before)) = (filter.received_from, filter.received_before)
        && from >= before
    {
        return Err(Error::malformed("invalid_range", "The range is empty.", "时间范围无效。"));
    }
    if filter.q.as_ref().is_some_and(|q| q.chars().count() > 200 || q.trim().is_empty()) {
        return Err(Error::malformed(
            "invalid_parameter",
            "The parameter q is too long or blank.",
            "参数 q 过长或为空白。",
        ));
    }
    let sort = match filter.sort {
        Some(FeedbackSort::NextDue) => Sort::NextDue,
        _ => Sort::Newest,
    };
    let wanted = Wanted {
        status: filter.status,
        kind: filter.r#type,
        priority: filter.priority,
        department: filter.department_id,
        handler: filter.handler_id,
        customer: filter.customer_id,
        channel: filter.channel,
        overdue: filter.overdue,
        owed_explanation: filter.owed_explanation,
        words: filter.q.clone(),
        received_from: filter.received_from.map(|at| at.0),
        received_before: filter.received_before.map(|at| at.0),
        open: false,
        owed_by: None,
        now: caller.at,
    };
    Ok((wanted, sort))
}

/// Get feedback
///
/// As it is now: what happened by itself since somebody looked is computed from the time.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    responses((status = 200, description = "The feedback.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "feedback:read"])),
)]
#[get("/feedback/{id}")]
pub async fn get_feedback(caller: Caller, db: Data<Db>, id: Path<FeedbackId>) -> Result<Reply<FeedbackOut>> {
    let now = caller.at;
    let view = db.snapshot(move |tx| actions::read(tx, &caller, *id)).await?;
    Reply::ok(&FeedbackOut::of(view, now))
}

/// Get feedback by its number
///
/// The same as by id, for whoever has the number on the telephone.
#[utoipa::path(
    tag = "feedback",
    params(("number" = String, Path, description = "The number.", max_length = 40, pattern = "^FB-[0-9]{8}-[0-9]{6,}$", example = "FB-20260109-000001")),
    responses((status = 200, description = "The feedback.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "feedback:read"])),
)]
#[get("/feedback/by-number/{number}")]
pub async fn get_feedback_by_number(
    caller: Caller,
    db: Data<Db>,
    number: Path<String>,
) -> Result<Reply<FeedbackOut>> {
    let now = caller.at;
    let view = db.snapshot(move |tx| actions::read_by_number(tx, &caller, &number)).await?;
    Reply::ok(&FeedbackOut::of(view, now))
}

/// Change feedback
///
/// Plain members only; status, owner and priority change by actions. The type changes only in `registered` and
/// `dispatched` and recomputes priority and clocks. Refuses: 409 `type_fixed`, 422 `unknown_customer`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = FeedbackPatch,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[patch("/feedback/{id}")]
pub async fn change_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<FeedbackPatch>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::amend(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Renew the customer's token
///
/// Makes a new token for the customer's own window and ends the old one. Shown once.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = crate::feedback::wire::NothingIn,
    responses((status = 200, description = "The new token.", body = TrackTokenOut)),
    security(("bearer" = ["admin", "service_agent"])),
)]
#[post("/feedback/{id}/track-token")]
pub async fn renew_track_token(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<crate::feedback::wire::NothingIn>,
) -> Result<Reply<TrackTokenOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let (view, token) = actions::renew_token(tx, actor, *id, &command.expected)?;
            let row = view.case.row;
            Ok(TrackTokenOut { number: row.number, track_token: Some(token), version: row.version })
        })
        .await
}
