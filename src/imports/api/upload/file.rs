//! The file: its name, its form, and its way into the database.

use super::{
    super::super::{
        actions,
        domain::{ImportFormat, ImportId, LARGEST_FILE, Scanned, Scanner},
        store::{self, CHUNK},
    },
    next, too_large,
};
use crate::platform::{auth::Actor, db::Db, http::problem::Result};
use actix_multipart::Field;
use aws_lc_rs::digest::{Context, SHA256};

/// The longest file name that is kept.
const LONGEST_NAME: usize = 255;

/// A file that has arrived.
pub struct Arrived {
    pub name: Option<String>,
    pub bytes: usize,
    pub digest: Vec<u8>,
    pub scanned: Scanned,
}

/// Stores the file, and returns what it is.
pub async fn take_file(part: &mut Field, db: &Db, id: ImportId, actor: &Actor) -> Result<Arrived> {
    let name = file_name(part);
    let mut file = Intake {
        db,
        id,
        actor,
        scanner: Scanner::new(format_of(part, name.as_deref())),
        digest: Context::new(&SHA256),
        piece: Vec::with_capacity(CHUNK),
        number: 0,
        bytes: 0,
    };
    while let Some(some) = next(part).await? {
        file.bytes = file.bytes.saturating_add(some.len());
        if file.bytes > LARGEST_FILE {
            drain(part).await;
            return Err(too_large());
        }
        file.push(&some).await?;
    }
    file.flush().await?;
    Ok(Arrived {
        name,
        bytes: file.bytes,
        digest: file.digest.finish().as_ref().to_vec(),
        scanned: file.scanner.finish().map_err(actions::refuse_file)?,
    })
}

/// A file on its way into the database.
struct Intake<'a> {
    db: &'a Db,
    id: ImportId,
    actor: &'a Actor,
    scanner: Scanner,
    digest: Context,
    piece: Vec<u8>,
    number: i32,
    bytes: usize,
}

impl Intake<'_> {
    async fn push(&mut self, mut some: &[u8]) -> Result<()> {
        self.digest.update(some);
        while !some.is_empty() {
            let (now, rest) = some.split_at(some.len().min(CHUNK.saturating_sub(self.piece.len())));
            self.piece.extend_from_slice(now);
            some = rest;
            if self.piece.len() == CHUNK {
                self.flush().await?;
            }
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<()> {
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(CHUNK));
        if piece.is_empty() {
            return Ok(());
        }
        self.scanner.feed(&piece).map_err(actions::refuse_file)?;
        let (id, number, at) = (self.id, self.number, self.actor.at);
        self.number = number.saturating_add(1);
        self.db.write(move |tx| store::keep_chunk(tx, id, number, &piece, at)).await
    }
}

/// Reads on for a while, as many clients listen only when they have sent everything.
async fn drain(part: &mut Field) {
    let mut left = LARGEST_FILE;
    while let Ok(Some(some)) = next(part).await {
        left = left.saturating_sub(some.len());
        if left == 0 {
            return;
        }
    }
}

/// The name is data and never a path.
fn file_name(part: &Field) -> Option<String> {
    let given = part.content_disposition()?.get_filename()?;
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !hidden(*c)).take(LONGEST_NAME).collect();
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// The media type tells the form, else the name; else the first byte will.
fn format_of(part: &Field, name: Option<&str>) -> Option<ImportFormat> {
    let media = part.content_type().map(|m| m.essence_str().to_owned()).unwrap_or_default();
    let ending = name.and_then(|n| n.rsplit_once('.')).map(|(_, e)| e.to_ascii_lowercase());
    match (media.as_str(), ending.as_deref()) {
        ("text/csv", _) => Some(ImportFormat::Csv),
        (
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" | "application/x-jsonlines",
            _,
        ) => Some(ImportFormat::Ndjson),
        (_, Some("csv")) => Some(ImportFormat::Csv),
        (_, Some("ndjson" | "jsonl")) => Some(ImportFormat::Ndjson),
        _ => None,
    }
}
