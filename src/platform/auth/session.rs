//! The session that a request came by.

use crate::platform::http::problem::{Error, Result};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use std::future::{Ready, ready};
use uuid::Uuid;

/// The session that a person's request came by; asked for after the caller.
#[derive(Clone, Copy, Debug)]
pub struct Session(pub Uuid);

impl FromRequest for Session {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(
            request
                .extensions()
                .get::<Self>()
                .copied()
                .ok_or(Error::Unauthenticated),
        )
    }
}
