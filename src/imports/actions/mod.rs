//! The commands on imports, and the work behind them.

mod housekeeping;
mod process;
mod read;
mod rows;
mod target;

use super::{
    domain::{FileFault, Scanned},
    domain::{ImportAction, ImportFailure, ImportFormat, ImportId, LARGEST_FILE, allowed_actions},
    store::{self, Import, Sight},
    wire::{Mapping, Plan, Shape},
};
use crate::{
    platform::{
        auth::{Actor, Role, Who},
        db::Tx,
        http::problem::{Error, Result},
        jobs::{self, Registry},
    },
    vocabulary::{ImportKind, ImportStatus},
};
use serde_json::{Value, json};

/// The kind of the job that takes an import on.
const RUN: &str = "imports.run";

/// A file that has arrived, and how it is to be read.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The id that its pieces are stored under.
    pub id: ImportId,
    /// What the rows become.
    pub kind: ImportKind,
    /// The name that the file came with.
    pub file_name: Option<String>,
    /// The size of the file.
    pub file_bytes: usize,
    /// What the file turned out to be.
    pub file: Scanned,
    /// Which column goes where.
    pub mapping: Mapping,
    /// Whether to check only.
    pub preview: bool,
    /// Whether it can never be started.
    pub dry_run: bool,
    /// Whether imported orders earn as others do.
    pub run_rules: bool,
}

/// Adds the work of this slice.
pub fn background(registry: Registry) -> Registry {
    housekeeping::background(registry).steps(RUN, process::run).when_parked(RUN, process::give_up)
}

/// Refuses a file as a whole.
pub fn refuse_file(fault: FileFault) -> Error {
    let (code, en, zh) = match fault {
        FileFault::Encoding => ("invalid_encoding", "The file is not UTF-8.", "文件不是 UTF-8 编码。"),
        FileFault::RowTooLarge => (
            "row_too_large",
            "A row of the file is larger than 256 KiB; a quote may be missing.",
            "文件中有超过 256 KiB 的行,可能缺少引号。",
        ),
        FileFault::TooManyColumns => {
            ("too_many_columns", "The file has more than 1,024 columns.", "文件超过 1,024 列。")
        }
        FileFault::TooManyRows => {
            ("too_many_rows", "The file has more than 1,000,000 rows.", "文件超过 1,000,000 行。")
        }
    };
    Error::unprocessable(code, en, zh)
}

/// Refuses a mapping that does not fit the file or the body, before anything runs.
pub fn check(upload: &Upload) -> Result<()> {
    let shape = target::shape(upload.kind);
    if upload.file.format == ImportFormat::Csv && upload.file.header.is_empty() {
        return Err(Error::unprocessable("empty_file", "The file has no header.", "文件没有表头。"));
    }
    plan(upload.file.format, &upload.mapping, &upload.file.header, &shape).map(|_| ())
}

fn plan(format: ImportFormat, mapping: &Mapping, header: &[String], shape: &Shape) -> Result<Plan> {
    let plan = match format {
        ImportFormat::Csv => Plan::of_rows(mapping, header, shape),
        ImportFormat::Ndjson => Plan::of_bodies(mapping, shape),
    };
    plan.map_err(Error::Invalid)
}

/// Makes the import of a file whose pieces are stored already, and puts it on the worker.
pub fn create(tx: &mut Tx, actor: &Actor, upload: &Upload) -> Result<Import> {
    let (created_by_kind, role) = match actor.who {
        Who::ApiKey(_) => ("api_key", Role::Integrator),
        _ => ("staff", actor.role.unwrap_or(Role::ServiceAgent)),
    };
    let import = Import {
        id: upload.id,
        kind: upload.kind,
        format: upload.file.format,
        file_name: upload.file_name.clone(),
        file_bytes: i64::try_from(upload.file_bytes.min(LARGEST_FILE)).unwrap_or(0),
        mapping: Value::Object(upload.mapping.columns.clone()),
        defaults: Value::Object(upload.mapping.defaults.clone()),
        status: ImportStatus::Queued,
        preview: upload.preview || upload.dry_run,
        dry_run: upload.dry_run,
        run_rules: upload.run_rules,
        failure: None,
        rows_total: upload.file.rows,
        rows_done: 0,
        rows_failed: 0,
        position_bytes: 0,
        position_line: 1,
        created_by_kind: created_by_kind.into(),
        created_by: actor.principal(),
        role,
        department_id: actor.department,
        request_id: actor.request_id.clone(),
        version: 1,
        created_at: actor.at,
        updated_at: actor.at,
        finished_at: None,
    };
    store::insert(tx, &import)?;
    jobs::enqueue(tx, RUN, &import.id.to_string(), &json!({}), actor.at)?;
    Ok(import)
}

/// Lets a previewed import run for good. Refuses: `invalid_transition`.
pub fn start(tx: &mut Tx, actor: &Actor, import: &Import) -> Result<Import> {
    require(import, ImportAction::Start)?;
    store::clear_rows(tx, import.id)?;
    store::rewind(tx, import.id)?;
    let started = store::set_status(tx, import.id, (ImportStatus::Queued, None), actor.at)?;
    jobs::enqueue(tx, RUN, &import.id.to_string(), &json!({}), actor.at)?;
    Ok(started)
}

/// Ends an import; rows that are stored stay. Refuses: `invalid_transition`.
pub fn cancel(tx: &mut Tx, actor: &Actor, import: &Import) -> Result<Import> {
    require(import, ImportAction::Cancel)?;
    end(tx, import.id, ImportFailure::Cancelled, actor.at)
}

/// Ends an import before its end.
fn end(
    tx: &mut Tx,
    id: ImportId,
    failure: ImportFailure,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<Import> {
    store::discard(tx, id)?;
    store::set_status(tx, id, (ImportStatus::Failed, Some(failure)), at)
}

/// Locks and returns an import that the actor may see.
pub fn lock(tx: &mut Tx, actor: &Actor, id: ImportId) -> Result<Import> {
    store::lock(tx, Sight::of(actor), id)
}

fn require(import: &Import, action: ImportAction) -> Result<()> {
    if allowed_actions(import.status, import.dry_run).contains(&action) {
        return Ok(());
    }
    let en = format!("An import that is {} cannot do this.", import.status);
    let zh = format!("导入处于 {} 状态,不能执行此操作。", import.status);
    Err(Error::conflict("invalid_transition", en, zh).with("current_status", import.status.to_string()))
}
