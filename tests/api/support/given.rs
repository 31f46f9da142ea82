//! States to begin with, made through the API, so that none of them is impossible.

use super::App;
use serde_json::{Value, json};

/// Makes states of one server.
pub struct Given<'a>(pub(super) &'a App);

impl Given<'_> {
    /// Returns a new customer.
    pub async fn customer(&self) -> Value {
        let body = json!({ "kind": "person", "name": "Wang Fang" });
        self.0.as_admin().post("/customers", body).await.expect(201)
    }

    /// Returns the id of the department that the defaults make with this code.
    pub async fn department(&self, code: &str) -> String {
        self.0.as_admin().department(code).await
    }
}
