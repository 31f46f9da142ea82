//! Departments, their heads and their tree.
//!
//! - The tree has no cycle and at most eight levels.
//! - An active department has a head, and heads and deputies are active members of staff.
//! - The department with the code `service` takes what nobody else takes: it is always there and active.
//! - A department that owns open feedback, or has active departments below it, stays active.

mod actions;
mod api;
mod domain;
mod store;
mod wire;

pub use actions::{calendar_of, create, insert, require_active, service_department, share_active, update};
pub use api::routes;
pub use domain::{DepartmentId, Rung, SERVICE, Stander};
pub use store::{Department, administrators, chain, find, find_by_code, is_active, own_calendars};
pub use wire::{DepartmentIn, DepartmentPatch};
