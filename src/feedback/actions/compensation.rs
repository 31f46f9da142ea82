//! Compensation: reserved when the plan is approved, issued when the customer is satisfied.

use crate::{
    feedback::{domain::FeedbackId, store},
    platform::{db::Tx, http::problem::Result},
    vocabulary::CompensationState,
};
use chrono::{DateTime, Utc};

/// Issues the reserved compensation, less what was issued before of the same kind, unless it is additional.
pub fn issue(tx: &mut Tx, id: FeedbackId, at: DateTime<Utc>) -> Result<()> {
    let all = store::compensations_with_merged(tx, id)?;
    let reserved = |c: &&store::Compensation| c.feedback_id == id && c.state == CompensationState::Reserved;
    let Some(due) = all.iter().find(reserved) else {
        return Ok(());
    };
    let before = || all.iter().filter(|c| c.state == CompensationState::Issued && !due.additional);
    let points: i64 = before().filter_map(|c| c.paid_points).sum();
    let money =
        before().filter(|c| c.currency == due.currency).filter_map(|c| c.paid_amount_minor).sum::<i64>();
    let paid_points = due.points.map(|wanted| wanted.saturating_sub(points).max(0));
    let paid_money = due.amount_minor.map(|wanted| wanted.saturating_sub(money).max(0));
    let again = due.reward_id.is_some() && before().any(|c| c.paid_reward_id == due.reward_id);
    let paid_reward = due.reward_id.filter(|_| !again);
    store::issue_compensation(
        tx,
        due.plan_id,
        &store::Paid { points: paid_points, money: paid_money, reward: paid_reward },
        at,
    )
}

/// Releases what was proposed or reserved and not issued.
pub fn release(tx: &mut Tx, id: FeedbackId) -> Result<()> {
    let unissued = [CompensationState::Proposed, CompensationState::Reserved];
    store::set_compensation_state(tx, id, &unissued, CompensationState::Released)
}

/// Takes back what was issued under a plan that said so.
pub fn reverse_on_reopen(tx: &mut Tx, id: FeedbackId) -> Result<()> {
    store::reverse_compensations(tx, id)
}
