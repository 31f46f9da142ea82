//! What the ledger says in sums: a customer's months, what the organisation owes in points, and what expires unused.

mod api;
mod store;
mod wire;

pub use api::routes;
