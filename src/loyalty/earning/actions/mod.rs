//! What is done with earning rules, and what they do.

mod change;
mod daily;
mod earn;

pub use change::{create, set_active, update};
pub use daily::{celebrate, celebrates, days_back, welcome};
pub use earn::{Earned, Event, Tried, fire, happened, simulate};
