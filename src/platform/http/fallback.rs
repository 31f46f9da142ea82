//! What no route matched: 405 with `Allow` where the path is known, else 404. Words in a path win over
//! placeholders: `/x/test` is never an `/x/{id}`, whatever the method.

use super::problem::Error;
use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::{BoxBody, MessageBody},
    dev::{ResourceDef, ServiceRequest, ServiceResponse},
    http::{Method, StatusCode, header},
    middleware::Next,
    web::Data,
};
use std::collections::HashMap;
use utoipa::openapi::{OpenApi, PathItem};

/// The paths of the document with the methods that each knows.
pub struct KnownPaths {
    paths: Vec<(ResourceDef, String)>,
    /// Those without placeholders.
    words: HashMap<String, String>,
}

impl KnownPaths {
    /// Returns the paths of `document`.
    pub fn of(document: &OpenApi) -> Self {
        let all = document.paths.paths.iter();
        let one = |(path, item): (&String, &PathItem)| (ResourceDef::new(path.as_str()), allow(item));
        let words = all.clone().filter(|(path, _)| !path.contains('{'));
        Self {
            paths: all.map(one).collect(),
            words: words.map(|(path, item)| (path.clone(), allow(item))).collect(),
        }
    }

    fn allow(&self, path: &str) -> Option<&str> {
        let mut matching = self.paths.iter().filter(|(known, _)| known.is_match(path));
        let words = self.words.get(path).map(String::as_str);
        words.or_else(|| matching.next().map(|(_, allow)| allow.as_str()))
    }

    /// Returns what a path without placeholders allows, when that is not `method`.
    fn refused(&self, method: &Method, path: &str) -> Option<&str> {
        let allow = self.words.get(path)?;
        let known = allow.split(", ").any(|known| known == method.as_str());
        (!known && method != Method::OPTIONS).then_some(allow)
    }
}

/// Answers a request that no route matched.
pub async fn answer(request: HttpRequest, known: Data<KnownPaths>) -> impl Responder {
    match known.allow(request.path()) {
        None => Err(Error::NotFound("resource")),
        Some(allow) => Ok(not_allowed(allow)),
    }
}

/// Keeps a path of words from being taken for one with a placeholder.
pub async fn words_first(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let known = request.app_data::<Data<KnownPaths>>();
    let refused = known.and_then(|known| known.refused(request.method(), request.path()).map(not_allowed));
    match refused {
        Some(answer) => Ok(request.into_response(answer)),
        None => Ok(next.call(request).await?.map_into_boxed_body()),
    }
}

fn not_allowed(allow: &str) -> HttpResponse {
    let error = Error::Http(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
    let mut answer = HttpResponse::from_error(error);
    if let Ok(value) = header::HeaderValue::from_str(allow) {
        answer.headers_mut().insert(header::ALLOW, value);
    }
    answer
}

fn allow(item: &PathItem) -> String {
    let methods = [
        ("GET, HEAD", item.get.is_some()),
        ("PUT", item.put.is_some()),
        ("POST", item.post.is_some()),
        ("PATCH", item.patch.is_some()),
        ("DELETE", item.delete.is_some()),
    ];
    let known: Vec<&str> = methods.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect();
    known.join(", ")
}
