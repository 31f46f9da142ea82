//! Accounts whose hash was made under another cost.

use super::{is_let_in, login, signed_in};
use crate::support::{ADMIN, App, PASSWORD};
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use futures_util::future::join_all;
use hearback::platform::auth::passwords::{Passwords, hash_now};
use serde_json::Value;
use std::time::{Duration, Instant};

const CHEAP: u32 = 8;
const DEAR: u32 = 16_384;

fn give_hash(app: &App, cost: u32) -> String {
    let hash = hash_now(PASSWORD, cost).unwrap();
    app.execute(&format!("UPDATE staff SET password_hash = '{hash}' WHERE email = '{ADMIN}'"));
    hash
}

fn hash(app: &App) -> String {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        password_hash: String,
    }
    let sql = format!("SELECT password_hash FROM staff WHERE email = '{ADMIN}'");
    sql_query(sql).get_result::<Row>(&mut app.sql()).unwrap().password_hash
}

/// Returns the shortest time that a refusal took for each of the hashes, asked in turn: what is slow beside is left out.
async fn refusals(passwords: &Passwords, hashes: [Option<&str>; 3]) -> [Duration; 3] {
    let mut shortest = [Duration::MAX; 3];
    for _ in 0..12 {
        for (hash, shortest) in hashes.iter().zip(&mut shortest) {
            let start = Instant::now();
            assert!(!passwords.verify("wrong", *hash).await.unwrap());
            *shortest = start.elapsed().min(*shortest);
        }
    }
    shortest
}

#[actix_web::test]
async fn a_refusal_takes_as_long_whatever_the_hash_cost() {
    for (present, other) in [(DEAR, CHEAP), (DEAR, DEAR / 8), (CHEAP, DEAR)] {
        let passwords = Passwords::start(present).unwrap();
        let (old, new) = (hash_now(PASSWORD, other).unwrap(), hash_now(PASSWORD, present).unwrap());

        let [old, unknown, new] = refusals(&passwords, [Some(&old), None, Some(&new)]).await;

        for (what, time) in [("unknown", unknown), ("new", new)] {
            let ratio = old.as_secs_f64() / time.as_secs_f64();
            assert!((0.25..4.0).contains(&ratio), "{present}, {other}: {old:?} and {what} {time:?}");
        }
    }
}

#[actix_web::test]
async fn the_next_success_renews_the_hash_and_nobody_notices() {
    let app = App::start().await;
    let session = signed_in(&app).await;
    let me: Value = app.as_admin().get("/auth/me").await.expect(200);
    let path = format!("/staff/{}", me["id"].as_str().unwrap());
    let before = app.as_admin().get(&path).await;
    let old = give_hash(&app, 64);

    login(&app, ADMIN, "wrong").await.expect_problem(401, "invalid_credentials");
    assert_eq!(hash(&app), old);
    signed_in(&app).await;

    let renewed = hash(&app);
    assert!(renewed.contains("$m=8,t=2,p=1$"), "{renewed}");
    signed_in(&app).await;
    assert_eq!(hash(&app), renewed, "once");
    assert!(is_let_in(&app, &session).await);
    let after = app.as_admin().get(&path).await;
    assert_eq!((before.etag(), before.json()), (after.etag(), after.json()));
}

#[actix_web::test]
async fn of_many_who_sign_in_while_the_hash_is_renewed_nobody_is_refused() {
    let app = App::start().await;
    let second = app.second().await;
    give_hash(&app, 4096);
    let servers = [&app, &second];

    let answers = join_all((0..20).map(|n| login(servers[n % 2], ADMIN, PASSWORD))).await;

    for answer in answers {
        answer.expect::<Value>(200);
    }
}
