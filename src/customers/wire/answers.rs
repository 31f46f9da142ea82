//! Customers in JSON, out.

use super::{Birthday, CustomFields, ExternalRef, RefSystem};
use crate::{
    customers::{
        domain::{CustomerId, CustomerStatus, MatchedOn},
        store::{Duplicate, Profile},
    },
    departments::DepartmentId,
    page_of,
    platform::{http::reply::Resource, text::Code, time::Timestamp},
    staff::StaffId,
    vocabulary::{Channel, CustomerKind, Gender, LifecycleStage, RiskLevel, ValueGrade},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CustomerOut {
    /// The id.
    pub id: CustomerId,
    /// The number for people.
    #[schema(example = "CU-00000042")]
    pub number: String,
    /// One person or a company.
    pub kind: CustomerKind,
    /// The name.
    #[schema(example = "王芳")]
    pub name: String,
    /// Whether the customer is live.
    pub status: CustomerStatus,
    /// The customer that this one became a part of.
    #[schema(required = true)]
    pub merged_into: Option<CustomerId>,
    /// Telephone numbers as they were written, the primary one first.
    #[schema(example = json!(["138-0013-8000"]))]
    pub phones: Vec<String>,
    /// E-mail addresses as they were written, the primary one first.
    #[schema(example = json!(["wang.fang@example.com"]))]
    pub emails: Vec<String>,
    /// The channel over which the customer wants to be answered.
    #[schema(required = true)]
    pub preferred_channel: Option<Channel>,
    /// The region, as a code or a name.
    #[schema(required = true, example = "310000")]
    pub region: Option<String>,
    /// The date of birth.
    #[schema(required = true)]
    pub birthday: Option<Birthday>,
    /// The gender of a person.
    #[schema(required = true)]
    pub gender: Option<Gender>,
    /// The income band, in the organisation's own words.
    #[schema(required = true, example = "10-20w")]
    pub income_band: Option<String>,
    /// The industry.
    #[schema(required = true, example = "retail")]
    pub industry: Option<String>,
    /// How risky dealings are.
    #[schema(required = true)]
    pub risk_level: Option<RiskLevel>,
    /// Values, interests, habits.
    #[schema(example = json!(["price-conscious"]))]
    pub psychographics: Vec<String>,
    /// Names of the tags whose time is not over, in alphabetical order.
    #[schema(example = json!(["VIP"]))]
    pub tags: Vec<String>,
    /// The organisation's own fields.
    pub custom: CustomFields,
    /// What the customer is called in other systems.
    pub external_refs: Vec<ExternalRef>,
    /// The member of staff who looks after the customer.
    #[schema(required = true)]
    pub owner_id: Option<StaffId>,
    /// The department that looks after the customer.
    #[schema(required = true)]
    pub service_team_id: Option<DepartmentId>,
    /// Where the customer stands in the life of the relation.
    pub lifecycle_stage: LifecycleStage,
    /// How much the customer is worth to the organisation.
    pub value_grade: ValueGrade,
    /// Whether an import made the customer from a bare reference, which is its name until somebody knows better.
    pub stub: bool,
    /// The version, as the `ETag` shows it.
    #[schema(example = 1)]
    pub version: i64,
    /// When the customer was registered.
    pub created_at: Timestamp,
    /// When the customer was changed last.
    pub updated_at: Timestamp,
}

impl CustomerOut {
    /// Returns what `profile` shows at `at`.
    pub fn of(profile: Profile, at: DateTime<Utc>) -> Self {
        let external =
            |(system, id): (String, String)| ExternalRef { system: RefSystem(system), id: Code(id) };
        let external_refs = profile.external_refs().into_iter().map(external).collect();
        let tags = profile.tags_at(at);
        let (phones, emails) = (profile.addresses("phone"), profile.addresses("email"));
        Self {
            id: profile.id,
            number: profile.number,
            kind: profile.kind,
            name: profile.name,
            status: profile.status,
            merged_into: profile.merged_into_id,
            phones,
            emails,
            preferred_channel: profile.preferred_channel,
            region: profile.region,
            birthday: profile.birthday.map(Birthday),
            gender: profile.gender,
            income_band: profile.income_band,
            industry: profile.industry,
            risk_level: profile.risk_level,
            psychographics: profile.psychographics,
            tags,
            custom: CustomFields::of(&profile.custom),
            external_refs,
            owner_id: profile.owner_id,
            service_team_id: profile.service_team_id,
            lifecycle_stage: profile.lifecycle_stage,
            value_grade: profile.value_grade,
            stub: profile.stub,
            version: profile.version,
            created_at: profile.created_at.into(),
            updated_at: profile.updated_at.into(),
        }
    }
}

impl Resource for CustomerOut {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/customers/{}", self.id))
    }
}

page_of!(
    /// A page of customers, newest first.
    CustomerPage, CustomerOut
);

/// Another live customer with the same address.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DuplicateOut {
    /// The other customer.
    pub id: CustomerId,
    /// Its number for people.
    #[schema(example = "CU-00000007")]
    pub number: String,
    /// Its name.
    #[schema(example = "王 芳")]
    pub name: String,
    /// Which address is the same.
    pub matched_on: MatchedOn,
}

/// A customer as it was registered or changed, and who else has its addresses.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RegisteredCustomerOut {
    /// The customer.
    #[serde(flatten)]
    pub customer: CustomerOut,
    /// Other live customers with the same phone or e-mail, at most 20: a hint, never an obstacle.
    pub possible_duplicates: Vec<DuplicateOut>,
}

impl RegisteredCustomerOut {
    /// Returns the answer to a registration at `at`.
    pub fn of(profile: Profile, duplicates: Vec<Duplicate>, at: DateTime<Utc>) -> Self {
        let out = |d: Duplicate| DuplicateOut {
            id: d.id,
            number: d.number,
            name: d.name,
            matched_on: d.matched_on,
        };
        Self {
            customer: CustomerOut::of(profile, at),
            possible_duplicates: duplicates.into_iter().map(out).collect(),
        }
    }
}

impl Resource for RegisteredCustomerOut {
    fn version(&self) -> Option<i64> {
        self.customer.version()
    }
    fn location(&self) -> Option<String> {
        self.customer.location()
    }
}
