//! Feedback that belongs together: merged, or followed up.

use crate::{
    feedback::domain::FeedbackId,
    platform::{
        db::{Tx, static_query},
        http::problem::Result,
    },
    schema::feedback,
    vocabulary::Status,
};
use diesel::{prelude::*, sql_types::Uuid as SqlUuid};

static_query! {
    /// Follows merges to the one that survives.
    struct Survivor { id: FeedbackId => SqlUuid } -> SqlUuid =
        "WITH RECURSIVE line AS ( \
           SELECT id, merged_into_id, 0 AS step FROM feedback WHERE id = $id \
           UNION ALL SELECT f.id, f.merged_into_id, step + 1 FROM line JOIN feedback f ON f.id = line.merged_into_id \
         ) SELECT id FROM line ORDER BY step DESC LIMIT 1"
}

/// Returns the feedback into which this one was merged in the end; itself where it was not.
pub fn survivor(tx: &mut Tx, id: FeedbackId) -> Result<FeedbackId> {
    Ok(Survivor { id }.get_result(tx).optional()?.unwrap_or(id))
}

/// Returns the open feedback that followed a cancelled one.
pub fn open_child(tx: &mut Tx, id: FeedbackId) -> Result<Option<FeedbackId>> {
    let open = feedback::status.ne_all([Status::Closed, Status::Merged, Status::Cancelled]);
    let children = feedback::table.filter(feedback::parent_id.eq(id)).filter(open);
    Ok(children.order(feedback::id.desc()).select(feedback::id).first(tx).optional()?)
}

/// Notes from which cancelled feedback a new one comes.
pub fn set_parent(tx: &mut Tx, id: FeedbackId, parent: FeedbackId) -> Result<()> {
    diesel::update(feedback::table.find(id)).set(feedback::parent_id.eq(parent)).execute(tx)?;
    Ok(())
}
