//! JSON in and out.

mod clocks_out;
mod feedback_in;
mod feedback_out;
mod history_out;
mod steps_in;

pub use clocks_out::*;
pub use feedback_in::*;
pub use feedback_out::*;
pub use history_out::*;
pub use steps_in::*;
