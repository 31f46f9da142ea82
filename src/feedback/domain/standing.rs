use super::{MAX_LEVEL, Refusal, Step, after};
use crate::vocabulary::{Outcome, Status};

/// Where somebody stands towards one feedback. It is looked up by person, not by the name of a role: an
/// administrator who heads the department is the head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// An administrator.
    pub admin: bool,
    /// A service agent, or an administrator.
    pub service: bool,
    /// A program with the scope for it.
    pub integrator: bool,
    /// The customer, by the track token.
    pub customer: bool,
    /// The product itself.
    pub system: bool,
    /// This item's handler.
    pub handler: bool,
    /// Handler or head by role, in the item's department.
    pub department: bool,
    /// Head, deputy or substitute of the department or of one above it, or called by the level of the item.
    pub head: bool,
    /// May decide on the plan: the first of the chain who is there, a head above, or an administrator.
    pub approver: bool,
    /// Proposed the pending plan.
    pub proposer: bool,
    /// Proposed the newest plan, whatever became of it.
    pub planned: bool,
    /// Heads the top department of the chain.
    pub top: bool,
}

/// What the guards ask about the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The status.
    pub status: Status,
    /// The outcome of a closed case.
    pub outcome: Option<Outcome>,
    /// The round.
    pub round: i32,
    /// The level.
    pub level: i32,
    /// Whether somebody handles it who is not the caller.
    pub other_handler: bool,
    /// Whether handler and department are both there and active.
    pub handler_active: bool,
    /// Whether the caller works in the item's department.
    pub in_department: bool,
    /// Whether somebody besides the caller could approve.
    pub second_person: bool,
    /// Whether the last reply still waits for an answer, or its answer may still change.
    pub answerable: bool,
    /// Whether any reply was sent.
    pub replied: bool,
    /// In how many earlier rounds a reply was sent.
    pub replied_rounds: usize,
    /// Whether the time for reopening is not over.
    pub reopenable: bool,
}

/// Decides whether somebody may take a step now: first who, then from which status, then the guard.
pub fn may(step: Step, who: Standing, facts: Facts) -> Result<(), Refusal> {
    if !admits(step, who, facts) {
        return Err(if step_is_decision(step) && who.proposer {
            Refusal::OwnPlan
        } else {
            Refusal::NotYours
        });
    }
    after(facts.status, step).ok_or(Refusal::InvalidTransition)?;
    guard(step, who, facts)
}

fn step_is_decision(step: Step) -> bool {
    matches!(step, Step::Approve | Step::Reject)
}

/// The column "Who" of the transition table.
fn admits(step: Step, who: Standing, facts: Facts) -> bool {
    match step {
        Step::Dispatch => who.service || who.system,
        Step::Transfer | Step::Alternative | Step::Escalate | Step::SetPriority => who.service || who.head,
        Step::Return | Step::Accept => who.department || who.admin,
        Step::Ask | Step::Hold | Step::Resume | Step::SubmitPlan => who.handler || who.admin,
        Step::CustomerAnswer => who.service || who.handler || who.integrator || who.customer,
        // outside pending_approval there is no plan to take back or to decide on: say so, not "not yours"
        Step::Withdraw => {
            who.proposer || who.admin || (facts.status != Status::PendingApproval && who.planned)
        }
        Step::Approve | Step::Reject => {
            !who.proposer
                && (who.approver || (facts.status != Status::PendingApproval && (who.head || who.admin)))
        }
        Step::Reply => who.service || who.handler,
        Step::Confirm | Step::Reopen => who.customer || who.service,
        Step::Merge | Step::Cancel => who.service,
        Step::Conclude => who.top || who.admin,
        Step::ProgressNotes => who.service || who.handler || who.head,
    }
}

/// The column "Guard", as far as it needs no input.
fn guard(step: Step, who: Standing, facts: Facts) -> Result<(), Refusal> {
    let require = |holds: bool, refusal| if holds { Ok(()) } else { Err(refusal) };
    match step {
        Step::Accept => {
            require(facts.in_department, Refusal::HandlerNotInDepartment)?;
            require(!facts.other_handler, Refusal::HandledByOther)
        }
        Step::SubmitPlan => require(facts.second_person, Refusal::NoApprover),
        Step::Confirm => require(
            facts.answerable,
            if facts.replied { Refusal::AnswerLocked } else { Refusal::NothingToConfirm },
        ),
        Step::Alternative => require(facts.handler_active, Refusal::HandlerInactive),
        Step::Reopen => {
            let by_service = facts.outcome == Some(Outcome::Unresolvable);
            require(!by_service || who.service, Refusal::ReopenByServiceOnly)?;
            require(facts.reopenable, Refusal::ReopenWindowOver)
        }
        Step::Cancel => require(facts.round == 1 && !facts.replied, Refusal::AlreadyReplied),
        Step::Conclude => {
            require(facts.level >= MAX_LEVEL, Refusal::NotMaxLevel)?;
            require(facts.replied_rounds >= 2, Refusal::TooFewRounds)
        }
        _ => Ok(()),
    }
}
