use crate::{
    departments::DepartmentId,
    feedback::domain::{FeedbackId, ReplyId},
    platform::{db::Tx, http::problem::Result},
    schema::{customer_notice, dispatch, notification, progress_note, reply, satisfaction},
    staff::StaffId,
    vocabulary::{ApprovalDecision, Channel, DeliveryState, Verdict},
};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};
use serde::Serialize;
use uuid::Uuid;

/// A result that was sent to the customer.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = reply, check_for_backend(Pg))]
pub struct Reply {
    /// The id.
    pub id: ReplyId,
    /// The feedback.
    pub feedback_id: FeedbackId,
    /// The round.
    pub round: i32,
    /// The decision that it rests on.
    pub approval_id: Uuid,
    /// Always `approved`: the database wants it so.
    pub approval_decision: ApprovalDecision,
    /// The channel.
    pub channel: Channel,
    /// Why it is not the one that the customer chose.
    pub channel_reason: Option<String>,
    /// The result.
    pub text: String,
    /// What it rests on.
    pub basis: String,
    /// Who sent it.
    pub sent_by: Option<StaffId>,
    /// When.
    pub sent_at: DateTime<Utc>,
    /// Whether it arrived.
    pub delivery_state: DeliveryState,
    /// When it arrived.
    pub delivered_at: Option<DateTime<Utc>>,
}

/// The question whether the customer is satisfied, and the answer.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = satisfaction, check_for_backend(Pg), treat_none_as_null = true)]
pub struct Satisfaction {
    /// The id.
    pub id: Uuid,
    /// The feedback.
    pub feedback_id: FeedbackId,
    /// The round.
    pub round: i32,
    /// The reply that it is about.
    pub reply_id: ReplyId,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// The answer.
    pub verdict: Option<Verdict>,
    /// The score, 1 to 5.
    pub score: Option<i16>,
    /// In the customer's words.
    pub comment: Option<String>,
    /// Who recorded it, if not the customer.
    pub recorded_by: Option<StaffId>,
    /// What the record rests on.
    pub evidence: Option<String>,
    /// The handler at the reply.
    pub handler_id: Option<StaffId>,
    /// The department at the reply.
    pub department_id: Option<DepartmentId>,
    /// Whether the reply never arrived.
    pub void: bool,
}

/// A note on how it goes.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = progress_note, check_for_backend(Pg))]
pub struct ProgressNote {
    /// The id.
    pub id: Uuid,
    /// The feedback.
    pub feedback_id: FeedbackId,
    /// Who wrote it.
    pub by_id: Option<StaffId>,
    /// When.
    pub at: DateTime<Utc>,
    /// The note.
    pub text: String,
    /// When it will be done.
    pub eta: Option<DateTime<Utc>>,
    /// Whether it went to the customer.
    pub to_customer: bool,
}

/// Returns all replies of a feedback, oldest first.
pub fn replies(tx: &mut Tx, id: FeedbackId) -> Result<Vec<Reply>> {
    Ok(reply::table
        .filter(reply::feedback_id.eq(id))
        .order((reply::sent_at, reply::id))
        .select(Reply::as_select())
        .load(tx)?)
}

/// Returns all questions for satisfaction, oldest first.
pub fn satisfactions(tx: &mut Tx, id: FeedbackId) -> Result<Vec<Satisfaction>> {
    Ok(satisfaction::table
        .filter(satisfaction::feedback_id.eq(id))
        .order((satisfaction::asked_at, satisfaction::id))
        .select(Satisfaction::as_select())
        .load(tx)?)
}

/// Stores a reply.
pub fn insert_reply(tx: &mut Tx, new: &Reply) -> Result<()> {
    diesel::insert_into(reply::table).values(new).execute(tx)?;
    Ok(())
}

/// Stores a question for satisfaction.
pub fn insert_satisfaction(tx: &mut Tx, new: &Satisfaction) -> Result<()> {
    diesel::insert_into(satisfaction::table).values(new).execute(tx)?;
    Ok(())
}

/// Voids the question of a reply that never arrived.
pub fn void_satisfaction(tx: &mut Tx, id: ReplyId) -> Result<()> {
    diesel::update(satisfaction::table.filter(satisfaction::reply_id.eq(id)))
        .set(satisfaction::void.eq(true))
        .execute(tx)?;
    Ok(())
}

/// Stores whether a reply arrived.
pub fn set_delivery(tx: &mut Tx, id: ReplyId, state: DeliveryState, at: DateTime<Utc>) -> Result<()> {
    let arrived = (state == DeliveryState::Delivered).then_some(at);
    diesel::update(reply::table.find(id))
        .set((reply::delivery_state.eq(state), reply::delivered_at.eq(arrived)))
        .execute(tx)?;
    Ok(())
}

/// Stores an answer.
pub fn save_satisfaction(tx: &mut Tx, row: &Satisfaction) -> Result<()> {
    diesel::update(satisfaction::table.find(row.id)).set(row).execute(tx)?;
    Ok(())
}

/// Stores a progress note.
pub fn insert_note(tx: &mut Tx, note: &ProgressNote) -> Result<()> {
    diesel::insert_into(progress_note::table).values(note).execute(tx)?;
    Ok(())
}

/// Returns when the last progress note of a feedback was written.
pub fn last_note_at(tx: &mut Tx, id: FeedbackId) -> Result<Option<DateTime<Utc>>> {
    let of_case = progress_note::table.filter(progress_note::feedback_id.eq(id));
    Ok(of_case.select(diesel::dsl::max(progress_note::at)).first(tx)?)
}

/// Returns the progress notes of a feedback, oldest first.
pub fn notes(tx: &mut Tx, id: FeedbackId) -> Result<Vec<ProgressNote>> {
    Ok(progress_note::table
        .filter(progress_note::feedback_id.eq(id))
        .order((progress_note::at, progress_note::id))
        .select(ProgressNote::as_select())
        .load(tx)?)
}

/// One hand-over.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = dispatch, check_for_backend(Pg))]
pub struct Dispatch {
    /// The id.
    pub id: Uuid,
    /// The feedback.
    pub feedback_id: FeedbackId,
    /// To which department.
    pub department_id: DepartmentId,
    /// To which handler.
    pub handler_id: Option<StaffId>,
    /// By whom.
    pub by_id: Option<Uuid>,
    /// When.
    pub at: DateTime<Utc>,
    /// By which rule.
    pub rule_id: Option<Uuid>,
    /// Why.
    pub reason: Option<String>,
}

/// Stores a hand-over.
pub fn insert_dispatch(tx: &mut Tx, new: &Dispatch) -> Result<()> {
    diesel::insert_into(dispatch::table).values(new).execute(tx)?;
    Ok(())
}

/// Something that a member of staff should know.
#[derive(Clone, Debug, Serialize, Insertable)]
#[diesel(table_name = notification, check_for_backend(Pg))]
pub struct NewNotification {
    /// The id.
    pub id: Uuid,
    /// Who should know it.
    pub staff_id: StaffId,
    /// What it is.
    pub kind: String,
    /// About which feedback.
    pub feedback_id: Option<FeedbackId>,
    /// What makes it the same notification, sent once.
    pub dedupe_key: Option<String>,
    /// More about it.
    pub detail: serde_json::Value,
    /// When.
    pub at: DateTime<Utc>,
}

/// Stores notifications; one that was sent before is not sent again.
pub fn insert_notifications(tx: &mut Tx, rows: &[NewNotification]) -> Result<()> {
    if !rows.is_empty() {
        diesel::insert_into(notification::table).values(rows).on_conflict_do_nothing().execute(tx)?;
    }
    Ok(())
}

/// Something that the customer is to be told.
#[derive(Clone, Debug, Serialize, Insertable)]
#[diesel(table_name = customer_notice, check_for_backend(Pg))]
pub struct NewNotice {
    /// The id.
    pub id: Uuid,
    /// About which feedback.
    pub feedback_id: FeedbackId,
    /// What it is.
    pub kind: String,
    /// Over which channel.
    pub channel: Channel,
    /// In which round.
    pub round: i32,
    /// When.
    pub at: DateTime<Utc>,
    /// More about it.
    pub detail: serde_json::Value,
}

/// Stores what the customer is to be told; what was said before is not said again.
pub fn insert_notices(tx: &mut Tx, rows: &[NewNotice]) -> Result<()> {
    if !rows.is_empty() {
        diesel::insert_into(customer_notice::table).values(rows).on_conflict_do_nothing().execute(tx)?;
    }
    Ok(())
}
