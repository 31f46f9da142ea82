//! The labels of all enumerations, in English and in Chinese.

mod api;
mod registry;
mod wire;

pub use api::routes;
