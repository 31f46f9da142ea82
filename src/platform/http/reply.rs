//! The answer of a change or of a read by id: status, body, entity tag, place.

use super::{idempotency::Stored, precondition::etag, problem::Result};
use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::{StatusCode, header},
};
use serde::Serialize;
use serde_json::Value;
use std::marker::PhantomData;

/// The answers that say where the thing is.
const NAMES_A_PLACE: [StatusCode; 2] = [StatusCode::CREATED, StatusCode::ACCEPTED];

/// What an operation answers.
pub trait Resource: Serialize {
    /// Returns the version that the entity tag shows.
    fn version(&self) -> Option<i64> {
        None
    }
    /// Returns where the thing is, for the answer to its making.
    fn location(&self) -> Option<String> {
        None
    }
    /// Names the member that is shown once and null in a replay.
    fn shown_once() -> Option<&'static str> {
        None
    }
}

/// The answer of type `T`, ready to be sent.
#[derive(Debug)]
pub struct Reply<T> {
    status: StatusCode,
    etag: Option<String>,
    location: Option<String>,
    body: Vec<u8>,
    replayed: bool,
    of: PhantomData<fn() -> T>,
}

impl<T: Resource> Reply<T> {
    /// Returns the answer `status` with `out` as its body.
    pub fn new(status: StatusCode, out: &T) -> Result<Self> {
        Ok(Self {
            status,
            etag: out.version().map(etag),
            location: out.location().filter(|_| NAMES_A_PLACE.contains(&status)),
            body: serde_json::to_vec(out).map_err(super::problem::Error::internal)?,
            replayed: false,
            of: PhantomData,
        })
    }

    /// Returns 200 with `out` as its body.
    pub fn ok(out: &T) -> Result<Self> {
        Self::new(StatusCode::OK, out)
    }

    /// Returns whether the answer was given before.
    pub fn is_replayed(&self) -> bool {
        self.replayed
    }

    /// Returns what is kept of this answer for a replay.
    pub fn stored(&self, fingerprint: &[u8]) -> Result<Stored> {
        let mut body = String::from_utf8_lossy(&self.body).into_owned();
        if let Some(name) = T::shown_once() {
            let mut value: Value = serde_json::from_str(&body).map_err(super::problem::Error::internal)?;
            if let Some(member) = value.get_mut(name) {
                *member = Value::Null;
            }
            body = value.to_string();
        }
        Ok(Stored {
            fingerprint: fingerprint.to_vec(),
            status: i16::try_from(self.status.as_u16()).unwrap_or(200),
            etag: self.etag.clone(),
            location: self.location.clone(),
            body,
        })
    }

    /// Returns the answer that was given the first time.
    pub fn replayed(stored: Stored) -> Self {
        let status = u16::try_from(stored.status).ok().and_then(|s| StatusCode::from_u16(s).ok());
        Self {
            status: status.unwrap_or(StatusCode::OK),
            etag: stored.etag,
            location: stored.location,
            body: stored.body.into_bytes(),
            replayed: true,
            of: PhantomData,
        }
    }
}

impl<T> Responder for Reply<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        answer.insert_header((header::CONTENT_TYPE, "application/json"));
        if let Some(etag) = self.etag {
            answer.insert_header((header::ETAG, etag));
        }
        if let Some(location) = self.location {
            answer.insert_header((header::LOCATION, location));
        }
        if self.replayed {
            answer.insert_header(("Idempotency-Replayed", "true"));
        }
        answer.body(self.body)
    }
}
