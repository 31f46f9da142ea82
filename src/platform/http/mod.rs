//! HTTP manners, once for all routes: errors, bodies, lists, preconditions, idempotency, limits.

pub mod accept;
pub mod asked;
pub mod body;
pub mod command;
pub mod fallback;
pub mod finish;
pub mod idempotency;
pub mod json;
pub mod language;
pub mod listing;
pub mod page;
pub mod path;
pub mod precondition;
pub mod problem;
pub mod reply;
pub mod schema;
pub mod together;
