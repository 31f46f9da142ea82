//! Looks at a file once, piece by piece as it arrives: its encoding, its form, its header, how many rows it has.
//! Whatever passes here can be read later in bounded memory.

use super::{ImportFormat, MOST_ROWS};
use csv_core::{ReadRecordResult, Reader};

/// The largest row; the create call takes no larger body either.
pub const LARGEST_ROW: usize = 256 * 1024;
/// The most columns.
const MOST_COLUMNS: usize = 1024;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// What is wrong with a file as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFault {
    /// It is not UTF-8.
    Encoding,
    /// A row is too large.
    RowTooLarge,
    /// There are too many columns.
    TooManyColumns,
    /// There are too many rows.
    TooManyRows,
}

/// Reads a file that arrives in pieces.
pub struct Scanner {
    format: Option<ImportFormat>,
    partial: Vec<u8>,
    started: bool,
    csv: Reader,
    record: Vec<u8>,
    ends: Vec<usize>,
    filled: usize,
    ended: usize,
    header: Option<Vec<String>>,
    line_bytes: usize,
    line_blank: bool,
    rows: i32,
}

/// What a file turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scanned {
    /// Its form.
    pub format: ImportFormat,
    /// The names of its columns; none for NDJSON.
    pub header: Vec<String>,
    /// How many rows follow the header.
    pub rows: i32,
}

impl Scanner {
    /// Returns a scanner for a file of this form; without one, the first byte tells.
    pub fn new(format: Option<ImportFormat>) -> Self {
        Self {
            format,
            partial: Vec::new(),
            started: false,
            csv: Reader::new(),
            record: vec![0; LARGEST_ROW],
            ends: vec![0; MOST_COLUMNS],
            filled: 0,
            ended: 0,
            header: None,
            line_bytes: 0,
            line_blank: true,
            rows: 0,
        }
    }

    /// Looks at the next piece.
    pub fn feed(&mut self, piece: &[u8]) -> Result<(), FileFault> {
        let mut bytes = std::mem::take(&mut self.partial);
        bytes.extend_from_slice(piece);
        let whole = match std::str::from_utf8(&bytes) {
            Ok(_) => bytes.len(),
            // a character that the next piece may complete
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => return Err(FileFault::Encoding),
        };
        self.partial = bytes.split_off(whole);
        if !self.started {
            self.begin(&mut bytes);
        }
        match self.format {
            Some(ImportFormat::Ndjson) => self.lines(&bytes),
            Some(ImportFormat::Csv) => self.records(&bytes),
            None => Ok(()),
        }
    }

    /// Returns what the file was.
    pub fn finish(mut self) -> Result<Scanned, FileFault> {
        if !self.partial.is_empty() {
            return Err(FileFault::Encoding);
        }
        match self.format {
            Some(ImportFormat::Ndjson) => self.end_line()?,
            Some(ImportFormat::Csv) => self.end_table()?,
            None => {}
        }
        Ok(Scanned {
            format: self.format.unwrap_or(ImportFormat::Csv),
            header: self.header.unwrap_or_default(),
            rows: self.rows,
        })
    }

    /// An empty input tells the reader that the file is over.
    fn end_table(&mut self) -> Result<(), FileFault> {
        if self.record_of(&[])?.1 { self.end_record() } else { Ok(()) }
    }

    /// Drops the byte order mark, and tells the form by the first visible byte.
    fn begin(&mut self, bytes: &mut Vec<u8>) {
        if bytes.starts_with(BOM) {
            bytes.drain(..BOM.len());
        }
        let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
        let told = if first == Some(&b'{') { ImportFormat::Ndjson } else { ImportFormat::Csv };
        self.format.get_or_insert(told);
        self.started = true;
    }

    fn lines(&mut self, mut bytes: &[u8]) -> Result<(), FileFault> {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            let (line, rest) = bytes.split_at(end);
            self.line(line)?;
            self.end_line()?;
            bytes = rest.get(1..).unwrap_or_default();
        }
        self.line(bytes)
    }

    fn line(&mut self, bytes: &[u8]) -> Result<(), FileFault> {
        self.line_bytes = self.line_bytes.saturating_add(bytes.len());
        self.line_blank &= bytes.iter().all(u8::is_ascii_whitespace);
        if self.line_bytes > LARGEST_ROW {
            return Err(FileFault::RowTooLarge);
        }
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), FileFault> {
        if !self.line_blank {
            self.count()?;
        }
        (self.line_bytes, self.line_blank) = (0, true);
        Ok(())
    }

    fn records(&mut self, mut bytes: &[u8]) -> Result<(), FileFault> {
        while !bytes.is_empty() {
            let (read, ended) = self.record_of(bytes)?;
            if ended {
                self.end_record()?;
            }
            bytes = bytes.get(read..).unwrap_or_default();
        }
        Ok(())
    }

    /// Reads on in the present record; returns how far, and whether the record has ended.
    fn record_of(&mut self, bytes: &[u8]) -> Result<(usize, bool), FileFault> {
        let output = self.record.get_mut(self.filled..).unwrap_or_default();
        let ends = self.ends.get_mut(self.ended..).unwrap_or_default();
        let (result, read, written, fields) = self.csv.read_record(bytes, output, ends);
        self.filled = self.filled.saturating_add(written);
        self.ended = self.ended.saturating_add(fields);
        match result {
            ReadRecordResult::InputEmpty | ReadRecordResult::End => Ok((read, false)),
            ReadRecordResult::Record => Ok((read, true)),
            ReadRecordResult::OutputFull => Err(FileFault::RowTooLarge),
            ReadRecordResult::OutputEndsFull => Err(FileFault::TooManyColumns),
        }
    }

    fn end_record(&mut self) -> Result<(), FileFault> {
        if self.header.is_none() {
            self.header = Some(self.fields());
        } else {
            self.count()?;
        }
        (self.filled, self.ended) = (0, 0);
        Ok(())
    }

    fn fields(&self) -> Vec<String> {
        let mut begin = 0;
        let ends = self.ends.iter().take(self.ended);
        let cut = ends.map(|end| {
            let field = self.record.get(begin..*end).unwrap_or_default();
            begin = *end;
            String::from_utf8_lossy(field).into_owned()
        });
        cut.collect()
    }

    fn count(&mut self) -> Result<(), FileFault> {
        self.rows = self.rows.saturating_add(1);
        if self.rows > MOST_ROWS {
            return Err(FileFault::TooManyRows);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(format: Option<ImportFormat>, bytes: &[u8], piece: usize) -> Result<Scanned, FileFault> {
        let mut scanner = Scanner::new(format);
        for piece in bytes.chunks(piece) {
            scanner.feed(piece)?;
        }
        scanner.finish()
    }

    #[test]
    fn rows_are_counted_wherever_the_pieces_are_cut() {
        let csv = "\u{feff}名,b\r\n\"一\n二\",2\r\n\r\n3,\"四\"\"四\"";
        for piece in 4..40 {
            let scanned = scan(None, csv.as_bytes(), piece).unwrap();
            assert_eq!((scanned.header.join("|").as_str(), scanned.rows), ("名|b", 2), "{piece}");
        }
        let ndjson = "{\"a\":1}\n\n  \r\n{\"a\":2}";
        for piece in 1..20 {
            let scanned = scan(None, ndjson.as_bytes(), piece).unwrap();
            assert_eq!((scanned.format, scanned.rows), (ImportFormat::Ndjson, 2), "{piece}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named_so_at_once() {
        assert_eq!(scan(None, b"a,b\n\xd6\xd0,1\n", 1000), Err(FileFault::Encoding));
        assert_eq!(scan(None, "a\n中".as_bytes().split_last().unwrap().1, 1000), Err(FileFault::Encoding));
        let open_quote = format!("a,b\n\"{}", "x\n".repeat(LARGEST_ROW));
        assert_eq!(scan(None, open_quote.as_bytes(), 4096), Err(FileFault::RowTooLarge));
        assert_eq!(scan(None, ",".repeat(5000).as_bytes(), 4096), Err(FileFault::TooManyColumns));
    }

    #[test]
    fn an_empty_file_has_no_header() {
        let scanned = scan(None, b"", 1).unwrap();
        assert_eq!((scanned.header.len(), scanned.rows), (0, 0));
    }
}
