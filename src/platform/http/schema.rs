//! Checks a body against the very schema that the document publishes, and names every field at fault.

use super::problem::{FieldError, Text};
use crate::platform::text::has_control;
use jsonschema::{ValidationError, Validator, error::ValidationErrorKind as Kind};
use serde_json::{Value, json};
use std::{
    any::TypeId,
    collections::HashMap,
    sync::{Arc, LazyLock, RwLock},
};
use utoipa::ToSchema;

/// Fields that only the server owns: named apart from those that nobody knows.
const READ_ONLY: &[&str] = &[
    "id",
    "number",
    "version",
    "created_at",
    "updated_at",
    "registered_at",
    "status",
    "outcome",
    "round",
    "priority_reasons",
    "escalation_level",
    "allowed_actions",
    "clocks",
    "suggested_department_id",
    "track_token",
    "lifecycle_stage",
    "value_grade",
    "possible_duplicates",
    "next_due_at",
    "hash",
    "prev_hash",
    "balance",
    "owner_department_id",
    "tenant_id",
    "closed_at",
    "merged_into",
];

static COMPILED: LazyLock<RwLock<HashMap<TypeId, Arc<Validator>>>> = LazyLock::new(Default::default);

/// Returns every field of `value` that breaks the schema of `T`.
pub fn faults<T: ToSchema + 'static>(value: &Value) -> Vec<FieldError> {
    let validator = compiled::<T>();
    let mut faults: Vec<FieldError> = validator.iter_errors(value).flat_map(|e| of_error(&e)).collect();
    faults.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    faults.dedup_by(|a, b| a.pointer == b.pointer && a.code == b.code);
    faults
}

/// Returns the schema of `T` with everything that it refers to.
pub fn document<T: ToSchema>() -> Value {
    let mut schemas = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    let schemas: HashMap<_, _> = schemas.into_iter().collect();
    json!({
        "$ref": format!("#/components/schemas/{}", T::name()),
        "components": { "schemas": schemas },
    })
}

fn compiled<T: ToSchema + 'static>() -> Arc<Validator> {
    let key = TypeId::of::<T>();
    if let Some(found) = COMPILED.read().unwrap_or_else(|e| e.into_inner()).get(&key) {
        return found.clone();
    }
    let document = document::<T>();
    let built = jsonschema::options().should_validate_formats(true).build(&document);
    // A schema that does not compile is a fault of ours: a test compiles them all, and nothing passes here.
    let validator = built.or_else(|_| jsonschema::validator_for(&json!(false)));
    let Ok(validator) = validator.map(Arc::new) else { unreachable!("`false` is a schema") };
    COMPILED.write().unwrap_or_else(|e| e.into_inner()).insert(key, validator.clone());
    validator
}

fn of_error(error: &ValidationError<'_>) -> Vec<FieldError> {
    let at = error.instance_path().as_str();
    match error.kind() {
        Kind::AdditionalProperties { unexpected } => {
            unexpected.iter().map(|name| unknown(at, name)).collect()
        }
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            vec![fault(format!("{at}/{name}"), "required", "is required", "为必填项")]
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } | Kind::OneOfMultipleValid { context } => {
            // `null` or the thing itself: what is wrong is what is wrong with the thing
            let of_branch = |branch: &Vec<ValidationError<'static>>| -> Vec<FieldError> {
                branch.iter().flat_map(of_error).collect()
            };
            let mut branches = context.iter().map(of_branch);
            let best = branches.find(|b| b.iter().all(|f| f.code != "wrong_type" || f.pointer != at));
            best.unwrap_or_else(|| vec![fault(at.into(), "wrong_type", "has the wrong type", "类型有误")])
        }
        kind => vec![of_value(at, kind, error.instance())],
    }
}

fn of_value(at: &str, kind: &Kind, value: &Value) -> FieldError {
    let pointer = at.to_owned();
    match kind {
        Kind::Type { .. } => fault(pointer, "wrong_type", "has the wrong type", "类型有误"),
        Kind::MinLength { limit } => {
            let en = format!("must have at least {limit} characters");
            FieldError::new(pointer, "too_short", Text::new(en, format!("至少 {limit} 个字符")))
        }
        Kind::MaxLength { limit } => {
            let en = format!("must have at most {limit} characters");
            FieldError::new(pointer, "too_long", Text::new(en, format!("最多 {limit} 个字符")))
        }
        Kind::Minimum { limit } | Kind::ExclusiveMinimum { limit } => {
            let en = format!("must be at least {limit}");
            FieldError::new(pointer, "out_of_range", Text::new(en, format!("不得小于 {limit}")))
        }
        Kind::Maximum { limit } | Kind::ExclusiveMaximum { limit } => {
            let en = format!("must be at most {limit}");
            FieldError::new(pointer, "out_of_range", Text::new(en, format!("不得大于 {limit}")))
        }
        Kind::MinItems { .. } => fault(pointer, "too_few", "has too few items", "项目过少"),
        Kind::MaxItems { .. } => fault(pointer, "too_many", "has too many items", "项目过多"),
        Kind::UniqueItems => fault(pointer, "duplicate_item", "names an item twice", "项目重复"),
        Kind::MinProperties { .. } if at.is_empty() => {
            fault(pointer, "empty_patch", "changes nothing", "没有任何修改")
        }
        Kind::MaxProperties { .. } => fault(pointer, "too_many", "has too many members", "成员过多"),
        Kind::Enum { .. } | Kind::Constant { .. } => {
            fault(pointer, "unknown_code", "is not one of the known codes", "不是已知的代码")
        }
        Kind::Pattern { .. } => of_pattern(pointer, value),
        Kind::Format { .. } => fault(pointer, "invalid_format", "has the wrong format", "格式有误"),
        _ => fault(pointer, "invalid_value", "is not valid", "无效"),
    }
}

fn of_pattern(pointer: String, value: &Value) -> FieldError {
    let text = value.as_str().unwrap_or_default();
    let only_breaks = text.chars().all(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'));
    if has_control(text) && !(only_breaks && text.trim().is_empty()) {
        fault(pointer, "forbidden_character", "has a control character", "含有控制字符")
    } else if text
        .chars()
        .all(|c| c.is_whitespace() || ('\u{200b}'..='\u{200f}').contains(&c) || c == '\u{feff}')
    {
        fault(pointer, "blank", "must not be blank", "不能为空白")
    } else {
        fault(pointer, "invalid_format", "has the wrong format", "格式有误")
    }
}

fn unknown(at: &str, name: &str) -> FieldError {
    let pointer = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
    if READ_ONLY.contains(&name) {
        fault(pointer, "read_only_field", "is set by the server alone", "只能由服务器设置")
    } else {
        fault(pointer, "unknown_field", "is no field of this body", "未知字段")
    }
}

fn fault(pointer: String, code: &'static str, en: &'static str, zh: &'static str) -> FieldError {
    FieldError::new(pointer, code, Text::new(en, zh))
}
