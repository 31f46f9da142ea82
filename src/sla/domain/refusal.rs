use thiserror::Error;

/// Says why a clock or a target refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Refuses to change what is over.
    #[error("the clock has ended")]
    Ended,
    /// Refuses to act on a clock that waits for its start.
    #[error("the clock has not started")]
    NotStarted,
    /// Refuses a second start.
    #[error("the clock has already started")]
    AlreadyStarted,
    /// Refuses a pause that the policy does not know.
    #[error("the clock cannot be paused")]
    NotPausable,
    /// Refuses to resume what runs.
    #[error("the clock is not paused")]
    NotPaused,
    /// Refuses to settle a clock that awaits no approval.
    #[error("the clock does not await an approval")]
    NotAwaitingApproval,
    /// Refuses to open again what was not met.
    #[error("the clock was not met")]
    NotMet,
    /// Refuses a target of nothing or of more than ten years.
    #[error("a target is at least 1 and at most ten years")]
    InvalidTarget,
    /// Refuses a ladder whose percents or levels do not rise.
    #[error("the percents of a ladder rise from 1 to 1000, its levels from 1 to 3")]
    InvalidLadder,
}

impl Refusal {
    /// Returns the stable code.
    pub fn code(self) -> &'static str {
        match self {
            Refusal::Ended => "clock_ended",
            Refusal::NotStarted => "clock_not_started",
            Refusal::AlreadyStarted => "clock_already_started",
            Refusal::NotPausable => "clock_not_pausable",
            Refusal::NotPaused => "clock_not_paused",
            Refusal::NotAwaitingApproval => "clock_not_awaiting_approval",
            Refusal::NotMet => "clock_not_met",
            Refusal::InvalidTarget => "invalid_target",
            Refusal::InvalidLadder => "invalid_ladder",
        }
    }
}
