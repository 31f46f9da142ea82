//! The parts of the form, read together.

use super::{
    super::super::{
        actions::{self, Upload},
        domain::ImportId,
        wire::Mapping,
    },
    Form,
};
use crate::{
    platform::{
        codes::Codes,
        http::{
            json,
            problem::{Error, Result},
        },
    },
    vocabulary::ImportKind,
};
use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Map, Value};

/// Returns the upload that the parts state, and what tells it from others; names what is missing or wrong.
pub fn read(id: ImportId, form: &Form, dry_run: bool) -> Result<(Upload, Vec<u8>)> {
    let required = |part| Error::field(part, "required", "is required", "为必填项");
    let kind = kind(form.texts.get("kind").ok_or_else(|| required("/kind"))?)?;
    let file = form.file.as_ref().ok_or_else(|| required("/file"))?;
    let upload = Upload {
        id,
        kind,
        file_name: file.name.clone(),
        file_bytes: file.bytes,
        file: file.scanned.clone(),
        mapping: Mapping { columns: object(form, "mapping")?, defaults: object(form, "defaults")? },
        preview: flag(form, "preview")?,
        dry_run,
        run_rules: flag(form, "run_rules")?,
    };
    actions::check(&upload)?;
    let mut content = file.digest.clone();
    for (name, bytes) in &form.texts {
        content.extend_from_slice(name.as_bytes());
        content.extend_from_slice(digest(&SHA256, bytes).as_ref());
    }
    Ok((upload, content))
}

fn kind(bytes: &[u8]) -> Result<ImportKind> {
    let text = std::str::from_utf8(bytes).unwrap_or_default().trim();
    let unknown = || Error::field("/kind", "unknown_code", "is not one of the known codes", "不是已知的代码");
    ImportKind::of(text).ok_or_else(unknown)
}

fn object(form: &Form, name: &str) -> Result<Map<String, Value>> {
    let Some(bytes) = form.texts.get(name).filter(|bytes| !bytes.trim_ascii().is_empty()) else {
        return Ok(Map::new());
    };
    match json::object(bytes) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(Error::field(
            format!("/{name}"),
            "wrong_type",
            "is not one JSON object",
            "不是一个 JSON 对象",
        )),
    }
}

fn flag(form: &Form, name: &str) -> Result<bool> {
    match form.texts.get(name).map(|bytes| bytes.trim_ascii()) {
        None | Some(b"" | b"false") => Ok(false),
        Some(b"true") => Ok(true),
        Some(_) => {
            let en = "is `true` or `false`";
            Err(Error::field(format!("/{name}"), "wrong_type", en, "应为 true 或 false"))
        }
    }
}
