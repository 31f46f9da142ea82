use crate::{
    feedback::{
        domain::PlanId,
        store::{Approval, Compensation, Plan},
    },
    loyalty::{EntryId, rewards::RedemptionId},
    platform::time::Timestamp,
    staff::StaffId,
    vocabulary::{ApprovalDecision, CompensationState, Measure, PlanState},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What the customer gets besides an answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CompensationOut {
    /// What became of it.
    pub state: CompensationState,
    /// Loyalty points.
    #[schema(required = true)]
    pub points: Option<i64>,
    /// A reward of the catalogue.
    #[schema(required = true)]
    pub reward_id: Option<Uuid>,
    /// Money in minor units.
    #[schema(required = true)]
    pub amount_minor: Option<i64>,
    /// Its currency.
    #[schema(required = true, example = "CNY")]
    pub currency: Option<String>,
    /// Whether it is taken back when the case is reopened.
    pub reverse_on_reopen: bool,
    /// Whether it comes on top of what was paid before.
    pub additional: bool,
    /// The points that were paid, after what was paid before.
    #[schema(required = true)]
    pub paid_points: Option<i64>,
    /// The money that was paid, after what was paid before.
    #[schema(required = true)]
    pub paid_amount_minor: Option<i64>,
    /// The reward that was given, unless it was given before.
    #[schema(required = true)]
    pub paid_reward_id: Option<Uuid>,
    /// When it was issued.
    #[schema(required = true)]
    pub issued_at: Option<Timestamp>,
    /// The entry of the ledger that paid the points.
    #[schema(required = true)]
    pub entry_id: Option<EntryId>,
    /// The entry of the ledger that took them back.
    #[schema(required = true)]
    pub reversal_id: Option<EntryId>,
    /// The redemption that keeps the reward from the approval on, and then gives it.
    #[schema(required = true)]
    pub redemption_id: Option<RedemptionId>,
}

impl From<&Compensation> for CompensationOut {
    fn from(row: &Compensation) -> Self {
        Self {
            state: row.state,
            points: row.points,
            reward_id: row.reward_id,
            amount_minor: row.amount_minor,
            currency: row.currency.clone(),
            reverse_on_reopen: row.reverse_on_reopen,
            additional: row.additional,
            paid_points: row.paid_points,
            paid_amount_minor: row.paid_amount_minor,
            paid_reward_id: row.paid_reward_id,
            issued_at: row.issued_at.map(Timestamp),
            entry_id: row.entry_id,
            reversal_id: row.reversal_id,
            redemption_id: row.redemption_id,
        }
    }
}

/// A decision on a plan.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApprovalOut {
    /// The decision.
    pub decision: ApprovalDecision,
    /// By a `person`, by a `rule`, or as a `conclusion`.
    #[schema(example = "person")]
    pub kind: String,
    /// Who decided; null for a rule.
    #[schema(required = true)]
    pub approver_id: Option<StaffId>,
    /// As what the approver stood in the chain: `head`, `deputy`, `substitute`, `head_above`, `admin`.
    #[schema(required = true, example = "head")]
    pub standing: Option<String>,
    /// A remark.
    #[schema(required = true)]
    pub comment: Option<String>,
    /// When.
    pub at: Timestamp,
}

impl From<&Approval> for ApprovalOut {
    fn from(row: &Approval) -> Self {
        Self {
            decision: row.decision,
            kind: row.kind.clone(),
            approver_id: row.approver_id,
            standing: row.standing.clone(),
            comment: row.comment.clone(),
            at: Timestamp(row.at),
        }
    }
}

/// What a handler proposed to do, and what was decided.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanOut {
    /// The id.
    pub id: PlanId,
    /// The round.
    #[schema(example = 1)]
    pub round: i32,
    /// Its place among the plans of the feedback, from 1.
    #[schema(example = 1)]
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
    pub proposed_at: Timestamp,
    /// What became of it.
    pub state: PlanState,
    /// What the customer gets besides an answer.
    #[schema(required = true)]
    pub compensation: Option<CompensationOut>,
    /// The decisions on it.
    pub approvals: Vec<ApprovalOut>,
}

impl PlanOut {
    /// Returns a plan with its compensation and its decisions.
    pub fn of(plan: Plan, compensations: &[Compensation], approvals: &[Approval]) -> Self {
        let compensation = compensations.iter().find(|c| c.plan_id == plan.id).map(CompensationOut::from);
        let own = approvals.iter().filter(|a| a.plan_id == Some(plan.id));
        Self {
            id: plan.id,
            round: plan.round,
            number: plan.number,
            measure: plan.measure,
            text: plan.text,
            basis: plan.basis,
            proposed_by: plan.proposed_by,
            proposed_at: Timestamp(plan.proposed_at),
            state: plan.state,
            compensation,
            approvals: own.map(ApprovalOut::from).collect(),
        }
    }
}

/// All plans of a feedback, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlansOut {
    /// The plans.
    pub items: Vec<PlanOut>,
}
