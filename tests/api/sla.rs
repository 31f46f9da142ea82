//! Service levels: which policy applies, what it promises, what it may say.

use crate::support::App;
use futures_util::future::join;
use serde_json::{Value, json};

fn policy(name: &str, order: i32, conditions: Value) -> Value {
    json!({ "name": name, "order": order, "conditions": conditions,
            "targets": [{ "clock": "solution", "amount": 8, "unit": "working_hours" }] })
}

#[actix_web::test]
async fn the_policy_that_applies_is_named_and_why_the_others_do_not() {
    let app = App::start().await;
    let admin = app.as_admin();
    let _: Value =
        admin.post("/sla/policies", policy("vip", 10, json!({ "grades": ["high_value"] }))).await.expect(201);
    let complaints = policy("complaints", 10, json!({ "types": ["complaint", "inquiry"] }));
    let _: Value = admin.post("/sla/policies", complaints).await.expect(201);

    let ask = json!({ "type": "complaint", "priority": "urgent", "channel": "phone" });
    let answer: Value = app.as_analyst().post("/sla/policies/test", ask).await.expect(200);

    assert_eq!(answer["policy"]["name"], "complaints");
    let losers = answer["losers"].as_array().unwrap();
    let why: Vec<_> =
        losers.iter().map(|l| (l["policy"]["name"].as_str().unwrap(), l["why"].as_str().unwrap())).collect();
    assert_eq!(why, [("vip", "other_grade"), ("默认时限", "higher_order")]);
    let targets = answer["targets"].as_array().unwrap();
    let target = |clock: &str| targets.iter().find(|t| t["clock"] == clock).unwrap();
    assert_eq!(target("solution")["unit"], "working_hours");
    assert_eq!(
        (target("dispatch")["amount"].as_i64(), target("dispatch")["unit"].as_str()),
        (Some(1), Some("hours"))
    );
}

#[actix_web::test]
async fn a_change_of_content_is_a_new_version_and_a_change_of_name_is_not() {
    let app = App::start().await;
    let admin = app.as_admin().if_match("*");
    let made: Value =
        admin.post("/sla/policies", policy("p", 1, json!({ "types": ["praise"] }))).await.expect(201);
    let path = format!("/sla/policies/{}", made["id"].as_str().unwrap());

    let _: Value = admin.patch(&path, json!({ "name": "q" })).await.expect(200);
    let patch = json!({ "conditions": { "channels": ["email"] }, "pause_statuses": [] });
    let changed: Value = admin.patch(&path, patch).await.expect(200);

    assert_eq!(changed["conditions"]["types"], json!(["praise"]));
    assert_eq!(changed["pause_statuses"], json!([]));
    let versions: Value = admin.get(&format!("{path}/versions")).await.expect(200);
    let numbers: Vec<_> =
        versions["items"].as_array().unwrap().iter().map(|v| v["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, [2, 1]);
}

#[actix_web::test]
async fn unsound_targets_are_refused() {
    let app = App::start().await;
    let mut body = policy("p", 1, json!({}));
    body["targets"] = json!([
        { "clock": "reply", "amount": 1, "unit": "hours" },
        { "clock": "reply", "amount": 2, "unit": "hours", "warn_at_percent": [75, 50] },
        { "clock": "progress", "amount": 2, "unit": "hours" },
        { "clock": "visit", "amount": 3654, "unit": "days" },
    ]);
    let answer = app.as_admin().post("/sla/policies", body).await;
    let faults = [
        ("/targets/1", "duplicate_target"),
        ("/targets/1/warn_at_percent", "not_rising"),
        ("/targets/2/clock", "clock_without_target"),
        ("/targets/3/amount", "invalid_target"),
    ];
    for (pointer, code) in faults {
        answer.expect_field(pointer, code);
    }
}

#[actix_web::test]
async fn some_policy_always_applies() {
    let app = App::start().await;
    let admin = app.as_admin();
    let list: Value = admin.get("/sla/policies").await.expect(200);
    let first = format!("/sla/policies/{}", list["items"][0]["id"].as_str().unwrap());
    let asleep = format!("{first}/deactivate");
    admin.post(&asleep, json!({})).await.expect_problem(409, "last_general_policy");
    let narrowed = json!({ "conditions": { "types": ["praise"] } });
    let answer = admin.clone().if_match("*").patch(&first, narrowed).await;
    answer.expect_problem(409, "last_general_policy");

    let second: Value = admin.post("/sla/policies", policy("also for all", 5, json!({}))).await.expect(201);
    let other = format!("/sla/policies/{}/deactivate", second["id"].as_str().unwrap());
    let (one, two) = join(admin.post(&asleep, json!({})), admin.post(&other, json!({}))).await;
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[actix_web::test]
async fn a_rehearsed_policy_is_checked_and_shown_and_never_written() {
    let app = App::start().await;
    let admin = app.as_admin().if_match("*").key("rehearsal-1");
    let complaints = |name| policy(name, 10, json!({ "types": ["complaint"] }));
    let made: Value = app.as_admin().post("/sla/policies", complaints("p")).await.expect(201);
    let path = format!("/sla/policies/{}", made["id"].as_str().unwrap());
    let rows = || {
        app.number("SELECT (SELECT count(*) + sum(version) FROM sla_policy) + (SELECT count(*) FROM sla_policy_version)")
    };
    let before = rows();

    admin.post("/sla/policies?dry_run=true", complaints("p")).await.expect_problem(409, "name_taken");
    let tried = admin.post("/sla/policies?dry_run=true", complaints("q")).await;
    let shown: Value = tried.expect(200);
    let patch = json!({ "conditions": { "channels": ["email"] } });
    let patched: Value = admin.patch(&format!("{path}?dry_run=true"), patch).await.expect(200);

    assert_eq!((&shown["name"], &shown["targets"]), (&json!("q"), &made["targets"]));
    assert_eq!((tried.header("location"), &patched["version"]), (None, &json!(2)));
    assert_eq!(patched["conditions"]["channels"], json!(["email"]));
    assert_eq!(rows(), before);
    let all: Value = admin.get("/sla/policies?active=true").await.expect(200);
    let general = all["items"].as_array().unwrap().iter().find(|p| p["name"] == "默认时限").unwrap();
    let last = format!("/sla/policies/{}?dry_run=true", general["id"].as_str().unwrap());
    admin
        .patch(&last, json!({ "conditions": { "types": ["praise"] } }))
        .await
        .expect_problem(409, "last_general_policy");
    let there: Value = admin.get(&path).await.expect(200);
    assert_eq!(there, made);
    let _: Value = admin.post("/sla/policies", complaints("q")).await.expect(201);
}
