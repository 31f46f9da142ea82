//! Reads and checks a request body: media type, size, time, JSON, schema, rules between fields.

use super::{
    json,
    problem::{Error, FieldError, Result, Text},
    schema,
};
use actix_web::{HttpRequest, dev::Payload, http::StatusCode, http::header, web::BytesMut};
use futures_util::StreamExt;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;
use std::{borrow::Cow, time::Duration};
use utoipa::ToSchema;
use validator::{Validate, ValidationErrors, ValidationErrorsKind};

/// The largest body of an ordinary operation.
const LARGEST: usize = 256 * 1024;
/// How long a body may take to arrive.
const SLOWEST: Duration = Duration::from_secs(10);

/// A member that may be absent, null or a value: `None`, `Some(None)`, `Some(Some(_))`.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// The body of an action that needs no words: `{}`, or none at all.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Returns whether `request` brings no body; such a request means `{}` where that is a whole body.
pub fn is_absent(request: &HttpRequest) -> bool {
    let headers = request.headers();
    let length = headers.get(header::CONTENT_LENGTH);
    !headers.contains_key(header::CONTENT_TYPE)
        && !headers.contains_key(header::TRANSFER_ENCODING)
        && length.is_none_or(|length| length == "0")
}

/// Returns the body of `request`, whole; refuses other media types, sizes and speeds.
pub async fn read(request: &HttpRequest, payload: &mut Payload, media: &[&str]) -> Result<BytesMut> {
    require_media(request, media)?;
    let gather = async {
        let mut bytes = BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| {
                Error::malformed("incomplete_body", "The body broke off.", "请求内容不完整。")
            })?;
            if bytes.len().saturating_add(chunk.len()) > LARGEST {
                return Err(Error::Http(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large"));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    };
    let slow = |_| Error::Http(StatusCode::REQUEST_TIMEOUT, "request_timeout");
    tokio::time::timeout(SLOWEST, gather).await.map_err(slow)?
}

fn require_media(request: &HttpRequest, media: &[&str]) -> Result<()> {
    let unsupported = Error::Http(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type");
    let headers = request.headers();
    if headers.contains_key(header::CONTENT_ENCODING) || headers.get_all(header::CONTENT_TYPE).count() != 1 {
        return Err(unsupported);
    }
    let named = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let (essence, parameters) = named.split_once(';').unwrap_or((named, ""));
    let charset = parameters.trim().to_ascii_lowercase().replace('"', "");
    let known = media.iter().any(|m| essence.trim().eq_ignore_ascii_case(m));
    if known && (charset.is_empty() || charset == "charset=utf-8") { Ok(()) } else { Err(unsupported) }
}

/// Returns the `T` that a JSON object states; names every field that breaks its schema or its rules.
pub fn parse<T: ToSchema + DeserializeOwned + Validate + 'static>(bytes: &[u8]) -> Result<T> {
    of_value(json::object(bytes)?)
}

/// Returns the `T` that `value` states; names every field that breaks its schema or its rules.
pub fn of_value<T: ToSchema + DeserializeOwned + Validate + 'static>(value: Value) -> Result<T> {
    let faults = schema::faults::<T>(&value);
    if faults.len() == 1 && faults.iter().any(|f| f.code == "empty_patch") {
        return Err(Error::unprocessable("empty_patch", "The patch changes nothing.", "没有任何修改。"));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let parsed: T = serde_path_to_error::deserialize(value).map_err(|error| {
        let pointer = pointer_of(error.path());
        let (code, text) = of_serde(&error.inner().to_string());
        Error::Invalid(vec![FieldError::new(pointer, code, text)])
    })?;
    parsed.validate().map_err(|errors| Error::Invalid(of_rules(&errors)))?;
    Ok(parsed)
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let step = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{key}"),
        Segment::Enum { variant } => format!("/{variant}"),
        Segment::Unknown => String::new(),
    };
    path.iter().map(step).collect()
}

/// What serde alone can tell: values that a schema cannot describe.
fn of_serde(message: &str) -> (&'static str, Text) {
    match message {
        "invalid_time" => {
            ("invalid_time", Text::new("is no instant from 1970 to 2200", "不是 1970 至 2200 年间的时刻"))
        }
        "unknown_code" => ("unknown_code", Text::new("is not one of the known codes", "不是已知的代码")),
        _ => ("wrong_type", Text::new("has the wrong type", "类型有误")),
    }
}

/// Turns validator's tree into a flat list; the rejected values in it are never shown.
fn of_rules(errors: &ValidationErrors) -> Vec<FieldError> {
    let mut found = Vec::new();
    walk("", errors, &mut found);
    found.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    found
}

fn walk(prefix: &str, errors: &ValidationErrors, found: &mut Vec<FieldError>) {
    for (name, kind) in errors.errors() {
        // `__all__` is validator's name for a rule of the whole body
        let at = if name == "__all__" { prefix.to_owned() } else { format!("{prefix}/{name}") };
        match kind {
            ValidationErrorsKind::Struct(inner) => walk(&at, inner, found),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    walk(&format!("{at}/{index}"), inner, found);
                }
            }
            ValidationErrorsKind::Field(rules) => {
                for rule in rules {
                    let text = rule.message.clone().unwrap_or(Cow::Borrowed("breaks its rule|不符合规则"));
                    let (en, zh) = text.split_once('|').unwrap_or((&text, &text));
                    let pointer =
                        rule.params.get("pointer").and_then(Value::as_str).unwrap_or(&at).to_owned();
                    let detail = Text::new(en.to_owned(), zh.to_owned());
                    found.push(FieldError { pointer, code: rule.code.clone(), detail });
                }
            }
        }
    }
}
