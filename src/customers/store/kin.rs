//! Who became part of whom.

use crate::{
    customers::domain::CustomerId,
    platform::{
        db::{Tx, static_query},
        http::problem::{Error, Result},
    },
};
use diesel::{OptionalExtension, RunQueryDsl, sql_types::Uuid as SqlUuid};

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
