//! Out of office: who is away from when until when, and who stands in.
//!
//! - An absence is half-open: `[from, to)`. Two may overlap; the one that began last counts.
//! - Who stands in is another active member of staff.

mod actions;
mod api;
mod store;
mod wire;

use crate::id_type;
use utoipa_actix_web::service_config::ServiceConfig;

id_type! {
    /// Names an absence.
    AbsenceId
}

/// Mounts the routes of absences.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(api::create_absence).service(api::list_absences).service(api::delete_absence);
}
