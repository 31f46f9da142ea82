//! Takes an import on: some rows a transaction, with the position after them in the same transaction.

use super::{
    super::{
        domain::{ImportFailure, ImportId},
        store::{self, Import, Progress},
        wire::{Mapping, Plan},
    },
    end, plan,
    read::{Raw, Rows},
    rows::{Row, faults_of, store_rows},
    target::{self, Body},
};
use crate::{
    platform::{
        db::Tx,
        http::{
            json,
            problem::{Error, Result},
        },
        jobs::{Job, Outcome, Run},
    },
    vocabulary::ImportStatus,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::time::Duration;

/// How many rows the first transaction takes; the others follow the time that it needs.
const FIRST_BATCH: usize = 50;
/// The most rows of one transaction.
const LARGEST_BATCH: usize = 500;
/// A transaction that is shorter than this may grow.
const SHORT: Duration = Duration::from_millis(250);
/// A transaction that is longer than this must shrink.
const LONG: Duration = Duration::from_millis(700);

/// Rows that are stored together, and where the next one begins.
struct Batch {
    rows: Vec<Row>,
    bytes: i64,
    line: i64,
}

/// The open file of an import.
struct File {
    import: Import,
    rows: Rows,
    plan: Plan,
    zone: Tz,
}

/// Takes an import on until its end, or until others must go first.
pub fn run(run: &Run<'_>) -> Result<Outcome> {
    let id = subject(run.job())?;
    let Some(import) = run.write(|tx| begin(tx, id, run.now()))? else {
        return Ok(Outcome::Done);
    };
    let mut progress = import.progress();
    let mut file = File::open(run, import)?;
    let mut size = FIRST_BATCH;
    loop {
        let batch = file.batch(size, progress)?;
        if batch.rows.is_empty() {
            run.write(|tx| finish(tx, &file.import, progress, run.now()))?;
            return Ok(Outcome::Done);
        }
        let begun = run.elapsed();
        match run.advance(|tx| take(tx, &file.import, progress, &batch, run.now()))? {
            Some(now) => progress = now,
            None => return Ok(Outcome::Done),
        }
        size = next_size(size, run.elapsed().saturating_sub(begun));
        if run.should_yield() {
            return Ok(Outcome::RunAgainAt(run.now()));
        }
    }
}

/// Ends an import whose work was given up.
pub fn give_up(tx: &mut Tx, job: &Job, at: DateTime<Utc>) -> Result<()> {
    let import = store::lock_any(tx, subject(job)?)?;
    if matches!(import.status, ImportStatus::Queued | ImportStatus::Running) {
        end(tx, import.id, ImportFailure::Internal, at)?;
    }
    Ok(())
}

fn subject(job: &Job) -> Result<ImportId> {
    job.subject.parse().map_err(Error::internal)
}

fn next_size(size: usize, took: Duration) -> usize {
    if took < SHORT {
        size.saturating_mul(2).min(LARGEST_BATCH)
    } else if took > LONG {
        (size / 2).max(1)
    } else {
        size
    }
}

/// Returns the import as running; `None` when there is nothing to do any more.
fn begin(tx: &mut Tx, id: ImportId, at: DateTime<Utc>) -> Result<Option<Import>> {
    let import = store::lock_any(tx, id)?;
    match import.status {
        ImportStatus::Queued => store::set_status(tx, id, (ImportStatus::Running, None), at).map(Some),
        ImportStatus::Running => Ok(Some(import)),
        _ => Ok(None),
    }
}

/// Locks the import if it stands where this run has left it: not cancelled, not taken on by another.
fn still(tx: &mut Tx, import: &Import, progress: Progress) -> Result<bool> {
    let now = store::lock_any(tx, import.id)?;
    let same = now.preview == import.preview && now.progress() == progress;
    Ok(now.status == ImportStatus::Running && same)
}

fn finish(tx: &mut Tx, import: &Import, progress: Progress, at: DateTime<Utc>) -> Result<()> {
    if !still(tx, import, progress)? {
        return Ok(());
    }
    let status = if import.preview {
        ImportStatus::Previewed
    } else {
        store::discard(tx, import.id)?;
        ImportStatus::Done
    };
    store::set_status(tx, import.id, (status, None), at).map(|_| ())
}

/// Stores the rows of a batch and moves the import on; `None` if it is no longer this run's to move.
fn take(
    tx: &mut Tx,
    import: &Import,
    from: Progress,
    batch: &Batch,
    at: DateTime<Utc>,
) -> Result<Option<Progress>> {
    if !still(tx, import, from)? {
        return Ok(None);
    }
    let actor = import.actor(at);
    let (results, faults) = if import.preview {
        store::undone(tx, |tx| store_rows(tx, &actor, import, &batch.rows))?
    } else {
        let stored = store_rows(tx, &actor, import, &batch.rows)?;
        store::insert_results(tx, &stored.0)?;
        stored
    };
    store::insert_faults(tx, &faults)?;
    let done = i32::try_from(results.len()).unwrap_or(i32::MAX);
    let failed = i32::try_from(batch.rows.len().saturating_sub(results.len())).unwrap_or(i32::MAX);
    let progress = Progress {
        bytes: batch.bytes,
        line: batch.line,
        done: from.done.saturating_add(done),
        failed: from.failed.saturating_add(failed),
    };
    store::set_progress(tx, import.id, progress, at)?;
    Ok(Some(progress))
}

impl File {
    fn open(run: &Run<'_>, import: Import) -> Result<Self> {
        let position = (import.position_bytes, import.position_line);
        let (rows, header) = Rows::open(run.db(), import.id, import.format, position)?;
        let shape = target::shape(import.kind);
        let plan = plan(import.format, &Mapping::of(&import.mapping, &import.defaults), &header, &shape)?;
        let zone = run.db().read_now(|tx| Ok(crate::settings::current(tx)?.zone()))?;
        Ok(Self { import, rows, plan, zone })
    }

    /// Returns the next rows, at most `size`, checked.
    fn batch(&mut self, size: usize, progress: Progress) -> Result<Batch> {
        let mut rows = Vec::new();
        let mut number = progress.done.saturating_add(progress.failed);
        while rows.len() < size {
            let Some((line, raw)) = self.rows.next()? else {
                break;
            };
            number = number.saturating_add(1);
            let body = match self.body(&raw) {
                Ok(body) => Ok(body),
                Err(error) => Err(faults_of(error)?),
            };
            rows.push(Row { number, line, body });
        }
        let (bytes, line) = self.rows.position();
        Ok(Batch { rows, bytes, line })
    }

    fn body(&self, raw: &Raw) -> Result<Body> {
        let value = match raw {
            Raw::Cells(record) => {
                let cells: Vec<&str> = record.iter().collect();
                let body = self.plan.body_of_row(&cells, self.zone);
                body.map_err(|fault| Error::Invalid(vec![fault]))?
            }
            Raw::Line(bytes) => self.plan.body_of_line(json::object(bytes)?),
        };
        target::read(self.import.kind, value)
    }
}
