//! What became of rows, and what is undone of them.

use crate::{
    imports::domain::ImportId,
    platform::{
        db::Tx,
        http::problem::{Error, Result},
    },
    schema::{import_error, import_result},
};
use diesel::{prelude::*, result::Error as DieselError};
use uuid::Uuid;

/// What was wrong with a row.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = import_error)]
pub struct RowFault {
    /// The import.
    pub import_id: ImportId,
    /// The row.
    pub row_number: i32,
    /// Which of the row's faults this is.
    pub seq: i16,
    /// The line on which the row begins.
    pub line: i64,
    /// The field.
    pub pointer: String,
    /// The rule.
    pub code: String,
    /// The rule in English.
    pub detail_en: String,
    /// The rule in Chinese.
    pub detail_zh: String,
}

/// What a row became.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = import_result)]
pub struct RowResult {
    /// The import.
    pub import_id: ImportId,
    /// The row.
    pub row_number: i32,
    /// What it became.
    pub subject_id: Uuid,
}

/// How many rows one statement inserts: PostgreSQL binds at most 65,535 values.
const AT_ONCE: usize = 1000;

/// Notes what was wrong with rows.
pub fn insert_faults(tx: &mut Tx, faults: &[RowFault]) -> Result<()> {
    for some in faults.chunks(AT_ONCE) {
        diesel::insert_into(import_error::table).values(some).execute(tx)?;
    }
    Ok(())
}

/// Notes what rows became.
pub fn insert_results(tx: &mut Tx, results: &[RowResult]) -> Result<()> {
    for some in results.chunks(AT_ONCE) {
        diesel::insert_into(import_result::table).values(some).execute(tx)?;
    }
    Ok(())
}

/// Forgets what was wrong with rows.
pub fn clear_rows(tx: &mut Tx, id: ImportId) -> Result<()> {
    diesel::delete(import_error::table.filter(import_error::import_id.eq(id))).execute(tx)?;
    Ok(())
}

/// Returns faults after the position, in the order of the file.
pub fn faults(tx: &mut Tx, id: ImportId, after: Option<(i32, i16)>, rows: i64) -> Result<Vec<RowFault>> {
    let mut query =
        import_error::table.filter(import_error::import_id.eq(id)).select(RowFault::as_select()).into_boxed();
    if let Some((row, seq)) = after {
        let later = import_error::row_number.gt(row);
        let same = import_error::row_number.eq(row).and(import_error::seq.gt(seq));
        query = query.filter(later.or(same));
    }
    let order = (import_error::row_number, import_error::seq);
    Ok(query.order(order).limit(rows).load(tx)?)
}

/// Returns results after the position, in the order of the file.
pub fn results(tx: &mut Tx, id: ImportId, after: Option<i32>, rows: i64) -> Result<Vec<RowResult>> {
    let query = import_result::table
        .filter(import_result::import_id.eq(id))
        .filter(import_result::row_number.gt(after.unwrap_or(0)))
        .select(RowResult::as_select());
    Ok(query.order(import_result::row_number).limit(rows).load(tx)?)
}

/// Runs `work` in a savepoint, undoes it in any case, and returns what it returned.
pub fn undone<T>(tx: &mut Tx, work: impl FnOnce(&mut Tx) -> Result<T>) -> Result<T> {
    let result = tx.transaction::<(), Undone<T>, _>(|tx| Err(Undone(work(tx))));
    match result {
        Err(Undone(result)) => result,
        Ok(()) => Err(Error::internal("a savepoint that was to be undone was kept")),
    }
}

struct Undone<T>(Result<T>);

impl<T> From<DieselError> for Undone<T> {
    fn from(error: DieselError) -> Self {
        Self(Err(error.into()))
    }
}
