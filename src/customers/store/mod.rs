//! Every query on customers.

mod contacts;
mod interactions;
mod kin;
mod profile;
mod search;
mod sql;
mod tags;
mod write;

pub use contacts::{Duplicate, by_contact, duplicates};
pub use interactions::{
    Interaction, NewInteraction, first_said, interaction, interactions, note_interaction,
};
pub use kin::{Root, roots, shown_with, survivor, with_merged};
pub use profile::{Profile, Whole, profile};

pub use search::{Wanted, page};
pub use tags::{
    Tag, add_customer_tag, delete_tag, insert_tag, lock_tag, remove_customer_tag, set_customer_tags, tag,
    tags, update_tag,
};
pub use write::{
    Address, Columns, Locked, add_refs, by_ref, by_refs, claim_ref, index, insert, insert_stubs, lock,
    lock_all, reindex, set_addresses, set_merged, set_refs, update,
};

use super::domain::CustomerId;
use crate::{
    platform::{
        db::{Tx, static_query},
        http::problem::Result,
    },
    vocabulary::{Channel, CustomerKind, LifecycleStage, ValueGrade},
};
use diesel::{
    OptionalExtension, RunQueryDsl,
    sql_types::{Array, BigInt, Nullable, Text, Uuid as SqlUuid},
};
use std::collections::HashMap;
use uuid::Uuid;

/// A customer, as other slices need it.
#[derive(Clone, Debug, diesel::Queryable)]
pub struct Customer {
    /// The id.
    pub id: CustomerId,
    /// The number for people.
    pub number: String,
    /// One person or a company.
    pub kind: CustomerKind,
    /// The name.
    pub name: String,
    /// `active`, `merged` or `erased`.
    pub status: String,
    /// The channel that the customer prefers.
    pub preferred_channel: Option<Channel>,
    /// How much the customer is worth.
    pub value_grade: ValueGrade,
    /// Where the customer stands in the life of the relation.
    pub lifecycle_stage: LifecycleStage,
    /// The member of staff who looks after the customer.
    pub owner_id: Option<Uuid>,
    /// The first phone number, as it was written.
    pub phone: Option<String>,
    /// The first e-mail address, as it was written.
    pub email: Option<String>,
    /// The customer that this one became a part of.
    pub merged_into_id: Option<CustomerId>,
    /// The version.
    pub version: i64,
}

impl Customer {
    /// Returns whether the customer is neither merged nor erased.
    pub fn is_live(&self) -> bool {
        self.status == "active"
    }
}

type CustomerSql = (
    SqlUuid,
    Text,
    Text,
    Text,
    Text,
    Nullable<Text>,
    Text,
    Text,
    Nullable<SqlUuid>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<SqlUuid>,
    BigInt,
);

static_query! {
    /// Finds customers with their first addresses.
    struct Find { ids: Vec<CustomerId> => Array<SqlUuid> } -> CustomerSql =
        "SELECT c.id, c.number, c.kind, c.name, c.status, c.preferred_channel, c.value_grade, c.lifecycle_stage, \
         c.owner_id, \
         (SELECT value FROM customer_contact_point WHERE customer_id = c.id AND kind = 'phone' ORDER BY position LIMIT 1), \
         (SELECT value FROM customer_contact_point WHERE customer_id = c.id AND kind = 'email' ORDER BY position LIMIT 1), \
         c.merged_into_id, c.version FROM customer c WHERE c.id = ANY($ids)"
}

/// Returns the customer, also a merged or erased one.
pub fn find(tx: &mut Tx, id: CustomerId) -> Result<Option<Customer>> {
    Ok(Find { ids: vec![id] }.get_result(tx).optional()?)
}

/// Returns the customers, also merged and erased ones, by their ids.
pub fn find_all(tx: &mut Tx, ids: Vec<CustomerId>) -> Result<HashMap<CustomerId, Customer>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<Customer> = Find { ids }.load(tx)?;
    Ok(found.into_iter().map(|customer| (customer.id, customer)).collect())
}
