//! Every query on imports: the import itself here, its file in `chunks`, its rows in `rows`.

mod chunks;
mod rows;

pub use self::{
    chunks::{CHUNK, chunk, discard, keep_chunk, sweep_orphans},
    rows::{RowFault, RowResult, clear_rows, faults, insert_faults, insert_results, results, undone},
};

use super::domain::{ImportFailure, ImportFormat, ImportId};
use crate::{
    platform::{
        auth::{Actor, Role, Who},
        db::Tx,
        http::problem::{Error, Result},
    },
    schema::import,
    vocabulary::{ImportKind, ImportStatus},
};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};
use serde_json::Value;
use uuid::Uuid;

/// An import and how far it is.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = import)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// What the rows become.
    pub kind: ImportKind,
    /// The form of the file.
    pub format: ImportFormat,
    /// The name that the file came with.
    pub file_name: Option<String>,
    /// The size of the file.
    pub file_bytes: i64,
    /// Target to column.
    pub mapping: Value,
    /// Target to default.
    pub defaults: Value,
    /// Where it stands.
    pub status: ImportStatus,
    /// Whether the present pass is undone.
    pub preview: bool,
    /// Whether it can never be started.
    pub dry_run: bool,
    /// Whether imported orders earn as others do.
    pub run_rules: bool,
    /// Why it ended before its end.
    pub failure: Option<ImportFailure>,
    /// How many rows there are.
    pub rows_total: i32,
    /// How many were stored.
    pub rows_done: i32,
    /// How many were refused.
    pub rows_failed: i32,
    /// Where the next row begins.
    pub position_bytes: i64,
    /// On which line.
    pub position_line: i64,
    /// What kind of principal made it.
    pub created_by_kind: String,
    /// Who made it.
    pub created_by: Uuid,
    /// In which role.
    pub role: Role,
    /// In which department.
    pub department_id: Option<Uuid>,
    /// In which request.
    pub request_id: String,
    /// Its version.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last went on.
    pub updated_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Where the next row begins.
    pub bytes: i64,
    /// On which line.
    pub line: i64,
    /// How many rows were stored.
    pub done: i32,
    /// How many rows were refused.
    pub failed: i32,
}

impl Import {
    /// Returns whoever made the import, acting at `at`.
    pub fn actor(&self, at: DateTime<Utc>) -> Actor {
        let who = match self.created_by_kind.as_str() {
            "api_key" => Who::ApiKey(self.created_by),
            _ => Who::Staff(self.created_by),
        };
        Actor {
            who,
            role: Some(self.role),
            department: self.department_id,
            at,
            request_id: self.request_id.clone(),
        }
    }

    /// Returns how far it is.
    pub fn progress(&self) -> Progress {
        Progress {
            bytes: self.position_bytes,
            line: self.position_line,
            done: self.rows_done,
            failed: self.rows_failed,
        }
    }
}

/// Whose imports are looked at: everybody's, or those of one principal.
#[derive(Clone, Copy, Debug)]
pub struct Sight(Option<Uuid>);

impl Sight {
    /// Returns what `actor` may see: service agents and administrators see all, others their own.
    pub fn of(actor: &Actor) -> Self {
        Self((!actor.is_service()).then(|| actor.principal()))
    }
}

fn seen(sight: Sight) -> import::BoxedQuery<'static, Pg> {
    let query = import::table.into_boxed();
    match sight.0 {
        None => query,
        Some(own) => query.filter(import::created_by.eq(own)),
    }
}

/// Stores a new import.
pub fn insert(tx: &mut Tx, new: &Import) -> Result<()> {
    diesel::insert_into(import::table).values(new).execute(tx)?;
    Ok(())
}

/// Returns an import that may be seen.
pub fn find(tx: &mut Tx, sight: Sight, id: ImportId) -> Result<Import> {
    let query = seen(sight).filter(import::id.eq(id)).select(Import::as_select());
    query.first(tx).optional()?.ok_or(Error::NotFound("import"))
}

/// Locks and returns an import that may be seen.
pub fn lock(tx: &mut Tx, sight: Sight, id: ImportId) -> Result<Import> {
    find(tx, sight, id)?;
    lock_any(tx, id)
}

/// Locks and returns an import.
pub fn lock_any(tx: &mut Tx, id: ImportId) -> Result<Import> {
    let query = import::table.find(id).select(Import::as_select()).for_update();
    query.first(tx).optional()?.ok_or(Error::NotFound("import"))
}

/// Returns imports that may be seen after the position, newest first.
pub fn page(
    tx: &mut Tx,
    sight: Sight,
    (kind, status): (Option<ImportKind>, Option<ImportStatus>),
    after: Option<(DateTime<Utc>, ImportId)>,
    rows: i64,
) -> Result<Vec<Import>> {
    let mut query = seen(sight).select(Import::as_select());
    if let Some(kind) = kind {
        query = query.filter(import::kind.eq(kind));
    }
    if let Some(status) = status {
        query = query.filter(import::status.eq(status));
    }
    if let Some((at, id)) = after {
        let later = import::created_at.lt(at);
        query = query.filter(later.or(import::created_at.eq(at).and(import::id.lt(id))));
    }
    let order = (import::created_at.desc(), import::id.desc());
    Ok(query.order(order).limit(rows).load(tx)?)
}

/// Moves an import to another status.
pub fn set_status(
    tx: &mut Tx,
    id: ImportId,
    (status, failure): (ImportStatus, Option<ImportFailure>),
    at: DateTime<Utc>,
) -> Result<Import> {
    let ended = matches!(status, ImportStatus::Done | ImportStatus::Failed);
    let change = (
        import::status.eq(status),
        import::failure.eq(failure),
        import::finished_at.eq(ended.then_some(at)),
        import::updated_at.eq(at),
        import::version.eq(import::version + 1),
    );
    let query = diesel::update(import::table.find(id)).set(change);
    Ok(query.returning(Import::as_returning()).get_result(tx)?)
}

/// Moves an import on.
pub fn set_progress(tx: &mut Tx, id: ImportId, progress: Progress, at: DateTime<Utc>) -> Result<()> {
    let change = (
        import::position_bytes.eq(progress.bytes),
        import::position_line.eq(progress.line),
        import::rows_done.eq(progress.done),
        import::rows_failed.eq(progress.failed),
        import::updated_at.eq(at),
        import::version.eq(import::version + 1),
    );
    diesel::update(import::table.find(id)).set(change).execute(tx)?;
    Ok(())
}

/// Puts a previewed import back to its beginning, no longer as a preview.
pub fn rewind(tx: &mut Tx, id: ImportId) -> Result<()> {
    let change = (
        import::preview.eq(false),
        import::position_bytes.eq(0),
        import::position_line.eq(1),
        import::rows_done.eq(0),
        import::rows_failed.eq(0),
    );
    diesel::update(import::table.find(id)).set(change).execute(tx)?;
    Ok(())
}

/// Returns previews that have been waiting since before `before`.
pub fn stale_previews(tx: &mut Tx, before: DateTime<Utc>) -> Result<Vec<ImportId>> {
    let stale = import::status.eq(ImportStatus::Previewed).and(import::updated_at.lt(before));
    let query = import::table.filter(stale).select(import::id).limit(100);
    Ok(query.for_update().skip_locked().load(tx)?)
}
