//! Which column goes where: read once from the request, checked against the body's shape, run on each row.

use super::{
    cells,
    path::{Path, close_gaps},
    shape::Shape,
};
use crate::platform::http::problem::{FieldError, Text};
use chrono_tz::Tz;
use serde_json::{Map, Value};

/// What the request says of columns and defaults.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// Target to column, or to `{column, values}`.
    pub columns: Map<String, Value>,
    /// Target to the value of rows that have none.
    pub defaults: Map<String, Value>,
}

impl Mapping {
    /// Returns the mapping of an import, as it is stored.
    pub fn of(columns: &Value, defaults: &Value) -> Self {
        let members = |value: &Value| value.as_object().cloned().unwrap_or_default();
        Self { columns: members(columns), defaults: members(defaults) }
    }
}

/// How the rows of one file become bodies.
#[derive(Clone, Debug)]
pub struct Plan {
    fields: Vec<Field>,
    defaults: Value,
    columns: usize,
}

#[derive(Clone, Debug)]
struct Field {
    path: Path,
    shape: Shape,
    column: usize,
    values: Map<String, Value>,
}

impl Plan {
    /// Returns the plan for lines that are bodies themselves.
    pub fn of_bodies(mapping: &Mapping, shape: &Shape) -> Result<Self, Vec<FieldError>> {
        let mut faults = Vec::new();
        if !mapping.columns.is_empty() {
            let text = Text::new("is for CSV only", "仅适用于 CSV");
            faults.push(FieldError::new("/mapping", "not_for_ndjson", text));
        }
        let defaults = defaults(&mapping.defaults, shape, &mut faults);
        let plan = Self { fields: Vec::new(), defaults, columns: 0 };
        if faults.is_empty() { Ok(plan) } else { Err(faults) }
    }

    /// Returns the plan for rows under `header`; without a mapping the columns are named like fields.
    pub fn of_rows(mapping: &Mapping, header: &[String], shape: &Shape) -> Result<Self, Vec<FieldError>> {
        let mut faults = Vec::new();
        let own_names = || header.iter().map(|name| (name.trim().to_owned(), name.clone().into()));
        let columns =
            if mapping.columns.is_empty() { own_names().collect() } else { mapping.columns.clone() };
        let mut fields: Vec<Field> = Vec::new();
        for (target, source) in &columns {
            match field(target, source, header, shape) {
                Ok(field) if fields.iter().any(|other| other.path.clashes(&field.path)) => {
                    let text = Text::new("is filled by another column too", "与另一列的目标冲突");
                    faults.push(FieldError::new(pointer("mapping", target), "conflicting_target", text));
                }
                Ok(field) => fields.push(field),
                Err(fault) => faults.push(fault),
            }
        }
        let defaults = defaults(&mapping.defaults, shape, &mut faults);
        let plan = Self { fields, defaults, columns: header.len() };
        if faults.is_empty() { Ok(plan) } else { Err(faults) }
    }

    /// Returns the body that a row states.
    pub fn body_of_row(&self, cells: &[&str], zone: Tz) -> Result<Value, FieldError> {
        let fault = |code, en, zh| Err(FieldError::new("", code, Text::new(en, zh)));
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return fault("blank_row", "The row is blank.", "该行为空白。");
        }
        if cells.len() < self.columns {
            let en = "The row has fewer columns than the header.";
            return fault("too_few_columns", en, "该行的列数少于表头。");
        }
        if cells.len() > self.columns {
            let en = "The row has more columns than the header.";
            return fault("too_many_columns", en, "该行的列数多于表头。");
        }
        let mut body = self.defaults.clone();
        for field in &self.fields {
            let cell = cells.get(field.column).copied().unwrap_or_default();
            if cell.trim().is_empty() {
                continue;
            }
            let known = field.values.get(cell).or_else(|| field.values.get(cell.trim()));
            let value = known.cloned().unwrap_or_else(|| cells::value(cell, &field.shape, zone));
            field.path.put(&mut body, value);
        }
        close_gaps(&mut body);
        Ok(body)
    }

    /// Returns the body that a line states, filled up with the defaults.
    pub fn body_of_line(&self, line: Value) -> Value {
        let mut body = self.defaults.clone();
        overlay(&mut body, line);
        body
    }
}

fn field(target: &str, source: &Value, header: &[String], shape: &Shape) -> Result<Field, FieldError> {
    let at = pointer("mapping", target);
    let path = Path::parse(target);
    let found = path.as_ref().and_then(|path| shape.at(path));
    let (Some(path), Some(shape)) = (path.clone(), found) else {
        return Err(unknown(at));
    };
    let malformed = || {
        let en = "is a column's name, or an object of `column` and `values`";
        FieldError::new(at.clone(), "wrong_type", Text::new(en, "应为列名,或含 column 与 values 的对象"))
    };
    let (name, values) = match source {
        Value::String(name) => (name, Map::new()),
        Value::Object(members) if members.keys().all(|key| key == "column" || key == "values") => {
            let name = members.get("column").and_then(|v| match v {
                Value::String(name) => Some(name),
                _ => None,
            });
            let values = match members.get("values") {
                None => Some(Map::new()),
                Some(values) => values.as_object().cloned(),
            };
            name.zip(values).ok_or_else(malformed)?
        }
        _ => return Err(malformed()),
    };
    let mut places = header.iter().enumerate().filter(|(_, n)| n.trim() == name.trim());
    let (Some((column, _)), twice) = (places.next(), places.next().is_some()) else {
        let text = Text::new("names no column of the header", "表头中没有该列");
        return Err(FieldError::new(at, "unknown_column", text));
    };
    if twice {
        let text = Text::new("names a column that the header has twice", "表头中该列重复");
        return Err(FieldError::new(at, "repeated_column", text));
    }
    Ok(Field { path, shape: shape.clone(), column, values })
}

/// Returns the defaults as one object, whether they came nested or under dotted names.
fn defaults(given: &Map<String, Value>, shape: &Shape, faults: &mut Vec<FieldError>) -> Value {
    let mut body = Value::Object(Map::new());
    for (target, value) in given {
        match Path::parse(target).filter(|path| shape.at(path).is_some()) {
            Some(path) => path.put(&mut body, value.clone()),
            None => faults.push(unknown(pointer("defaults", target))),
        }
    }
    close_gaps(&mut body);
    body
}

fn unknown(at: String) -> FieldError {
    FieldError::new(at, "unknown_field", Text::new("is no field of the body", "未知字段"))
}

/// Puts `upper` over `lower`, member by member.
fn overlay(lower: &mut Value, upper: Value) {
    match (lower, upper) {
        (Value::Object(lower), Value::Object(upper)) => {
            for (name, value) in upper {
                overlay(lower.entry(name).or_insert(Value::Null), value);
            }
        }
        (lower, upper) => *lower = upper,
    }
}

fn pointer(part: &str, target: &str) -> String {
    format!("/{part}/{}", target.replace('~', "~0").replace('/', "~1"))
}
