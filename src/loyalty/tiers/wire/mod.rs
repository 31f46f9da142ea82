//! Tiers as JSON.

mod rehearsal;
mod standing;
mod tiers;

pub use rehearsal::{MoverPage, RehearsalIn};
pub use standing::{
    AsOfParams, CustomerTierOut, GiveTierIn, TierHistoryOut, TierHistoryPage, TierNoticePage,
};
pub use tiers::{TierFilter, TierIn, TierOut, TierPage, TierPatch};
