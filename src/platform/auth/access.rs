//! What each operation demands: read from the document, so that what is published is what is enforced.

use super::Role;
use crate::platform::{
    codes::Codes,
    http::problem::{Error, Result},
};
use std::collections::HashMap;
use utoipa::openapi::{
    OpenApi, RefOr, Required,
    path::{Operation, Parameter, ParameterIn},
    schema::Schema,
    security::SecurityRequirement,
};

/// Who may call which operation: `security(("bearer" = ["admin", "customers:read"]))` admits the role
/// `admin` and API keys with the scope `customers:read`.
#[derive(Debug, Default)]
pub struct Access(HashMap<(String, String), Demand>);

#[derive(Clone, Debug, Default)]
struct Demand {
    roles: Vec<Role>,
    scopes: Vec<String>,
    /// The parameters of its query, and how long their texts may be.
    query: Vec<(String, Option<usize>)>,
    /// Whether it cannot be called without an `Idempotency-Key`.
    needs_key: bool,
}

impl Access {
    /// Reads what `document` demands; names every operation that declares nothing, so that it cannot start.
    pub fn of(document: &OpenApi) -> std::result::Result<Self, Vec<String>> {
        let mut access = Self::default();
        let mut undeclared = Vec::new();
        for (path, method, operation) in operations(document) {
            match demand(operation) {
                Some(demand) => {
                    access.0.insert((method.to_owned(), path.to_owned()), demand);
                }
                None if is_public(operation) => {}
                None => undeclared.push(format!("{method} {path}")),
            }
        }
        if undeclared.is_empty() { Ok(access) } else { Err(undeclared) }
    }

    /// Refuses a caller whom the operation does not admit.
    pub fn require(&self, method: &str, route: &str, role: Role, scopes: &[String]) -> Result<()> {
        // an operation that is not in the document admits nobody
        let demand = self.0.get(&(method.to_owned(), route.to_owned())).ok_or(Error::Forbidden)?;
        let admitted = match role {
            Role::Integrator => demand.scopes.iter().any(|scope| scopes.contains(scope)),
            Role::Admin => true,
            role => demand.roles.contains(&role),
        };
        if admitted { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// Refuses a query where the operation documents none, and texts that are longer than it documents: nothing
    /// that is sent is passed over in silence.
    pub fn require_query(&self, method: &str, route: &str, query: &str) -> Result<()> {
        let demand = self.0.get(&(method.to_owned(), route.to_owned()));
        let Some(demand) = demand.filter(|_| !query.is_empty()) else {
            return Ok(());
        };
        if demand.query.is_empty() {
            return Err(Error::malformed(
                "unknown_parameter",
                "This operation takes no parameters.",
                "该操作不接受参数。",
            ));
        }
        let too_long = form_urlencoded::parse(query.as_bytes()).find(|(name, value)| {
            let mut limits = demand.query.iter().filter(|(known, _)| known == name);
            limits.any(|(_, longest)| longest.is_some_and(|longest| value.chars().count() > longest))
        });
        match too_long {
            None => Ok(()),
            Some((name, _)) => Err(Error::malformed(
                "invalid_parameter",
                format!("The parameter {name} is too long."),
                format!("参数 {name} 过长。"),
            )),
        }
    }

    /// Returns whether the operation cannot be called without an `Idempotency-Key`.
    pub fn needs_key(&self, method: &str, route: &str) -> bool {
        self.0.get(&(method.to_owned(), route.to_owned())).is_some_and(|demand| demand.needs_key)
    }

    /// Returns every scope that an API key can have.
    pub fn scopes(&self) -> Vec<String> {
        let mut scopes: Vec<String> = self.0.values().flat_map(|d| d.scopes.clone()).collect();
        scopes.sort();
        scopes.dedup();
        scopes
    }
}

/// Returns every operation of `document` with its path and method.
pub fn operations(document: &OpenApi) -> impl Iterator<Item = (&str, &'static str, &Operation)> {
    document.paths.paths.iter().flat_map(|(path, item)| {
        let methods = [
            ("GET", &item.get),
            ("PUT", &item.put),
            ("POST", &item.post),
            ("PATCH", &item.patch),
            ("DELETE", &item.delete),
        ];
        methods
            .into_iter()
            .filter_map(move |(name, operation)| Some((path.as_str(), name, operation.as_ref()?)))
    })
}

/// Returns whether anybody may call the operation: it says `security(())`.
pub fn is_public(operation: &Operation) -> bool {
    let needs = operation.security.as_deref().unwrap_or_default();
    !needs.is_empty() && declared(operation).is_empty() && !mentions_bearer(operation)
}

/// Where the document says whom an operation admits: tools take names in a requirement for OAuth scopes.
const ADMITS: &str = "x-admits";

/// Moves what the operation declares to where the document says it, in words too.
pub fn publish(operation: &mut Operation) {
    let names = declared(operation);
    if names.is_empty() {
        return;
    }
    let list = |scopes: bool| {
        let chosen = names.iter().filter(|name| name.contains(':') == scopes);
        chosen.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    };
    let (roles, scopes) = (list(false), list(true));
    let mut text = format!("\n\nFor: {roles}");
    if !scopes.is_empty() {
        text.push_str(&format!("; API keys with {scopes}"));
    }
    text.push('.');
    operation.description.get_or_insert_default().push_str(&text);
    let none: [&str; 0] = [];
    operation.security = Some(vec![SecurityRequirement::new("bearer", none)]);
    operation.extensions.get_or_insert_default().insert(ADMITS.into(), names.into());
}

/// Returns what the operation declares: roles, and scopes of API keys.
pub fn declared(operation: &Operation) -> Vec<String> {
    let published = operation.extensions.as_ref().and_then(|all| all.get(ADMITS)?.as_array());
    let needs = serde_json::to_value(operation.security.as_deref().unwrap_or_default()).unwrap_or_default();
    let lists = needs.as_array().into_iter().flatten().filter_map(|need| need.get("bearer")?.as_array());
    lists.chain(published).flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

fn mentions_bearer(operation: &Operation) -> bool {
    let needs = serde_json::to_value(operation.security.as_deref().unwrap_or_default()).unwrap_or_default();
    needs.as_array().into_iter().flatten().any(|need| need.get("bearer").is_some())
}

fn demand(operation: &Operation) -> Option<Demand> {
    let declared = declared(operation);
    if declared.is_empty() {
        return None;
    }
    let (scopes, names): (Vec<String>, Vec<String>) =
        declared.into_iter().partition(|name| name.contains(':'));
    let roles: Option<Vec<Role>> = names.iter().map(|name| Role::of(name)).collect();
    let parameters = operation.parameters.iter().flatten();
    let needs_key = parameters.clone().any(|parameter| match parameter {
        RefOr::T(parameter) => parameter.name == "Idempotency-Key" && parameter.required == Required::True,
        RefOr::Ref(_) => false,
    });
    let query = parameters.filter_map(|parameter| match parameter {
        RefOr::T(parameter) if matches!(parameter.parameter_in, ParameterIn::Query) => {
            Some((parameter.name.clone(), longest(parameter)))
        }
        _ => None,
    });
    Some(Demand { roles: roles?, scopes, query: query.collect(), needs_key })
}

fn longest(parameter: &Parameter) -> Option<usize> {
    match &parameter.schema {
        Some(RefOr::T(Schema::Object(text))) => text.max_length,
        _ => None,
    }
}
