//! Adjustments above the program's limit: a second person decides, once.

use super::{available, count, customer_with, insist, once};
use crate::support::{Answer, App, Client};
use futures_util::future::join;
use serde_json::{Value, json};

const LIMIT: i64 = 100;

async fn limited() -> App {
    let app = App::start().await;
    let limit = json!({ "adjustment_limit": LIMIT });
    app.as_admin().if_match("*").patch("/loyalty/program", limit).await.expect::<Value>(200);
    app
}

async fn adjust(client: Client, customer: &str, amount: i64) -> Answer {
    let body = json!({ "amount": amount, "reason": "人工更正" });
    insist(client, &format!("/customers/{customer}/points/adjust"), body).await
}

/// Returns the id of a request of the service agent.
async fn asked(app: &App, customer: &str, amount: i64) -> String {
    let request: Value = adjust(app.as_agent(), customer, amount).await.expect(202);
    request["id"].as_str().unwrap().to_owned()
}

async fn decide(client: Client, request: &str, decision: &str) -> Answer {
    let path = format!("/loyalty/adjustments/{request}/{decision}");
    insist(client, &path, json!({ "comment": "已核对" })).await
}

async fn shown(client: &Client, request: &str) -> Value {
    client.get(&format!("/loyalty/adjustments/{request}")).await.expect(200)
}

/// Returns the requests that wait for somebody.
async fn waiting(client: &Client) -> Vec<Value> {
    let page: Value = client.get("/approvals").await.expect(200);
    page["items"].as_array().unwrap().iter().map(|item| item["adjustment"]["id"].clone()).collect()
}

fn entries(app: &App) -> i64 {
    app.number("SELECT count(*) FROM ledger_entry WHERE kind LIKE 'adjust%'")
}

fn second_agent(app: &App) -> Client {
    app.as_one_of("service_agent", Some("service"), 2)
}

#[actix_web::test]
async fn up_to_the_limit_nobody_is_asked() {
    let app = limited().await;
    let wang = customer_with(&app, 0).await;

    adjust(app.as_agent(), &wang, LIMIT).await.expect::<Value>(201);
    adjust(app.as_agent(), &wang, -LIMIT).await.expect::<Value>(201);

    assert_eq!((available(&app, &wang).await, entries(&app)), (0, 2));
    assert!(waiting(&second_agent(&app)).await.is_empty());
}

#[actix_web::test]
async fn above_the_limit_a_request_waits_for_everybody_but_its_proposer() {
    let app = limited().await;
    let wang = customer_with(&app, 0).await;

    let answer = adjust(app.as_agent(), &wang, LIMIT + 1).await;

    let request: Value = answer.expect(202);
    let id = request["id"].as_str().unwrap();
    assert_eq!(answer.header("Location"), Some(format!("/api/v1/loyalty/adjustments/{id}").as_str()));
    assert_eq!((&request["state"], &request["amount"]), (&json!("pending"), &json!(LIMIT + 1)));
    assert_eq!(request["allowed_actions"], json!([]));
    assert_eq!((available(&app, &wang).await, entries(&app)), (0, 0));
    for client in [second_agent(&app), app.as_admin()] {
        assert_eq!(waiting(&client).await, [request["id"].clone()]);
        assert_eq!(shown(&client, id).await["allowed_actions"], json!(["approve", "reject"]));
    }
    for client in [app.as_agent(), app.as_handler("service"), app.as_head("service")] {
        assert!(waiting(&client).await.is_empty());
    }
    for decision in ["approve", "reject"] {
        decide(app.as_agent(), id, decision).await.expect_problem(409, "own_request");
        decide(app.as_head("service"), id, decision).await.expect_problem(403, "forbidden");
    }
    assert_eq!(shown(&app.as_agent(), id).await, request);
}

#[actix_web::test]
async fn the_same_key_asks_once() {
    let app = limited().await;
    let wang = customer_with(&app, 0).await;
    let client = once(app.as_agent());
    let path = format!("/customers/{wang}/points/adjust");
    let body = json!({ "amount": 500, "reason": "人工更正" });

    let first: Value = client.clone().post(&path, body.clone()).await.expect(202);
    let again = client.post(&path, body).await;

    assert_eq!((again.header("Idempotency-Replayed"), again.expect::<Value>(202)), (Some("true"), first));
    assert_eq!(app.number("SELECT count(*) FROM points_adjustment"), 1);
}

#[actix_web::test]
async fn of_two_who_approve_at_once_one_posts() {
    let app = limited().await;
    let second = app.second().await;
    for round in 1..=6 {
        let wang = customer_with(&app, 0).await;
        let id = asked(&app, &wang, 500).await;

        let (one, two) =
            join(decide(app.as_admin(), &id, "approve"), decide(second_agent(&second), &id, "approve")).await;

        let answers = [one, two];
        assert_eq!((count(&answers, 200), count(&answers, 409)), (1, 1));
        let (won, lost) = if answers[0].status == 200 { (0, 1) } else { (1, 0) };
        answers[lost].expect_problem(409, "already_decided");
        let approved: Value = answers[won].expect(200);
        assert_eq!((available(&app, &wang).await, entries(&app)), (500, round));
        let entry = format!("/loyalty/entries/{}", approved["entry_id"].as_str().unwrap());
        let entry: Value = app.as_agent().get(&entry).await.expect(200);
        assert_eq!((&entry["kind"], &entry["amount"]), (&json!("adjust_credit"), &json!(500)));
        assert_eq!(entry["reason"], "人工更正");
        assert!(waiting(&second_agent(&app)).await.is_empty());
        decide(app.as_admin(), &id, "reject").await.expect_problem(409, "already_decided");
    }
}

#[actix_web::test]
async fn a_rejection_posts_nothing() {
    let app = limited().await;
    let wang = customer_with(&app, 0).await;
    let id = asked(&app, &wang, 500).await;

    let rejected: Value = decide(second_agent(&app), &id, "reject").await.expect(200);

    let me = second_agent(&app).id().await;
    assert_eq!((&rejected["state"], &rejected["comment"]), (&json!("rejected"), &json!("已核对")));
    assert_eq!((&rejected["decided_by"], &rejected["entry_id"]), (&json!(me), &Value::Null));
    assert_eq!((available(&app, &wang).await, entries(&app)), (0, 0));
    assert!(waiting(&app.as_admin()).await.is_empty());
    decide(app.as_admin(), &id, "approve").await.expect_problem(409, "already_decided");
}

#[actix_web::test]
async fn a_debit_without_cover_stays_a_request_until_it_has_it() {
    let app = limited().await;
    let wang = customer_with(&app, 300).await;
    let id = asked(&app, &wang, -500).await;

    let refused = decide(app.as_admin(), &id, "approve").await;

    refused.expect_problem(422, "insufficient_points");
    assert_eq!(shown(&app.as_admin(), &id).await["state"], "pending");
    adjust(app.as_agent(), &wang, LIMIT).await.expect::<Value>(201);
    adjust(app.as_agent(), &wang, LIMIT).await.expect::<Value>(201);
    decide(app.as_admin(), &id, "approve").await.expect::<Value>(200);
    assert_eq!(available(&app, &wang).await, 0);
}

#[actix_web::test]
async fn a_program_asks_too_and_no_program_decides() {
    let app = limited().await;
    let wang = customer_with(&app, 0).await;
    let key = app.as_key(&["points:adjust", "points:read"]);

    let request: Value = adjust(key.clone(), &wang, 500).await.expect(202);

    let id = request["id"].as_str().unwrap();
    decide(key, id, "approve").await.expect_problem(403, "forbidden");
    assert_eq!(waiting(&app.as_agent()).await, [request["id"].clone()]);
    decide(app.as_agent(), id, "approve").await.expect::<Value>(200);
    assert_eq!(available(&app, &wang).await, 500);
}
