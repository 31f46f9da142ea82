//! Compensation: reserved when the plan is approved, issued when the customer is satisfied.
//!
//! Points are earned on the ledger, for the source `feedback` and `number:round`. A reward is kept from the approval on, so
//! that whatever becomes of its stock never stands in the way of a customer's answer. Money is only recorded. Who was
//! merged is paid through the survivor; who was erased is paid no points and no reward.

use crate::{
    customers::{self, CustomerId},
    feedback::{
        domain::FeedbackId,
        store::{self, Compensation, Feedback, Paid},
        wire::SubmitPlanIn,
    },
    loyalty::{
        self, Earn, EntryId, Source,
        rewards::{self, RewardId},
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::problem::{Error, Result},
    },
    vocabulary::CompensationState,
};

/// The system that the ledger knows feedback by.
const SYSTEM: &str = "feedback";
/// The rule that earns the points.
const RULE: &str = "compensation";

/// Refuses a plan whose reward is unknown or offered no more: 422 `unknown_reward`, 409 `reward_inactive`.
pub fn require_reward(tx: &mut Tx, input: &SubmitPlanIn) -> Result<()> {
    let Some(reward) = input.compensation.as_ref().and_then(|wanted| wanted.reward_id) else {
        return Ok(());
    };
    rewards::require_offered(tx, RewardId(reward)).map_err(|error| match error {
        Error::NotFound(_) => {
            Error::field("/compensation/reward_id", "unknown_reward", "is no reward", "奖励不存在")
        }
        other => other,
    })
}

/// Reserves what was proposed, and keeps its reward; refuses `reward_inactive`, `out_of_stock`.
pub fn reserve(tx: &mut Tx, actor: &Actor, case: &Feedback) -> Result<()> {
    for proposed in store::compensations(tx, case.id)? {
        if proposed.state != CompensationState::Proposed {
            continue;
        }
        let kept = match proposed.reward_id.zip(case.customer_id) {
            None => None,
            Some((reward, customer)) => {
                let source = source(case, &proposed);
                Some(rewards::reserve(tx, actor, customer, RewardId(reward), source)?)
            }
        };
        store::reserve_compensation(tx, proposed.plan_id, kept)?;
    }
    Ok(())
}

/// Issues the reserved compensation, less what was issued before of the same kind, unless it is additional.
pub fn issue(tx: &mut Tx, actor: &Actor, case: &Feedback) -> Result<()> {
    let all = store::compensations_with_merged(tx, case.id)?;
    let reserved = |c: &&Compensation| c.feedback_id == case.id && c.state == CompensationState::Reserved;
    let Some(due) = all.iter().find(reserved) else {
        return Ok(());
    };
    let payee = match case.customer_id {
        Some(customer) => customers::survivor(tx, customer)?,
        None => None,
    };
    let mut paid = owed(&all, due);
    let points = paid.points.zip(payee).filter(|(points, _)| *points > 0);
    if let Some((points, customer)) = points {
        paid.entry = earn(tx, actor, customer, points, source(case, due))?;
    }
    if paid.entry.is_none() {
        paid.points = paid.points.map(|_| 0);
    }
    paid.reward = paid.reward.filter(|_| payee.is_some());
    match (due.redemption_id, paid.reward.and(payee)) {
        (Some(kept), Some(customer)) => rewards::give(tx, actor, kept, customer)?,
        (Some(kept), None) => rewards::release(tx, actor, kept)?,
        (None, _) => {}
    }
    store::issue_compensation(tx, due.plan_id, &paid, actor.at)
}

/// Returns what is still owed of a compensation, after what was paid before.
fn owed(all: &[Compensation], due: &Compensation) -> Paid {
    let before = || all.iter().filter(|c| c.state == CompensationState::Issued && !due.additional);
    let points: i64 = before().filter_map(|c| c.paid_points).sum();
    let money =
        before().filter(|c| c.currency == due.currency).filter_map(|c| c.paid_amount_minor).sum::<i64>();
    let again = due.reward_id.is_some() && before().any(|c| c.paid_reward_id == due.reward_id);
    Paid {
        points: due.points.map(|wanted| wanted.saturating_sub(points).max(0)),
        money: due.amount_minor.map(|wanted| wanted.saturating_sub(money).max(0)),
        reward: due.reward_id.filter(|_| !again),
        entry: None,
    }
}

/// Earns points; an account that cannot hold them gets none, as nothing may stand in the way of a customer's answer.
fn earn(
    tx: &mut Tx,
    actor: &Actor,
    customer: CustomerId,
    amount: i64,
    source: Source,
) -> Result<Option<EntryId>> {
    let reason = format!("compensation for {}", source.id);
    let earn = Earn { customer, amount, reason, source, rule: Some(RULE.to_owned()), occurred_at: None };
    match loyalty::earn(tx, actor, None, &earn) {
        Ok(posted) => Ok(Some(posted.entry.id)),
        Err(Error::Refused(refused)) if refused.code == "amount_out_of_range" => Ok(None),
        Err(other) => Err(other),
    }
}

fn source(case: &Feedback, of: &Compensation) -> Source {
    Source { system: SYSTEM.to_owned(), id: format!("{}:{}", case.number, of.round) }
}

/// Releases what was proposed or reserved and not issued, with the reward that was kept.
pub fn release(tx: &mut Tx, actor: &Actor, id: FeedbackId) -> Result<()> {
    for unissued in store::compensations(tx, id)? {
        if let (CompensationState::Reserved, Some(kept)) = (unissued.state, unissued.redemption_id) {
            rewards::release(tx, actor, kept)?;
        }
    }
    let unissued = [CompensationState::Proposed, CompensationState::Reserved];
    store::set_compensation_state(tx, id, &unissued, CompensationState::Released)
}

/// Takes back what was issued under a plan that said so: points as the program's reversal policy says, a reward unless
/// its coupon was used.
pub fn reverse_on_reopen(tx: &mut Tx, actor: &Actor, id: FeedbackId) -> Result<()> {
    let mut issued = store::compensations(tx, id)?;
    issued.retain(|c| c.state == CompensationState::Issued && c.reverse_on_reopen);
    // all accounts are locked before any reward
    for compensation in &issued {
        let reversal = match compensation.entry_id {
            Some(entry) => reverse(tx, actor, entry)?,
            None => None,
        };
        store::reverse_compensation(tx, compensation.plan_id, reversal)?;
    }
    for given in issued.iter().filter(|c| c.paid_reward_id.is_some()) {
        if let Some(redemption) = given.redemption_id {
            rewards::take_back(tx, actor, redemption)?;
        }
    }
    Ok(())
}

/// Reverses an earning; one of which somebody has reversed everything stays as it is.
fn reverse(tx: &mut Tx, actor: &Actor, entry: EntryId) -> Result<Option<EntryId>> {
    match loyalty::reverse(tx, actor, None, entry, (None, "the case was reopened")) {
        Ok(posted) => Ok(Some(posted.entry.id)),
        Err(Error::Refused(refused)) if refused.code == "over_reversal" => Ok(None),
        Err(other) => Err(other),
    }
}
