//! Hearback: the customer-relationship backend in which every word from a customer gets an answer and every
//! case gets an ending (事事有回应，件件有着落).
//!
//! The floor plan: one slice a resource, in each slice the same rooms (`api`, `wire`, `domain`, `actions`,
//! `store`); below them the ground floor, which knows no slice.

pub mod api_keys;
pub mod app;
pub mod audits;
pub mod calendars;
pub mod customers;
pub mod defaults;
pub mod demo;
pub mod departments;
pub mod feedback;
pub mod imports;
pub mod jobs;
pub mod labels;
pub mod loyalty;
pub mod openapi;
pub mod operations;
pub mod orders;
pub mod platform;
pub mod profiles;
pub mod routing;
#[rustfmt::skip]
#[expect(missing_docs, reason = "printed by diesel")]
pub mod schema;
pub mod serve;
pub mod sessions;
pub mod settings;
pub mod sla;
pub mod staff;
pub mod track;
pub mod vocabulary;
pub mod work;
