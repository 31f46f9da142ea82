use crate::{
    codes,
    vocabulary::Status::{self, *},
};

codes! {
    /// What can be done with a feedback, in the words of the paths.
    pub enum Step = "feedback_action" {
        Dispatch = "dispatch", "Dispatch to a department", "分派";
        Transfer = "transfer", "Hand over", "转派";
        Return = "return", "Return to service", "退回";
        Accept = "accept", "Accept", "受理";
        Ask = "ask", "Ask the customer", "询问客户";
        CustomerAnswer = "customer-answer", "Record the customer's answer", "记录客户答复";
        Hold = "hold", "Wait for a third party", "挂起待第三方";
        Resume = "resume", "Resume", "恢复处理";
        SubmitPlan = "submit-plan", "Submit a plan", "提交方案";
        Withdraw = "withdraw", "Withdraw the plan", "撤回方案";
        Approve = "approve", "Approve the plan", "批准方案";
        Reject = "reject", "Reject the plan", "驳回方案";
        Reply = "reply", "Reply to the customer", "回复客户";
        Confirm = "confirm", "Record the customer's verdict", "确认满意度";
        Alternative = "alternative", "Offer an alternative", "提供替代方案";
        Escalate = "escalate", "Escalate", "升级";
        Reopen = "reopen", "Reopen", "重新打开";
        Merge = "merge", "Merge into another", "合并";
        Cancel = "cancel", "Cancel", "撤销";
        Conclude = "conclude", "Conclude as unresolvable", "终结";
        ProgressNotes = "progress-notes", "Note the progress", "记录进展";
        SetPriority = "set-priority", "Set the priority", "调整优先级";
    }
}

/// Returns the status to which `step` leads from `from`; `None` where the machine has no such step.
///
/// Where a step has two outcomes this is the first of them: `submit-plan` leads to `approved` without an
/// approval (T11), `confirm` of a dissatisfied customer to `escalated` (T15), `reopen` to `registered` where
/// handler or department are gone (T17), `customer-answer` resumes only `awaiting_customer` (T6).
pub fn after(from: Status, step: Step) -> Option<Status> {
    match (step, from) {
        (Step::Dispatch, Registered | Escalated) => Some(Dispatched),
        (Step::Transfer, Dispatched | InProgress | AwaitingCustomer | AwaitingThirdParty) => Some(Dispatched),
        (Step::Transfer, PendingApproval | Approved | Replied | Escalated) => Some(from),
        (Step::Return, Dispatched | InProgress) => Some(Registered),
        (Step::Accept, Dispatched) => Some(InProgress),
        (Step::Ask, InProgress) => Some(AwaitingCustomer),
        (Step::CustomerAnswer, AwaitingCustomer) => Some(InProgress),
        (Step::CustomerAnswer, _) => Some(from),
        (Step::Hold, InProgress) => Some(AwaitingThirdParty),
        (Step::Resume, AwaitingThirdParty) => Some(InProgress),
        (Step::SubmitPlan, InProgress) => Some(PendingApproval),
        (Step::Withdraw | Step::Reject, PendingApproval) => Some(InProgress),
        (Step::Approve, PendingApproval) => Some(Approved),
        (Step::Reply, Approved) => Some(Replied),
        (Step::Confirm, Replied | Closed) => Some(Closed),
        (Step::Alternative, Escalated) => Some(InProgress),
        (Step::Escalate, Replied) => Some(Escalated),
        (Step::Reopen, Closed) => Some(InProgress),
        (Step::Cancel, Registered | Dispatched | InProgress | AwaitingCustomer | AwaitingThirdParty) => {
            Some(Cancelled)
        }
        (Step::Conclude, Escalated) => Some(Closed),
        (Step::Merge, from) if is_open(from) => Some(Merged),
        (Step::ProgressNotes | Step::SetPriority, from) if is_open(from) => Some(from),
        _ => None,
    }
}

fn is_open(status: Status) -> bool {
    !matches!(status, Closed | Merged | Cancelled)
}
