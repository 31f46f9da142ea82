//! The ground floor: knows no slice and could serve another product unchanged.

pub mod audit;
pub mod auth;
pub mod chain;
pub mod clock;
pub mod codes;
pub mod config;
pub mod csv;
pub mod currency;
pub mod db;
pub mod http;
pub mod ids;
pub mod jobs;
pub mod metrics;
pub mod search;
pub mod secret;
pub mod text;
pub mod time;
