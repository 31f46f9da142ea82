//! Customers, tags and interactions in JSON.

mod answers;
mod custom;
mod customers;
mod interactions;
mod tags;
mod texts;

pub use answers::{CustomerOut, CustomerPage, RegisteredCustomerOut};
pub use custom::{CustomFields, MOST_MEMBERS};
pub use customers::{CustomerIn, CustomerPatch, ExternalRef};
pub use interactions::{InteractionIn, InteractionOut, InteractionPage};
pub use tags::{CustomerTagIn, TagIn, TagOut, TagPage, TagPatch};
pub use texts::{Birthday, Colour, EmailAddress, PhoneNumber, RefSystem, TagName};

use super::domain::CustomerId;
use crate::{
    platform::{
        http::problem::{Error, Result},
        time::Timestamp,
    },
    staff::StaffId,
    vocabulary::{LifecycleStage, ValueGrade},
};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which customers a list has.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CustomerFilter {
    /// Parts of the name, of a phone or of an e-mail: each of the terms between spaces must be there somewhere.
    /// Case, width and the separators of phone numbers make no difference; nothing is a wildcard.
    #[param(nullable = false, min_length = 1, max_length = 200, example = "王芳")]
    pub q: Option<String>,
    /// The name of a tag that the customer has now.
    #[param(nullable = false, min_length = 1, max_length = 100, example = "VIP")]
    pub tag: Option<String>,
    /// Where the customer stands in the life of the relation.
    #[param(nullable = false)]
    pub lifecycle_stage: Option<LifecycleStage>,
    /// How much the customer is worth.
    #[param(nullable = false)]
    pub value_grade: Option<ValueGrade>,
    /// Who looks after the customer.
    #[param(nullable = false)]
    pub owner_id: Option<StaffId>,
    /// Registered at or after this instant.
    #[serde(rename = "created_at.gte")]
    #[param(nullable = false)]
    pub created_from: Option<Timestamp>,
    /// Registered before this instant.
    #[serde(rename = "created_at.lt")]
    #[param(nullable = false)]
    pub created_before: Option<Timestamp>,
}

impl CustomerFilter {
    /// Refuses texts that are longer than the document allows.
    pub fn check(&self) -> Result<()> {
        let long =
            |text: &Option<String>, most: usize| text.as_ref().is_some_and(|t| t.chars().count() > most);
        let name = if long(&self.q, 200) {
            "q"
        } else if long(&self.tag, 100) {
            "tag"
        } else {
            return Ok(());
        };
        let en = format!("The parameter {name} is too long.");
        Err(Error::malformed("invalid_parameter", en, format!("参数 {name} 过长。")))
    }
}

/// Where a page of customers or interactions begins: after an instant and an id.
pub type Position<Id = CustomerId> = (Timestamp, Id);
