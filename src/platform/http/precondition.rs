//! `ETag` and `If-Match`: nobody overwrites a colleague's change unseen.

use super::problem::{Error, Result};
use actix_web::{HttpRequest, http::header};

/// The versions that the caller is ready to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// No `If-Match`, or `*`.
    Any,
    /// One of these; weak tags and foreign tags never match (RFC 9110).
    Versions(Vec<i64>),
}

impl Expected {
    /// Returns what `If-Match` of `request` says; `None` where it is absent.
    pub fn of(request: &HttpRequest) -> Result<Option<Self>> {
        let mut versions = Vec::new();
        let mut seen = false;
        for value in request.headers().get_all(header::IF_MATCH) {
            seen = true;
            let text = value.to_str().map_err(|_| malformed())?;
            if text.trim() == "*" {
                return Ok(Some(Self::Any));
            }
            for tag in text.split(',') {
                versions.extend(version(tag.trim())?);
            }
        }
        Ok(seen.then_some(Self::Versions(versions)))
    }

    /// Refuses with 412 when the row's `version` is none of those expected.
    pub fn check(&self, version: i64) -> Result<()> {
        match self {
            Self::Any => Ok(()),
            Self::Versions(versions) if versions.contains(&version) => Ok(()),
            Self::Versions(_) => Err(Error::PreconditionFailed { version }),
        }
    }
}

/// Returns the tag of a version.
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

fn version(tag: &str) -> Result<Option<i64>> {
    let weak = tag.starts_with("W/");
    let quoted = tag.strip_prefix("W/").unwrap_or(tag);
    let inner = quoted.strip_prefix('"').and_then(|t| t.strip_suffix('"')).ok_or_else(malformed)?;
    if inner.contains('"') || inner.contains(char::is_whitespace) {
        return Err(malformed());
    }
    Ok(inner.parse().ok().filter(|_| !weak))
}

fn malformed() -> Error {
    Error::malformed("invalid_if_match", "If-Match is no list of entity tags.", "If-Match 格式有误。")
}
