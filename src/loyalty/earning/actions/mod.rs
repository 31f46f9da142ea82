//! What is done with earning rules, and what they do.

mod change;
mod daily;
mod earn;

pub use change::{create, set_active, update};
pub use daily::{celebrants, celebrates, days_back, newcomers, welcomed};
pub use earn::{Earned, Event, OWN_SYSTEM, Tried, fire, happened, simulate};
