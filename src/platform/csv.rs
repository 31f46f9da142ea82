//! CSV that a spreadsheet opens without running anything.

use std::borrow::Cow;

/// Returns the cell, behind an apostrophe if a spreadsheet could take it for a formula: if its first visible
/// character is one of `=`, `+`, `-`, `@`, or if it begins with what cannot be seen.
pub fn cell(text: &str) -> Cow<'_, str> {
    let visible = text.trim_start_matches(unseen).chars().next();
    let formula = visible.is_some_and(|c| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠'));
    let hidden = text.starts_with(|c: char| c.is_control() || zero_width(c));
    if formula || hidden { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Returns rows as CSV (RFC 4180), each cell made harmless.
pub fn rows<'a>(rows: impl IntoIterator<Item = Vec<Cow<'a, str>>>) -> Vec<u8> {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        let written = writer.write_record(row.iter().map(|text| cell(text).into_owned()));
        if let Err(error) = written {
            log::error!("a row of CSV could not be written: {error}");
        }
    }
    writer.into_inner().unwrap_or_default()
}

fn unseen(c: char) -> bool {
    c.is_whitespace() || c.is_control() || zero_width(c)
}

fn zero_width(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_run_is_made_text() {
        let harmful =
            ["=cmd()", "\t=1", "\u{feff}=1", "+1", "-1", "@x", " =1", "\u{200b}x", "\rx", "\u{a0}=1", "＝1"];
        for text in harmful {
            assert_eq!(cell(text), format!("'{text}"), "{text:?}");
        }
        for text in ["a=1", "1-2", "", " a", "王@芳", "'=1"] {
            assert_eq!(cell(text), text);
        }
    }

    #[test]
    fn a_reader_gets_back_what_was_written() {
        let row = ["a,b", "\"quoted\"", "两\n行", "=1", ""];
        let bytes = rows([row.iter().map(|text| Cow::Borrowed(*text)).collect()]);
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(&bytes[..]);
        let read = reader.records().next().unwrap().unwrap();

        assert_eq!(read.iter().collect::<Vec<_>>(), ["a,b", "\"quoted\"", "两\n行", "'=1", ""]);
    }
}
