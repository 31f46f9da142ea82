//! A client that knows who it is, and compares every answer with the document.

use super::{
    answer::Answer,
    contract,
    people::{self, People, Who},
};
use actix_web::{
    http::{
        Method, Uri,
        header::{HeaderName, HeaderValue},
    },
    web::{Bytes, Data},
};
use hearback::platform::clock::Clock;
use serde_json::Value;
use std::{
    net::SocketAddr,
    rc::Rc,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// Paths that are not under `/api/v1`.
const ROOT: [&str; 7] =
    ["/", "/livez", "/readyz", "/metrics", "/openapi.json", "/docs/", "/.well-known/jwks.json"];

/// The way to one server.
pub struct Connection {
    address: SocketAddr,
    http: awc::Client,
}

impl Connection {
    pub fn new(address: SocketAddr) -> Self {
        let connector = awc::Connector::new().limit(0).conn_keep_alive(Duration::from_secs(2));
        let http = awc::Client::builder().connector(connector).timeout(Duration::from_secs(30)).finish();
        Self { address, http }
    }
}

/// Sends requests as somebody. A path is under `/api/v1` unless it is one of the few at the root.
#[derive(Clone)]
pub struct Client {
    who: Who,
    headers: Vec<(String, Vec<u8>)>,
    connection: Rc<Connection>,
    pub(super) people: Rc<People>,
    pub(super) clock: Data<Clock>,
}

impl Client {
    pub fn new(who: Who, connection: Rc<Connection>, people: Rc<People>, clock: Data<Clock>) -> Self {
        Self { who, headers: Vec::new(), connection, people, clock }
    }

    /// Returns the client, which sends this header too.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Returns the client, which sends this `If-Match`.
    pub fn if_match(self, tag: &str) -> Self {
        self.header("If-Match", tag)
    }

    /// Returns the client, which sends this `Idempotency-Key`.
    pub fn key(self, key: &str) -> Self {
        self.header("Idempotency-Key", key)
    }

    /// Returns the client, which sends an `Idempotency-Key` that nobody has sent before.
    pub fn fresh_key(self) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let key = format!("fresh-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        self.key(&key)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body.to_string().into())).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body.to_string().into())).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body.to_string().into())).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Sends any method and any bytes; JSON is declared unless a header says otherwise.
    pub async fn send(&self, method: Method, path: &str, body: Option<Bytes>) -> Answer {
        let token = self.token().await;
        self.request(method, path, token, body).await
    }

    /// Returns the token that the client sends.
    pub async fn token(&self) -> Option<String> {
        match &self.who {
            Who::Nobody => None,
            Who::Token(token) => Some(token.clone()),
            who => Some(Box::pin(people::proof(self, who)).await),
        }
    }

    /// Returns the id of the member of staff that the client is.
    pub async fn id(&self) -> String {
        let me: Value = self.get("/auth/me").await.expect(200);
        me["id"].as_str().unwrap().to_owned()
    }

    /// Returns the id of the department with this code.
    pub async fn department(&self, code: &str) -> String {
        let page: Value = self.get("/departments?limit=100").await.expect(200);
        let found = page["items"].as_array().unwrap().iter().find(|d| d["code"] == code);
        let department = found.unwrap_or_else(|| panic!("there is no department {code}"));
        department["id"].as_str().unwrap().to_owned()
    }

    pub(super) fn by(&self, who: Who) -> Self {
        Self { who, headers: Vec::new(), ..self.clone() }
    }

    async fn request(
        &self,
        method: Method,
        path: &str,
        token: Option<String>,
        body: Option<Bytes>,
    ) -> Answer {
        let path = full(path);
        let uri: Uri = format!("http://{}{path}", self.connection.address).parse().unwrap();
        let mut request = self.connection.http.request(method.clone(), uri).no_decompress();
        if let Some(token) = token {
            request = request.insert_header(("Authorization", format!("Bearer {token}")));
        }
        let says = |name: &str| self.headers.iter().any(|(n, _)| n.eq_ignore_ascii_case(name));
        if body.is_some() && !says("Content-Type") {
            let merge = method == Method::PATCH;
            let media = if merge { "application/merge-patch+json" } else { "application/json" };
            request = request.insert_header(("Content-Type", media));
        }
        for (name, value) in &self.headers {
            let name: HeaderName = name.parse().unwrap();
            request = request.append_header((name, HeaderValue::from_bytes(value).unwrap()));
        }
        let mut answer = match body {
            Some(bytes) => request.send_body(bytes).await,
            None => request.send().await,
        }
        .unwrap_or_else(|e| panic!("{method} {path}: {e}"));
        let body = answer.body().limit(64 << 20).await.unwrap();
        let answer =
            Answer { method, path, status: answer.status(), headers: answer.headers().clone(), body };
        contract::check(&answer);
        answer
    }
}

/// Returns the path from the root of the server.
fn full(path: &str) -> String {
    let bare = path.split('?').next().unwrap_or_default();
    if ROOT.contains(&bare) || path.starts_with("/api/") || path.starts_with("/test") {
        path.to_owned()
    } else {
        format!("/api/v1{path}")
    }
}
