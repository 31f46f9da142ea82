//! JSON in and out.

mod clocks_out;
mod feedback_in;
mod feedback_out;
mod history_out;
mod item_out;
mod plan_out;
mod recalculate;
mod registered_out;
mod reply_out;
mod steps_in;

pub use clocks_out::*;
pub use feedback_in::*;
pub use feedback_out::*;
pub use history_out::*;
pub use item_out::*;
pub use plan_out::*;
pub use recalculate::*;
pub use registered_out::*;
pub use reply_out::*;
pub use steps_in::*;
