/// Why a command on points is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// More is wanted than is available.
    #[error("{shortfall} points are missing")]
    InsufficientPoints {
        /// How many points are missing.
        shortfall: i64,
    },
    /// The amount is no whole number of points from 1 to the most, or a balance would leave that range.
    #[error("the amount is out of range")]
    AmountOutOfRange,
    /// The redemption is smaller than the program allows.
    #[error("at least {least} points are redeemed at once")]
    BelowMinimum {
        /// The least.
        least: i64,
    },
    /// The redemption is larger than the program allows.
    #[error("at most {most} points can be redeemed at once")]
    AboveMaximum {
        /// The most.
        most: i64,
    },
    /// The hold was captured, released, or is past its time.
    #[error("the hold has ended")]
    HoldEnded,
    /// More is captured than is held.
    #[error("{held} points are held")]
    CaptureAboveHold {
        /// What is held.
        held: i64,
    },
    /// More is reversed than is left of the original.
    #[error("{left} points are left to reverse")]
    OverReversal {
        /// What is left.
        left: i64,
    },
    /// Entries of this kind are not reversed.
    #[error("such an entry is not reversed")]
    NotReversible,
    /// Points are transferred to the customer who has them.
    #[error("the points are there already")]
    TransferToSelf,
    /// The earning is available already, or nothing of it is left.
    #[error("there is nothing to activate")]
    AlreadyActive,
    /// The source has earned another amount.
    #[error("the source has earned another amount")]
    SourceAlreadyUsed,
    /// A hold lies over both accounts.
    #[error("a hold lies over both accounts")]
    OpenHolds,
    /// More would be transferred on one day than the program allows.
    #[error("at most {most} points can be transferred today")]
    TransferLimit {
        /// What is left of today's limit.
        most: i64,
    },
    /// The book does not hold what the command needs: a fault of whoever loaded it.
    #[error("the book is incomplete")]
    Incomplete,
}

impl Refusal {
    /// Returns the stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::InsufficientPoints { .. } => "insufficient_points",
            Self::AmountOutOfRange => "amount_out_of_range",
            Self::BelowMinimum { .. } => "below_minimum",
            Self::AboveMaximum { .. } => "above_maximum",
            Self::HoldEnded => "hold_ended",
            Self::CaptureAboveHold { .. } => "capture_above_hold",
            Self::OverReversal { .. } => "over_reversal",
            Self::NotReversible => "not_reversible",
            Self::TransferToSelf => "transfer_to_self",
            Self::AlreadyActive => "already_active",
            Self::SourceAlreadyUsed => "source_already_used",
            Self::OpenHolds => "open_holds",
            Self::TransferLimit { .. } => "transfer_limit_exceeded",
            Self::Incomplete => "incomplete",
        }
    }
}
