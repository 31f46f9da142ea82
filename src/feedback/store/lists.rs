use super::{Feedback, given_to, only};
use crate::{
    customers::CustomerId,
    departments::DepartmentId,
    feedback::domain::FeedbackId,
    platform::{
        auth::{Actor, Role, Scope},
        db::{Tx, static_query},
        http::problem::Result,
        search,
    },
    schema::{feedback, feedback_detail, progress_note, sla_clock},
    staff::StaffId,
    vocabulary::{Channel, ClockKind, FeedbackType, Outcome, Priority, Status},
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{exists, not, sql},
    pg::Pg,
    prelude::*,
    sql_types::{BigInt, Bool, Text, Timestamptz, Uuid as SqlUuid},
};

/// One row of a list.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = feedback, check_for_backend(Pg))]
pub struct Listed {
    id: FeedbackId,
    number: String,
    customer_id: Option<CustomerId>,
    channel: Channel,
    #[diesel(column_name = type_)]
    kind: FeedbackType,
    priority: Priority,
    received_at: DateTime<Utc>,
    registered_at: DateTime<Utc>,
    status: Status,
    outcome: Option<Outcome>,
    department_id: Option<DepartmentId>,
    handler_id: Option<StaffId>,
    escalation_level: i32,
    round: i32,
    next_due_at: Option<DateTime<Utc>>,
    version: i64,
}

/// One row of a list, with what it says and whether it is overdue.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The id.
    pub id: FeedbackId,
    /// The number.
    pub number: String,
    /// The customer.
    pub customer_id: Option<CustomerId>,
    /// The contact's name.
    pub contact_name: Option<String>,
    /// How it came in.
    pub channel: Channel,
    /// Its type.
    pub kind: FeedbackType,
    /// Its priority.
    pub priority: Priority,
    /// A headline.
    pub subject: Option<String>,
    /// What happened.
    pub description: String,
    /// When the customer said it.
    pub received_at: DateTime<Utc>,
    /// When it was registered.
    pub registered_at: DateTime<Utc>,
    /// Its status.
    pub status: Status,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Who has it.
    pub department_id: Option<DepartmentId>,
    /// Who handles it.
    pub handler_id: Option<StaffId>,
    /// The level.
    pub escalation_level: i32,
    /// The round.
    pub round: i32,
    /// The earliest due time.
    pub next_due_at: Option<DateTime<Utc>>,
    /// Whether a clock is overdue.
    pub overdue: bool,
    /// The version.
    pub version: i64,
}

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

/// How a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Newest first.
    Newest,
    /// Most urgent first; what has no due time comes last.
    NextDue,
}

/// Where a page begins: the sort's instant, and the id.
pub type Position = (Option<DateTime<Utc>>, FeedbackId);

type Query<'a> = diesel::helper_types::IntoBoxed<
    'a,
    diesel::helper_types::InnerJoin<feedback::table, feedback_detail::table>,
    Pg,
>;

/// Returns up to `rows` that `scope` may see and that are wanted, after `after`.
pub fn page(
    tx: &mut Tx,
    scope: Scope,
    wanted: &Wanted,
    sort: Sort,
    after: Option<Position>,
    rows: i64,
) -> Result<Vec<Summary>> {
    let query = filtered(
        feedback::table.inner_join(feedback_detail::table).into_boxed(),
        scope,
        wanted,
    );
    let query = match (sort, after) {
        (Sort::Newest, None) => query,
        (Sort::Newest, Some((at, id))) => {
            let at = at.unwrap_or(wanted.now);
            let earlier = feedback::registered_at
                .lt(at)
                .or(feedback::registered_at.eq(at).and(feedback::id.lt(id)));
            query.filter(feedback::registered_at.le(at)).filter(earlier)
        }
        (Sort::NextDue, None) => query,
        (Sort::NextDue, Some((Some(at), id))) => {
            let later = feedback::next_due_at
                .gt(at)
                .or(feedback::next_due_at.eq(at).and(feedback::id.gt(id)));
            query.filter(later.or(feedback::next_due_at.is_null()))
        }
        (Sort::NextDue, Some((None, id))) => query
            .filter(feedback::next_due_at.is_null())
            .filter(feedback::id.gt(id)),
    };
    let query = match sort {
        Sort::Newest => query.order((feedback::registered_at.desc(), feedback::id.desc())),
        Sort::NextDue => query.order((feedback::next_due_at.asc().nulls_last(), feedback::id.asc())),
    };
    let overdue = exists(overdue_clock(wanted.now));
    type Row = (Listed, Option<String>, Option<String>, String, bool);
    let found: Vec<Row> = query
        .limit(rows)
        .select((
            Listed::as_select(),
            feedback_detail::contact_name,
            feedback_detail::subject,
            feedback_detail::description,
            overdue,
        ))
        .load(tx)?;
    Ok(found.into_iter().map(summary).collect())
}

fn filtered<'a>(mut query: Query<'a>, scope: Scope, wanted: &Wanted) -> Query<'a> {
    if let Some(department) = only(scope) {
        query = query.filter(given_to(department));
    }
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
    timed(query, wanted)
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
    if let Some(words) = &wanted.words {
        query = contains(query, words);
    }
    match &wanted.owed_by {
        Some(actor) => owed_by(query, actor),
        None => query,
    }
}

/// What `actor` owes: what they handle and do not wait for, what their department has not accepted, and, for
/// service, what is to be dispatched or replied.
fn owed_by<'a>(query: Query<'a>, actor: &Actor) -> Query<'a> {
    use Status::{Approved, Dispatched, Escalated, InProgress, Registered};
    let me = StaffId(actor.principal());
    let mine = feedback::handler_id
        .eq(me)
        .and(feedback::status.eq_any([Dispatched, InProgress, Approved]));
    let works = matches!(actor.role, Some(Role::Handler | Role::DepartmentHead));
    let department = DepartmentId(actor.department.filter(|_| works).unwrap_or_default());
    let unaccepted = feedback::department_id
        .eq(department)
        .and(feedback::status.eq(Dispatched))
        .and(feedback::handler_id.is_null());
    let of_service = feedback::status
        .eq_any([Registered, Escalated, Approved])
        .and(actor.is_service().into_sql::<Bool>());
    let answered = feedback::status
        .eq(Status::Closed)
        .and(feedback::waits_since.is_not_null())
        .and(actor.is_service().into_sql::<Bool>());
    query.filter(mine.or(unaccepted).or(of_service).or(answered).assume_not_null())
}

/// Every term must stand in the text; the index finds candidates, the text decides.
fn contains<'a>(mut query: Query<'a>, words: &str) -> Query<'a> {
    if let Some(asked) = search::query(words) {
        query = query.filter(
            sql::<Bool>("feedback_detail.search @@ ")
                .bind::<Text, _>(asked)
                .sql("::tsquery"),
        );
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

/// An open clock that is past its due time, whatever the worker has noticed.
#[diesel::dsl::auto_type(no_type_alias)]
fn overdue_clock(now: DateTime<Utc>) -> _ {
    let waits: ClockKind = ClockKind::Confirmation;
    sla_clock::table
        .filter(sla_clock::feedback_id.eq(feedback::id))
        .filter(sla_clock::open)
        .filter(sla_clock::kind.ne(waits))
        .filter(sla_clock::due_at.lt(now))
}

fn summary(
    (row, contact_name, subject, description, overdue): (
        Listed,
        Option<String>,
        Option<String>,
        String,
        bool,
    ),
) -> Summary {
    Summary {
        id: row.id,
        number: row.number,
        customer_id: row.customer_id,
        contact_name,
        channel: row.channel,
        kind: row.kind,
        priority: row.priority,
        subject,
        description,
        received_at: row.received_at,
        registered_at: row.registered_at,
        status: row.status,
        outcome: row.outcome,
        department_id: row.department_id,
        handler_id: row.handler_id,
        escalation_level: row.escalation_level,
        round: row.round,
        next_due_at: row.next_due_at,
        overdue,
        version: row.version,
    }
}

static_query! {
    /// Lists cases at which something happens by itself, but none whose work was given up.
    struct DueIds { now: DateTime<Utc> => Timestamptz, kind: String => Text, rows: i64 => BigInt } -> SqlUuid =
        "SELECT f.id FROM feedback f WHERE f.next_check_at <= $now AND NOT EXISTS ( \
           SELECT FROM job j WHERE j.kind = $kind AND j.subject = f.id::text AND j.parked_at IS NOT NULL) \
         ORDER BY f.next_check_at LIMIT $rows"
}

/// Returns the ids of cases at which something happens by itself by `now`, earliest first; those of which the work
/// `kind` was given up wait for somebody to look at the error.
pub fn due_ids(tx: &mut Tx, now: DateTime<Utc>, kind: &str, rows: i64) -> Result<Vec<FeedbackId>> {
    Ok(DueIds {
        now,
        kind: kind.to_owned(),
        rows,
    }
    .load(tx)?)
}

/// Returns the row of a feedback for the customer's own window, by number.
pub fn by_number(tx: &mut Tx, number: &str) -> Result<Option<Feedback>> {
    Ok(feedback::table
        .filter(feedback::number.eq(number))
        .select(Feedback::as_select())
        .first(tx)
        .optional()?)
}
