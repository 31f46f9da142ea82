//! Points: what is earned, held, spent, reversed, and what time does with it.

mod points;
