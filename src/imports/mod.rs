//! Many rows at once: a CSV or NDJSON file whose rows become customers, feedback, points or orders.
//!
//! - A row is what the create call takes: it is checked by the same schema and stored by the same action.
//! - A row is stored whole or not at all, and a bad row fails alone.
//! - How far the file is done is written in the transaction of the rows before it: a server that dies in the
//!   midst loses no row and stores none twice.
//! - Orders of customers who are not known make them, as stubs.
//! - A preview runs the true path and undoes it; it waits for `start`.
//! - An import is seen by who made it, by service agents and by administrators.

mod actions;
mod api;
mod domain;
mod store;
mod wire;

pub use self::{
    actions::background,
    api::routes,
    domain::{ImportAction, ImportFailure, ImportFormat, ImportId},
};
