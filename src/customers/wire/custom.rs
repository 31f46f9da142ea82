//! An organisation's own fields: a flat, bounded object.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::openapi::{
    RefOr,
    schema::{AdditionalProperties, ObjectBuilder, Schema, SchemaType, Type},
};

/// How many own fields a customer has at most.
pub const MOST_MEMBERS: usize = 50;
/// The largest number that every reader of JSON understands exactly.
const LARGEST: f64 = 9_007_199_254_740_991.0;
const LONGEST_TEXT: usize = 2000;
const MEMBER: &str = r"^[A-Za-z0-9_.\-\u00c0-\u024f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{1,64}$";
const VALUE: &str = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$";
const DOC: &str = "The organisation's own fields, at most 50. A name has 1 to 64 letters (also Chinese), digits, `_`, `.` \
     or `-`; a value is text of at most 2,000 characters, a number within ±(2^53 - 1), true or false. Changes merge: \
     a name that is left out stays, null removes it.";

/// An organisation's own fields.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CustomFields(pub Map<String, Value>);

impl CustomFields {
    /// Returns the fields that were stored.
    pub fn of(stored: &Value) -> Self {
        Self(stored.as_object().cloned().unwrap_or_default())
    }

    /// Returns these fields with `changes` merged in: null removes.
    pub fn merged(&self, changes: &Self) -> Self {
        let mut fields = self.0.clone();
        for (name, value) in &changes.0 {
            if value.is_null() {
                fields.shift_remove(name);
            } else {
                fields.insert(name.clone(), value.clone());
            }
        }
        Self(fields)
    }
}

impl utoipa::PartialSchema for CustomFields {
    fn schema() -> RefOr<Schema> {
        let kinds = SchemaType::Array(vec![Type::String, Type::Number, Type::Boolean, Type::Null]);
        let value = ObjectBuilder::new()
            .schema_type(kinds)
            .max_length(Some(LONGEST_TEXT))
            .pattern(Some(VALUE))
            .minimum(Some(-LARGEST))
            .maximum(Some(LARGEST));
        let name = ObjectBuilder::new().schema_type(Type::String).pattern(Some(MEMBER));
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some(DOC))
            .max_properties(Some(MOST_MEMBERS))
            .property_names(Some(name))
            .additional_properties(Some(AdditionalProperties::from(Schema::from(value))))
            .examples([json!({"card_colour": "gold", "会员编号": 10086})])
            .into()
    }
}

impl utoipa::ToSchema for CustomFields {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_merge_and_null_removes() {
        let fields = |value: Value| CustomFields(value.as_object().unwrap().clone());
        let merged = fields(json!({"a": 1, "b": 2})).merged(&fields(json!({"b": null, "c": "x"})));
        assert_eq!(merged, fields(json!({"a": 1, "c": "x"})));
    }
}
