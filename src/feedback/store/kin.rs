//! Feedback that belongs together: merged, or followed up.

use crate::{
    customers::CustomerId,
    departments::DepartmentId,
    feedback::domain::FeedbackId,
    platform::{
        auth::Scope,
        db::{Tx, static_query},
        http::problem::{Error, Result},
    },
    schema::{department_tree, dispatch, feedback, feedback_detail},
    staff::StaffId,
    vocabulary::{Channel, FeedbackType, Outcome, Priority, PriorityReason, Status},
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{auto_type, exists},
    pg::Pg,
    prelude::*,
    sql_types::{Bool, Text, Uuid as SqlUuid},
};
use serde::Serialize;
use uuid::Uuid;

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
    Ok(children
        .order(feedback::id.desc())
        .select(feedback::id)
        .first(tx)
        .optional()?)
}

/// Notes from which cancelled feedback a new one comes.
pub fn set_parent(tx: &mut Tx, id: FeedbackId, parent: FeedbackId) -> Result<()> {
    diesel::update(feedback::table.find(id))
        .set(feedback::parent_id.eq(parent))
        .execute(tx)?;
    Ok(())
}
