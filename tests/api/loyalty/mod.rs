//! Points: what is earned, held, spent, reversed, and what time does with it; beside a second ledger, and raced.

mod agreement;
mod conversations;
mod core;
mod lines;
mod model;
mod points;
mod races;
mod random;
mod served;
