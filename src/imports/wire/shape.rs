//! What a body looks like, read from its published schema: which targets there are, and of which type.

use super::path::{Path, Step};
use serde_json::Value;
use std::collections::BTreeMap;

/// The deepest nesting that is looked at.
const DEEPEST: u32 = 16;

/// The type of a place in a body.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Text, a code or a date.
    Text,
    /// An instant.
    Instant,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A list.
    List(Box<Shape>),
    /// An object with these members.
    Object(BTreeMap<String, Shape>),
    /// Whatever it is.
    Open,
}

impl Shape {
    /// Returns the shape of the schema at the root of `document`.
    pub fn of(document: &Value) -> Self {
        shape(document, document, 0)
    }

    /// Returns the shape with one more member, where `path` leads to.
    pub fn with(mut self, path: &Path, member: Shape) -> Self {
        self.add(&path.0, member);
        self
    }

    fn add(&mut self, steps: &[Step], member: Shape) {
        match (self, steps) {
            (Self::Object(members), [Step::Name(name)]) => drop(members.insert(name.clone(), member)),
            (Self::Object(members), [Step::Name(name), rest @ ..]) => {
                if let Some(next) = members.get_mut(name) {
                    next.add(rest, member);
                }
            }
            (Self::List(item), [Step::Index(_), rest @ ..]) => item.add(rest, member),
            _ => {}
        }
    }

    /// Returns the shape of the place that `path` leads to.
    pub fn at(&self, path: &Path) -> Option<&Shape> {
        path.0.iter().try_fold(self, |shape, step| match (shape, step) {
            (Self::Object(members), Step::Name(name)) => members.get(name),
            (Self::List(item), Step::Index(_)) => Some(&**item),
            (Self::Open, Step::Name(_)) => Some(shape),
            _ => None,
        })
    }
}

fn shape(schema: &Value, root: &Value, depth: u32) -> Shape {
    let within = |schema: &Value| shape(schema, root, depth.saturating_add(1));
    if depth > DEEPEST {
        return Shape::Open;
    }
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        let found = target.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
        return found.map_or(Shape::Open, within);
    }
    for word in ["oneOf", "anyOf", "allOf"] {
        let branches = schema.get(word).and_then(Value::as_array).into_iter().flatten();
        let mut branches = branches.filter(|branch| kind(branch) != Some("null"));
        if let Some(branch) = branches.next() {
            return within(branch);
        }
    }
    let format = schema.get("format").and_then(Value::as_str);
    match kind(schema) {
        Some("string") if format == Some("date-time") => Shape::Instant,
        Some("string") => Shape::Text,
        Some("integer" | "number") => Shape::Number,
        Some("boolean") => Shape::Boolean,
        Some("array") => Shape::List(Box::new(schema.get("items").map_or(Shape::Open, within))),
        Some("object") => match schema.get("properties").and_then(Value::as_object) {
            Some(members) => Shape::Object(members.iter().map(|(k, v)| (k.clone(), within(v))).collect()),
            None => Shape::Open,
        },
        _ => Shape::Open,
    }
}

/// Returns the type that is not null.
fn kind(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::String(name) => Some(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_shape_follows_references_and_leaves_null_aside() {
        let document = json!({
            "$ref": "#/components/schemas/A",
            "components": { "schemas": {
                "A": { "type": "object", "properties": {
                    "b": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/B" }] },
                    "at": { "type": ["string", "null"], "format": "date-time" },
                    "bs": { "type": "array", "items": { "$ref": "#/components/schemas/B" } },
                    "custom": { "type": "object" },
                } },
                "B": { "type": "object", "properties": { "n": { "type": "integer" } } },
            } },
        });
        let shape = Shape::of(&document);
        let at = |path: &str| shape.at(&Path::parse(path).unwrap()).cloned();

        assert_eq!(at("b.n"), Some(Shape::Number));
        assert_eq!(at("at"), Some(Shape::Instant));
        assert_eq!(at("bs[3].n"), Some(Shape::Number));
        assert_eq!(at("custom.any.thing"), Some(Shape::Open));
        let more = shape.clone().with(&Path::parse("bs[0].m").unwrap(), Shape::Text);
        assert_eq!(more.at(&Path::parse("bs[3].m").unwrap()), Some(&Shape::Text));
        assert_eq!(at("b.m"), None);
        assert_eq!(at("bs.n"), None);
    }
}
