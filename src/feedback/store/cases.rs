use super::scope::seen;
use crate::{
    customers::CustomerId,
    departments::DepartmentId,
    feedback::domain::FeedbackId,
    platform::{
        auth::{Scope, Sight},
        db::{Tx, static_query},
        http::problem::{Error, Result},
    },
    schema::{feedback, feedback_detail},
    staff::StaffId,
    vocabulary::{Channel, FeedbackType, Outcome, Priority, PriorityReason, Status},
};
use chrono::{DateTime, Utc};
use diesel::{
    pg::Pg,
    prelude::*,
    sql_types::{Text, Uuid as SqlUuid},
};
use serde::Serialize;
use uuid::Uuid;

/// Where one feedback stands.
#[derive(Clone, Debug, Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = feedback, check_for_backend(Pg), treat_none_as_null = true)]
pub struct Feedback {
    /// The id.
    pub id: FeedbackId,
    /// The number that people say.
    pub number: String,
    /// The customer, if it is known who it is.
    pub customer_id: Option<CustomerId>,
    /// How it came in.
    pub channel: Channel,
    /// Its type.
    #[diesel(column_name = type_)]
    #[serde(rename = "type")]
    pub kind: FeedbackType,
    /// Its priority.
    pub priority: Priority,
    /// When the customer said it.
    pub received_at: DateTime<Utc>,
    /// When it was registered.
    pub registered_at: DateTime<Utc>,
    /// Its status.
    pub status: Status,
    /// Since when it has that status.
    pub status_since: DateTime<Utc>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// When it ended.
    pub closed_at: Option<DateTime<Utc>>,
    /// The department that has it.
    pub department_id: Option<DepartmentId>,
    /// The handler who has it.
    pub handler_id: Option<StaffId>,
    /// Whether no routing rule fitted.
    pub unrouted: bool,
    /// The level of escalation.
    pub escalation_level: i32,
    /// Whether it was to be raised above the highest level.
    pub max_level: bool,
    /// The round.
    pub round: i32,
    /// The cancelled feedback that it comes from.
    pub parent_id: Option<FeedbackId>,
    /// The survivor of a merge.
    pub merged_into_id: Option<FeedbackId>,
    /// Since when it waits for somebody outside.
    pub waits_since: Option<DateTime<Utc>>,
    /// When that waiting ends by itself.
    pub waits_until: Option<DateTime<Utc>>,
    /// Whether the last waiting ended by itself.
    pub timed_out: bool,
    /// How often it was handed over.
    pub transfers: i32,
    /// The earliest due time of an open clock.
    pub next_due_at: Option<DateTime<Utc>>,
    /// When the worker looks next.
    pub next_check_at: Option<DateTime<Utc>>,
    /// Since when an explanation is owed.
    pub owes_explanation_since: Option<DateTime<Utc>>,
    /// The hash of the customer's token.
    #[serde(serialize_with = "super::bytea_if")]
    pub track_token_hash: Option<Vec<u8>>,
    /// The number of the last event.
    pub last_seq: i32,
    /// The head of the hash chain.
    #[serde(serialize_with = "super::bytea")]
    pub last_hash: Vec<u8>,
    /// The version.
    pub version: i64,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl Feedback {
    /// Returns a feedback as it is when it is registered at `at`, before anything is known of it.
    pub fn blank(id: FeedbackId, at: DateTime<Utc>) -> Self {
        Self {
            id,
            number: String::new(),
            customer_id: None,
            channel: Channel::Api,
            kind: FeedbackType::Inquiry,
            priority: Priority::Normal,
            received_at: at,
            registered_at: at,
            status: Status::Registered,
            status_since: at,
            outcome: None,
            closed_at: None,
            department_id: None,
            handler_id: None,
            unrouted: false,
            escalation_level: 0,
            max_level: false,
            round: 1,
            parent_id: None,
            merged_into_id: None,
            waits_since: None,
            waits_until: None,
            timed_out: false,
            transfers: 0,
            next_due_at: None,
            next_check_at: None,
            owes_explanation_since: None,
            track_token_hash: None,
            last_seq: 0,
            last_hash: Vec::new(),
            version: 1,
            updated_at: at,
        }
    }
}

/// What the customer said, and how to reach them.
#[derive(Clone, Debug, Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = feedback_detail, primary_key(feedback_id), check_for_backend(Pg), treat_none_as_null = true)]
pub struct Detail {
    /// The feedback.
    pub feedback_id: FeedbackId,
    /// The contact's name.
    pub contact_name: Option<String>,
    /// The contact's telephone number.
    pub contact_phone: Option<String>,
    /// The contact's e-mail address.
    pub contact_email: Option<String>,
    /// The channel of the reply.
    pub reply_channel: Channel,
    /// A finer type.
    pub subtype: Option<String>,
    /// A headline.
    pub subject: Option<String>,
    /// What happened.
    pub description: String,
    /// What the customer wants.
    pub demand: String,
    /// Why it has its priority.
    pub priority_reasons: Vec<PriorityReason>,
    /// Whether somebody may come to harm.
    pub safety_risk: bool,
    /// Whether many have the same problem.
    pub batch_problem: bool,
    /// Whether it may become a public matter.
    pub public_opinion_risk: bool,
    /// The product.
    pub product_ref: Option<String>,
    /// The order.
    pub order_ref: Option<String>,
    /// Free members.
    pub custom: serde_json::Value,
    /// Who registered it.
    pub registered_by: Option<Uuid>,
    /// The department that the rules would choose.
    pub suggested_department_id: Option<DepartmentId>,
}

/// Finds one that `scope` may see.
pub fn find(tx: &mut Tx, scope: Scope, id: FeedbackId) -> Result<(Feedback, Detail)> {
    let (all, Sight { person, department, at }) = scope.bounds();
    let found = feedback::table
        .inner_join(feedback_detail::table)
        .select((Feedback::as_select(), Detail::as_select()))
        .filter(feedback::id.eq(id))
        .filter(seen(all, person, department, at))
        .first(tx);
    found.optional()?.ok_or(Error::NotFound("feedback"))
}

/// Finds one by its number.
pub fn find_by_number(tx: &mut Tx, scope: Scope, number: &str) -> Result<(Feedback, Detail)> {
    let (all, Sight { person, department, at }) = scope.bounds();
    let found = feedback::table
        .inner_join(feedback_detail::table)
        .select((Feedback::as_select(), Detail::as_select()))
        .filter(feedback::number.eq(number))
        .filter(seen(all, person, department, at))
        .first(tx);
    found.optional()?.ok_or(Error::NotFound("feedback"))
}

/// Locks one that `scope` may see until the transaction ends.
pub fn lock(tx: &mut Tx, scope: Scope, id: FeedbackId) -> Result<(Feedback, Detail)> {
    let (all, Sight { person, department, at }) = scope.bounds();
    let row: Option<Feedback> = feedback::table
        .filter(feedback::id.eq(id))
        .filter(seen(all, person, department, at))
        .select(Feedback::as_select())
        .for_update()
        .first(tx)
        .optional()?;
    let row = row.ok_or(Error::NotFound("feedback"))?;
    let detail = feedback_detail::table.find(id).select(Detail::as_select()).first(tx)?;
    Ok((row, detail))
}

/// Stores where a locked feedback stands now.
pub fn save(tx: &mut Tx, row: &Feedback) -> Result<()> {
    diesel::update(feedback::table.find(row.id)).set(row).execute(tx)?;
    Ok(())
}

/// Stores what a locked feedback says now.
pub fn save_detail(tx: &mut Tx, detail: &Detail) -> Result<()> {
    diesel::update(feedback_detail::table.find(detail.feedback_id)).set(detail).execute(tx)?;
    Ok(())
}

static_query! {
    /// Stores the words by which a feedback is found.
    struct Index<'a> { id: FeedbackId => SqlUuid, tokens: &'a str => Text } -> () =
        "UPDATE feedback_detail SET search = $tokens::tsvector WHERE feedback_id = $id"
}

/// Stores the words by which a feedback is found.
pub fn index(tx: &mut Tx, id: FeedbackId, tokens: &str) -> Result<()> {
    Index { id, tokens }.execute(tx)?;
    Ok(())
}
