//! Health and figures for operators: public, at the root, and of no use to anybody else.
//!
//! `/livez` touches nothing; `/readyz` is the one that balancers follow; `/metrics` names no person, no id and
//! no address, but routes by their templates.

mod api;
mod readiness;
mod store;
mod wire;

pub use api::routes;
