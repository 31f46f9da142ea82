//! What a list is filtered by.

use super::scope::{Place, shown_to};
use crate::{
    customers::CustomerId,
    departments::DepartmentId,
    platform::{
        auth::{Actor, Role},
        search,
    },
    schema::{feedback, feedback_detail, progress_note, sla_clock},
    staff::StaffId,
    vocabulary::{Channel, ClockKind, FeedbackType, Priority, Status},
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{exists, not, sql},
    pg::Pg,
    prelude::*,
    sql_types::{Bool, Text},
};

/// What a list is filtered by.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// One of these statuses.
    pub status: Option<Status>,
    /// The type.
    pub kind: Option<FeedbackType>,
    /// The priority.
    pub priority: Option<Priority>,
    /// The department.
    pub department: Option<DepartmentId>,
    /// The handler.
    pub handler: Option<StaffId>,
    /// The customer.
    pub customer: Option<CustomerId>,
    /// The channel.
    pub channel: Option<Channel>,
    /// Whether a clock is overdue at the instant of the request.
    pub overdue: Option<bool>,
    /// Whether an explanation is owed.
    pub owed_explanation: Option<bool>,
    /// Words in subject, description or demand.
    pub words: Option<String>,
    /// Received at or after.
    pub received_from: Option<DateTime<Utc>>,
    /// Received before.
    pub received_before: Option<DateTime<Utc>>,
    /// Not ended.
    pub open: bool,
    /// What somebody owes: by being its handler, by department, or as service.
    pub owed_by: Option<Actor>,
    /// The instant of the request.
    pub now: DateTime<Utc>,
}

pub(super) type Query<'a> = diesel::helper_types::IntoBoxed<
    'a,
    diesel::helper_types::InnerJoin<feedback::table, feedback_detail::table>,
    Pg,
>;

/// What somebody sees.
pub(super) fn visible<'a>(query: Query<'a>, place: &Place) -> Query<'a> {
    let shown = shown_to(place.viewers.clone());
    match place.leads_service {
        true => query.filter(shown.or(feedback::department_id.is_null())),
        false => query.filter(shown),
    }
}

pub(super) fn filtered<'a>(mut query: Query<'a>, wanted: &Wanted, place: Option<&Place>) -> Query<'a> {
    if let Some(status) = wanted.status {
        query = query.filter(feedback::status.eq(status));
    }
    if wanted.open {
        query = query.filter(feedback::status.ne_all([Status::Closed, Status::Merged, Status::Cancelled]));
    }
    if let Some(kind) = wanted.kind {
        query = query.filter(feedback::type_.eq(kind));
    }
    if let Some(priority) = wanted.priority {
        query = query.filter(feedback::priority.eq(priority));
    }
    if let Some(department) = wanted.department {
        query = query.filter(feedback::department_id.eq(department));
    }
    if let Some(handler) = wanted.handler {
        query = query.filter(feedback::handler_id.eq(handler));
    }
    if let Some(customer) = wanted.customer {
        query = query.filter(feedback::customer_id.eq(customer));
    }
    if let Some(channel) = wanted.channel {
        query = query.filter(feedback::channel.eq(channel));
    }
    if let Some(from) = wanted.received_from {
        query = query.filter(feedback::received_at.ge(from));
    }
    if let Some(before) = wanted.received_before {
        query = query.filter(feedback::received_at.lt(before));
    }
    match (&wanted.owed_by, place) {
        (Some(actor), Some(place)) => owed_by(timed(query, wanted), actor, place),
        _ => timed(query, wanted),
    }
}

/// What depends on the time of the request, and on words.
fn timed<'a>(mut query: Query<'a>, wanted: &Wanted) -> Query<'a> {
    let overdue = || exists(overdue_clock(wanted.now));
    let explained = progress_note::table
        .filter(progress_note::feedback_id.eq(feedback::id))
        .filter(progress_note::at.nullable().ge(sla_clock::due_at));
    let owed = || exists(overdue_clock(wanted.now).filter(not(exists(explained))));
    match wanted.overdue {
        Some(true) => query = query.filter(overdue()),
        Some(false) => query = query.filter(not(overdue())),
        None => {}
    }
    match wanted.owed_explanation {
        Some(true) => query = query.filter(owed()),
        Some(false) => query = query.filter(not(owed())),
        None => {}
    }
    match &wanted.words {
        Some(words) => contains(query, words),
        None => query,
    }
}

/// What `actor` owes: what they handle and do not wait for, what their department or one that they lead has not
/// accepted, what its level has called them to, and, for service, what is to be dispatched or replied.
fn owed_by<'a>(query: Query<'a>, actor: &Actor, place: &Place) -> Query<'a> {
    use Status::{Approved, Dispatched, Escalated, InProgress, Registered};
    let me = StaffId(actor.principal());
    let mine = feedback::handler_id.eq(me).and(feedback::status.eq_any([Dispatched, InProgress, Approved]));
    let works = matches!(actor.role, Some(Role::Handler | Role::DepartmentHead));
    let own = actor.department.filter(|_| works).map(DepartmentId);
    let departments: Vec<DepartmentId> = place.leads.iter().copied().chain(own).collect();
    let called = feedback::id.eq_any(place.called_to.clone());
    let unaccepted = feedback::department_id
        .eq_any(departments)
        .and(feedback::status.eq(Dispatched))
        .and(feedback::handler_id.is_null());
    let of_service =
        feedback::status.eq_any([Registered, Escalated, Approved]).and(actor.is_service().into_sql::<Bool>());
    let answered = feedback::status
        .eq(Status::Closed)
        .and(feedback::waits_since.is_not_null())
        .and(actor.is_service().into_sql::<Bool>());
    query.filter(mine.or(unaccepted).or(called).or(of_service).or(answered).assume_not_null())
}

/// Every term must stand in the text; the index finds candidates, the text decides.
fn contains<'a>(mut query: Query<'a>, words: &str) -> Query<'a> {
    if let Some(asked) = search::query(words) {
        query =
            query.filter(sql::<Bool>("feedback_detail.search @@ ").bind::<Text, _>(asked).sql("::tsquery"));
    }
    for term in search::terms(words) {
        query = query.filter(
            sql::<Bool>("position(")
                .bind::<Text, _>(term)
                .sql(" in lower(normalize(concat_ws(E'\\n', feedback_detail.subject, feedback_detail.description, feedback_detail.demand), NFKC))) > 0"),
        );
    }
    query
}

/// An open clock that is past its due time, whatever the worker has noticed: a day of progress is over when it is
/// due, and a reply that nobody answered in time has closed the case.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn overdue_clock(now: DateTime<Utc>) -> _ {
    let never: [ClockKind; 2] = [ClockKind::Confirmation, ClockKind::Progress];
    let replied: Status = Status::Replied;
    sla_clock::table
        .filter(sla_clock::feedback_id.eq(feedback::id))
        .filter(sla_clock::open)
        .filter(sla_clock::kind.ne_all(never))
        .filter(sla_clock::due_at.lt(now))
        .filter(feedback::status.ne(replied).or(feedback::waits_until.gt(now).assume_not_null()))
}
