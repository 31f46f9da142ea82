use super::Feedback;
use super::scope::place;
use super::wanted::{Query, Wanted, filtered, overdue_clock, visible};
use crate::{
    customers::CustomerId,
    departments::DepartmentId,
    feedback::domain::FeedbackId,
    platform::{auth::Scope, db::Tx, http::problem::Result},
    schema::{feedback, feedback_detail},
    staff::StaffId,
    vocabulary::{Channel, FeedbackType, Outcome, Priority, Status},
};
use chrono::{DateTime, Utc};
use diesel::{dsl::exists, pg::Pg, prelude::*};

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

/// Returns up to `rows` that `scope` may see and that are wanted, after `after`.
pub fn page(
    tx: &mut Tx,
    scope: Scope,
    wanted: &Wanted,
    sort: Sort,
    after: Option<Position>,
    rows: i64,
) -> Result<Vec<Summary>> {
    let place = match (scope, &wanted.owed_by) {
        (Scope::Part(sight), _) => Some(place(tx, sight)?),
        (Scope::All, Some(actor)) => Some(place(tx, actor.sight())?),
        (Scope::All, None) => None,
    };
    let mut query = feedback::table.inner_join(feedback_detail::table).into_boxed();
    if let (Scope::Part(_), Some(place)) = (scope, &place) {
        query = visible(query, place);
    }
    let query = filtered(query, wanted, place.as_ref());
    let query = ordered(after_position(query, sort, after, wanted.now), sort);
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

fn after_position<'a>(
    query: Query<'a>,
    sort: Sort,
    after: Option<Position>,
    now: DateTime<Utc>,
) -> Query<'a> {
    match (sort, after) {
        (Sort::Newest, None) => query,
        (Sort::Newest, Some((at, id))) => {
            let at = at.unwrap_or(now);
            let earlier =
                feedback::registered_at.lt(at).or(feedback::registered_at.eq(at).and(feedback::id.lt(id)));
            query.filter(feedback::registered_at.le(at)).filter(earlier)
        }
        (Sort::NextDue, None) => query,
        (Sort::NextDue, Some((Some(at), id))) => {
            let later =
                feedback::next_due_at.gt(at).or(feedback::next_due_at.eq(at).and(feedback::id.gt(id)));
            query.filter(later.or(feedback::next_due_at.is_null()))
        }
        (Sort::NextDue, Some((None, id))) => {
            query.filter(feedback::next_due_at.is_null()).filter(feedback::id.gt(id))
        }
    }
}

fn ordered<'a>(query: Query<'a>, sort: Sort) -> Query<'a> {
    match sort {
        Sort::Newest => query.order((feedback::registered_at.desc(), feedback::id.desc())),
        Sort::NextDue => query.order((feedback::next_due_at.asc().nulls_last(), feedback::id.asc())),
    }
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

/// Returns the row of a feedback for the customer's own window, by number.
pub fn by_number(tx: &mut Tx, number: &str) -> Result<Option<Feedback>> {
    Ok(feedback::table
        .filter(feedback::number.eq(number))
        .select(Feedback::as_select())
        .first(tx)
        .optional()?)
}
