//! Bad input to every operation: refused by name, never a 500.

use crate::support::{App, document, schema, specimen};
use actix_web::http::Method;
use hearback::platform::http::problem::Problem;
use serde_json::Value;

const NOBODY: &str = "018f6b1e-0000-7000-8000-00000000dead";

#[actix_web::test]
async fn every_limit_is_checked_where_the_document_says() {
    let app = App::start().await;
    let mut bad = Vec::new();
    for (method, path, schema) in bodies() {
        let client = app.as_admin().header("If-Match", "*");
        let method: Method = method.to_uppercase().parse().unwrap();
        for step in specimen::tries(schema) {
            let Some(code) = step.refusal else { continue };
            let answer = client
                .send(method.clone(), &path, Some(step.body.to_string().into()))
                .await;
            let problem: Problem = answer.expect(answer.status.as_u16());
            let named = problem
                .errors
                .iter()
                .any(|e| e.pointer == step.pointer && e.code == code);
            if answer.status != 422 || !named {
                bad.push(format!("{} wants {code}: {answer:?}", step.pointer));
            }
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
}

/// Returns method, path and schema of every operation that takes JSON; ids in paths name nothing.
fn bodies() -> Vec<(&'static str, String, &'static Value)> {
    let mut found = Vec::new();
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let content = operation["requestBody"]["content"].as_object();
            let json = content.and_then(|c| c.iter().find(|(media, _)| media.ends_with("json")));
            if let Some((_, media)) = json {
                found.push((method.as_str(), filled(path, operation), &media["schema"]));
            }
        }
    }
    found
}

/// Returns the path with a value of the right form for each of its parameters.
fn filled(path: &str, operation: &Value) -> String {
    let mut path = path.to_owned();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        if parameter["in"] == "path" {
            let name = format!("{{{}}}", parameter["name"].as_str().unwrap());
            let is_id = schema::resolved(&parameter["schema"])["format"] == "uuid";
            path = path.replace(&name, if is_id { NOBODY } else { "none" });
        }
    }
    path
}
