use crate::{
    customers::CustomerId,
    platform::{
        http::body::present,
        text::{Code, LongText, Name},
        time::Timestamp,
    },
    vocabulary::{Channel, FeedbackType},
};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

/// How to reach somebody who need not be a customer: a name or one address. It never makes a customer.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "reaches_somebody"))]
pub struct ContactIn {
    /// The name.
    #[schema(nullable = false)]
    pub name: Option<Name>,
    /// The telephone number.
    #[schema(nullable = false, example = "+86 138 0013 8000")]
    pub phone: Option<Code>,
    /// The e-mail address.
    #[schema(nullable = false, example = "li@example.com")]
    pub email: Option<Code>,
}

fn reaches_somebody(contact: &ContactIn) -> Result<(), ValidationError> {
    if contact.name.is_none() && contact.phone.is_none() && contact.email.is_none() {
        return Err(ValidationError::new("contact_required")
            .with_message("needs a name or one address|需要姓名或至少一种联系方式".into()));
    }
    Ok(())
}

/// What a customer said.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "names_somebody"))]
pub struct FeedbackIn {
    /// The customer; else `contact`.
    #[schema(nullable = false)]
    pub customer_id: Option<CustomerId>,
    /// How to reach somebody who is not known as a customer.
    #[validate(nested)]
    #[schema(nullable = false)]
    pub contact: Option<ContactIn>,
    /// How it came in.
    pub channel: Channel,
    /// Over which channel the customer wants the result; absent: the customer's preferred one, else `channel`.
    #[schema(nullable = false)]
    pub reply_channel: Option<Channel>,
    /// Its type.
    pub r#type: FeedbackType,
    /// A finer type.
    #[schema(nullable = false)]
    pub subtype: Option<Code>,
    /// A headline.
    #[schema(nullable = false, example = "房间隔音太差")]
    pub subject: Option<Name>,
    /// What happened.
    #[schema(example = "早上六点多就被马路上的车声吵醒，无法入睡。")]
    pub description: LongText,
    /// What the customer wants.
    #[schema(example = "希望更换安静的房间。")]
    pub demand: LongText,
    /// When the customer said it; absent: now. Not in the future.
    #[schema(nullable = false)]
    pub received_at: Option<Timestamp>,
    /// Somebody may come to harm: urgent.
    #[schema(nullable = false)]
    pub safety_risk: Option<bool>,
    /// Many have the same problem: urgent.
    #[schema(nullable = false)]
    pub batch_problem: Option<bool>,
    /// It may become a public matter: urgent.
    #[schema(nullable = false)]
    pub public_opinion_risk: Option<bool>,
    /// The product.
    #[schema(nullable = false)]
    pub product_ref: Option<Code>,
    /// The order.
    #[schema(nullable = false)]
    pub order_ref: Option<Code>,
}

fn names_somebody(body: &FeedbackIn) -> Result<(), ValidationError> {
    match (&body.customer_id, &body.contact) {
        (None, None) => Err(ValidationError::new("customer_or_contact_required")
            .with_message("name the customer or a contact|请提供客户或联系方式".into())),
        (Some(_), Some(_)) => Err(ValidationError::new("customer_and_contact")
            .with_message("name the customer or a contact, not both|客户与联系方式只能提供一个".into())),
        _ => Ok(()),
    }
}

/// What of it changes; absent members stay.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
pub struct FeedbackPatch {
    /// Its type; only while nobody works on it.
    #[schema(nullable = false)]
    pub r#type: Option<FeedbackType>,
    /// A finer type.
    #[serde(default, deserialize_with = "present")]
    pub subtype: Option<Option<Code>>,
    /// A headline.
    #[serde(default, deserialize_with = "present")]
    pub subject: Option<Option<Name>>,
    /// What happened.
    #[schema(nullable = false)]
    pub description: Option<LongText>,
    /// What the customer wants.
    #[schema(nullable = false)]
    pub demand: Option<LongText>,
    /// Over which channel the customer wants the result.
    #[schema(nullable = false)]
    pub reply_channel: Option<Channel>,
    /// The product.
    #[serde(default, deserialize_with = "present")]
    pub product_ref: Option<Option<Code>>,
    /// The order.
    #[serde(default, deserialize_with = "present")]
    pub order_ref: Option<Option<Code>>,
    /// The customer it belongs to, where it was not known.
    #[schema(nullable = false)]
    pub customer_id: Option<CustomerId>,
}
