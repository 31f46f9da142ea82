//! Who became part of whom.

use crate::{
    customers::domain::CustomerId,
    platform::{
        db::{Tx, static_query},
        http::problem::{Error, Result},
    },
};
use diesel::{
    OptionalExtension, RunQueryDsl,
    sql_types::{Array, Nullable, Uuid as SqlUuid},
};
use std::collections::HashMap;

static_query! {
    /// Follows merges to the customer who lives.
    struct Survivor { id: CustomerId => SqlUuid } -> SqlUuid =
        "WITH RECURSIVE line AS ( \
           SELECT id, status, merged_into_id FROM customer WHERE id = $id \
           UNION SELECT c.id, c.status, c.merged_into_id FROM line JOIN customer c ON c.id = line.merged_into_id \
         ) SELECT id FROM line WHERE status = 'active'"
}

/// Returns the live customer that this one is, or became part of; none where the personal data were erased.
pub fn survivor(tx: &mut Tx, id: CustomerId) -> Result<Option<CustomerId>> {
    Ok(Survivor { id }.get_result(tx).optional()?)
}

static_query! {
    /// Lists a customer and all who became part of it.
    struct WithMerged { id: CustomerId => SqlUuid } -> SqlUuid =
        "WITH RECURSIVE line AS ( \
           SELECT id FROM customer WHERE id = $id \
           UNION SELECT c.id FROM line JOIN customer c ON c.merged_into_id = line.id \
         ) SELECT id FROM line"
}

/// Returns a customer and all who became part of it.
pub fn with_merged(tx: &mut Tx, id: CustomerId) -> Result<Vec<CustomerId>> {
    let found: Vec<CustomerId> = WithMerged { id }.load(tx)?;
    if found.is_empty() { Err(Error::NotFound("customer")) } else { Ok(found) }
}

/// Returns whose rows a list shows that is asked for those of a customer: of somebody who is not there there are none.
pub fn shown_with(tx: &mut Tx, id: Option<CustomerId>) -> Result<Option<Vec<CustomerId>>> {
    id.map(|id| Ok(WithMerged { id }.load(tx)?)).transpose()
}

/// Where a customer leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Root {
    /// The customer that stayed in the end.
    pub id: CustomerId,
    /// The customer that the first one became a part of.
    pub merged_into: Option<CustomerId>,
}

static_query! {
    /// Follows merges of many customers to those that stayed.
    struct Roots<'a> { ids: &'a [CustomerId] => Array<SqlUuid> } -> (SqlUuid, SqlUuid, Nullable<SqlUuid>) =
        "WITH RECURSIVE line AS ( \
           SELECT id AS first, merged_into_id AS first_into, id, merged_into_id FROM customer WHERE id = ANY($ids) \
           UNION SELECT line.first, line.first_into, c.id, c.merged_into_id \
           FROM line JOIN customer c ON c.id = line.merged_into_id \
         ) SELECT first, id, first_into FROM line WHERE merged_into_id IS NULL"
}

/// Returns where customers lead; nothing of those that are not there.
pub fn roots(tx: &mut Tx, ids: &[CustomerId]) -> Result<HashMap<CustomerId, Root>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<(CustomerId, CustomerId, Option<CustomerId>)> = Roots { ids }.load(tx)?;
    Ok(found.into_iter().map(|(first, id, merged_into)| (first, Root { id, merged_into })).collect())
}
