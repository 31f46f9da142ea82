//! People, their roles, absences and history.
//!
//! - Two people never share an e-mail address, however it is written.
//! - There is always an active administrator.
//! - Who handles open feedback, or alone leads an active department, stays active.
//! - Every change is an entry of the person's hash chain.
//! - Role, department, password and activity raise the epoch: tokens of before are refused at once.

mod absences;
mod actions;
mod api;
mod domain;
mod history;
mod person;
mod store;
mod wire;

pub use actions::{create, set_password};
pub use domain::{StaffEventKind, StaffId, StaffRole, normalised_email};
pub use history::{append as note, verify as verify_history};
pub use person::Person;
pub use store::{
    Staff, active_count, find, find_active, find_by_email, lock, set_password_hash, share_active, subjects,
};
pub use wire::{Email, NewPassword, StaffIn};

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(api::create_staff)
        .service(api::list_staff)
        .service(api::get_staff)
        .service(api::change_staff)
        .service(api::activate_staff)
        .service(api::deactivate_staff)
        .service(api::list_staff_events)
        .configure(absences::routes);
}
