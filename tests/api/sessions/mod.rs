//! Sign in, refresh, sign out, on two servers at once.

mod costs;
mod throttle;

use crate::support::{ADMIN, Answer, App, PASSWORD};
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn login(app: &App, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    app.anonymous().post("/auth/login", body).await
}

async fn refresh(app: &App, token: &str) -> Answer {
    let body = json!({ "refresh_token": token });
    app.anonymous().post("/auth/refresh", body).await
}

async fn signed_in(app: &App) -> Value {
    login(app, ADMIN, PASSWORD).await.expect(200)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

async fn is_let_in(app: &App, session: &Value) -> bool {
    let answer = app.with_token(text(session, "access_token")).get("/auth/me").await;
    match answer.status.as_u16() {
        200 => true,
        401 => false,
        _ => panic!("{answer:?}"),
    }
}

#[actix_web::test]
async fn who_signs_in_is_known_on_every_server() {
    let app = App::start().await;
    let second = app.second().await;

    let answer = login(&app, " ADMIN@hearback.local ", PASSWORD).await;

    let session: Value = answer.expect(200);
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    assert_eq!(session["token_type"], "Bearer");
    assert_eq!(session["expires_in"], 600);
    for server in [&app, &second] {
        let client = server.with_token(text(&session, "access_token"));
        let me: Value = client.get("/auth/me").await.expect(200);
        assert_eq!(me["email"], ADMIN);
        assert_eq!(me["role"], "admin");
    }
}

#[actix_web::test]
async fn an_unknown_account_looks_like_a_wrong_password() {
    let app = App::start().await;
    let admin = app.as_admin();
    let body = json!({ "email": "gone@example.com", "display_name": "Gone", "role": "analyst",
        "department_id": null, "active": false, "password": PASSWORD });
    admin.post("/staff", body).await.expect::<Value>(201);
    let bare = |answer: &Answer| {
        let mut problem = answer.json();
        problem["request_id"] = Value::Null;
        let mut headers: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        headers.sort();
        (answer.status, problem, headers)
    };

    let wrong = login(&app, ADMIN, "not the password").await;

    wrong.expect_problem(401, "invalid_credentials");
    let unknown = login(&app, "nobody@example.com", "not the password").await;
    assert_eq!(bare(&unknown), bare(&wrong));
    let inactive = login(&app, "gone@example.com", PASSWORD).await;
    assert_eq!(bare(&inactive), bare(&wrong));
}

#[actix_web::test]
async fn a_password_counts_exactly_as_sent() {
    let app = App::start().await;
    let admin = app.as_admin();
    let passwords = [
        "  leading and trailing  ",
        "caf\u{65}\u{301} au lait",
        "with\u{0}nul inside",
        "八个汉字也是密码",
        &"x1".repeat(64),
    ];
    for (number, password) in passwords.iter().enumerate() {
        let email = format!("p{number}@example.com");
        let body = json!({ "email": email, "display_name": "P", "role": "analyst", "department_id": null,
            "password": password });
        admin.post("/staff", body).await.expect::<Value>(201);
        login(&app, &email, password).await.expect::<Value>(200);
        let trimmed = password.trim();
        if trimmed != *password {
            login(&app, &email, trimmed).await.expect_problem(401, "invalid_credentials");
        }
    }
    let composed = login(&app, "p1@example.com", "caf\u{e9} au lait").await;
    composed.expect_problem(401, "invalid_credentials");
}

#[actix_web::test]
async fn a_refresh_token_counts_once_and_its_second_use_ends_the_session() {
    let app = App::start().await;
    let second = app.second().await;
    let first = signed_in(&app).await;
    let other = signed_in(&app).await;
    let next: Value = refresh(&app, text(&first, "refresh_token")).await.expect(200);
    assert!(is_let_in(&second, &next).await);

    let reused = refresh(&second, text(&first, "refresh_token")).await;

    reused.expect_problem(401, "invalid_refresh_token");
    for server in [&app, &second] {
        assert!(!is_let_in(server, &first).await);
        assert!(!is_let_in(server, &next).await);
        assert!(is_let_in(server, &other).await, "another session goes on");
    }
    let newest = refresh(&app, text(&next, "refresh_token")).await;
    newest.expect_problem(401, "invalid_refresh_token");
    let kind = "SELECT count(*) AS number FROM staff_event WHERE kind = 'session_reused'";
    assert_eq!(app.number(kind), 1);
}

#[actix_web::test]
async fn of_two_clients_with_one_refresh_token_one_wins_and_the_session_ends() {
    let app = App::start().await;
    let second = app.second().await;
    let session = signed_in(&app).await;
    let token = text(&session, "refresh_token");

    let (one, two) = futures_util::future::join(refresh(&app, token), refresh(&second, token)).await;

    let (won, lost) = if one.status == 200 { (one, two) } else { (two, one) };
    lost.expect_problem(401, "invalid_refresh_token");
    let won: Value = won.expect(200);
    assert!(!is_let_in(&app, &won).await);
    let next = refresh(&app, text(&won, "refresh_token")).await;
    next.expect_problem(401, "invalid_refresh_token");
}

#[actix_web::test]
async fn a_refresh_token_that_is_none_or_too_old_is_refused() {
    let app = App::start().await;
    let session = signed_in(&app).await;
    let token = text(&session, "refresh_token").to_owned();
    let others = [
        " ".to_owned(),
        "null".into(),
        "0".repeat(43),
        token.to_uppercase(),
        token[..token.len() - 1].to_owned(),
        format!("{token} "),
        text(&session, "access_token")[..100].to_owned(),
    ];
    for other in others {
        refresh(&app, &other).await.expect_problem(401, "invalid_refresh_token");
    }
    refresh(&app, "").await.expect_field("/refresh_token", "too_short");

    app.advance(TimeDelta::days(30));

    refresh(&app, &token).await.expect_problem(401, "invalid_refresh_token");
}

#[actix_web::test]
async fn who_signs_out_is_out_on_the_next_request_on_every_server() {
    let app = App::start().await;
    let second = app.second().await;
    let session = signed_in(&app).await;
    let other = signed_in(&app).await;
    assert!(is_let_in(&second, &session).await);

    let client = second.with_token(text(&session, "access_token"));
    let answer = client.send(actix_web::http::Method::POST, "/auth/logout", None).await;

    assert_eq!(answer.status, 204, "{answer:?}");
    for server in [&second, &app] {
        assert!(!is_let_in(server, &session).await);
        assert!(is_let_in(server, &other).await);
    }
    let token = text(&session, "refresh_token");
    refresh(&app, token).await.expect_problem(401, "invalid_refresh_token");
}

#[actix_web::test]
async fn a_new_password_ends_every_session_of_before() {
    let app = App::start().await;
    let second = app.second().await;
    let (one, two) = (signed_in(&app).await, signed_in(&second).await);
    let client = app.with_token(text(&one, "access_token"));
    let change = |old: &str, new: &str| json!({ "current_password": old, "new_password": new });

    let wrong = client.post("/auth/password", change("not this", "another long one")).await;
    wrong.expect_field("/current_password", "wrong_password");
    let common = client.post("/auth/password", change(PASSWORD, "password123")).await;
    common.expect_field("/new_password", "password_too_common");
    let email = client.post("/auth/password", change(PASSWORD, "ADMIN@hearback.local")).await;
    email.expect_field("/new_password", "password_is_email");
    let same = client.post("/auth/password", change(PASSWORD, PASSWORD)).await;
    same.expect_field("/new_password", "password_unchanged");
    assert!(is_let_in(&second, &two).await);
    let answer = client.post("/auth/password", change(PASSWORD, "another long one")).await;

    let session: Value = answer.expect(200);
    for server in [&app, &second] {
        assert!(!is_let_in(server, &one).await);
        assert!(!is_let_in(server, &two).await);
        assert!(is_let_in(server, &session).await);
    }
    let old = refresh(&app, text(&two, "refresh_token")).await;
    old.expect_problem(401, "invalid_refresh_token");
    login(&app, ADMIN, PASSWORD).await.expect_problem(401, "invalid_credentials");
    login(&second, ADMIN, "another long one").await.expect::<Value>(200);
}
