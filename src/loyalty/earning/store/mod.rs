//! Queries on earning rules, on what is used up of their caps, and on who has a day to celebrate.

mod days;
mod rules;
mod tallies;

pub use days::{Celebrant, birthdays, jubilees, move_signed_up_until, signed_up, signed_up_until};
pub use rules::{RuleRow, active, all, find, insert, is_active, lock, page, save};
pub use tallies::{add, forget, forget_caps, hold, hold_accounts, take_turn, used};
