//! Working time: calendars, holidays, make-up working days.

pub mod domain;
mod ids;
mod store;

pub use domain::{DayException, Interval, Piece, PieceKind, Week, WorkCalendar, shift};
pub use ids::{CalendarId, CalendarVersionId};
pub use store::{load_version, load_versions, version_for};

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(_config: &mut ServiceConfig<'_>) {}
