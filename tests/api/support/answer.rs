//! What a server answered, and what a test may expect of it.

use actix_web::{
    http::{Method, StatusCode, header::HeaderMap},
    web::Bytes,
};
use hearback::platform::http::problem::Problem;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt;

/// What a server answered.
pub struct Answer {
    pub method: Method,
    pub path: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// Returns the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{self:?}: {e}"))
    }

    /// Returns the body, after a look at the status.
    #[track_caller]
    pub fn expect<T: DeserializeOwned>(&self, status: u16) -> T {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{self:?}: {e}"))
    }

    /// Returns the problem, after a look at status and code.
    #[track_caller]
    pub fn expect_problem(&self, status: u16, code: &str) -> Problem {
        let problem: Problem = self.expect(status);
        assert_eq!(problem.code, code, "{self:?}");
        problem
    }

    /// Looks for one faulty field in a 422.
    #[track_caller]
    pub fn expect_field(&self, pointer: &str, code: &str) {
        let problem: Problem = self.expect(422);
        let found = problem.errors.iter().any(|e| e.pointer == pointer && e.code == code);
        assert!(found, "no {code} at {pointer} in {self:?}");
    }

    /// Returns the text of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }

    /// Returns the entity tag.
    #[track_caller]
    pub fn etag(&self) -> String {
        self.header("ETag").unwrap_or_else(|| panic!("no ETag: {self:?}")).to_owned()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = String::from_utf8_lossy(&self.body);
        write!(f, "{} {} -> {} {body}", self.method, self.path, self.status)
    }
}
