//! Earning rules: which event earns how much, and why not more.

use super::{available, customer_with, earn, once};
use crate::support::{Answer, App};
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

pub fn merged(mut body: Value, with: Value) -> Value {
    for (name, value) in with.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn rule_of(code: &str, with: Value) -> Value {
    let plain = json!({
        "code": code, "name": code, "trigger": "order", "priority": 10, "points": { "kind": "fixed", "points": 10 },
    });
    merged(plain, with)
}

pub async fn rule(app: &App, code: &str, with: Value) -> Value {
    app.as_admin().post("/loyalty/earning-rules", rule_of(code, with)).await.expect(201)
}

pub fn order_of(customer: &str, source: &str, with: Value) -> Value {
    let plain = json!({
        "customer_id": customer, "trigger": "order", "source": { "system": "shop", "id": source },
        "order": { "amount_minor": 19900, "currency": "CNY", "channel": "store",
            "lines": [{ "product": "P-7", "category": "吸尘器" }] },
    });
    merged(plain, with)
}

pub async fn report(app: &App, body: Value) -> Answer {
    once(app.as_key(&["points:earn"])).post("/loyalty/earning-events", body).await
}

pub async fn customer(app: &App) -> String {
    customer_with(app, 0).await
}

/// Returns code and points, or code and why not.
pub fn said(answer: &Value) -> Vec<String> {
    let line = |rule: &Value| match rule["why_not"].as_str() {
        Some(why) => format!("{} {why}", rule["code"].as_str().unwrap()),
        None => format!("{} {}", rule["code"].as_str().unwrap(), rule["points"]),
    };
    answer["rules"].as_array().unwrap().iter().map(line).collect()
}

pub fn work(app: &App) {
    while app.work() > 0 {}
}

#[actix_web::test]
async fn no_rule_is_there_so_nothing_fires() {
    let app = App::start().await;
    let customer = customer(&app).await;

    let earned: Value = report(&app, order_of(&customer, "o-1", json!({}))).await.expect(201);

    assert_eq!(earned, json!({ "points": 0, "entries": [], "rules": [] }));
    app.as_agent()
        .post("/loyalty/earning-events", json!({}))
        .await
        .expect_problem(400, "idempotency_key_required");
}

#[actix_web::test]
async fn each_rule_that_fires_is_an_entry_and_the_source_earns_once() {
    let app = App::start().await;
    let (customer, other) = (customer(&app).await, customer(&app).await);
    let by_amount = json!({ "kind": "per_amount", "points": 1, "per_minor": 100, "currency": "CNY" });
    rule(&app, "per-yuan", json!({ "priority": 20, "points": by_amount })).await;
    rule(&app, "store", json!({ "conditions": { "field": "channel", "in": ["store"] } })).await;

    let earned: Value = report(&app, order_of(&customer, "o-1", json!({}))).await.expect(201);
    rule(&app, "later", json!({})).await;
    let again: Value = report(&app, order_of(&customer, "o-1", json!({}))).await.expect(200);

    assert_eq!(said(&earned), ["store 10", "per-yuan 199"]);
    assert_eq!(earned["points"], 209);
    let rules: Vec<&Value> =
        earned["entries"].as_array().unwrap().iter().map(|entry| &entry["rule"]).collect();
    assert_eq!(rules, ["store", "per-yuan"]);
    assert_eq!(earned["entries"][0]["source"], json!({ "system": "shop", "id": "o-1" }));
    assert_eq!((&again["entries"], &again["rules"]), (&earned["entries"], &Value::Null));
    assert_eq!(available(&app, &customer).await, 209);
    report(&app, order_of(&other, "o-1", json!({}))).await.expect_problem(409, "source_already_used");
    let nobody = order_of("018f6b1e-0000-7000-8000-000000000001", "o-2", json!({}));
    report(&app, nobody).await.expect_problem(422, "unknown_customer");
    let tomorrow = json!({ "occurred_at": "2026-01-06T02:00:00Z" });
    report(&app, order_of(&customer, "o-2", tomorrow)).await.expect_problem(422, "future_instant");
}

#[actix_web::test]
async fn the_simulation_writes_nothing_and_says_what_the_event_then_earns() {
    let app = App::start().await;
    let customer = customer(&app).await;
    let patch = json!({ "tags": ["VIP"], "region": "CN-31" });
    app.as_agent().if_match("*").patch(&format!("/customers/{customer}"), patch).await.expect::<Value>(200);
    let vip = json!({ "all": [
        { "field": "tag", "in": ["VIP"] }, { "not": { "field": "region", "in": ["CN-11"] } },
        { "any": [{ "field": "amount_minor", "gte": 20000 }, { "field": "category", "in": ["吸尘器"] }] },
    ] });
    rule(&app, "vip", json!({ "conditions": vip, "caps": { "total": 15 } })).await;
    rule(&app, "app", json!({ "conditions": { "field": "channel", "in": ["app"] } })).await;
    rule(&app, "double", json!({ "priority": 1, "points": { "kind": "multiplier", "percent": 200 } })).await;
    rule(&app, "hello", json!({ "trigger": "sign_up" })).await;
    let off = rule(&app, "off", json!({})).await;
    let off = format!("/loyalty/earning-rules/{}/deactivate", off["id"].as_str().unwrap());
    app.as_admin().post(&off, json!({})).await.expect::<Value>(200);

    for (source, vip, double) in [("o-1", "vip 10", "double 10"), ("o-2", "vip 5", "double 5")] {
        let event = order_of(&customer, source, json!({}));
        let mut tried = event.clone();
        tried.as_object_mut().unwrap().shift_remove("source");
        let rows = "SELECT (SELECT count(*) FROM earning_tally) + (SELECT count(*) FROM ledger_entry)";
        let before = app.number(rows);
        let tried: Value = app.as_agent().post("/loyalty/rules/simulate", tried).await.expect(200);
        assert_eq!(app.number(rows), before);
        let all = [double, vip, "app condition_not_met", "hello other_trigger", "off inactive"];
        assert_eq!(said(&tried), all);

        let earned: Value = report(&app, event).await.expect(201);

        assert_eq!(said(&earned), [double, vip, "app condition_not_met"]);
        assert_eq!(earned["points"], tried["points"]);
    }
    assert_eq!(available(&app, &customer).await, 30);
    let stranger = json!({ "trigger": "order" });
    let tried: Value = app.as_agent().post("/loyalty/rules/simulate", stranger).await.expect(200);
    assert_eq!(said(&tried)[1], "vip condition_not_met");
}

#[actix_web::test]
async fn caps_hold_over_events_at_once() {
    let app = App::start().await;
    let mine = customer(&app).await;
    let caps = json!({ "per_customer": 5, "total": 8 });
    rule(&app, "visit", json!({ "points": { "kind": "fixed", "points": 1 }, "caps": caps })).await;

    let events = (0..20).map(|n| report(&app, order_of(&mine, &format!("o-{n}"), json!({}))));
    let answers = join_all(events).await;

    let points: i64 = answers.iter().map(|a| a.expect::<Value>(201)["points"].as_i64().unwrap()).sum();
    assert_eq!(points, 5);
    assert_eq!(available(&app, &mine).await, 5);
    let others = [customer(&app).await, customer(&app).await, customer(&app).await];
    let events = (0..20).map(|n| {
        let other = &others[n % 3];
        report(&app, order_of(other, &format!("p-{n}"), json!({})))
    });
    join_all(events).await.iter().for_each(|answer| drop(answer.expect::<Value>(201)));
    assert_eq!(app.number("SELECT sum(amount)::bigint FROM ledger_entry"), 8);
    assert_eq!(app.number("SELECT points FROM earning_tally WHERE customer_id IS NULL"), 8);
}

#[actix_web::test]
async fn the_same_event_at_once_earns_once() {
    let app = App::start().await;
    let customer = customer(&app).await;
    rule(&app, "one", json!({ "caps": { "per_customer": 100 } })).await;
    rule(&app, "two", json!({})).await;

    let answers = join_all((0..8).map(|_| report(&app, order_of(&customer, "o-1", json!({}))))).await;

    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1, "{answers:?}");
    assert!(answers.iter().all(|answer| answer.json()["points"] == 20), "{answers:?}");
    assert_eq!(available(&app, &customer).await, 20);
}

#[actix_web::test]
async fn a_cap_of_a_day_begins_anew_at_local_midnight() {
    let app = App::start().await;
    let customer = customer(&app).await;
    rule(&app, "daily", json!({ "caps": { "per_customer_day": 10 } })).await;
    let points = async |source: &str| {
        report(&app, order_of(&customer, source, json!({}))).await.expect::<Value>(201)["points"].clone()
    };

    app.set_time("2026-01-05T15:59:59Z");
    assert_eq!((points("o-1").await, points("o-2").await), (json!(10), json!(0)));
    app.set_time("2026-01-05T16:00:00Z");
    assert_eq!(points("o-3").await, 10);
}

#[actix_web::test]
async fn a_higher_tier_gets_more_where_the_rule_says_so() {
    let app = App::start().await;
    let customer = customer(&app).await;
    let tiers: Value = app.as_admin().get("/loyalty/tiers").await.expect(200);
    let gold = format!("/loyalty/tiers/{}", tiers["items"][2]["id"].as_str().unwrap());
    app.as_admin()
        .if_match("*")
        .patch(&gold, json!({ "multiplier_percent": 150 }))
        .await
        .expect::<Value>(200);
    rule(&app, "plain", json!({})).await;
    rule(&app, "tiered", json!({ "tier_multiplier": true })).await;
    rule(&app, "gold", json!({ "conditions": { "field": "tier", "in": ["gold"] } })).await;
    earn(&app, &customer, 5000).await;

    let earned: Value = report(&app, order_of(&customer, "o-1", json!({}))).await.expect(201);

    assert_eq!(said(&earned), ["plain 10", "tiered 15", "gold 10"]);
}

#[actix_web::test]
async fn what_cannot_be_a_rule_is_refused_by_name() {
    let app = App::start().await;
    let admin = app.as_admin();
    let refused = async |with: Value| admin.post("/loyalty/earning-rules", rule_of("x", with)).await;
    let deep = |inner: Value| json!({ "not": { "not": { "not": { "not": inner } } } });
    let leaf = json!({ "field": "channel", "in": ["store"] });

    let five = refused(json!({ "conditions": deep(leaf.clone()) })).await;
    five.expect_field("/conditions/not/not/not/not", "unknown_field");
    refused(json!({ "conditions": { "colour": 1 } }))
        .await
        .expect_field("/conditions/colour", "unknown_field");
    refused(json!({ "conditions": { "field": "colour", "in": ["x"] } }))
        .await
        .expect_field("/conditions/field", "unknown_code");
    for (conditions, pointer, code) in [
        (json!({}), "/conditions", "condition_form"),
        (json!({ "all": [leaf], "field": "score", "lt": 1 }), "/conditions", "condition_form"),
        (json!({ "all": [leaf, { "field": "channel" }] }), "/conditions/all/1", "condition_form"),
        (json!({ "not": { "field": "score", "in": ["5"] } }), "/conditions/not", "condition_operator"),
        (json!({ "field": "channel", "gte": 1 }), "/conditions", "condition_operator"),
        (json!({ "field": "score", "gte": 5, "lt": 5 }), "/conditions", "empty_range"),
        (
            json!({ "any": vec![json!({ "any": vec![leaf.clone(); 10] }); 10] }),
            "/conditions",
            "condition_too_large",
        ),
    ] {
        refused(json!({ "conditions": conditions })).await.expect_field(pointer, code);
    }
    let both = json!({ "points": { "kind": "fixed", "points": 1, "percent": 200 } });
    refused(both).await.expect_problem(422, "reward_form");
    let huge = json!({ "points": { "kind": "fixed", "points": 9_007_199_254_740_991_i64 }, "tier_multiplier": true });
    refused(huge).await.expect_problem(422, "points_out_of_range");
    let alone = json!({ "points": { "kind": "multiplier", "percent": 200 }, "exclusive": true });
    refused(alone).await.expect_problem(422, "multiplier_stands_beside");
    let window = json!({ "starts_at": "2026-01-05T02:00:00Z", "ends_at": "2026-01-05T02:00:00Z" });
    refused(window).await.expect_problem(422, "empty_window");
    refused(json!({ "code": "manual" })).await.expect_field("/code", "invalid_format");
    app.as_agent()
        .post("/loyalty/earning-rules", rule_of("x", json!({})))
        .await
        .expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn a_rule_is_tried_made_changed_and_switched_off() {
    let app = App::start().await;
    let admin = app.as_admin();
    let conditions = json!({ "any": [{ "field": "channel", "in": ["store", "app"] }] });
    let with = json!({ "conditions": conditions, "caps": { "per_customer": 50 } });
    let tried: Value =
        admin.post("/loyalty/earning-rules?dry_run=true", rule_of("x", with.clone())).await.expect(200);
    assert_eq!(app.number("SELECT count(*) FROM earning_rule"), 0);
    let made = rule(&app, "x", with).await;
    assert_eq!((&tried["conditions"], &made["conditions"]), (&conditions, &conditions));
    admin.post("/loyalty/earning-rules", rule_of("x", json!({}))).await.expect_problem(409, "code_taken");

    let path = format!("/loyalty/earning-rules/{}", made["id"].as_str().unwrap());
    let patch = json!({ "conditions": null, "caps": { "per_customer": null, "total": 70 }, "priority": 3 });
    let dry: Value = admin
        .clone()
        .if_match("\"1\"")
        .patch(&format!("{path}?dry_run=true"), patch.clone())
        .await
        .expect(200);
    let changed: Value = admin.clone().if_match("\"1\"").patch(&path, patch.clone()).await.expect(200);

    assert_eq!((&dry["version"], &changed["version"]), (&json!(2), &json!(2)));
    assert_eq!(changed["caps"], json!({ "per_customer": null, "per_customer_day": null, "total": 70 }));
    assert_eq!((&changed["conditions"], &changed["priority"]), (&Value::Null, &json!(3)));
    admin.clone().if_match("\"1\"").patch(&path, patch).await.expect_problem(412, "precondition_failed");
    let off: Value = admin.post(&format!("{path}/deactivate"), json!({})).await.expect(200);
    assert_eq!(off["active"], false);
    let page: Value = app.as_analyst().get("/loyalty/earning-rules?active=true").await.expect(200);
    assert_eq!(page["items"], json!([]));
    let on: Value = admin.post(&format!("{path}/activate"), json!({})).await.expect(200);
    assert_eq!(on["active"], true);
}

#[actix_web::test]
async fn an_answer_earns_and_praise_that_was_taken_up_earns_too() {
    let app = App::start().await;
    let customer = app.given().customer().await["id"].clone();
    let id = customer.as_str().unwrap();
    let happy = json!({ "field": "score", "gte": 5 });
    rule(&app, "answer", json!({ "trigger": "survey_answered", "conditions": happy })).await;
    let points = json!({ "kind": "fixed", "points": 100 });
    rule(&app, "adopted", json!({ "trigger": "feedback_adopted", "points": points })).await;
    let given = app.given();

    let item = given.feedback_of(&customer, json!({ "type": "praise" })).await;
    let item = item.dispatch().await.accept().await.submit().await.approve().await.reply().await;
    item.satisfied().await;
    assert_eq!(available(&app, id).await, 110);
    let complaint = given.feedback_of(&customer, json!({})).await;
    let complaint = complaint.dispatch().await.accept().await.submit().await.approve().await.reply().await;
    complaint.dissatisfied().await;

    assert_eq!(available(&app, id).await, 110, "no score of 5, and no praise");
    let rows = "SELECT count(*) FROM ledger_entry WHERE source_system = 'hearback' AND (source_id LIKE 'satisfaction:%:1' \
                AND rule = 'answer' OR source_id LIKE 'feedback:%' AND rule = 'adopted')";
    assert_eq!(app.number(rows), 2);
}

#[actix_web::test]
async fn a_new_customer_is_welcomed_once_and_an_imported_one_not() {
    let app = App::start().await;
    work(&app);
    let before = customer(&app).await;
    app.advance(TimeDelta::minutes(2));
    work(&app);
    rule(&app, "welcome", json!({ "trigger": "sign_up" })).await;
    let (new, imported) = (customer(&app).await, customer(&app).await);
    app.execute(&format!("UPDATE customer SET imported = true WHERE id = '{imported}'"));

    for _ in 0..3 {
        app.advance(TimeDelta::minutes(2));
        work(&app);
    }

    for (customer, points) in [(&before, 0), (&new, 10), (&imported, 0)] {
        assert_eq!(available(&app, customer).await, points);
    }
    assert_eq!(app.number("SELECT count(*) FROM ledger_entry"), 1);
}

#[actix_web::test]
async fn birthdays_and_anniversaries_earn_once_a_year_on_the_local_day() {
    let app = App::start().await;
    let born = |day: &str| json!({ "kind": "person", "name": "Wang Fang", "birthday": day });
    let mut customers = Vec::new();
    for day in ["1990-01-07", "1992-02-29", "1990-01-08"] {
        let made: Value = app.as_agent().post("/customers", born(day)).await.expect(201);
        customers.push(made["id"].as_str().unwrap().to_owned());
    }
    rule(&app, "birthday", json!({ "trigger": "birthday", "conditions": { "field": "years", "gte": 18 } }))
        .await;
    let points = json!({ "kind": "fixed", "points": 7 });
    rule(&app, "anniversary", json!({ "trigger": "anniversary", "points": points })).await;
    let all = async || {
        let mut found = Vec::new();
        for customer in &customers {
            found.push(available(&app, customer).await);
        }
        found
    };

    app.set_time("2026-01-06T15:30:00Z");
    work(&app);
    assert_eq!(all().await, [0, 0, 0]);
    app.set_time("2026-01-06T16:00:00Z");
    work(&app);
    work(&app);
    assert_eq!(all().await, [10, 0, 0]);
    app.set_time("2026-02-27T17:00:00Z");
    work(&app);
    assert_eq!(
        all().await,
        [10, 10, 0],
        "2026 has no 29th of February, and what is long past is not made up for"
    );
    app.set_time("2027-01-04T17:00:00Z");
    work(&app);
    assert_eq!(all().await, [17, 17, 7]);
    let source = format!("birthday:{}:2026", customers[0]);
    assert_eq!(app.number(&format!("SELECT count(*) FROM ledger_entry WHERE source_id = '{source}'")), 1);
}
