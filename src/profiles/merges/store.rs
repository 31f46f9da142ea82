//! Merges, and the rows that move with them.

use super::MergeId;
use crate::{
    customers::CustomerId,
    platform::{
        auth::Actor,
        db::{Tx, static_query},
        http::problem::{Error, Result},
    },
    schema::customer_merge,
};
use chrono::{DateTime, Utc};
use diesel::{
    pg::Pg,
    prelude::*,
    sql_types::{Array, Text, Uuid as SqlUuid},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A merge of two customers.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = customer_merge, check_for_backend(Pg))]
pub struct Merge {
    /// The id.
    pub id: MergeId,
    /// The customer that stays.
    pub survivor_id: CustomerId,
    /// The customer that became a part of it.
    pub merged_id: CustomerId,
    /// Which rows moved.
    moved_refs: serde_json::Value,
    /// When.
    pub merged_at: DateTime<Utc>,
    /// Who did it.
    merged_by: Option<Uuid>,
    /// When it was undone.
    pub undone_at: Option<DateTime<Utc>>,
    /// Who undid it.
    undone_by: Option<Uuid>,
}

/// The rows that moved.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Moved {
    /// Feedback.
    pub feedback: Vec<Uuid>,
    /// Interactions.
    pub interactions: Vec<Uuid>,
    /// External references: system and id.
    pub external_refs: Vec<(String, String)>,
    /// Addresses.
    pub contact_points: Vec<Uuid>,
    /// Tags.
    pub tags: Vec<Uuid>,
}

impl Merge {
    /// Returns a merge that was just made.
    pub fn new(
        id: MergeId,
        merged: CustomerId,
        survivor: CustomerId,
        moved: &Moved,
        actor: &Actor,
    ) -> Result<Self> {
        Ok(Self {
            id,
            survivor_id: survivor,
            merged_id: merged,
            moved_refs: serde_json::to_value(moved).map_err(Error::internal)?,
            merged_at: actor.at,
            merged_by: actor.who.id(),
            undone_at: None,
            undone_by: None,
        })
    }

    /// Returns which rows moved.
    pub fn moved(&self) -> Moved {
        serde_json::from_value(self.moved_refs.clone()).unwrap_or_default()
    }
}

static_query! {
    /// Moves feedback.
    struct MoveFeedback { from: CustomerId => SqlUuid, to: CustomerId => SqlUuid } -> SqlUuid =
        "UPDATE feedback SET customer_id = $to, version = version + 1 WHERE customer_id = $from RETURNING id"
}

static_query! {
    /// Moves interactions.
    struct MoveInteractions { from: CustomerId => SqlUuid, to: CustomerId => SqlUuid } -> SqlUuid =
        "UPDATE interaction SET customer_id = $to WHERE customer_id = $from RETURNING id"
}

static_query! {
    /// Moves external references.
    struct MoveRefs { from: CustomerId => SqlUuid, to: CustomerId => SqlUuid } -> (Text, Text) =
        "UPDATE customer_external_ref SET customer_id = $to WHERE customer_id = $from RETURNING system, external_id"
}

static_query! {
    /// Moves the addresses that the other does not have, behind its own.
    struct MoveAddresses { from: CustomerId => SqlUuid, to: CustomerId => SqlUuid } -> SqlUuid =
        "UPDATE customer_contact_point p SET customer_id = $to, position = p.position + 1000 \
         WHERE p.customer_id = $from AND p.position < 1000 AND NOT EXISTS (SELECT FROM customer_contact_point o \
         WHERE o.customer_id = $to AND o.kind = p.kind AND o.normalised = p.normalised) RETURNING p.id"
}

static_query! {
    /// Moves the tags that the other does not have.
    struct MoveTags { from: CustomerId => SqlUuid, to: CustomerId => SqlUuid } -> SqlUuid =
        "UPDATE customer_tag t SET customer_id = $to WHERE t.customer_id = $from AND NOT EXISTS ( \
         SELECT FROM customer_tag o WHERE o.customer_id = $to AND o.tag_id = t.tag_id) RETURNING t.tag_id"
}

/// Moves what belongs to `from` to `to`, as far as that does not have it itself.
pub fn move_rows(tx: &mut Tx, from: CustomerId, to: CustomerId) -> Result<Moved> {
    Ok(Moved {
        feedback: MoveFeedback { from, to }.load(tx)?,
        interactions: MoveInteractions { from, to }.load(tx)?,
        external_refs: MoveRefs { from, to }.load(tx)?,
        contact_points: MoveAddresses { from, to }.load(tx)?,
        tags: MoveTags { from, to }.load(tx)?,
    })
}

static_query! {
    /// Moves everything back that is still where it was moved to.
    struct MoveBack {
        from: CustomerId => SqlUuid, to: CustomerId => SqlUuid, feedback: Vec<Uuid> => Array<SqlUuid>,
        interactions: Vec<Uuid> => Array<SqlUuid>, systems: Vec<String> => Array<Text>,
        references: Vec<String> => Array<Text>, points: Vec<Uuid> => Array<SqlUuid>, tags: Vec<Uuid> => Array<SqlUuid>
    } -> () =
        "WITH f AS (UPDATE feedback SET customer_id = $to, version = version + 1 \
             WHERE customer_id = $from AND id = ANY($feedback)), \
         i AS (UPDATE interaction SET customer_id = $to WHERE customer_id = $from AND id = ANY($interactions)), \
         r AS (UPDATE customer_external_ref e SET customer_id = $to FROM unnest($systems, $references) AS m(system, id) \
             WHERE e.customer_id = $from AND e.system = m.system AND e.external_id = m.id), \
         p AS (UPDATE customer_contact_point SET customer_id = $to, position = position - 1000 \
             WHERE customer_id = $from AND id = ANY($points)) \
         UPDATE customer_tag SET customer_id = $to WHERE customer_id = $from AND tag_id = ANY($tags)"
}

/// Moves back what a merge moved, from the customer who has it now.
pub fn move_back(tx: &mut Tx, merge: &Merge, from: CustomerId) -> Result<()> {
    let moved = merge.moved();
    let (systems, references) = moved.external_refs.into_iter().unzip();
    let back = MoveBack {
        from,
        to: merge.merged_id,
        feedback: moved.feedback,
        interactions: moved.interactions,
        systems,
        references,
        points: moved.contact_points,
        tags: moved.tags,
    };
    back.execute(tx)?;
    Ok(())
}

static_query! {
    /// Follows merges to the customer that stayed.
    struct Root { id: CustomerId => SqlUuid } -> SqlUuid =
        "WITH RECURSIVE line AS (SELECT id, merged_into_id FROM customer WHERE id = $id \
         UNION SELECT c.id, c.merged_into_id FROM line JOIN customer c ON c.id = line.merged_into_id) \
         SELECT id FROM line WHERE merged_into_id IS NULL"
}

/// Returns the customer that stayed in the end.
pub fn root(tx: &mut Tx, id: CustomerId) -> Result<CustomerId> {
    Ok(Root { id }.get_result(tx)?)
}

/// Returns the merge of a customer that holds now.
pub fn current(tx: &mut Tx, merged: CustomerId) -> Result<Merge> {
    Ok(customer_merge::table
        .filter(customer_merge::merged_id.eq(merged))
        .filter(customer_merge::undone_at.is_null())
        .select(Merge::as_select())
        .first(tx)?)
}

/// Stores a merge.
pub fn insert(tx: &mut Tx, merge: &Merge) -> Result<Merge> {
    diesel::insert_into(customer_merge::table).values(merge).execute(tx)?;
    Ok(merge.clone())
}

/// Notes that a merge was undone.
pub fn undo(tx: &mut Tx, merge: Merge, actor: &Actor) -> Result<Merge> {
    let (undone_at, undone_by) = (Some(actor.at), actor.who.id());
    let set = (customer_merge::undone_at.eq(undone_at), customer_merge::undone_by.eq(undone_by));
    diesel::update(customer_merge::table.find(merge.id)).set(set).execute(tx)?;
    Ok(Merge { undone_at, undone_by, ..merge })
}
