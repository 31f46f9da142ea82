//! Customers in JSON, in.

use super::{Birthday, CustomFields, EmailAddress, PhoneNumber, RefSystem, TagName};
use crate::{
    departments::DepartmentId,
    platform::{
        http::body::present,
        text::{Code, Name},
    },
    staff::StaffId,
    vocabulary::{Channel, CustomerKind, Gender, RiskLevel},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use validator::Validate;

/// What a customer is called in another system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalRef {
    /// The other system.
    pub system: RefSystem,
    /// The customer's id there.
    #[schema(example = "C-10086")]
    pub id: Code,
}

impl ExternalRef {
    /// Returns the reference that two parts of a path name, if both keep their grammar.
    pub fn parse(system: &str, id: &str) -> Option<Self> {
        let sign = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
        let system_fits = (1..=64).contains(&system.len()) && system.chars().all(sign);
        let id_fits = (1..=200).contains(&id.chars().count()) && crate::platform::text::is_visible(id);
        (system_fits && id_fits)
            .then(|| Self { system: RefSystem(system.to_owned()), id: Code(id.to_owned()) })
    }
}

/// A new customer. As the body of `PUT /customers/by-ref/...` for a known customer: what is left out stays.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CustomerIn {
    /// One person or a company.
    pub kind: CustomerKind,
    /// The name.
    #[schema(example = "王芳")]
    pub name: Name,
    /// Telephone numbers, the primary one first.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_items = 20)]
    pub phones: Option<Vec<PhoneNumber>>,
    /// E-mail addresses, the primary one first.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_items = 20)]
    pub emails: Option<Vec<EmailAddress>>,
    /// The channel over which the customer wants to be answered.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Channel>)]
    pub preferred_channel: Option<Option<Channel>>,
    /// The region, as a code or a name.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Code>, example = "310000")]
    pub region: Option<Option<Code>>,
    /// The date of birth.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Birthday>)]
    pub birthday: Option<Option<Birthday>>,
    /// The gender of a person.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Gender>)]
    pub gender: Option<Option<Gender>>,
    /// The income band, in the organisation's own words.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Code>, example = "10-20w")]
    pub income_band: Option<Option<Code>>,
    /// The industry.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Code>, example = "retail")]
    pub industry: Option<Option<Code>>,
    /// How risky dealings are.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<RiskLevel>)]
    pub risk_level: Option<Option<RiskLevel>>,
    /// Values, interests, habits.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_items = 50)]
    pub psychographics: Option<Vec<Name>>,
    /// Tags by name; a name that no tag has yet becomes a tag.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_items = 50)]
    pub tags: Option<Vec<TagName>>,
    /// The organisation's own fields.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub custom: Option<CustomFields>,
    /// What the customer is called in other systems.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_items = 20)]
    pub external_refs: Option<Vec<ExternalRef>>,
    /// The member of staff who looks after the customer.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<StaffId>)]
    pub owner_id: Option<Option<StaffId>>,
    /// The department that looks after the customer.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<DepartmentId>)]
    pub service_team_id: Option<Option<DepartmentId>>,
}

/// Changes of a customer: what is left out stays, null clears, lists are replaced whole, `custom` merges.
#[derive(Clone, Debug, Default, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
pub struct CustomerPatch {
    /// One person or a company.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub kind: Option<CustomerKind>,
    /// The name.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, example = "王芳")]
    pub name: Option<Name>,
    /// Telephone numbers, the primary one first.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_items = 20)]
    pub phones: Option<Vec<PhoneNumber>>,
    /// E-mail addresses, the primary one first.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_items = 20)]
    pub emails: Option<Vec<EmailAddress>>,
    /// The channel over which the customer wants to be answered.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Channel>)]
    pub preferred_channel: Option<Option<Channel>>,
    /// The region, as a code or a name.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Code>, example = "310000")]
    pub region: Option<Option<Code>>,
    /// The date of birth.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Birthday>)]
    pub birthday: Option<Option<Birthday>>,
    /// The gender of a person.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Gender>)]
    pub gender: Option<Option<Gender>>,
    /// The income band, in the organisation's own words.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Code>, example = "10-20w")]
    pub income_band: Option<Option<Code>>,
    /// The industry.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Code>, example = "retail")]
    pub industry: Option<Option<Code>>,
    /// How risky dealings are.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<RiskLevel>)]
    pub risk_level: Option<Option<RiskLevel>>,
    /// Values, interests, habits.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_items = 50)]
    pub psychographics: Option<Vec<Name>>,
    /// Tags by name; a name that no tag has yet becomes a tag.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_items = 50)]
    pub tags: Option<Vec<TagName>>,
    /// The organisation's own fields.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub custom: Option<CustomFields>,
    /// What the customer is called in other systems.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_items = 20)]
    pub external_refs: Option<Vec<ExternalRef>>,
    /// The member of staff who looks after the customer.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<StaffId>)]
    pub owner_id: Option<Option<StaffId>>,
    /// The department that looks after the customer.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<DepartmentId>)]
    pub service_team_id: Option<Option<DepartmentId>>,
}

impl From<&CustomerIn> for CustomerPatch {
    fn from(input: &CustomerIn) -> Self {
        let input = input.clone();
        Self {
            kind: Some(input.kind),
            name: Some(input.name),
            phones: input.phones,
            emails: input.emails,
            preferred_channel: input.preferred_channel,
            region: input.region,
            birthday: input.birthday,
            gender: input.gender,
            income_band: input.income_band,
            industry: input.industry,
            risk_level: input.risk_level,
            psychographics: input.psychographics,
            tags: input.tags,
            custom: input.custom,
            external_refs: input.external_refs,
            owner_id: input.owner_id,
            service_team_id: input.service_team_id,
        }
    }
}
