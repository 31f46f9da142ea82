//! Compensation: reserved when the plan is approved, issued when the customer is satisfied.

use crate::{
    feedback::{domain::FeedbackId, store},
    platform::{db::Tx, http::problem::Result},
    vocabulary::CompensationState,
};
use chrono::{DateTime, Utc};

/// Issues the reserved compensation, less what was issued before of the same kind, unless it is additional.
pub fn issue(tx: &mut Tx, id: FeedbackId, at: DateTime<Utc>) -> Result<()> {
    let all = store::compensations(tx, id)?;
    let Some(due) = all.iter().find(|c| c.state == CompensationState::Reserved) else {
        return Ok(());
    };
    let before = || {
        all.iter()
            .filter(|c| c.state == CompensationState::Issued && !due.additional)
    };
    let points: i64 = before().filter_map(|c| c.paid_points).sum();
    let money = before()
        .filter(|c| c.currency == due.currency)
        .filter_map(|c| c.paid_amount_minor)
        .sum::<i64>();
    let paid_points = due.points.map(|wanted| wanted.saturating_sub(points).max(0));
    let paid_money = due.amount_minor.map(|wanted| wanted.saturating_sub(money).max(0));
    store::issue_compensation(tx, due.plan_id, (paid_points, paid_money), at)
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
