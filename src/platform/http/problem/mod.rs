//! The one error of the product: what went wrong, by meaning, and the status and body that say so.
//!
//! An [`Error`] becomes `application/problem+json` (RFC 9457) in [`render()`], which the outermost middleware
//! calls, so that every answer, the framework's own included, speaks the caller's language and carries the
//! request's id. A [`Error::Internal`] is logged whole and shown as nothing.

mod body;
mod render;

pub use body::{FieldProblem, Problem};
pub use render::{of_status, render};

use actix_web::http::StatusCode;
use serde_json::{Map, Value};
use std::{borrow::Cow, time::Duration};

/// The result of everything that can refuse.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A sentence in both languages.
#[derive(Clone, Debug)]
pub struct Text {
    /// In English.
    pub en: Cow<'static, str>,
    /// In Chinese.
    pub zh: Cow<'static, str>,
}

impl Text {
    /// Returns the sentence made of two texts.
    pub fn new(en: impl Into<Cow<'static, str>>, zh: impl Into<Cow<'static, str>>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }
}

/// One field that breaks its rules.
#[derive(Clone, Debug)]
pub struct FieldError {
    /// JSON Pointer of the field.
    pub pointer: String,
    /// Stable code of the rule.
    pub code: Cow<'static, str>,
    /// The rule in words.
    pub detail: Text,
}

impl FieldError {
    /// Returns the fault of one field.
    pub fn new(pointer: impl Into<String>, code: &'static str, detail: Text) -> Self {
        Self { pointer: pointer.into(), code: code.into(), detail }
    }
}

/// A domain rule that said no.
#[derive(Clone, Debug)]
pub struct Refused {
    /// 403, 409, 412, 422 or another status below 500.
    pub status: StatusCode,
    /// Stable code of the rule.
    pub code: &'static str,
    /// The rule in words.
    pub text: Text,
    /// The field at fault, where it is one.
    pub pointer: Option<String>,
    /// Further members of the problem, for example the present status.
    pub extra: Map<String, Value>,
}

/// Everything that can go wrong, by meaning.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 401: no valid token was sent.
    #[error("not authenticated")]
    Unauthenticated,
    /// 403: only for things that the caller may know to exist.
    #[error("forbidden")]
    Forbidden,
    /// 404: also what exists, but is not the caller's to see.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// 400: path, query, header or a body that is no JSON object.
    #[error("malformed: {code}")]
    Malformed {
        /// Stable code.
        code: &'static str,
        /// What is malformed, in words.
        text: Text,
    },
    /// 422: JSON, but fields break their rules.
    #[error("invalid fields")]
    Invalid(Vec<FieldError>),
    /// A domain rule said no.
    #[error("refused: {}", .0.code)]
    Refused(Box<Refused>),
    /// 428: a change without `If-Match`.
    #[error("precondition required")]
    PreconditionRequired,
    /// 412: the row has changed since the caller read it; carries the present version.
    #[error("precondition failed")]
    PreconditionFailed {
        /// The row's present version.
        version: i64,
    },
    /// 429: too many requests.
    #[error("too many requests")]
    TooMany {
        /// Stable code.
        code: &'static str,
        /// When to try again.
        retry_after: Duration,
    },
    /// What the framework refuses: 405, 406, 408, 413, 414, 415.
    #[error("{0}")]
    Http(StatusCode, &'static str),
    /// 409: the first request with the same key is still running.
    #[error("idempotent request in progress")]
    InProgress,
    /// 503: the database is away, or its queue is full.
    #[error("unavailable")]
    Unavailable,
    /// 503: the database's disk is full.
    #[error("storage full")]
    StorageFull,
    /// A rehearsal was undone as it should be; never leaves the command.
    #[error("undone")]
    Undone,
    /// PostgreSQL asks to run the transaction again; never leaves the database room.
    #[error("to be run again")]
    Retry,
    /// 500: logged whole, shown as nothing.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Returns a fault of path, query, header or syntax: 400.
    pub fn malformed(
        code: &'static str,
        en: impl Into<Cow<'static, str>>,
        zh: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::Malformed { code, text: Text::new(en, zh) }
    }

    /// Returns the refusal of a domain rule.
    pub fn refused(status: StatusCode, code: &'static str, text: Text) -> Self {
        Self::Refused(Box::new(Refused { status, code, text, pointer: None, extra: Map::new() }))
    }

    /// Returns a conflict with the present state: 409.
    pub fn conflict(
        code: &'static str,
        en: impl Into<Cow<'static, str>>,
        zh: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::refused(StatusCode::CONFLICT, code, Text::new(en, zh))
    }

    /// Returns a rule that the body as a whole breaks: 422.
    pub fn unprocessable(
        code: &'static str,
        en: impl Into<Cow<'static, str>>,
        zh: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::refused(StatusCode::UNPROCESSABLE_ENTITY, code, Text::new(en, zh))
    }

    /// Returns the domain rule that one field breaks: 422 with the rule's own code.
    pub fn field(
        pointer: impl Into<String>,
        code: &'static str,
        en: impl Into<Cow<'static, str>>,
        zh: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::Refused(Box::new(Refused {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            code,
            text: Text::new(en, zh),
            pointer: Some(pointer.into()),
            extra: Map::new(),
        }))
    }

    /// Returns the fields at fault, if that is what went wrong.
    pub fn into_fields(self) -> Result<Vec<FieldError>> {
        match self {
            Self::Invalid(faults) => Ok(faults),
            Self::Refused(refused) => match refused.pointer.clone() {
                Some(pointer) => Ok(vec![FieldError::new(pointer, refused.code, refused.text)]),
                None => Err(Self::Refused(refused)),
            },
            other => Err(other),
        }
    }

    /// Returns an error that the caller learns nothing of.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }

    /// Adds a member to the problem of a refusal; other errors stay as they are.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        if let Self::Refused(refused) = &mut self {
            refused.extra.insert(name.into(), value.into());
        }
        self
    }

    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound(_) => "not_found",
            Self::Malformed { code, .. } | Self::TooMany { code, .. } | Self::Http(_, code) => code,
            Self::Invalid(errors) => match errors.first() {
                Some(FieldError {
                    code: Cow::Borrowed(code @ ("unknown_field" | "read_only_field")),
                    ..
                }) => code,
                _ => "invalid_fields",
            },
            Self::Refused(refused) => refused.code,
            Self::PreconditionRequired => "precondition_required",
            Self::PreconditionFailed { .. } => "precondition_failed",
            Self::InProgress => "idempotency_in_progress",
            Self::Unavailable | Self::Retry => "unavailable",
            Self::StorageFull => "storage_full",
            Self::Internal(_) | Self::Undone => "internal",
        }
    }

    /// Returns the status that says so.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Malformed { .. } => StatusCode::BAD_REQUEST,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Refused(refused) => refused.status,
            Self::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
            Self::PreconditionFailed { .. } => StatusCode::PRECONDITION_FAILED,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Http(status, _) => *status,
            Self::InProgress => StatusCode::CONFLICT,
            Self::Unavailable | Self::StorageFull | Self::Retry => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) | Self::Undone => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Returns when to try again, for the answers that say so.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooMany { retry_after, .. } => Some(*retry_after),
            Self::InProgress => Some(Duration::from_secs(1)),
            _ if self.status() == StatusCode::SERVICE_UNAVAILABLE => Some(Duration::from_secs(1)),
            _ => None,
        }
    }
}

/// The body is made by the outermost middleware, which knows the language and the request's id.
impl actix_web::ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> actix_web::HttpResponse {
        actix_web::HttpResponse::new(self.status())
    }
}
