use crate::vocabulary::Status;

/// What a status means for the loop.
pub trait StatusExt {
    /// Returns whether the case may still end.
    fn is_open(self) -> bool;
    /// Returns whether a department holds the case.
    fn is_with_department(self) -> bool;
    /// Returns whether a progress note is owed each working day.
    fn owes_progress(self) -> bool;
}

impl StatusExt for Status {
    fn is_open(self) -> bool {
        !matches!(self, Status::Closed | Status::Merged | Status::Cancelled)
    }

    fn is_with_department(self) -> bool {
        use Status::{
            Approved, AwaitingCustomer, AwaitingThirdParty, Dispatched, InProgress, PendingApproval, Replied,
        };
        matches!(
            self,
            Dispatched
                | InProgress
                | AwaitingCustomer
                | AwaitingThirdParty
                | PendingApproval
                | Approved
                | Replied
        )
    }

    fn owes_progress(self) -> bool {
        matches!(
            self,
            Status::Dispatched | Status::InProgress | Status::AwaitingThirdParty
        )
    }
}
