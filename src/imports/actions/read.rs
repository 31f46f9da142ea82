//! The rows of a stored file, from any position, a piece at a time.

use super::super::{
    domain::{ImportFormat, ImportId},
    store::{self, CHUNK},
};
use crate::platform::{
    db::Db,
    http::problem::{Error, Result},
};
use csv::StringRecord;
use std::io::{BufRead, BufReader, Read};

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Reads a stored file from a position.
struct Pieces {
    db: Db,
    id: ImportId,
    position: usize,
    number: Option<usize>,
    piece: Vec<u8>,
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let (number, within) = (self.position / CHUNK, self.position % CHUNK);
        if self.number != Some(number) {
            let wanted = i32::try_from(number).map_err(std::io::Error::other)?;
            let found = self.db.read_now(|tx| store::chunk(tx, self.id, wanted));
            self.piece = found.map_err(std::io::Error::other)?.unwrap_or_default();
            self.number = Some(number);
        }
        let mut rest = self.piece.get(within..).unwrap_or_default();
        let read = rest.read(into)?;
        self.position = self.position.saturating_add(read);
        Ok(read)
    }
}

/// A row as it stands in the file.
pub enum Raw {
    /// The cells of a CSV row.
    Cells(StringRecord),
    /// A line of NDJSON.
    Line(Vec<u8>),
}

/// The rows of a file, read on from a position.
pub struct Rows {
    source: Source,
    bytes: i64,
    line: i64,
}

enum Source {
    /// The reader counts from where it began.
    Csv(Box<csv::Reader<Pieces>>, i64, i64),
    Ndjson(BufReader<Pieces>),
}

impl Rows {
    /// Returns the rows from a position, and the header.
    pub fn open(
        db: &Db,
        id: ImportId,
        format: ImportFormat,
        (bytes, line): (i64, i64),
    ) -> Result<(Self, Vec<String>)> {
        let pieces = |position: i64| Pieces {
            db: db.clone(),
            id,
            position: usize::try_from(position).unwrap_or(0),
            number: None,
            piece: Vec::new(),
        };
        let at = |source| Self { source, bytes, line };
        if format == ImportFormat::Ndjson {
            return Ok((at(Source::Ndjson(BufReader::new(pieces(bytes)))), Vec::new()));
        }
        let csv = |position| {
            let mut builder = csv::ReaderBuilder::new();
            Box::new(builder.has_headers(false).flexible(true).from_reader(pieces(position)))
        };
        let mut reader = csv(0);
        let mut header = StringRecord::new();
        reader.read_record(&mut header).map_err(Error::internal)?;
        let header = header.iter().map(str::to_owned).collect();
        if bytes == 0 {
            return Ok((at(Source::Csv(reader, 0, 0)), header));
        }
        Ok((at(Source::Csv(csv(bytes), bytes, line.saturating_sub(1))), header))
    }

    /// Returns where the next row begins, as bytes and line.
    pub fn position(&self) -> (i64, i64) {
        (self.bytes, self.line)
    }

    /// Returns the next row and the line on which it begins; blank lines are passed over.
    pub fn next(&mut self) -> Result<Option<(i64, Raw)>> {
        match &mut self.source {
            Source::Csv(reader, bytes, lines) => {
                let mut record = StringRecord::new();
                let found = reader.read_record(&mut record).map_err(Error::internal)?;
                let began = record.position().map_or(1, csv::Position::line);
                let now = reader.position();
                self.bytes = bytes.saturating_add_unsigned(now.byte());
                self.line = lines.saturating_add_unsigned(now.line());
                Ok(found.then(|| (lines.saturating_add_unsigned(began), Raw::Cells(record))))
            }
            Source::Ndjson(reader) => loop {
                let mut bytes = Vec::new();
                let read = reader.read_until(b'\n', &mut bytes).map_err(Error::internal)?;
                if read == 0 {
                    return Ok(None);
                }
                let (began, first) = (self.line, self.bytes == 0);
                self.bytes = self.bytes.saturating_add(i64::try_from(read).unwrap_or(0));
                self.line = self.line.saturating_add(1);
                if first && bytes.starts_with(BOM) {
                    bytes.drain(..BOM.len());
                }
                let visible = bytes.trim_ascii();
                if !visible.is_empty() {
                    return Ok(Some((began, Raw::Line(visible.to_vec()))));
                }
            },
        }
    }
}
