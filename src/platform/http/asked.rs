//! What an answer must know of its request: the request's id, its path and its language.

use super::language::Language;
use actix_web::{HttpMessage, HttpRequest, dev::ServiceRequest, http::header::HeaderMap};
use std::sync::Arc;
use uuid::Uuid;

/// The longest `X-Request-Id` that is taken over from a client.
const LONGEST_ID: usize = 64;

/// What was asked, kept with the request from its first byte.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The id of the request, as in `X-Request-Id`.
    pub request_id: String,
    /// The path without the query.
    pub path: String,
    /// The language of problem texts.
    pub language: Language,
}

impl Asked {
    /// Returns what `request` asks; a client's own request id is kept when it is safe to repeat.
    pub fn by(request: &ServiceRequest) -> Self {
        Self {
            request_id: request_id(request.headers()),
            path: request.path().to_owned(),
            language: Language::of(request.headers()),
        }
    }

    /// Returns what was noted of `request` when it came in.
    pub fn of(request: &HttpRequest) -> Self {
        if let Some(asked) = request.extensions().get::<Self>() {
            return asked.clone();
        }
        Self {
            request_id: request_id(request.headers()),
            path: request.path().to_owned(),
            language: Language::of(request.headers()),
        }
    }
}

/// The template of the route that a request took, empty where there is none: found once, for finding it costs as
/// much as the routing.
#[derive(Clone, Debug)]
pub struct Route(pub Arc<str>);

impl Route {
    /// Returns the route of a request that was routed.
    pub fn of(request: &HttpRequest) -> Self {
        if let Some(route) = request.extensions().get::<Self>() {
            return route.clone();
        }
        let route = Self(request.match_pattern().unwrap_or_default().into());
        request.extensions_mut().insert(route.clone());
        route
    }
}

fn request_id(headers: &HeaderMap) -> String {
    let safe = |id: &&str| {
        !id.is_empty()
            && id.len() <= LONGEST_ID
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b))
    };
    let own = headers.get("x-request-id").and_then(|v| v.to_str().ok()).filter(safe);
    own.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}
