//! Reads a table of exceptions: CSV with the columns `date`, `kind` and `holiday`.
//!
//! A byte order mark, quotes, either line end and blank lines are tolerated; `makeup_workday` is read as
//! `make_up_day`. Every row that is wrong is named by its place, counted from 0 below the header.

use super::wire::CalendarExceptionIn;
use crate::platform::http::{
    body,
    problem::{Error, FieldError, Result, Text},
};
use csv::{ReaderBuilder, StringRecord, Trim};
use serde_json::{Map, Value};

/// How many faults are named at most.
const MOST_FAULTS: usize = 100;

/// Returns the days that a table names.
pub fn read(bytes: &[u8]) -> Result<Vec<CalendarExceptionIn>> {
    let text = std::str::from_utf8(bytes).map_err(|_| {
        Error::malformed("invalid_encoding", "The table is not UTF-8.", "表格不是 UTF-8 编码。")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = ReaderBuilder::new().flexible(true).trim(Trim::All).from_reader(text.as_bytes());
    let columns = columns(reader.headers().map_err(|_| malformed())?)?;
    let (mut days, mut faults) = (Vec::new(), Vec::new());
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(|_| malformed())?;
        match day(&columns, &record) {
            Ok(day) => days.push(day),
            Err(error) => faults.extend(error.into_fields()?.into_iter().map(|fault| at_row(index, fault))),
        }
        if faults.len() >= MOST_FAULTS {
            break;
        }
    }
    match (days.is_empty(), faults.is_empty()) {
        (_, false) => Err(Error::Invalid(faults)),
        (true, _) => Err(Error::unprocessable("no_rows", "The table has no rows.", "表格没有数据行。")),
        _ => Ok(days),
    }
}

/// Returns the field that each column fills.
fn columns(header: &StringRecord) -> Result<Vec<&'static str>> {
    let field = |column: &str| match column.to_ascii_lowercase().as_str() {
        "date" => Some("date"),
        "kind" => Some("kind"),
        "holiday" | "name" => Some("name"),
        _ => None,
    };
    let fields: Option<Vec<&'static str>> = header.iter().map(field).collect();
    let fields = fields.unwrap_or_default();
    let once = |name: &str| fields.iter().filter(|field| **field == name).count() == 1;
    let names = fields.iter().filter(|field| **field == "name").count();
    if once("date") && once("kind") && names <= 1 {
        Ok(fields)
    } else {
        let en = "The table's header names the columns date, kind and, if wanted, holiday.";
        Err(Error::unprocessable("invalid_columns", en, "表头须为 date、kind，以及可选的 holiday。"))
    }
}

/// Returns the day of a row, checked as the same day in JSON would be.
fn day(columns: &[&'static str], record: &StringRecord) -> Result<CalendarExceptionIn> {
    if record.len() != columns.len() {
        let en = "has another number of columns than the header";
        return Err(Error::field("", "wrong_columns", en, "列数与表头不符"));
    }
    let cells = columns.iter().zip(record.iter()).filter(|(_, cell)| !cell.is_empty());
    let value = cells.map(|(column, cell)| {
        let cell = if *column == "kind" && cell == "makeup_workday" { "make_up_day" } else { cell };
        ((*column).to_owned(), Value::from(cell))
    });
    body::of_value(Value::Object(value.collect::<Map<_, _>>()))
}

fn at_row(index: usize, fault: FieldError) -> FieldError {
    FieldError { pointer: format!("/{index}{}", fault.pointer), ..fault }
}

/// Returns the fault of a date that the table names twice.
pub fn named_twice(index: usize) -> FieldError {
    let text = Text::new("is in the table already", "在表格中重复");
    FieldError::new(format!("/{index}/date"), "duplicate_date", text)
}

fn malformed() -> Error {
    Error::malformed("invalid_csv", "The body is no CSV table.", "请求内容不是 CSV 表格。")
}
