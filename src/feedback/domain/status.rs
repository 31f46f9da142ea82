use crate::vocabulary::Status;

/// What a status means for the loop.
pub trait StatusExt {
    /// Returns whether the case may still end.
    fn is_open(&self) -> bool;
    /// Returns whether a progress note is owed each working day.
    fn owes_progress(&self) -> bool;
}

impl StatusExt for Status {
    fn is_open(&self) -> bool {
        !matches!(self, Status::Closed | Status::Merged | Status::Cancelled)
    }

    fn owes_progress(&self) -> bool {
        matches!(self, Status::Dispatched | Status::InProgress | Status::AwaitingThirdParty)
    }
}
