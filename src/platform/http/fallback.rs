//! What no route matched: 405 with `Allow` where the path is known, else 404.

use super::problem::Error;
use actix_web::{
    HttpRequest, HttpResponse, Responder,
    dev::ResourceDef,
    http::{StatusCode, header},
    web::Data,
};
use utoipa::openapi::{OpenApi, PathItem};

/// The paths of the document with the methods that each knows.
pub struct KnownPaths(Vec<(ResourceDef, String)>);

impl KnownPaths {
    /// Returns the paths of `document`.
    pub fn of(document: &OpenApi) -> Self {
        let one = |(path, item): (&String, &PathItem)| (ResourceDef::new(path.as_str()), allow(item));
        Self(document.paths.paths.iter().map(one).collect())
    }

    fn allow(&self, path: &str) -> Option<&str> {
        let mut methods = self
            .0
            .iter()
            .filter(|(known, _)| known.is_match(path))
            .map(|(_, allow)| allow.as_str());
        methods.next()
    }
}

/// Answers a request that no route matched.
pub async fn answer(request: HttpRequest, known: Data<KnownPaths>) -> impl Responder {
    match known.allow(request.path()) {
        None => Err(Error::NotFound("resource")),
        Some(allow) => {
            let error = Error::Http(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
            let mut answer = HttpResponse::from_error(error);
            if let Ok(value) = header::HeaderValue::from_str(allow) {
                answer.headers_mut().insert(header::ALLOW, value);
            }
            Ok(answer)
        }
    }
}

fn allow(item: &PathItem) -> String {
    let methods = [
        ("GET, HEAD", item.get.is_some()),
        ("PUT", item.put.is_some()),
        ("POST", item.post.is_some()),
        ("PATCH", item.patch.is_some()),
        ("DELETE", item.delete.is_some()),
    ];
    let known: Vec<&str> = methods
        .into_iter()
        .filter(|(_, is)| *is)
        .map(|(name, _)| name)
        .collect();
    known.join(", ")
}
