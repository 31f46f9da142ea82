//! `Idempotency-Key`: a write may be sent again blindly, and its effect happens once.

use super::{
    asked::Route,
    problem::{Error, Result},
};
use crate::platform::auth::Access;
use actix_web::{HttpRequest, http::Method, web::Data};
use aws_lc_rs::digest::{SHA256, digest};
use uuid::Uuid;

/// The longest key.
const LONGEST: usize = 255;

/// What makes two requests the same: who, where, which key, and which body.
#[derive(Clone, Debug)]
pub struct Key {
    /// The principal that sends it; nobody until the caller is known.
    pub principal: Uuid,
    /// Method and path.
    pub route: String,
    /// The key as the client chose it, without quotes.
    pub key: String,
    /// SHA-256 of query and body.
    pub fingerprint: Vec<u8>,
    /// Whether the answer is kept for ever.
    pub permanent: bool,
}

/// The answer that was given the first time.
#[derive(Clone, Debug)]
pub struct Stored {
    /// SHA-256 of the first request's query and body.
    pub fingerprint: Vec<u8>,
    /// The status.
    pub status: i16,
    /// The entity tag, if one was sent.
    pub etag: Option<String>,
    /// Where the new thing is, if one was made.
    pub location: Option<String>,
    /// The body.
    pub body: String,
}

impl Key {
    /// Returns the key of `request`; `None` where no header was sent.
    pub fn of(request: &HttpRequest, body: &[u8]) -> Result<Option<Self>> {
        let mut headers = request.headers().get_all("idempotency-key");
        let Some(header) = headers.next() else {
            return if needs_key(request) { Err(missing()) } else { Ok(None) };
        };
        let text = header.to_str().map_err(|_| malformed())?.trim();
        let bare = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text);
        let visible = bare.bytes().all(|b| (0x21..=0x7e).contains(&b));
        if headers.next().is_some() || bare.is_empty() || bare.len() > LONGEST || !visible {
            return Err(malformed());
        }
        let mut bytes = request.query_string().as_bytes().to_vec();
        bytes.push(0);
        bytes.extend_from_slice(body);
        Ok(Some(Self {
            principal: Uuid::nil(),
            route: route(request.method(), request.path()),
            key: bare.to_owned(),
            fingerprint: digest(&SHA256, &bytes).as_ref().to_vec(),
            permanent: needs_key(request),
        }))
    }

    /// Returns the key as `principal` sends it.
    pub fn by(&self, principal: Uuid) -> Self {
        Self { principal, ..self.clone() }
    }

    /// Refuses a key that was used for another body.
    pub fn check(&self, stored: &Stored) -> Result<()> {
        if stored.fingerprint == self.fingerprint {
            return Ok(());
        }
        Err(Error::unprocessable(
            "idempotency_key_reused",
            "This Idempotency-Key was used for another request.",
            "该 Idempotency-Key 已用于另一个请求。",
        ))
    }
}

fn route(method: &Method, path: &str) -> String {
    format!("{method} {path}")
}

/// Returns whether the operation moves points: it cannot be called without a key, and its answers are kept for ever.
fn needs_key(request: &HttpRequest) -> bool {
    let route = Route::of(request).0;
    let access = request.app_data::<Data<Access>>();
    access.is_some_and(|access| access.needs_key(request.method().as_str(), &route))
}

fn missing() -> Error {
    Error::malformed(
        "idempotency_key_required",
        "A call that moves points needs an Idempotency-Key.",
        "变动积分的请求须带 Idempotency-Key。",
    )
}

fn malformed() -> Error {
    Error::malformed(
        "invalid_idempotency_key",
        "An Idempotency-Key has 1 to 255 visible ASCII characters.",
        "Idempotency-Key 须为 1 至 255 个可见 ASCII 字符。",
    )
}
