//! Every query of the overview and the timeline.

use crate::{
    customers::CustomerId,
    platform::{
        auth::{Scope, Sight},
        db::{Tx, static_query},
        http::problem::Result,
    },
    vocabulary::{Channel, Direction, FeedbackType, Outcome, Priority, Status, Verdict},
};
use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, Queryable, RunQueryDsl,
    sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

/// Feedback that is still open.
#[derive(Clone, Debug, Queryable)]
pub struct OpenFeedback {
    pub id: Uuid,
    pub number: String,
    pub kind: FeedbackType,
    pub priority: Priority,
    pub status: Status,
    pub subject: Option<String>,
    pub registered_at: DateTime<Utc>,
    pub next_due_at: Option<DateTime<Utc>>,
    /// How much is open in all.
    pub count: i64,
}

static_query! {
    /// Finds the newest open feedback of a customer, and counts all of it.
    struct Open {
        customer: CustomerId => SqlUuid, all: bool => Bool, person: Uuid => SqlUuid,
        department: Option<Uuid> => Nullable<SqlUuid>, moment: DateTime<Utc> => Timestamptz
    } -> (SqlUuid, Text, Text, Text, Text, Nullable<Text>, Timestamptz, Nullable<Timestamptz>, BigInt) =
        "SELECT f.id, f.number, f.type, f.priority, f.status, d.subject, f.registered_at, f.next_due_at, \
         count(*) OVER () FROM feedback f JOIN feedback_detail d ON d.feedback_id = f.id \
         WHERE f.customer_id = $customer AND f.status NOT IN ('closed', 'merged', 'cancelled') \
         AND ($all OR sees_feedback(f.id, f.department_id, $person, $department, $moment)) \
         ORDER BY f.registered_at DESC, f.id DESC LIMIT 5"
}

/// Returns the newest five of a customer's open feedback; each knows how much is open in all.
pub fn open_feedback(tx: &mut Tx, customer: CustomerId, scope: Scope) -> Result<Vec<OpenFeedback>> {
    let (all, Sight { person, department, at: moment }) = scope.bounds();
    Ok(Open { customer, all, person, department, moment }.load(tx)?)
}

/// What the customer said last of a result.
#[derive(Clone, Debug, Queryable)]
pub struct LastSatisfaction {
    pub feedback_id: Uuid,
    pub number: String,
    pub verdict: Verdict,
    pub score: Option<i32>,
    pub answered_at: DateTime<Utc>,
}

static_query! {
    /// Finds the customer's last answer that counts.
    struct Satisfied {
        customer: CustomerId => SqlUuid, all: bool => Bool, person: Uuid => SqlUuid,
        department: Option<Uuid> => Nullable<SqlUuid>, moment: DateTime<Utc> => Timestamptz
    } -> (SqlUuid, Text, Text, Nullable<Integer>, Timestamptz) =
        "SELECT f.id, f.number, s.verdict, s.score::int, s.answered_at \
         FROM feedback f JOIN satisfaction s ON s.feedback_id = f.id \
         WHERE f.customer_id = $customer AND s.answered_at IS NOT NULL AND NOT s.void \
         AND ($all OR sees_feedback(f.id, f.department_id, $person, $department, $moment)) \
         ORDER BY s.answered_at DESC, s.id DESC LIMIT 1"
}

/// Returns the customer's last answer that counts.
pub fn last_satisfaction(
    tx: &mut Tx,
    customer: CustomerId,
    scope: Scope,
) -> Result<Option<LastSatisfaction>> {
    let (all, Sight { person, department, at: moment }) = scope.bounds();
    let query = Satisfied { customer, all, person, department, moment };
    Ok(query.get_result(tx).optional()?)
}

/// One entry of a timeline.
#[derive(Clone, Debug, Queryable)]
pub struct Entry {
    pub at: DateTime<Utc>,
    pub kind: String,
    pub id: Uuid,
    pub feedback_id: Option<Uuid>,
    pub feedback_number: Option<String>,
    pub channel: Option<Channel>,
    pub direction: Option<Direction>,
    pub text: Option<String>,
    pub outcome: Option<Outcome>,
    pub amount_minor: Option<i64>,
    pub currency: Option<String>,
}

static_query! {
    /// Finds the entries of a customer's timeline after a position, latest first.
    struct Timeline<'a> {
        customer: CustomerId => SqlUuid, all: bool => Bool, person: Uuid => SqlUuid,
        department: Option<Uuid> => Nullable<SqlUuid>, moment: DateTime<Utc> => Timestamptz,
        at: DateTime<Utc> => Timestamptz, id: Uuid => SqlUuid, kind: &'a str => Text, rows: i64 => BigInt
    } -> (Timestamptz, Text, SqlUuid, Nullable<SqlUuid>, Nullable<Text>, Nullable<Text>, Nullable<Text>,
          Nullable<Text>, Nullable<Text>, Nullable<BigInt>, Nullable<Text>) =
        "WITH RECURSIVE kin AS (SELECT id FROM customer WHERE id = $customer \
         UNION SELECT c.id FROM kin JOIN customer c ON c.merged_into_id = kin.id), \
         seen AS (SELECT f.id, f.number, f.channel, f.registered_at, f.closed_at, f.outcome FROM feedback f \
         WHERE f.customer_id = $customer AND ($all OR sees_feedback(f.id, f.department_id, $person, $department, $moment))) \
         SELECT at, kind, id, feedback_id, number, channel, direction, text, outcome, amount_minor, currency FROM ( \
         (SELECT i.occurred_at AS at, 'interaction' AS kind, i.id, s.id AS feedback_id, s.number, i.channel, \
         i.direction, i.summary AS text, NULL AS outcome, NULL::bigint AS amount_minor, NULL AS currency \
         FROM interaction i LEFT JOIN seen s ON s.id = i.feedback_id \
         WHERE i.customer_id = $customer AND (i.occurred_at, i.id) <= ($at, $id) ORDER BY i.occurred_at DESC, i.id DESC LIMIT $rows + 1) \
         UNION ALL \
         (SELECT s.registered_at, 'feedback_registered', s.id, s.id, s.number, s.channel, 'inbound', \
         coalesce(d.subject, left(d.description, 200)), NULL, NULL, NULL \
         FROM seen s JOIN feedback_detail d ON d.feedback_id = s.id) \
         UNION ALL \
         (SELECT s.closed_at, 'feedback_closed', s.id, s.id, s.number, NULL, NULL, NULL, s.outcome, NULL, NULL \
         FROM seen s WHERE s.closed_at IS NOT NULL) \
         UNION ALL \
         (SELECT r.sent_at, 'reply', r.id, s.id, s.number, r.channel, 'outbound', left(r.text, 200), NULL, NULL, NULL \
         FROM seen s JOIN reply r ON r.feedback_id = s.id) \
         UNION ALL \
         (SELECT o.occurred_at, o.kind, o.id, NULL, NULL, o.channel, NULL, (SELECT left(string_agg(l.product, ', ' \
         ORDER BY l.position), 200) FROM order_line l WHERE l.order_id = o.id), NULL, o.revenue_minor, o.currency \
         FROM kin CROSS JOIN LATERAL (SELECT * FROM order_event e WHERE e.customer_id = kin.id \
         AND (e.occurred_at, e.id) <= ($at, $id) ORDER BY e.occurred_at DESC, e.id DESC LIMIT $rows + 1) o)) entry \
         WHERE (at, id, kind) < ($at, $id, $kind) ORDER BY at DESC, id DESC, kind DESC LIMIT $rows"
}

/// Where a page of a timeline begins: after an instant, an id and a kind.
#[derive(Clone, Debug)]
pub struct After {
    pub at: DateTime<Utc>,
    pub id: Uuid,
    pub kind: String,
}

/// Returns the entries of a customer's timeline after a position, latest first.
pub fn timeline(
    tx: &mut Tx,
    customer: CustomerId,
    scope: Scope,
    after: &After,
    rows: i64,
) -> Result<Vec<Entry>> {
    let (all, Sight { person, department, at: moment }) = scope.bounds();
    let query = Timeline {
        customer,
        all,
        person,
        department,
        moment,
        at: after.at,
        id: after.id,
        kind: &after.kind,
        rows,
    };
    Ok(query.load(tx)?)
}

static_query! {
    /// Finds whose the feedback is, if it is to be seen.
    struct Owner {
        feedback: Uuid => SqlUuid, customer: CustomerId => SqlUuid, all: bool => Bool, person: Uuid => SqlUuid,
        department: Option<Uuid> => Nullable<SqlUuid>, moment: DateTime<Utc> => Timestamptz
    } -> SqlUuid =
        "SELECT f.id FROM feedback f WHERE f.id = $feedback AND f.customer_id = $customer \
         AND ($all OR sees_feedback(f.id, f.department_id, $person, $department, $moment))"
}

/// Returns whether the feedback is this customer's, and to be seen.
pub fn is_feedback_of(tx: &mut Tx, feedback: Uuid, customer: CustomerId, scope: Scope) -> Result<bool> {
    let (all, Sight { person, department, at: moment }) = scope.bounds();
    let query = Owner { feedback, customer, all, person, department, moment };
    Ok(query.get_result::<Uuid>(tx).optional()?.is_some())
}
