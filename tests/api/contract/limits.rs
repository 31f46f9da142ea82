//! Each limit of each request is where the document says.

use super::nothing;
use crate::support::{operation::operations, schema::faults, specimen};

#[test]
fn a_body_made_from_its_schema_obeys_it() {
    let mut bad = Vec::new();
    for operation in operations() {
        let Some(schema) = operation.body() else { continue };
        let bare = specimen::bare(schema);
        for body in [specimen::full(schema), bare.clone()] {
            let empty = operation.method == "patch" && body == bare;
            let wrong = faults(schema, &body);
            if wrong.is_empty() == empty {
                bad.push(format!("{}: {body}: {wrong:?}", operation.name()));
            }
        }
    }
    nothing(bad);
}

#[test]
fn a_step_over_a_limit_breaks_the_schema() {
    let mut bad = Vec::new();
    for operation in operations() {
        let Some(schema) = operation.body() else { continue };
        let base = specimen::full(schema);
        for step in specimen::tries(schema) {
            let wrong = faults(schema, &specimen::with(&base, std::slice::from_ref(&step)));
            if wrong.is_empty() == step.refusal.is_some() {
                bad.push(format!("{} {step:?}", operation.name()));
            }
        }
    }
    nothing(bad);
}
