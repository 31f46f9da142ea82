//! The operations of the document, ready to be called.

use super::{Answer, Client, contract::document, schema::resolved, specimen};
use actix_web::http::Method;
use serde_json::{Value, json};

/// An id that names nothing.
pub const NOBODY: &str = "018f6b1e-0000-7000-8000-00000000dead";

/// One operation of the document.
#[derive(Clone, Copy)]
pub struct Operation {
    pub method: &'static str,
    pub path: &'static str,
    pub spec: &'static Value,
}

/// Returns every operation of the document.
pub fn operations() -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, item) in document()["paths"].as_object().unwrap() {
        for method in ["get", "put", "post", "patch", "delete"] {
            if let Some(spec) = item.get(method) {
                found.push(Operation { method, path, spec });
            }
        }
    }
    found
}

impl Operation {
    /// Returns method and path.
    pub fn name(&self) -> String {
        format!("{} {}", self.method().as_str(), self.path)
    }

    pub fn method(&self) -> Method {
        self.method.to_uppercase().parse().unwrap()
    }

    /// Returns the schema of the JSON body that a caller sends.
    pub fn body(&self) -> Option<&'static Value> {
        let content = self.spec["requestBody"]["content"].as_object()?;
        let (_, media) = content.iter().find(|(media, _)| media.ends_with("json"))?;
        Some(&media["schema"])
    }

    /// Returns the schema of a successful JSON answer.
    pub fn answer(&self) -> Option<&'static Value> {
        let responses = self.spec["responses"].as_object()?;
        let (_, success) = responses.iter().find(|(status, _)| status.starts_with('2'))?;
        success["content"].get("application/json")?.get("schema")
    }

    /// Returns the roles and the scopes that it admits; none when it is public.
    pub fn admits(&self) -> Option<Vec<&'static str>> {
        let names = self.spec["x-admits"].as_array()?;
        Some(names.iter().filter_map(Value::as_str).collect())
    }

    /// Returns the parameters of its path: names, and whether they are ids.
    pub fn in_path(&self) -> Vec<(&'static str, bool)> {
        let all = self.spec["parameters"].as_array().into_iter().flatten();
        let in_path = all.filter(|parameter| parameter["in"] == "path");
        let is_id = |p: &Value| resolved(&p["schema"])["format"] == "uuid";
        in_path.map(|p| (p["name"].as_str().unwrap(), is_id(p))).collect()
    }

    /// Returns whether it is a read that takes a query.
    pub fn has_query(&self) -> bool {
        let mut all = self.spec["parameters"].as_array().into_iter().flatten();
        self.method == "get" && all.any(|parameter| parameter["in"] == "query")
    }

    /// Returns whether it moves points, and so needs an `Idempotency-Key`.
    pub fn needs_key(&self) -> bool {
        let mut all = self.spec["parameters"].as_array().into_iter().flatten();
        all.any(|parameter| parameter["name"] == "Idempotency-Key" && parameter["required"] == true)
    }

    /// Returns the path with something in each place; what is no id has the form that its schema asks for.
    pub fn path_to(&self, id: &str) -> String {
        let all = self.spec["parameters"].as_array().into_iter().flatten();
        let mut path = self.path.to_owned();
        for parameter in all.filter(|parameter| parameter["in"] == "path") {
            let name = format!("{{{}}}", parameter["name"].as_str().unwrap());
            let is_id = resolved(&parameter["schema"])["format"] == "uuid";
            let other = specimen::bare(&parameter["schema"]);
            let other = other.as_str().map_or_else(|| other.to_string(), str::to_owned);
            path = path.replace(&name, if is_id { id } else { &other });
        }
        path
    }

    /// Calls it with bytes for a body, if it takes one; ids in its path name nothing.
    pub async fn call(&self, client: Client, body: impl Into<Vec<u8>>) -> Answer {
        let client = client.if_match("*");
        let client = if self.needs_key() { client.fresh_key() } else { client };
        let media = self.spec["requestBody"]["content"].as_object();
        let body: Option<Vec<u8>> = media.map(|_| body.into());
        let client = match media.and_then(|m| m.keys().find(|k| k.ends_with("json")).or(m.keys().next())) {
            Some(media) => client.header("Content-Type", media),
            None => client,
        };
        client.send(self.method(), &self.path_to(NOBODY), body.map(Into::into)).await
    }

    /// Returns a right body.
    pub fn right_body(&self) -> Value {
        self.body().map_or_else(|| json!({}), specimen::full)
    }
}
