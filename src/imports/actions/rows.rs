//! The rows of a batch: stored together, and one by one where that is refused.

use super::{
    super::{
        domain::{ImportId, MOST_FAULTS},
        store::{Import, RowFault, RowResult},
    },
    target::{self, Body},
};
use crate::platform::{
    auth::Actor,
    db::{Tx, savepoint},
    http::problem::{Error, FieldError, Result, Text},
};
use uuid::Uuid;

/// A row, checked.
pub struct Row {
    /// Its number.
    pub number: i32,
    /// The line on which it begins.
    pub line: i64,
    /// What it states, or what is wrong with that.
    pub body: std::result::Result<Body, Vec<FieldError>>,
}

/// What rows became, and what was wrong with others.
pub type Stored = (Vec<RowResult>, Vec<RowFault>);

/// Stores the good rows.
pub fn store_rows(tx: &mut Tx, actor: &Actor, import: &Import, rows: &[Row]) -> Result<Stored> {
    let mut faults = Vec::new();
    let mut good = Vec::new();
    for row in rows {
        match &row.body {
            Ok(body) => good.push((row, body)),
            Err(found) => faults.extend(kept(import.id, row, found)),
        }
    }
    let results = store_good(tx, actor, import, good, &mut faults)?;
    Ok((results, faults))
}

type Good<'a> = (&'a Row, &'a Body);

fn store_good(
    tx: &mut Tx,
    actor: &Actor,
    import: &Import,
    mut good: Vec<Good<'_>>,
    faults: &mut Vec<RowFault>,
) -> Result<Vec<RowResult>> {
    match attempt(tx, actor, import, &good) {
        Ok(Outcome::All(ids)) => return Ok(results(import.id, &good, ids)),
        Ok(Outcome::Some(all)) => {
            // nothing of the refused may stay behind: again without them
            let mut left = Vec::new();
            for (pair, one) in good.into_iter().zip(all) {
                match one {
                    Ok(_) => left.push(pair),
                    Err(error) => faults.extend(kept(import.id, pair.0, &faults_of(error)?)),
                }
            }
            good = left;
            if let Ok(Outcome::All(ids)) = attempt(tx, actor, import, &good) {
                return Ok(results(import.id, &good, ids));
            }
        }
        Err(error) => faults_of(error).map(|_| ())?,
    }
    let mut stored = Vec::new();
    for pair in good {
        match attempt(tx, actor, import, &[pair]) {
            Ok(Outcome::All(ids)) => stored.extend(results(import.id, &[pair], ids)),
            Ok(Outcome::Some(all)) => {
                for error in all.into_iter().filter_map(Result::err) {
                    faults.extend(kept(import.id, pair.0, &faults_of(error)?));
                }
            }
            Err(error) => faults.extend(kept(import.id, pair.0, &faults_of(error)?)),
        }
    }
    Ok(stored)
}

/// What came of rows that were stored together.
enum Outcome {
    /// All are stored.
    All(Vec<Uuid>),
    /// Some were refused, and none is stored.
    Some(Vec<Result<Uuid>>),
}

/// Stores all of the rows, or none.
fn attempt(tx: &mut Tx, actor: &Actor, import: &Import, good: &[Good<'_>]) -> Result<Outcome> {
    let rows: Vec<(i32, &Body)> = good.iter().map(|(row, body)| (row.number, *body)).collect();
    let mut refused = None;
    let stored = savepoint(tx, |tx| {
        let all = target::store_all(tx, actor, import, &rows)?;
        if all.iter().all(Result::is_ok) {
            return all.into_iter().collect();
        }
        refused = Some(all);
        Err(Error::Undone)
    });
    match (stored, refused) {
        (Err(Error::Undone), Some(all)) => Ok(Outcome::Some(all)),
        (stored, _) => stored.map(Outcome::All),
    }
}

fn results(id: ImportId, good: &[Good<'_>], ids: Vec<Uuid>) -> Vec<RowResult> {
    let of = |((row, _), subject_id): (&Good<'_>, Uuid)| RowResult {
        import_id: id,
        row_number: row.number,
        subject_id,
    };
    good.iter().zip(ids).map(of).collect()
}

fn kept(id: ImportId, row: &Row, faults: &[FieldError]) -> Vec<RowFault> {
    let numbered = (0_i16..).zip(faults).take(MOST_FAULTS);
    let of = |(seq, fault): (i16, &FieldError)| RowFault {
        import_id: id,
        row_number: row.number,
        seq,
        line: row.line,
        pointer: fault.pointer.replace('\0', "\u{fffd}"),
        code: fault.code.clone().into_owned(),
        detail_en: fault.detail.en.clone().into_owned(),
        detail_zh: fault.detail.zh.clone().into_owned(),
    };
    numbered.map(of).collect()
}

/// Returns what an error says of the row; passes on what says nothing of it.
pub fn faults_of(error: Error) -> Result<Vec<FieldError>> {
    let code = error.code();
    let mut pointer = String::new();
    let text = match error {
        Error::Invalid(faults) => return Ok(faults),
        Error::Retry | Error::Unavailable | Error::StorageFull | Error::InProgress => return Err(error),
        Error::Malformed { text, .. } => text,
        Error::Refused(refused) => {
            pointer = refused.pointer.unwrap_or_default();
            refused.text
        }
        Error::Internal(source) => {
            log::error!("a row could not be stored: {source}");
            Text::new("Something went wrong on our side.", "系统内部出错。")
        }
        other => Text::new(other.to_string(), other.to_string()),
    };
    Ok(vec![FieldError::new(pointer, code, text)])
}
