use crate::codes;

codes! {
    /// What happened to a feedback.
    pub enum EventKind = "feedback_event" {
        Registered = "registered", "Registered", "登记";
        Dispatched = "dispatched", "Dispatched", "分派";
        Transferred = "transferred", "Handed over", "转派";
        Returned = "returned", "Returned to service", "退回";
        Accepted = "accepted", "Accepted", "受理";
        QuestionAsked = "question_asked", "Customer asked", "询问客户";
        QuestionReminded = "question_reminded", "Customer reminded of the question", "提醒客户答复";
        QuestionTimedOut = "question_timed_out", "No answer from the customer", "客户未答复";
        CustomerAnswered = "customer_answered", "Customer answered", "客户答复";
        Held = "held", "Waits for a third party", "挂起";
        HoldTimedOut = "hold_timed_out", "The third party is overdue", "挂起到期";
        Resumed = "resumed", "Resumed", "恢复";
        PlanSubmitted = "plan_submitted", "Plan submitted", "提交方案";
        PlanWithdrawn = "plan_withdrawn", "Plan withdrawn", "撤回方案";
        PlanApproved = "plan_approved", "Plan approved", "批准方案";
        PlanRejected = "plan_rejected", "Plan rejected", "驳回方案";
        RuleApproved = "rule_approved", "Approved by rule", "规则批准";
        Replied = "replied", "Replied", "回复";
        Delivered = "delivered", "Delivered", "送达";
        DeliveryFailed = "delivery_failed", "Delivery failed", "发送失败";
        ConfirmationReminded = "confirmation_reminded", "Customer reminded of the question for satisfaction", "提醒客户确认";
        Confirmed = "confirmed", "Customer satisfied", "客户满意";
        Dissatisfied = "dissatisfied", "Customer dissatisfied", "客户不满意";
        NoResponse = "no_response", "Closed without an answer", "未确认关闭";
        LateConfirmed = "late_confirmed", "Customer satisfied, late", "逾期确认满意";
        Escalated = "escalated", "Escalated", "升级";
        LevelRaised = "level_raised", "Level raised", "提升级别";
        AlternativeOffered = "alternative_offered", "Alternative offered", "提供替代方案";
        Reopened = "reopened", "Reopened", "重新打开";
        Merged = "merged", "Merged", "合并";
        MergedIn = "merged_in", "Another one merged in", "并入";
        Cancelled = "cancelled", "Cancelled", "撤销";
        Concluded = "concluded", "Concluded as unresolvable", "终结";
        ProgressNoted = "progress_noted", "Progress noted", "进展";
        PrioritySet = "priority_set", "Priority set", "调整优先级";
        TypeChanged = "type_changed", "Type changed", "更改类型";
        Amended = "amended", "Amended", "修改";
        TrackTokenRenewed = "track_token_renewed", "Track token renewed", "更换查询码";
        ClocksRecalculated = "clocks_recalculated", "Clocks recalculated", "重新计时";
    }
}
