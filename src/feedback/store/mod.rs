//! Every query on the tables of this slice.

mod cases;
mod clocks;
mod events;
mod intake;
mod lists;
mod plans;
mod replies;

pub use cases::*;
pub use clocks::*;
pub use events::*;
pub use intake::*;
pub use lists::*;
pub use plans::*;
pub use replies::*;
