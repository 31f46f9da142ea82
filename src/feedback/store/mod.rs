//! Every query on the tables of this slice.

mod cases;
mod clocks;
mod events;
mod intake;
mod kin;
mod lists;
mod plans;
mod replies;
mod scope;
mod wanted;

pub use cases::*;
pub use clocks::*;
pub use events::*;
pub use intake::*;
pub use kin::*;
pub use lists::*;
pub use plans::*;
pub use replies::*;
pub use scope::{given_to, only};
pub use wanted::Wanted;
