use crate::{codes, id_type};

id_type! {
    /// Names a request for an adjustment.
    AdjustmentId
}

codes! {
    /// Where a request for an adjustment stands.
    pub enum AdjustmentState = "adjustment_state" {
        Pending = "pending", "Pending", "待审批";
        Approved = "approved", "Approved", "已批准";
        Rejected = "rejected", "Rejected", "已驳回";
    }
}

/// Why a decision on an adjustment is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Whoever asked for it cannot decide on it.
    #[error("a second person decides")]
    OwnRequest,
    /// It was decided on before.
    #[error("the request was decided on")]
    Decided,
}

/// Refuses whoever may not decide, and what was decided.
pub fn decide(is_own: bool, state: AdjustmentState) -> Result<(), Refusal> {
    match (is_own, state) {
        (_, AdjustmentState::Approved | AdjustmentState::Rejected) => Err(Refusal::Decided),
        (true, AdjustmentState::Pending) => Err(Refusal::OwnRequest),
        (false, AdjustmentState::Pending) => Ok(()),
    }
}
