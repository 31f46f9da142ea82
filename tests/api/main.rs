//! The one test binary: every rule of the house, over HTTP, against a real PostgreSQL.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot be set up should stop")]

mod support;

mod access;
mod api_keys;
mod audits;
mod bad_input;
mod calendars;
mod config;
mod contract;
mod cursors;
mod customer_input;
mod customer_refs;
mod customers;
mod demo;
mod departments;
mod faults;
mod feedback;
mod house;
mod http;
mod idempotency;
mod imports;
mod interactions;
mod jobs;
mod loyalty;
mod migrations;
mod operations;
mod orders;
mod profiles;
mod readme;
mod routing;
mod search;
mod serving;
mod sessions;
mod settings;
mod sla;
mod staff;
mod sweeps;
mod tags;
mod tokens;
mod track;
mod work;
