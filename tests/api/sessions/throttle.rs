//! How many wrong passwords are looked at.

use super::{login, signed_in};
use crate::support::{ADMIN, App, PASSWORD};
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

#[actix_web::test]
async fn ten_failures_close_an_account_for_a_while_and_no_other() {
    let app = App::start().await;
    let second = app.second().await;
    app.as_analyst().get("/auth/me").await.expect::<Value>(200);
    for _ in 0..10 {
        login(&app, ADMIN, "wrong").await.expect_problem(401, "invalid_credentials");
    }

    let right = login(&second, ADMIN, PASSWORD).await;

    right.expect_problem(429, "too_many_failures");
    let wait: i64 = right.header("Retry-After").unwrap().parse().unwrap();
    assert!((890..=901).contains(&wait), "{wait}");
    login(&app, "analyst.none@example.com", PASSWORD).await.expect::<Value>(200);
    app.advance(TimeDelta::seconds(wait));
    login(&app, ADMIN, PASSWORD).await.expect::<Value>(200);
}

#[actix_web::test]
async fn a_success_costs_no_place() {
    let app = App::start().await;
    for _ in 0..25 {
        signed_in(&app).await;
    }
    join_all((0..25).map(|_| signed_in(&app))).await;
    assert_eq!(app.number("SELECT count(*) AS number FROM login_failure"), 0);
}

#[actix_web::test]
async fn of_many_wrong_passwords_at_once_no_more_are_looked_at_than_allowed() {
    let app = App::start().await;
    let second = app.second().await;
    let servers = [&app, &second];

    let tries = (0..200).map(|n| login(servers[n % 2], ADMIN, "wrong"));
    let answers = join_all(tries).await;

    let count = |status: u16| answers.iter().filter(|a| a.status == status).count();
    assert_eq!((count(401), count(429)), (10, 190));
    assert_eq!(app.number("SELECT count(*) AS number FROM login_failure WHERE NOT pending"), 10);
}

#[actix_web::test]
async fn a_network_with_a_hundred_failures_is_closed() {
    let app = App::start().await;
    for round in 0..10 {
        let tries = (0..10).map(|n| {
            let email = format!("nobody{round}-{n}@example.com");
            let app = &app;
            async move { login(app, &email, "wrong").await }
        });
        for answer in join_all(tries).await {
            answer.expect_problem(401, "invalid_credentials");
        }
    }
    login(&app, ADMIN, PASSWORD).await.expect_problem(429, "too_many_failures");
    // no proxy is trusted here: what a client says of itself is not believed
    let body = json!({ "email": ADMIN, "password": PASSWORD });
    let elsewhere = app.anonymous().header("X-Forwarded-For", "203.0.113.7");
    elsewhere.post("/auth/login", body).await.expect_problem(429, "too_many_failures");
}

#[actix_web::test]
async fn a_body_that_is_no_login_is_refused_before_anything_is_hashed() {
    let app = App::start().await;
    login(&app, ADMIN, "").await.expect_field("/password", "too_short");
    login(&app, ADMIN, &"x".repeat(129)).await.expect_field("/password", "too_long");
    login(&app, ADMIN, &"x".repeat(1 << 20)).await.expect_problem(413, "payload_too_large");
    login(&app, &"x".repeat(255), "x").await.expect_field("/email", "too_long");
    assert_eq!(app.number("SELECT count(*) AS number FROM login_failure"), 0);
}
