use crate::platform::{
    codes::{Codes, Label},
    http::reply::Resource,
};
use serde::Serialize;
use utoipa::ToSchema;

/// All enumerations of the product.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EnumsOut {
    /// The enumerations, by name.
    pub items: Vec<EnumOut>,
    /// Always null: all enumerations are on one page.
    #[schema(required = true, value_type = Option<String>)]
    pub next_cursor: Option<()>,
}

impl Resource for EnumsOut {}

/// An enumeration.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EnumOut {
    /// What it is called.
    #[schema(example = "feedback_type")]
    pub name: String,
    /// Its values, in the order in which people list them.
    pub values: Vec<EnumValueOut>,
}

/// One value of an enumeration.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EnumValueOut {
    /// The code that travels.
    #[schema(example = "complaint")]
    pub code: String,
    /// The label in English.
    #[schema(example = "Complaint")]
    pub en: String,
    /// The label in Chinese.
    #[schema(example = "投诉")]
    pub zh: String,
}

impl EnumOut {
    /// Returns an enumeration as it travels.
    pub fn of<T: Codes>() -> Self {
        Self { name: T::NAME.into(), values: T::LABELS.iter().map(EnumValueOut::from).collect() }
    }
}

impl From<&Label> for EnumValueOut {
    fn from(label: &Label) -> Self {
        Self { code: label.code.into(), en: label.en.into(), zh: label.zh.into() }
    }
}
