//! The file in pieces.

use crate::{
    imports::domain::ImportId,
    platform::{
        db::{Tx, static_query},
        http::problem::Result,
    },
    schema::import_chunk as chunk_table,
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types::Timestamptz};

/// The size of every piece but the last.
pub const CHUNK: usize = 1024 * 1024;

static_query! {
    struct SweepOrphans {
        before: DateTime<Utc> => Timestamptz,
    } -> () = "DELETE FROM import_chunk WHERE (import_id, number) IN (\
        SELECT c.import_id, c.number FROM import_chunk c WHERE c.created_at < $before \
        AND NOT EXISTS (SELECT 1 FROM import i WHERE i.id = c.import_id) LIMIT 256)"
}

/// Stores a piece of a file.
pub fn keep_chunk(tx: &mut Tx, id: ImportId, number: i32, content: &[u8], at: DateTime<Utc>) -> Result<()> {
    let row = (
        chunk_table::import_id.eq(id),
        chunk_table::number.eq(number),
        chunk_table::content.eq(content),
        chunk_table::created_at.eq(at),
    );
    diesel::insert_into(chunk_table::table).values(row).execute(tx)?;
    Ok(())
}

/// Returns a piece of a file.
pub fn chunk(tx: &mut Tx, id: ImportId, number: i32) -> Result<Option<Vec<u8>>> {
    let query = chunk_table::table.find((id, number)).select(chunk_table::content);
    Ok(query.first(tx).optional()?)
}

/// Deletes a file.
pub fn discard(tx: &mut Tx, id: ImportId) -> Result<()> {
    diesel::delete(chunk_table::table.filter(chunk_table::import_id.eq(id))).execute(tx)?;
    Ok(())
}

/// Deletes pieces that came before `before` and whose import never did.
pub fn sweep_orphans(tx: &mut Tx, before: DateTime<Utc>) -> Result<usize> {
    Ok(SweepOrphans { before }.execute(tx)?)
}
