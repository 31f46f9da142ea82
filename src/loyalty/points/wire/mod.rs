//! Points as JSON.

mod balances;
mod entries;
mod holds;
mod input;

pub use balances::{BalanceOut, PointsOut, PointsParams};
pub use entries::{EarnedOut, EntryFilter, EntryOut, EntryPage};
pub use holds::{HoldOut, HoldPage};
pub use input::{
    CaptureIn, EarnIn, HoldPointsIn, OpeningIn, RedeemIn, ReverseIn, SourceIn, StepIn, TransferPointsIn,
};
