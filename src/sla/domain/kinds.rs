use crate::codes;

pub use crate::vocabulary::{ClockKind, ClockState as State, ClockUnit as Unit, Priority};

impl ClockKind {
    /// Returns whether running out is a breach; a confirmation's end without an answer is T16.
    pub fn can_breach(self) -> bool {
        self != ClockKind::Confirmation
    }
}

codes! {
    /// Why a clock waits.
    pub enum PauseReason = "pause_reason" {
        AwaitingCustomer = "awaiting_customer", "A question was sent to the customer", "待客户补充";
        AwaitingThirdParty = "awaiting_third_party", "Somebody outside has to act", "待第三方";
        AwaitingApproval = "awaiting_approval", "A plan was submitted; the clock stands provisionally", "待审批";
        WithDepartment = "with_department", "The item lay in a department that returned it", "部门退回期间";
    }
}

codes! {
    /// Why a clock is breached.
    pub enum BreachReason = "breach_reason" {
        Time = "time", "Its budget ran out", "时间用尽";
        Retargeted = "retargeted", "A change left it less than it had used", "目标变更";
    }
}
