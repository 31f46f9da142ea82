//! Where in a body a value goes: `contact.name`, `phones[0]`, `external_refs[1].id`.

use serde_json::{Map, Value};
use std::fmt;

/// The longest list that columns can fill.
const MOST_ITEMS: usize = 100;

/// One step into a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A member of an object.
    Name(String),
    /// An item of a list.
    Index(usize),
}

/// The way to one value of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// Returns the path that `text` names.
    pub fn parse(text: &str) -> Option<Self> {
        let mut steps = Vec::new();
        for part in text.split('.') {
            let mut pieces = part.split('[');
            let name = pieces.next().filter(|name| !name.is_empty())?;
            steps.push(Step::Name(name.to_owned()));
            for piece in pieces {
                let index: usize = piece.strip_suffix(']')?.parse().ok()?;
                if index >= MOST_ITEMS {
                    return None;
                }
                steps.push(Step::Index(index));
            }
        }
        Some(Self(steps))
    }

    /// Returns whether one of the two is the other or leads into it.
    pub fn clashes(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a == b)
    }

    /// Puts `value` into `body`, making the objects and lists on the way.
    pub fn put(&self, body: &mut Value, value: Value) {
        let place = self.0.iter().fold(body, |at, step| match step {
            Step::Name(name) => {
                if !at.is_object() {
                    *at = Value::Object(Map::new());
                }
                &mut at[name.as_str()]
            }
            Step::Index(index) => {
                if !at.is_array() {
                    *at = Value::Array(Vec::new());
                }
                if let Value::Array(items) = at
                    && items.len() <= *index
                {
                    items.resize(index.saturating_add(1), Value::Null);
                }
                &mut at[*index]
            }
        });
        *place = value;
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.0.iter().enumerate() {
            match step {
                Step::Name(name) if number == 0 => f.write_str(name)?,
                Step::Name(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// Drops items that no cell filled: the list moves together.
pub fn close_gaps(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.retain(|item| !item.is_null());
            items.iter_mut().for_each(close_gaps);
        }
        Value::Object(members) => members.values_mut().for_each(close_gaps),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_path_leads_through_objects_and_lists() {
        let mut body = json!({ "contact": { "phone": "1" } });
        for (path, value) in [("contact.name", "王芳"), ("refs[1].id", "7"), ("phones[0]", "2")] {
            Path::parse(path).unwrap().put(&mut body, json!(value));
        }
        close_gaps(&mut body);

        let expected = json!({
            "contact": { "phone": "1", "name": "王芳" }, "refs": [{ "id": "7" }], "phones": ["2"],
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in ["", ".", "a.", "a[", "a[]", "a[x]", "a[-1]", "a[100]", "[0]", "a[0"] {
            assert_eq!(Path::parse(text), None, "{text}");
        }
    }
}
