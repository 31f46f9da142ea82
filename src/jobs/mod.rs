//! Background work as administrators see it: what waits, what runs, what was given up and why.

mod api;
mod wire;

pub use api::routes;
