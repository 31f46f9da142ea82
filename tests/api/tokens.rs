//! Tokens that are not exactly ours open nothing, whatever they say.

use crate::support::App;
use actix_web::rt::time::sleep;
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::{
    io::Write,
    net::TcpStream,
    process::Command,
    time::{Duration, Instant},
};

/// What a token of the administrator says, and the means to sign anything else.
struct Forge {
    header: Value,
    claims: Value,
    key: Ed25519KeyPair,
}

impl Forge {
    async fn of(app: &App) -> Self {
        let token = app.as_admin().token().await.unwrap();
        let part = |n: usize| {
            let part = token.split('.').nth(n).unwrap();
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
        };
        let keys = app.parts.gate.keys();
        Self {
            header: part(0),
            claims: part(1),
            key: Ed25519KeyPair::from_pkcs8(keys.access().1.as_bytes()).unwrap(),
        }
    }

    fn signed(&self, header: &str, claims: &str) -> String {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = self.key.sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn saying(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims.clone();
        claims[name] = value;
        self.signed(&self.header.to_string(), &claims.to_string())
    }

    fn without(&self, name: &str) -> String {
        let mut claims = self.claims.clone();
        claims.as_object_mut().unwrap().remove(name);
        self.signed(&self.header.to_string(), &claims.to_string())
    }

    fn headed(&self, name: &str, value: Value) -> String {
        let mut header = self.header.clone();
        header[name] = value;
        self.signed(&header.to_string(), &self.claims.to_string())
    }
}

async fn refused(app: &App, what: &str, token: &str) {
    let answer = app.with_token(token).get("/auth/me").await;
    let problem = answer.expect_problem(401, "unauthenticated");
    assert_eq!(problem.title, "Not authenticated", "{what}");
    assert_eq!(answer.header("WWW-Authenticate"), Some("Bearer"), "{what}");
}

#[actix_web::test]
async fn the_forge_of_these_tests_makes_tokens_that_count() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;

    let copy = forge.signed(&forge.header.to_string(), &forge.claims.to_string());

    app.with_token(&copy).get("/auth/me").await.expect::<Value>(200);
}

#[actix_web::test]
async fn a_claim_that_is_missing_or_of_another_kind_is_refused() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    for name in ["iss", "aud", "sub", "exp", "iat", "nbf", "jti", "sid", "epoch"] {
        refused(&app, name, &forge.without(name)).await;
        for value in [json!(null), json!([]), json!({}), json!(true), json!("1")] {
            refused(&app, &format!("{name} = {value}"), &forge.saying(name, value)).await;
        }
    }
    for name in ["exp", "iat", "nbf", "epoch"] {
        for value in [json!(1e300), json!(-1), json!(1.5)] {
            refused(&app, &format!("{name} = {value}"), &forge.saying(name, value)).await;
        }
    }
}

#[actix_web::test]
async fn a_claim_that_says_something_else_is_refused() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    let now = app.now().timestamp();
    let cases = [
        ("iss", json!("another")),
        ("iss", json!(["hearback"])),
        ("aud", json!("another-api")),
        ("aud", json!(["hearback-api"])),
        ("sub", json!("00000000-0000-0000-0000-000000000000")),
        ("exp", json!(now)),
        ("exp", json!(now - 1)),
        ("exp", json!(now + 86_400)),
        ("exp", json!(i64::MAX)),
        ("iat", json!(now + 60)),
        ("iat", json!(i64::MIN)),
        ("nbf", json!(now + 60)),
        ("epoch", json!(0)),
        ("epoch", json!(2)),
        ("extra", json!("unknown")),
    ];
    for (name, value) in cases {
        refused(&app, &format!("{name} = {value}"), &forge.saying(name, value)).await;
    }
    let twice = forge.claims.to_string().replacen('{', "{\"sub\":\"x\",", 1);
    refused(&app, "a claim twice", &forge.signed(&forge.header.to_string(), &twice)).await;
}

#[actix_web::test]
async fn a_header_that_says_something_else_is_refused() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    let cases = [
        ("alg", json!("none")),
        ("alg", json!("None")),
        ("alg", json!("HS256")),
        ("alg", json!("RS256")),
        ("alg", json!("ES256")),
        ("alg", json!("PS512")),
        ("alg", json!(null)),
        ("typ", json!("JWT")),
        ("typ", json!("id_token")),
        ("typ", json!(null)),
        ("kid", json!("unknown")),
        ("kid", json!("../../../dev/null")),
        ("kid", json!("00000000-0000-0000-0000-000000000000")),
        ("kid", json!("' OR 1=1 --")),
        ("kid", json!(null)),
        ("kid", json!(7)),
        ("jku", json!("https://attacker.example/jwks.json")),
        ("jwk", json!({ "kty": "OKP", "crv": "Ed25519", "x": "AA" })),
        ("x5u", json!("https://attacker.example/")),
        ("x5c", json!(["AA=="])),
        ("crit", json!(["exp"])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("cty", json!("JWT")),
        ("extra", json!(1)),
    ];
    for (name, value) in cases {
        refused(&app, &format!("{name} = {value}"), &forge.headed(name, value)).await;
    }
}

#[actix_web::test]
async fn a_text_that_is_no_token_is_refused() {
    let app = App::start().await;
    let good = app.as_admin().token().await.unwrap();
    let forge = Forge::of(&app).await;
    let (message, signature) = good.rsplit_once('.').unwrap();
    let (head, body) = message.split_once('.').unwrap();
    let stranger = Ed25519KeyPair::generate().unwrap().sign(message.as_bytes());
    let other = forge.saying("jti", json!("00000000-0000-4000-8000-000000000000"));
    let cases = [
        String::from("null"),
        String::from("undefined"),
        "0".repeat(64),
        "a.b".into(),
        "a.b.c".into(),
        "a.b.c.d".into(),
        "..".into(),
        format!("{message}."),
        format!("{message}.{}", "A".repeat(86)),
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(stranger)),
        format!("{message}.{}", other.rsplit_once('.').unwrap().1),
        format!("{message}.{signature}="),
        format!("{message}.{}", &signature[..signature.len() - 2]),
        format!("{good}.{signature}"),
        format!("{body}.{head}.{signature}"),
        format!("{head}..{signature}"),
        good.to_uppercase(),
        good.to_lowercase(),
        good[1..].to_owned(),
        good[..good.len() - 1].to_owned(),
        "a".repeat(5000),
        "hbk_live_".into(),
        format!("hbk_live_{}", "0".repeat(39)),
        "hbr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into(),
    ];
    for token in cases {
        refused(&app, &token, &token).await;
    }
}

#[actix_web::test]
async fn a_header_that_is_no_bearer_is_refused() {
    let app = App::start().await;
    let good = app.as_admin().token().await.unwrap();
    for header in ["", "Bearer", "Bearer ", "Basic YTpi", &format!("Token {good}"), &good] {
        let answer = app.anonymous().header("Authorization", header).get("/auth/me").await;
        answer.expect_problem(401, "unauthenticated");
    }
    let twice = app.with_token(&good).header("Authorization", format!("Bearer {good}"));
    twice.get("/auth/me").await.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn a_token_ends_after_ten_minutes_remembered_or_not() {
    let app = App::start().await;
    let token = app.as_admin().token().await.unwrap();
    let client = app.with_token(&token);
    app.advance(TimeDelta::seconds(599));
    client.get("/auth/me").await.expect::<Value>(200);

    app.advance(TimeDelta::seconds(1));

    client.get("/auth/me").await.expect_problem(401, "unauthenticated");
    let second = app.second().await;
    let elsewhere = second.with_token(&token).get("/auth/me").await;
    elsewhere.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn the_published_key_verifies_tokens() {
    let app = App::start().await;
    let token = app.as_admin().token().await.unwrap();

    let answer = app.anonymous().get("/.well-known/jwks.json").await;

    let keys = answer.expect::<Value>(200)["keys"].as_array().unwrap().clone();
    assert_eq!(answer.header("Cache-Control"), Some("public, max-age=300"));
    assert_eq!(keys.len(), 1);
    let header = jsonwebtoken::decode_header(&token).unwrap();
    assert_eq!(header.kid.as_deref(), keys[0]["kid"].as_str());
    let key = jsonwebtoken::DecodingKey::from_ed_components(keys[0]["x"].as_str().unwrap()).unwrap();
    let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::EdDSA);
    rules.set_audience(&["hearback-api"]);
    rules.validate_exp = false;
    jsonwebtoken::decode::<Value>(&token, &key, &rules).unwrap();
}

#[actix_web::test]
async fn a_key_that_is_changed_leaves_living_tokens_alone() {
    let app = App::start().await;
    let second = app.second().await;
    let token = app.as_admin().token().await.unwrap();

    let gate = app.parts.gate.clone();
    let at = app.now();
    app.parts.db.write(move |tx| gate.rotate_keys(tx, at)).await.unwrap();
    sleep(Duration::from_millis(300)).await;

    for server in [&app, &second] {
        server.with_token(&token).get("/auth/me").await.expect::<Value>(200);
        let keys: Value = server.anonymous().get("/.well-known/jwks.json").await.expect(200);
        assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
    }
    app.advance(TimeDelta::minutes(16));
    let keys: Value = app.anonymous().get("/.well-known/jwks.json").await.expect(200);
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
    app.as_admin().get("/auth/me").await.expect::<Value>(200);
}

/// The server process of one listener, which stands still until it is dropped.
struct Frozen(i64);

impl Frozen {
    fn now(pid: i64) -> Self {
        kill("STOP", pid);
        Self(pid)
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        kill("CONT", self.0);
    }
}

fn kill(signal: &str, pid: i64) {
    let sent = Command::new("kill").args([format!("-{signal}"), pid.to_string()]).status();
    assert!(sent.unwrap().success());
}

#[actix_web::test]
async fn a_server_whose_listener_is_cut_off_refuses_what_was_revoked_elsewhere() {
    let app = App::start().await;
    let listener = "SELECT max(pid)::bigint FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'hearback listener' AND pid <> ";
    let first = app.number(&format!("{listener} 0"));
    let deaf = app.second().await;
    let (person, other) = (app.as_analyst(), app.as_agent());
    let (token, key) = (person.token().await.unwrap(), app.as_key(&["settings:read"]).token().await.unwrap());
    let made: Value = app.as_admin().get("/api-keys").await.expect(200);
    let cut = Frozen::now(app.number(&format!("{listener} {first}")));
    for token in [&token, &key, &other.token().await.unwrap()] {
        deaf.with_token(token).get("/settings").await.expect::<Value>(200);
    }

    let path = format!("/staff/{}/deactivate", person.id().await);
    let _: Value = app.as_admin().post(&path, json!({})).await.expect(200);
    let path = format!("/api-keys/{}/revoke", made["items"][0]["id"].as_str().unwrap());
    let _: Value = app.as_admin().post(&path, json!({})).await.expect(200);
    let ended = other.token().await.unwrap();
    assert_eq!(other.post("/auth/logout", json!({})).await.status, 204);

    for token in [&token, &key, &ended] {
        deaf.with_token(token).get("/settings").await.expect_problem(401, "unauthenticated");
    }
    drop(cut);
}

/// Begins a request whose body never comes: it is admitted, and runs.
fn begin(app: &App, token: &str) -> TcpStream {
    let mut stream = TcpStream::connect(app.address).unwrap();
    write!(
        stream,
        "POST /api/v1/routing-rules/test HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: 2\r\n\r\n"
    )
    .unwrap();
    stream
}

#[actix_web::test]
async fn of_one_principal_no_more_than_256_requests_run_at_once() {
    let app = App::start().await;
    let (busy, other) = (app.as_agent(), app.as_analyst());
    let token = busy.token().await.unwrap();
    other.get("/auth/me").await.expect::<Value>(200);
    let mut running: Vec<_> = (0..255).map(|_| begin(&app, &token)).collect();
    sleep(Duration::from_millis(500)).await;
    busy.get("/auth/me").await.expect::<Value>(200);

    running.push(begin(&app, &token));
    sleep(Duration::from_millis(300)).await;

    let refused = busy.get("/auth/me").await;
    refused.expect_problem(429, "too_many_at_once");
    assert_eq!(refused.header("Retry-After"), Some("1"));
    other.get("/auth/me").await.expect::<Value>(200);
    assert_eq!(app.anonymous().get("/livez").await.status, 200);
    for mut stream in running {
        stream.write_all(b"{}").unwrap();
    }
    let start = Instant::now();
    while busy.get("/auth/me").await.status != 200 {
        assert!(start.elapsed() < Duration::from_secs(5));
    }
}
