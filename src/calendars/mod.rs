//! Working time: calendars, holidays, make-up working days.

pub mod domain;
mod ids;

pub use domain::{Piece, PieceKind, WorkCalendar, shift};
pub use ids::{CalendarId, CalendarVersionId};

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(_config: &mut ServiceConfig<'_>) {}
