//! Every query of the overview and the timeline.

use crate::{
    customers::CustomerId,
    platform::{
        auth::Scope,
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

/// Which feedback somebody sees, as a query takes it.
#[derive(Clone, Copy, Debug)]
pub struct Sight {
    all: bool,
    department: Option<Uuid>,
}

impl From<Scope> for Sight {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::All => Self { all: true, department: None },
            Scope::Department(id) => Self { all: false, department: Some(id) },
            Scope::Nothing => Self { all: false, department: None },
        }
    }
}

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
        customer: CustomerId => SqlUuid, all: bool => Bool, department: Option<Uuid> => Nullable<SqlUuid>
    } -> (SqlUuid, Text, Text, Text, Text, Nullable<Text>, Timestamptz, Nullable<Timestamptz>, BigInt) =
        "WITH RECURSIVE below AS (SELECT id FROM department WHERE id = $department \
         UNION SELECT d.id FROM department d JOIN below b ON d.parent_id = b.id) \
         SELECT f.id, f.number, f.type, f.priority, f.status, d.subject, f.registered_at, f.next_due_at, \
         count(*) OVER () FROM feedback f JOIN feedback_detail d ON d.feedback_id = f.id \
         WHERE f.customer_id = $customer AND f.status NOT IN ('closed', 'merged', 'cancelled') \
         AND ($all OR EXISTS (SELECT FROM dispatch s WHERE s.feedback_id = f.id \
         AND s.department_id IN (SELECT id FROM below))) \
         ORDER BY f.registered_at DESC, f.id DESC LIMIT 5"
}

/// Returns the newest five of a customer's open feedback; each knows how much is open in all.
pub fn open_feedback(tx: &mut Tx, customer: CustomerId, sight: Sight) -> Result<Vec<OpenFeedback>> {
    Ok(Open { customer, all: sight.all, department: sight.department }.load(tx)?)
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
        customer: CustomerId => SqlUuid, all: bool => Bool, department: Option<Uuid> => Nullable<SqlUuid>
    } -> (SqlUuid, Text, Text, Nullable<Integer>, Timestamptz) =
        "WITH RECURSIVE below AS (SELECT id FROM department WHERE id = $department \
         UNION SELECT d.id FROM department d JOIN below b ON d.parent_id = b.id) \
         SELECT f.id, f.number, s.verdict, s.score::int, s.answered_at \
         FROM feedback f JOIN satisfaction s ON s.feedback_id = f.id \
         WHERE f.customer_id = $customer AND s.answered_at IS NOT NULL AND NOT s.void \
         AND ($all OR EXISTS (SELECT FROM dispatch p WHERE p.feedback_id = f.id \
         AND p.department_id IN (SELECT id FROM below))) \
         ORDER BY s.answered_at DESC, s.id DESC LIMIT 1"
}

/// Returns the customer's last answer that counts.
pub fn last_satisfaction(
    tx: &mut Tx,
    customer: CustomerId,
    sight: Sight,
) -> Result<Option<LastSatisfaction>> {
    let query = Satisfied { customer, all: sight.all, department: sight.department };
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
}

static_query! {
    /// Finds the entries of a customer's timeline after a position, latest first.
    struct Timeline<'a> {
        customer: CustomerId => SqlUuid, all: bool => Bool, department: Option<Uuid> => Nullable<SqlUuid>,
        at: DateTime<Utc> => Timestamptz, id: Uuid => SqlUuid, kind: &'a str => Text, rows: i64 => BigInt
    } -> (Timestamptz, Text, SqlUuid, Nullable<SqlUuid>, Nullable<Text>, Nullable<Text>, Nullable<Text>,
          Nullable<Text>, Nullable<Text>) =
        "WITH RECURSIVE below AS (SELECT id FROM department WHERE id = $department \
         UNION SELECT d.id FROM department d JOIN below b ON d.parent_id = b.id), \
         seen AS (SELECT f.id, f.number, f.channel, f.registered_at, f.closed_at, f.outcome FROM feedback f \
         WHERE f.customer_id = $customer AND ($all OR EXISTS (SELECT FROM dispatch p WHERE p.feedback_id = f.id \
         AND p.department_id IN (SELECT id FROM below)))) \
         SELECT at, kind, id, feedback_id, number, channel, direction, text, outcome FROM ( \
         (SELECT i.occurred_at AS at, 'interaction' AS kind, i.id, s.id AS feedback_id, s.number, i.channel, \
         i.direction, i.summary AS text, NULL AS outcome \
         FROM interaction i LEFT JOIN seen s ON s.id = i.feedback_id \
         WHERE i.customer_id = $customer AND (i.occurred_at, i.id) <= ($at, $id) ORDER BY i.occurred_at DESC, i.id DESC LIMIT $rows + 1) \
         UNION ALL \
         (SELECT s.registered_at, 'feedback_registered', s.id, s.id, s.number, s.channel, 'inbound', \
         coalesce(d.subject, left(d.description, 200)), NULL \
         FROM seen s JOIN feedback_detail d ON d.feedback_id = s.id) \
         UNION ALL \
         (SELECT s.closed_at, 'feedback_closed', s.id, s.id, s.number, NULL, NULL, NULL, s.outcome \
         FROM seen s WHERE s.closed_at IS NOT NULL) \
         UNION ALL \
         (SELECT r.sent_at, 'reply', r.id, s.id, s.number, r.channel, 'outbound', left(r.text, 200), NULL \
         FROM seen s JOIN reply r ON r.feedback_id = s.id)) entry \
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
    sight: Sight,
    after: &After,
    rows: i64,
) -> Result<Vec<Entry>> {
    let query = Timeline {
        customer,
        all: sight.all,
        department: sight.department,
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
        feedback: Uuid => SqlUuid, customer: CustomerId => SqlUuid, all: bool => Bool,
        department: Option<Uuid> => Nullable<SqlUuid>
    } -> SqlUuid =
        "WITH RECURSIVE below AS (SELECT id FROM department WHERE id = $department \
         UNION SELECT d.id FROM department d JOIN below b ON d.parent_id = b.id) \
         SELECT f.id FROM feedback f WHERE f.id = $feedback AND f.customer_id = $customer \
         AND ($all OR EXISTS (SELECT FROM dispatch p WHERE p.feedback_id = f.id \
         AND p.department_id IN (SELECT id FROM below)))"
}

/// Returns whether the feedback is this customer's, and to be seen.
pub fn is_feedback_of(tx: &mut Tx, feedback: Uuid, customer: CustomerId, sight: Sight) -> Result<bool> {
    let query = Owner { feedback, customer, all: sight.all, department: sight.department };
    Ok(query.get_result::<Uuid>(tx).optional()?.is_some())
}
