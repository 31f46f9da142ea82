//! Every query on customers.

mod contacts;
mod interactions;

pub use contacts::by_contact;
pub use interactions::{NewInteraction, note_interaction};

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
    sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid},
};
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
    /// Finds one customer with its first addresses.
    struct Find { id: CustomerId => SqlUuid } -> CustomerSql =
        "SELECT c.id, c.number, c.kind, c.name, c.status, c.preferred_channel, c.value_grade, c.lifecycle_stage, \
         c.owner_id, \
         (SELECT value FROM customer_contact_point WHERE customer_id = c.id AND kind = 'phone' ORDER BY position LIMIT 1), \
         (SELECT value FROM customer_contact_point WHERE customer_id = c.id AND kind = 'email' ORDER BY position LIMIT 1), \
         c.merged_into_id, c.version FROM customer c WHERE c.id = $id"
}

/// Returns the customer, also a merged or erased one.
pub fn find(tx: &mut Tx, id: CustomerId) -> Result<Option<Customer>> {
    Ok(Find { id }.get_result(tx).optional()?)
}
