//! A customer from all sides.

use crate::support::App;
use serde_json::{Value, json};

#[actix_web::test]
async fn the_overview_of_a_new_customer_is_empty_and_says_so() {
    let app = App::start().await;
    let agent = app.as_agent();
    let customer = app.given().customer().await;
    let path = format!("/customers/{}", customer["id"].as_str().unwrap());

    let overview: Value = agent.get(&format!("{path}/overview")).await.expect(200);

    let shown: Value = agent.get(&path).await.expect(200);
    let empty = json!({
        "customer": shown, "open_feedback": { "count": 0, "newest": [] }, "last_satisfaction": null,
        "orders": { "count": 0, "last": null, "by_currency": [] }, "last_interactions": [],
    });
    assert_eq!(overview, empty);
}

#[actix_web::test]
async fn the_overview_shows_the_last_five_interactions() {
    let app = App::start().await;
    let agent = app.as_agent();
    let path = format!("/customers/{}", app.given().customer().await["id"].as_str().unwrap());
    for n in 0..6 {
        let body = json!({ "channel": "phone", "direction": "inbound", "kind": "call", "summary": format!("{n}"),
            "occurred_at": format!("2026-01-0{}T00:00:00Z", n % 5 + 1) });
        agent.post(&format!("{path}/interactions"), body).await.expect::<Value>(201);
    }

    let overview: Value = agent.get(&format!("{path}/overview")).await.expect(200);

    let last = overview["last_interactions"].as_array().unwrap();
    let times: Vec<&str> = last.iter().map(|i| i["occurred_at"].as_str().unwrap()).collect();
    assert_eq!(times.len(), 5);
    assert!(times.is_sorted_by(|a, b| a >= b));
}

#[actix_web::test]
async fn the_timeline_pages_through_everything_once() {
    let app = App::start().await;
    let agent = app.as_agent();
    let path = format!("/customers/{}", app.given().customer().await["id"].as_str().unwrap());
    for n in 0..7 {
        // three at one instant
        let body = json!({ "channel": "email", "direction": "inbound", "kind": "mail", "summary": format!("{n}"),
            "occurred_at": format!("2026-01-0{}T00:00:00Z", n / 3 + 1) });
        agent.post(&format!("{path}/interactions"), body).await.expect::<Value>(201);
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page: Value = agent.get(&format!("{path}/timeline?limit=2{cursor}")).await.expect(200);
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|i| (i["at"].to_string(), i["id"].to_string())));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }

    assert_eq!(seen.len(), 7);
    assert!(seen.is_sorted_by(|a, b| a > b));
    let nobody = "/customers/018f3f5e-0000-7000-8000-000000000000";
    agent.get(&format!("{nobody}/timeline")).await.expect_problem(404, "not_found");
    agent.get(&format!("{nobody}/overview")).await.expect_problem(404, "not_found");
    app.as_analyst().get(&format!("{path}/timeline")).await.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn an_outbound_interaction_is_the_first_response_to_its_feedback() {
    let app = App::start().await;
    let agent = app.as_agent();
    let (customer, other) = (app.given().customer().await, app.given().customer().await);
    let path = format!("/customers/{}", customer["id"].as_str().unwrap());
    let body = json!({ "customer_id": customer["id"], "channel": "phone", "type": "complaint",
        "subject": "洗衣机脱水异响", "description": "声音很大", "demand": "维修" });
    let feedback: Value = agent.post("/feedback", body).await.expect(201);
    let state = || async {
        let clocks = format!("/feedback/{}/clocks", feedback["id"].as_str().unwrap());
        let clocks: Value = agent.get(&clocks).await.expect(200);
        let items = clocks["items"].as_array().unwrap().clone();
        let first = items.into_iter().find(|c| c["kind"] == "first_response").unwrap();
        first["state"].as_str().unwrap().to_owned()
    };
    let call = |direction: &str| {
        json!({ "channel": "phone", "direction": direction, "kind": "call", "summary": "x",
            "feedback_id": feedback["id"] })
    };

    let foreign = format!("/customers/{}/interactions", other["id"].as_str().unwrap());
    agent.post(&foreign, call("outbound")).await.expect_field("/feedback_id", "unknown_feedback");
    agent.post(&format!("{path}/interactions"), call("inbound")).await.expect::<Value>(201);
    assert_eq!(state().await, "running");
    for _ in 0..2 {
        agent.post(&format!("{path}/interactions"), call("outbound")).await.expect::<Value>(201);
        assert_eq!(state().await, "met");
    }
}

#[actix_web::test]
async fn open_feedback_is_counted_for_those_who_may_see_it() {
    let app = App::start().await;
    let agent = app.as_agent();
    let customer = app.given().customer().await;
    let path = format!("/customers/{}", customer["id"].as_str().unwrap());
    let body = json!({ "customer_id": customer["id"], "channel": "phone", "type": "complaint",
        "description": "声音很大", "demand": "维修" });
    let feedback: Value = agent.post("/feedback", body).await.expect(201);

    let overview: Value = agent.get(&format!("{path}/overview")).await.expect(200);
    assert_eq!(overview["open_feedback"]["count"], 1);
    assert_eq!(overview["open_feedback"]["newest"][0]["number"], feedback["number"]);
    let timeline: Value = agent.get(&format!("{path}/timeline")).await.expect(200);
    let kinds: Vec<&str> =
        timeline["items"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.iter().filter(|k| **k == "feedback_registered").count(), 1);
    let hidden: Value = app.as_handler("marketing").get(&format!("{path}/overview")).await.expect(200);
    assert_eq!(hidden["open_feedback"]["count"], 0, "what is not theirs to see is not counted");
}
