//! A client that knows who it is, and compares every answer with the document.

use super::contract;
use actix_web::{
    http::{
        Method, StatusCode, Uri,
        header::{HeaderMap, HeaderName, HeaderValue},
    },
    web::{Bytes, Data},
};
use chrono::{DateTime, TimeDelta, Utc};
use hearback::platform::{clock::Clock, http::problem::Problem};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::{cell::RefCell, collections::BTreeMap, fmt, net::SocketAddr, rc::Rc, time::Duration};

/// The password of everybody in tests.
pub const PASSWORD: &str = "a-password-for-tests-1";
/// The first administrator, whom the defaults make.
pub const ADMIN: &str = "admin@hearback.local";
/// Paths that are not under `/api/v1`.
const ROOT: [&str; 7] = [
    "/",
    "/livez",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/docs/",
    "/.well-known/jwks.json",
];

/// Who a client is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Nobody,
    Admin,
    Staff {
        role: String,
        department: Option<String>,
    },
    Key(Vec<String>),
    Token(String),
}

/// The people and programs of a test, with their tokens and until when these hold.
#[derive(Default)]
pub struct Persona {
    tokens: RefCell<BTreeMap<Who, (String, DateTime<Utc>)>>,
    made: RefCell<BTreeMap<Who, String>>,
}

/// The way to one server.
pub struct Connection {
    address: SocketAddr,
    http: awc::Client,
}

impl Connection {
    pub fn new(address: SocketAddr) -> Self {
        let connector = awc::Connector::new()
            .limit(0)
            .conn_keep_alive(Duration::from_secs(2));
        let http = awc::Client::builder()
            .connector(connector)
            .timeout(Duration::from_secs(30))
            .finish();
        Self { address, http }
    }
}

/// Sends requests as somebody. A path is under `/api/v1` unless it is one of the few at the root.
#[derive(Clone)]
pub struct Client {
    who: Who,
    headers: Vec<(String, Vec<u8>)>,
    connection: Rc<Connection>,
    personas: Rc<Persona>,
    clock: Data<Clock>,
}

impl Client {
    pub fn new(who: Who, connection: Rc<Connection>, personas: Rc<Persona>, clock: Data<Clock>) -> Self {
        Self {
            who,
            headers: Vec::new(),
            connection,
            personas,
            clock,
        }
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
        self.send(Method::PATCH, path, Some(body.to_string().into()))
            .await
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
            who => Some(Box::pin(self.proof(who)).await),
        }
    }

    /// Returns the id of the member of staff that the client is.
    pub async fn id(&self) -> String {
        let me: Value = self.get("/auth/me").await.expect(200);
        me["id"].as_str().unwrap().to_owned()
    }

    async fn proof(&self, who: &Who) -> String {
        let now = self.clock.now();
        if let Some((token, until)) = self.personas.tokens.borrow().get(who)
            && now < *until
        {
            return token.clone();
        }
        let (token, until) = match who {
            Who::Admin => self.signed_in(ADMIN, now).await,
            Who::Staff { role, department } => {
                let email = self.somebody(who, role, department.as_deref()).await;
                self.signed_in(&email, now).await
            }
            Who::Key(scopes) => {
                let body = json!({ "name": "A program of the tests", "scopes": scopes });
                let made: Value = self.by(Who::Admin).post("/api-keys", body).await.expect(201);
                (made["key"].as_str().unwrap().to_owned(), DateTime::<Utc>::MAX_UTC)
            }
            Who::Nobody | Who::Token(_) => unreachable!("they have their token"),
        };
        let mut tokens = self.personas.tokens.borrow_mut();
        tokens.insert(who.clone(), (token.clone(), until));
        token
    }

    async fn signed_in(&self, email: &str, now: DateTime<Utc>) -> (String, DateTime<Utc>) {
        let body = json!({ "email": email, "password": PASSWORD });
        let answer: Value = self.by(Who::Nobody).post("/auth/login", body).await.expect(200);
        let lasts = TimeDelta::seconds(answer["expires_in"].as_i64().unwrap() - 5);
        (answer["access_token"].as_str().unwrap().to_owned(), now + lasts)
    }

    /// Returns the e-mail of the person, who is made when this is the first request.
    async fn somebody(&self, who: &Who, role: &str, department: Option<&str>) -> String {
        let known = self.personas.made.borrow().get(who).cloned();
        if let Some(email) = known {
            return email;
        }
        let admin = self.by(Who::Admin);
        let department_id = match department {
            Some(code) => Some(admin.department(code).await),
            None => None,
        };
        let email = format!("{role}.{}@example.com", department.unwrap_or("none"));
        let body = json!({
            "email": email, "display_name": format!("{role} {}", department.unwrap_or_default()).trim(),
            "role": role, "department_id": department_id, "password": PASSWORD,
        });
        admin.post("/staff", body).await.expect::<Value>(201);
        self.personas.made.borrow_mut().insert(who.clone(), email.clone());
        email
    }

    /// Returns the id of the department with this code.
    pub async fn department(&self, code: &str) -> String {
        let page: Value = self.get("/departments?limit=100").await.expect(200);
        let found = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|d| d["code"] == code);
        let department = found.unwrap_or_else(|| panic!("there is no department {code}"));
        department["id"].as_str().unwrap().to_owned()
    }

    fn by(&self, who: Who) -> Self {
        Self {
            who,
            headers: Vec::new(),
            ..self.clone()
        }
    }

    async fn request(
        &self,
        method: Method,
        path: &str,
        token: Option<String>,
        body: Option<Bytes>,
    ) -> Answer {
        let path = full(path);
        let uri: Uri = format!("http://{}{path}", self.connection.address)
            .parse()
            .unwrap();
        let mut request = self.connection.http.request(method.clone(), uri).no_decompress();
        if let Some(token) = token {
            request = request.insert_header(("Authorization", format!("Bearer {token}")));
        }
        let says = |name: &str| self.headers.iter().any(|(n, _)| n.eq_ignore_ascii_case(name));
        if body.is_some() && !says("Content-Type") {
            let merge = method == Method::PATCH;
            let media = if merge {
                "application/merge-patch+json"
            } else {
                "application/json"
            };
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
        let answer = Answer {
            method,
            path,
            status: answer.status(),
            headers: answer.headers().clone(),
            body,
        };
        contract::check(&answer);
        answer
    }
}

/// Returns the path from the root of the server.
fn full(path: &str) -> String {
    let bare = path.split('?').next().unwrap_or_default();
    if ROOT.contains(&bare) || path.starts_with("/api/") {
        path.to_owned()
    } else {
        format!("/api/v1{path}")
    }
}

/// What a server answered.
pub struct Answer {
    pub method: Method,
    pub path: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// Returns the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{self:?}: {e}"))
    }

    /// Returns the body, after a look at the status.
    #[track_caller]
    pub fn expect<T: DeserializeOwned>(&self, status: u16) -> T {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{self:?}: {e}"))
    }

    /// Returns the problem, after a look at status and code.
    #[track_caller]
    pub fn expect_problem(&self, status: u16, code: &str) -> Problem {
        let problem: Problem = self.expect(status);
        assert_eq!(problem.code, code, "{self:?}");
        problem
    }

    /// Looks for one faulty field in a 422.
    #[track_caller]
    pub fn expect_field(&self, pointer: &str, code: &str) {
        let problem: Problem = self.expect(422);
        let found = problem
            .errors
            .iter()
            .any(|e| e.pointer == pointer && e.code == code);
        assert!(found, "no {code} at {pointer} in {self:?}");
    }

    /// Returns the text of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }

    /// Returns the entity tag.
    #[track_caller]
    pub fn etag(&self) -> String {
        self.header("ETag")
            .unwrap_or_else(|| panic!("no ETag: {self:?}"))
            .to_owned()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = String::from_utf8_lossy(&self.body);
        write!(f, "{} {} -> {} {body}", self.method, self.path, self.status)
    }
}
