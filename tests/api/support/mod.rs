//! The harness: a database, a server, a clock and clients for each test.
//!
//! ```ignore
//! #[actix_web::test]
//! async fn a_department_has_a_head() {
//!     let app = App::start().await;
//!     let admin = app.given().staff("department_head").await;
//!
//!     let answer = app.as_admin().post("/departments", json!({ "code": "x", .. })).await;
//!
//!     answer.expect_problem(422, "invalid_fields");
//! }
//! ```
//!
//! Every answer that a [`Client`] sees is compared with the OpenAPI document: operation, status, media type
//! and body. Every test is thereby a test of the contract.

mod answer;
mod app;
mod client;
mod contract;
mod given;
mod invariants;
mod item;
pub mod operation;
mod people;
pub mod postgres;
pub mod schema;
pub mod source;
pub mod specimen;

pub use answer::Answer;
pub use app::App;
pub use client::Client;
pub use contract::{document, fits, validator};
pub use given::DEPARTMENT;
pub use item::{Item, plan};
pub use people::{ADMIN, PASSWORD};
