//! Working time: what a calendar is, and the arithmetic over it.
//!
//! An instant is working time when its local reading lies in an interval of its local day. So a local hour
//! that a spring night leaves out shortens the interval that held it, and one that an autumn night doubles
//! lengthens it. Amounts are whole milliseconds; whoever shows seconds cuts them.

mod arithmetic;
mod calendar;
mod days;
mod hours;
mod refusal;
#[cfg(test)]
mod tests;

pub use crate::vocabulary::ExceptionKind;
pub use arithmetic::{Piece, PieceKind, shift};
pub use calendar::{DayException, DayKind, WorkCalendar};
pub use hours::{Interval, Week};
pub use refusal::Refusal;
