//! Bodies made from their schemas: one that is right, and others just inside and just outside each limit.

use super::schema::{faults, is, resolved};
use serde_json::{Map, Value, json};

/// How deep a body is filled.
const DEEPEST: usize = 6;
/// The longest text that is tried.
const LONGEST: u64 = 20_000;

/// One change of a right body.
#[derive(Clone, Debug)]
pub struct Try {
    /// Where it is.
    pub pointer: String,
    /// What stands there then; nothing when it is taken away.
    pub new: Option<Value>,
    /// The code of the refusal; none when it is still right.
    pub refusal: Option<&'static str>,
}

/// Returns a right value with every optional field in it.
pub fn full(schema: &Value) -> Value {
    value(schema, DEEPEST)
}

/// Returns a right value with nothing optional in it.
pub fn bare(schema: &Value) -> Value {
    value(schema, 0)
}

/// Returns what can be changed in the full body.
pub fn tries(schema: &Value) -> Vec<Try> {
    let mut found = Vec::new();
    collect(schema, "", &full(schema), &mut |pointer, new, refusal| {
        let pointer = pointer.to_owned();
        found.push(Try { pointer, new, refusal });
    });
    found
}

/// Returns the body with these changes.
pub fn with(base: &Value, changes: &[Try]) -> Value {
    let mut body = base.clone();
    for one in changes {
        change(&mut body, &one.pointer, one.new.clone());
    }
    body
}

/// Divides changes into rounds in which none touches what another has changed.
pub fn rounds(changes: Vec<Try>) -> Vec<Vec<Try>> {
    let above = |a: &str, b: &str| format!("{b}/").starts_with(&format!("{a}/"));
    let clash = |a: &Try, b: &Try| above(&a.pointer, &b.pointer) || above(&b.pointer, &a.pointer);
    let mut rounds: Vec<Vec<Try>> = Vec::new();
    for one in changes {
        let free = rounds.iter_mut().find(|round| round.iter().all(|other| !clash(&one, other)));
        match free {
            Some(round) => round.push(one),
            None => rounds.push(vec![one]),
        }
    }
    rounds
}

type Found<'a> = &'a mut dyn FnMut(&str, Option<Value>, Option<&'static str>);

fn collect(schema: &Value, pointer: &str, now: &Value, found: Found<'_>) {
    let part = branch(schema);
    let whole = pointer.is_empty();
    if !whole {
        let wrong = if is(part, "object") { json!("x") } else { json!({ "x": 1 }) };
        if part.get("type").is_some() && !is_map(part) {
            found(pointer, Some(wrong), Some("wrong_type"));
        }
        if !nullable(schema) {
            found(pointer, Some(Value::Null), Some("wrong_type"));
        }
    }
    if part.get("enum").is_some() {
        found(pointer, Some(json!("no_such_code")), Some("unknown_code"));
    } else if is(part, "string") {
        texts(part, pointer, found);
    } else if is(part, "integer") || is(part, "number") {
        numbers(part, pointer, found);
    } else if is(part, "array") {
        lists(part, pointer, now, found);
    } else if part["properties"].is_object() {
        members(part, pointer, now, found);
    }
}

fn texts(part: &Value, pointer: &str, found: Found<'_>) {
    let format = part["format"].as_str().unwrap_or_default();
    if let Some(most) = part["maxLength"].as_u64().filter(|most| *most <= LONGEST) {
        let plain = |n: u64| json!("语".repeat(usize::try_from(n).unwrap()));
        if faults(part, &plain(most)).is_empty() {
            found(pointer, Some(plain(most)), None);
        }
        found(pointer, Some(plain(most + 1)), Some("too_long"));
    }
    if part["minLength"].as_u64() == Some(1) {
        found(pointer, Some(json!("")), Some("too_short"));
    }
    if part["pattern"].as_str().is_some_and(|p| p.contains("\\u0000-")) {
        found(pointer, Some(json!("a\u{0}b")), Some("forbidden_character"));
        found(pointer, Some(json!("\u{3000} \u{200b}")), Some("blank"));
    }
    if ["uuid", "date", "date-time", "email"].contains(&format) {
        found(pointer, Some(json!("2026-02-30T99")), Some("invalid_format"));
    }
}

fn numbers(part: &Value, pointer: &str, found: Found<'_>) {
    for (name, step) in [("minimum", -1), ("maximum", 1)] {
        let Some(limit) = part[name].as_i64() else {
            continue;
        };
        found(pointer, Some(json!(limit)), None);
        found(pointer, Some(json!(limit.saturating_add(step))), Some("out_of_range"));
    }
    if !is(part, "number") {
        found(pointer, Some(json!(1.5)), Some("wrong_type"));
    }
    found(pointer, Some(json!("1")), Some("wrong_type"));
}

fn lists(part: &Value, pointer: &str, now: &Value, found: Found<'_>) {
    let one = now.get(0).cloned().unwrap_or_else(|| value(&part["items"], 1));
    if let Some(most) = part["maxItems"].as_u64().filter(|most| *most <= 1000) {
        let most = usize::try_from(most).unwrap();
        found(pointer, Some(json!(vec![one.clone(); most + 1])), Some("too_many"));
    }
    if part["minItems"].as_u64().is_some_and(|least| least > 0) {
        found(pointer, Some(json!([])), Some("too_few"));
    }
    if part["items"].is_object() && now.get(0).is_some() {
        collect(&part["items"], &format!("{pointer}/0"), &one, found);
    }
}

fn members(part: &Value, pointer: &str, now: &Value, found: Found<'_>) {
    if part["additionalProperties"] == false {
        found(&format!("{pointer}/no_such_field"), Some(json!(1)), Some("unknown_field"));
    }
    for (name, of) in part["properties"].as_object().into_iter().flatten() {
        let at = format!("{pointer}/{name}");
        if part["required"].as_array().is_some_and(|all| all.contains(&json!(name))) {
            found(&at, None, Some("required"));
        }
        if let Some(now) = now.get(name) {
            collect(of, &at, now, found);
        }
    }
}

fn value(schema: &Value, depth: usize) -> Value {
    let part = branch(schema);
    if let Some(fixed) = part.get("const").or_else(|| part["enum"].get(0)) {
        return fixed.clone();
    }
    if let Some(parts) = part["allOf"].as_array() {
        let all = parts.iter().filter_map(|p| value(p, depth).as_object().cloned());
        return Value::Object(all.flatten().collect());
    }
    if is(part, "string") {
        return text(part, schema);
    }
    if is(part, "integer") || is(part, "number") {
        return part.get("example").or_else(|| part.get("minimum")).cloned().unwrap_or(json!(1));
    }
    if is(part, "array") {
        return list(part, depth);
    }
    if is(part, "boolean") {
        return json!(true);
    }
    let mut members = Map::new();
    for (name, of) in part["properties"].as_object().into_iter().flatten() {
        let required = part["required"].as_array().is_some_and(|all| all.contains(&json!(name)));
        if required || depth > 0 {
            members.insert(name.clone(), value(of, depth.saturating_sub(1)));
        }
    }
    Value::Object(members)
}

fn list(part: &Value, depth: usize) -> Value {
    if let Some(each) = part["prefixItems"].as_array() {
        return each.iter().map(|of| value(of, depth)).collect();
    }
    let least = part["minItems"].as_u64().unwrap_or(0).max(u64::from(depth > 0));
    let one = value(&part["items"], depth.saturating_sub(1));
    json!(vec![one; usize::try_from(least).unwrap()])
}

fn text(part: &Value, outer: &Value) -> Value {
    let least = usize::try_from(part["minLength"].as_u64().unwrap_or(1)).unwrap();
    let examples = [outer.get("example"), part.get("example"), part["examples"].get(0)];
    let usual = [
        json!("a".repeat(least)),
        json!("018f6b1e-0000-7000-8000-000000000001"),
        json!("2026-01-05T02:00:00Z"),
        json!("2026-01-05"),
        json!("09:00"),
        json!("wang@example.com"),
        json!("+8613800000000"),
        json!("https://example.com/a"),
        json!("CNY"),
        json!("Asia/Shanghai"),
        json!("FB-20260109-000001"),
    ];
    let all = examples.into_iter().flatten().cloned().chain(usual);
    let mut right = all.filter(|text| faults(part, text).is_empty());
    right.next().unwrap_or_else(|| panic!("the schema needs an example: {part}"))
}

/// Returns what a reference or a choice stands for: the first thing that is not null.
pub fn branch(schema: &Value) -> &Value {
    let schema = resolved(schema);
    let choices = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
    match choices.and_then(|all| all.iter().find(|c| c["type"] != "null")) {
        Some(choice) => branch(choice),
        None => schema,
    }
}

fn nullable(schema: &Value) -> bool {
    let schema = resolved(schema);
    let choices = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
    is(schema, "null")
        || schema.get("type").is_none() && choices.is_none()
        || choices.is_some_and(|all| all.iter().any(nullable))
}

fn is_map(schema: &Value) -> bool {
    schema["additionalProperties"].is_object() || !is(schema, "object") && schema.get("type").is_none()
}

/// Sets or takes away what a pointer names.
fn change(body: &mut Value, pointer: &str, new: Option<Value>) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match body.pointer_mut(parent).unwrap() {
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = new.unwrap(),
        Value::Object(members) => match new {
            Some(new) => drop(members.insert(name.to_owned(), new)),
            None => drop(members.shift_remove(name)),
        },
        other => panic!("{pointer} is in {other}"),
    }
}
