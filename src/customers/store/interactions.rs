//! Interactions: what passed between a customer and the organisation.

use crate::{
    customers::domain::{CustomerId, InteractionId},
    platform::{
        db::{Tx, on_constraints, static_query},
        http::problem::{Error, Result},
        ids,
    },
    staff::StaffId,
    vocabulary::{Channel, Direction, InteractionKind},
};
use chrono::{DateTime, Utc};
use diesel::{
    RunQueryDsl,
    sql_types::{BigInt, Double, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

/// After the last instant that is stored: 1 January 2200.
const LATEST: DateTime<Utc> = match DateTime::from_timestamp_secs(7_258_118_400) {
    Some(at) => at,
    None => DateTime::UNIX_EPOCH,
};

/// An interaction to be noted; it belongs to a customer, a feedback or both.
#[derive(Clone, Debug)]
pub struct NewInteraction {
    /// The customer; none where the feedback is anonymous.
    pub customer_id: Option<CustomerId>,
    /// The feedback that it refers to.
    pub feedback_id: Option<Uuid>,
    /// By which way it went.
    pub channel: Channel,
    /// From whom to whom it went.
    pub direction: Direction,
    /// In which form.
    pub kind: InteractionKind,
    /// What was said.
    pub summary: String,
    /// How the customer felt: -1 to 1.
    pub sentiment: Option<f64>,
    /// When it was.
    pub occurred_at: DateTime<Utc>,
    /// The member of staff who took part.
    pub staff_id: Option<Uuid>,
    /// When it is noted.
    pub created_at: DateTime<Utc>,
}

static_query! {
    /// Notes an interaction.
    struct Insert<'a> {
        id: InteractionId => SqlUuid, customer_id: Option<CustomerId> => Nullable<SqlUuid>,
        feedback_id: Option<Uuid> => Nullable<SqlUuid>, channel: Channel => Text, direction: Direction => Text,
        kind: InteractionKind => Text, summary: &'a str => Text, sentiment: Option<f64> => Nullable<Double>,
        occurred_at: DateTime<Utc> => Timestamptz, staff_id: Option<Uuid> => Nullable<SqlUuid>,
        created_at: DateTime<Utc> => Timestamptz
    } -> SqlUuid =
        "INSERT INTO interaction (id, customer_id, feedback_id, channel, direction, kind, summary, sentiment, \
         occurred_at, staff_id, created_at) VALUES ($id, $customer_id, $feedback_id, $channel, $direction, $kind, \
         $summary, $sentiment::numeric(4,3), $occurred_at, $staff_id, $created_at)"
}

/// Notes an interaction; refuses `unknown_feedback`.
pub fn note_interaction(tx: &mut Tx, new: NewInteraction) -> Result<InteractionId> {
    let id = InteractionId(ids::next());
    let insert = Insert {
        id,
        customer_id: new.customer_id,
        feedback_id: new.feedback_id,
        channel: new.channel,
        direction: new.direction,
        kind: new.kind,
        summary: &new.summary,
        sentiment: new.sentiment,
        occurred_at: new.occurred_at,
        staff_id: new.staff_id,
        created_at: new.created_at,
    };
    let unknown =
        Error::field("/feedback_id", "unknown_feedback", "There is no such feedback.", "没有这条反馈。");
    on_constraints(insert.execute(tx), [("interaction_feedback_id_fkey", unknown)])?;
    Ok(id)
}

static_query! {
    /// Finds when staff first said something to the customer about a feedback.
    struct FirstSaid { feedback: Uuid => SqlUuid } -> Nullable<Timestamptz> =
        "SELECT min(created_at) FROM interaction \
         WHERE feedback_id = $feedback AND direction = 'outbound' AND kind <> 'system'"
}

/// Returns when staff first said something to the customer about a feedback, replies aside.
pub fn first_said(tx: &mut Tx, feedback: Uuid) -> Result<Option<DateTime<Utc>>> {
    Ok(FirstSaid { feedback }.get_result(tx)?)
}

/// An interaction of a customer.
#[derive(Clone, Debug, diesel::Queryable)]
#[expect(missing_docs, reason = "the columns say what they are")]
pub struct Interaction {
    pub id: InteractionId,
    pub customer_id: CustomerId,
    pub feedback_id: Option<Uuid>,
    pub channel: Channel,
    pub direction: Direction,
    pub kind: InteractionKind,
    pub summary: String,
    pub sentiment: Option<f64>,
    pub occurred_at: DateTime<Utc>,
    pub staff_id: Option<StaffId>,
    pub created_at: DateTime<Utc>,
}

type InteractionSql = (
    SqlUuid,
    SqlUuid,
    Nullable<SqlUuid>,
    Text,
    Text,
    Text,
    Text,
    Nullable<Double>,
    Timestamptz,
    Nullable<SqlUuid>,
    Timestamptz,
);

static_query! {
    /// Finds the interactions of a customer after a position, latest first.
    struct OfCustomer {
        customer: CustomerId => SqlUuid, at: DateTime<Utc> => Timestamptz, id: InteractionId => SqlUuid,
        rows: i64 => BigInt
    } -> InteractionSql =
        "SELECT id, customer_id, feedback_id, channel, direction, kind, summary, sentiment::float8, occurred_at, \
         staff_id, created_at FROM interaction \
         WHERE customer_id = $customer AND (occurred_at, id) < ($at, $id) \
         ORDER BY occurred_at DESC, id DESC LIMIT $rows"
}

static_query! {
    /// Finds one interaction.
    struct One { id: InteractionId => SqlUuid } -> InteractionSql =
        "SELECT id, customer_id, feedback_id, channel, direction, kind, summary, sentiment::float8, occurred_at, \
         staff_id, created_at FROM interaction WHERE id = $id"
}

/// Returns the customer's interactions after a position, latest first.
pub fn interactions(
    tx: &mut Tx,
    customer: CustomerId,
    after: Option<(DateTime<Utc>, InteractionId)>,
    rows: i64,
) -> Result<Vec<Interaction>> {
    let (at, id) = after.unwrap_or((LATEST, InteractionId(Uuid::max())));
    Ok(OfCustomer { customer, at, id, rows }.load(tx)?)
}

/// Returns the interaction.
pub fn interaction(tx: &mut Tx, id: InteractionId) -> Result<Interaction> {
    Ok(One { id }.get_result(tx)?)
}
