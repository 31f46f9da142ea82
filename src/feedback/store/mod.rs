//! Every query on the tables of this slice.

mod cases;
mod clocks;
mod due;
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
pub use due::*;
pub use events::*;
pub use intake::*;
pub use kin::*;
pub use lists::*;
pub use plans::*;
pub use replies::*;
pub use scope::is_called;
pub use wanted::Wanted;
