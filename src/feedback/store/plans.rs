use crate::{
    feedback::domain::{FeedbackId, PlanId},
    loyalty::{EntryId, rewards::RedemptionId},
    platform::{
        db::{Tx, static_query},
        http::problem::Result,
    },
    schema::{approval, compensation, handling_plan as plan},
    staff::StaffId,
    vocabulary::{ApprovalDecision, CompensationState, Measure, PlanState},
};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*, sql_types::Uuid as SqlUuid};
use uuid::Uuid;

/// What a handler proposes to do.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = plan, check_for_backend(Pg))]
pub struct Plan {
    /// The id.
    pub id: PlanId,
    /// The feedback.
    pub feedback_id: FeedbackId,
    /// The round.
    pub round: i32,
    /// Its place among the plans of the feedback, from 1.
    pub number: i32,
    /// What is done.
    pub measure: Measure,
    /// The plan in words.
    pub text: String,
    /// What it rests on.
    pub basis: String,
    /// Who proposed it.
    pub proposed_by: StaffId,
    /// When.
    pub proposed_at: DateTime<Utc>,
    /// What became of it.
    pub state: PlanState,
}

/// What the customer gets besides an answer.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = compensation, primary_key(plan_id), check_for_backend(Pg))]
pub struct Compensation {
    /// The plan.
    pub plan_id: PlanId,
    /// The feedback.
    pub feedback_id: FeedbackId,
    /// The round.
    pub round: i32,
    /// What became of it.
    pub state: CompensationState,
    /// Loyalty points.
    pub points: Option<i64>,
    /// A reward of the catalogue.
    pub reward_id: Option<Uuid>,
    /// Money in minor units.
    pub amount_minor: Option<i64>,
    /// Its currency.
    pub currency: Option<String>,
    /// Whether it is taken back when the case is reopened.
    pub reverse_on_reopen: bool,
    /// Whether it comes on top of what was paid before.
    pub additional: bool,
    /// How many points were paid, after what was paid before.
    pub paid_points: Option<i64>,
    /// How much money was paid, after what was paid before.
    pub paid_amount_minor: Option<i64>,
    /// The reward that was given, unless it was given before.
    pub paid_reward_id: Option<Uuid>,
    /// When it was issued.
    pub issued_at: Option<DateTime<Utc>>,
    /// The entry that paid the points.
    pub entry_id: Option<EntryId>,
    /// The entry that took them back.
    pub reversal_id: Option<EntryId>,
    /// The reward that is kept for it from the approval on.
    pub redemption_id: Option<RedemptionId>,
}

/// A decision on a plan.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = approval, check_for_backend(Pg))]
pub struct Approval {
    /// The id.
    pub id: Uuid,
    /// The feedback.
    pub feedback_id: FeedbackId,
    /// The round.
    pub round: i32,
    /// The plan; none for a conclusion.
    pub plan_id: Option<PlanId>,
    /// Who proposed the plan.
    pub proposer_id: Option<StaffId>,
    /// By a person, by a rule, or as a conclusion.
    pub kind: String,
    /// Who decided.
    pub approver_id: Option<StaffId>,
    /// The decision.
    pub decision: ApprovalDecision,
    /// Why.
    pub comment: Option<String>,
    /// As what the approver stood in the chain.
    pub standing: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Returns all plans of a feedback, oldest first.
pub fn plans(tx: &mut Tx, id: FeedbackId) -> Result<Vec<Plan>> {
    Ok(plan::table.filter(plan::feedback_id.eq(id)).order(plan::number).select(Plan::as_select()).load(tx)?)
}

/// Returns all compensations of a feedback.
pub fn compensations(tx: &mut Tx, id: FeedbackId) -> Result<Vec<Compensation>> {
    Ok(compensation::table
        .filter(compensation::feedback_id.eq(id))
        .order(compensation::round)
        .select(Compensation::as_select())
        .load(tx)?)
}

/// Returns all decisions of a feedback, oldest first.
pub fn approvals(tx: &mut Tx, id: FeedbackId) -> Result<Vec<Approval>> {
    Ok(approval::table
        .filter(approval::feedback_id.eq(id))
        .order((approval::at, approval::id))
        .select(Approval::as_select())
        .load(tx)?)
}

/// Returns the newest plan of a feedback.
pub fn last_plan(tx: &mut Tx, id: FeedbackId) -> Result<Option<Plan>> {
    Ok(plan::table
        .filter(plan::feedback_id.eq(id))
        .order(plan::number.desc())
        .select(Plan::as_select())
        .first(tx)
        .optional()?)
}

/// Stores a plan with its compensation.
pub fn insert_plan(tx: &mut Tx, new: &Plan, extra: Option<&Compensation>) -> Result<()> {
    diesel::insert_into(plan::table).values(new).execute(tx)?;
    if let Some(extra) = extra {
        diesel::insert_into(compensation::table).values(extra).execute(tx)?;
    }
    Ok(())
}

/// Stores what became of a plan.
pub fn set_plan_state(tx: &mut Tx, id: PlanId, state: PlanState) -> Result<()> {
    diesel::update(plan::table.find(id)).set(plan::state.eq(state)).execute(tx)?;
    Ok(())
}

/// Moves the compensations of a feedback that are in one of `from` to `to`.
pub fn set_compensation_state(
    tx: &mut Tx,
    id: FeedbackId,
    from: &[CompensationState],
    to: CompensationState,
) -> Result<()> {
    let target = compensation::table
        .filter(compensation::feedback_id.eq(id))
        .filter(compensation::state.eq_any(from.to_vec()));
    diesel::update(target).set(compensation::state.eq(to)).execute(tx)?;
    Ok(())
}

/// What is paid of a compensation, after what was paid before.
#[derive(Clone, Copy, Debug)]
pub struct Paid {
    /// Loyalty points.
    pub points: Option<i64>,
    /// Money in minor units.
    pub money: Option<i64>,
    /// A reward.
    pub reward: Option<Uuid>,
    /// The entry that paid the points.
    pub entry: Option<EntryId>,
}

static_query! {
    /// Lists a feedback and all that were merged into it.
    struct WithMerged { id: FeedbackId => SqlUuid } -> SqlUuid =
        "WITH RECURSIVE line AS ( \
           SELECT id FROM feedback WHERE id = $id \
           UNION SELECT f.id FROM line JOIN feedback f ON f.merged_into_id = line.id \
         ) SELECT id FROM line"
}

/// Returns all compensations of a feedback and of those merged into it.
pub fn compensations_with_merged(tx: &mut Tx, id: FeedbackId) -> Result<Vec<Compensation>> {
    let ids: Vec<FeedbackId> = WithMerged { id }.load(tx)?;
    Ok(compensation::table
        .filter(compensation::feedback_id.eq_any(ids))
        .order(compensation::round)
        .select(Compensation::as_select())
        .load(tx)?)
}

/// Marks a reserved compensation as issued, with what was paid.
pub fn issue_compensation(tx: &mut Tx, id: PlanId, paid: &Paid, at: DateTime<Utc>) -> Result<()> {
    diesel::update(compensation::table.find(id))
        .set((
            compensation::state.eq(CompensationState::Issued),
            compensation::paid_points.eq(paid.points),
            compensation::paid_amount_minor.eq(paid.money),
            compensation::paid_reward_id.eq(paid.reward),
            compensation::entry_id.eq(paid.entry),
            compensation::issued_at.eq(at),
        ))
        .execute(tx)?;
    Ok(())
}

/// Stores a decision.
pub fn insert_approval(tx: &mut Tx, new: &Approval) -> Result<()> {
    diesel::insert_into(approval::table).values(new).execute(tx)?;
    Ok(())
}

/// Marks a proposed compensation as reserved, with the reward that is kept for it.
pub fn reserve_compensation(tx: &mut Tx, id: PlanId, kept: Option<RedemptionId>) -> Result<()> {
    diesel::update(compensation::table.find(id))
        .set((compensation::state.eq(CompensationState::Reserved), compensation::redemption_id.eq(kept)))
        .execute(tx)?;
    Ok(())
}

/// Marks an issued compensation as reversed, with the entry that took its points back.
pub fn reverse_compensation(tx: &mut Tx, id: PlanId, reversal: Option<EntryId>) -> Result<()> {
    diesel::update(compensation::table.find(id))
        .set((compensation::state.eq(CompensationState::Reversed), compensation::reversal_id.eq(reversal)))
        .execute(tx)?;
    Ok(())
}
