//! Working time: calendars, holidays, make-up working days.
//!
//! A calendar changes; its versions do not. Every change that counts writes the next version in the same
//! transaction, under a lock on the calendar's row, and running clocks keep the version that they started with.

mod actions;
mod api;
pub mod domain;
mod ids;
mod store;
mod table;
mod wire;

pub use actions::{make, require_active};
pub use api::routes;
pub use domain::{DayException, Interval, Piece, PieceKind, Week, WorkCalendar, shift};
pub use ids::{CalendarId, CalendarVersionId};
pub use store::{Calendar, Version, load_version, load_versions, version_for};
pub use wire::ZoneName;
