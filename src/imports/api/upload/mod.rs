//! Takes in the form: its small parts whole, the file piece by piece straight into the database.

mod file;
mod form;

use self::file::{Arrived, take_file};
use super::super::{actions::Upload, domain::ImportId, store};
use crate::platform::{
    auth::Actor,
    db::Db,
    http::problem::{Error, Result},
    ids,
};
use actix_multipart::{Field, Multipart};
use actix_web::{
    HttpRequest,
    http::{StatusCode, header},
    web::Payload,
};
use futures_util::{Stream, StreamExt};
use std::{collections::BTreeMap, time::Duration};

/// The largest part beside the file.
const LARGEST_PART: usize = 256 * 1024;
/// How long the next bytes may take.
const SLOWEST: Duration = Duration::from_secs(10);
/// How long everything may take.
const LONGEST: Duration = Duration::from_secs(600);
const PARTS: [&str; 5] = ["kind", "mapping", "defaults", "preview", "run_rules"];

/// The parts of the form as they arrive.
#[derive(Default)]
struct Form {
    texts: BTreeMap<String, Vec<u8>>,
    file: Option<Arrived>,
}

/// Returns the upload, its file stored, and what tells it from other uploads. What is refused leaves nothing.
pub async fn receive(
    request: &HttpRequest,
    payload: Payload,
    db: &Db,
    actor: &Actor,
    dry_run: bool,
) -> Result<(Upload, Vec<u8>)> {
    require_form(request)?;
    let id = ImportId(ids::next());
    let parts = Multipart::new(request.headers(), payload);
    let slow = |_| Error::Http(StatusCode::REQUEST_TIMEOUT, "request_timeout");
    let form = match tokio::time::timeout(LONGEST, gather(parts, db, id, actor)).await {
        Ok(form) => form,
        Err(elapsed) => Err(slow(elapsed)),
    };
    let upload = form.and_then(|form| form::read(id, &form, dry_run));
    if upload.is_err() {
        discard(db, id).await;
    }
    upload
}

/// Deletes a file that became no import; what is left behind is swept later.
pub async fn discard(db: &Db, id: ImportId) {
    if let Err(error) = db.write(move |tx| store::discard(tx, id)).await {
        log::warn!("the pieces of a refused file stay for now: {error}");
    }
}

fn require_form(request: &HttpRequest) -> Result<()> {
    let headers = request.headers();
    let media = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let essence = media.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("multipart/form-data") && !headers.contains_key(header::CONTENT_ENCODING)
    {
        return Ok(());
    }
    Err(Error::Http(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"))
}

async fn gather(mut parts: Multipart, db: &Db, id: ImportId, actor: &Actor) -> Result<Form> {
    let mut form = Form::default();
    while let Some(mut part) = next(&mut parts).await? {
        let name = part.name().unwrap_or_default().to_owned();
        let known = PARTS.contains(&name.as_str());
        if name == "file" && form.file.is_none() {
            form.file = Some(take_file(&mut part, db, id, actor).await?);
        } else if known && !form.texts.contains_key(&name) {
            form.texts.insert(name, take_text(&mut part).await?);
        } else {
            let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            return Err(if known || name == "file" {
                Error::field(pointer, "duplicate_part", "is given twice", "重复")
            } else {
                Error::field(pointer, "unknown_field", "is no part of this form", "未知字段")
            });
        }
    }
    Ok(form)
}

/// Returns the next item of a stream that must not pause for long.
async fn next<T>(
    stream: &mut (impl Stream<Item = std::result::Result<T, actix_multipart::MultipartError>> + Unpin),
) -> Result<Option<T>> {
    let item = tokio::time::timeout(SLOWEST, stream.next())
        .await
        .map_err(|_| Error::Http(StatusCode::REQUEST_TIMEOUT, "request_timeout"))?;
    item.transpose().map_err(|_| {
        Error::malformed(
            "malformed_multipart",
            "The body is no complete multipart form.",
            "请求内容不是完整的 multipart 表单。",
        )
    })
}

async fn take_text(part: &mut Field) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(some) = next(part).await? {
        if bytes.len().saturating_add(some.len()) > LARGEST_PART {
            return Err(too_large());
        }
        bytes.extend_from_slice(&some);
    }
    Ok(bytes)
}

fn too_large() -> Error {
    Error::Http(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large")
}
