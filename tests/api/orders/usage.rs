//! That a customer used something.

use super::{customer, ids, purchase, recorded};
use crate::support::App;
use serde_json::{Value, json};

fn event(customer: &str, with: Value) -> Value {
    super::changed(json!({ "customer_id": customer, "kind": "app_opened" }), with)
}

#[actix_web::test]
async fn an_event_is_recorded_once_a_reference_and_counts_on_its_day() {
    let app = App::start().await;
    let wang = customer(&app).await;
    let agent = app.as_agent();
    let named =
        json!({ "external_ref": { "system": "app", "id": "1" }, "occurred_at": "2026-01-03T17:00:00Z" });
    let first: Value = agent.post("/usage-events", event(&wang, named.clone())).await.expect(201);

    let again: Value = agent.post("/usage-events", event(&wang, named.clone())).await.expect(200);

    assert_eq!(again, first);
    let other = super::changed(event(&wang, named), json!({ "kind": "app_closed" }));
    agent.post("/usage-events", other).await.expect_problem(409, "external_ref_taken");
    let now: Value = agent.post("/usage-events", event(&wang, json!({}))).await.expect(201);
    assert_eq!(now["occurred_at"], "2026-01-05T02:00:00.000Z");
    agent.post("/usage-events", event(&wang, json!({}))).await.expect::<Value>(201);
    let sql = "SELECT concat_ws(' ', local_day, events) FROM usage_day ORDER BY local_day";
    assert_eq!(app.texts(sql), ["2026-01-04 1", "2026-01-05 2"]);
}

#[actix_web::test]
async fn events_are_listed_latest_first_with_those_of_merged_customers() {
    let app = App::start().await;
    let (wang, fang) = (customer(&app).await, customer(&app).await);
    let agent = app.as_agent();
    let mut made = Vec::new();
    for (who, at, kind) in [(&wang, "01", "login"), (&fang, "02", "login"), (&wang, "03", "search")] {
        let with = json!({ "occurred_at": format!("2026-01-{at}T00:00:00Z"), "kind": kind });
        let one: Value = agent.post("/usage-events", event(who, with)).await.expect(201);
        made.push(one["id"].as_str().unwrap().to_owned());
    }
    let all: Vec<String> = made.iter().rev().cloned().collect();

    assert_eq!(ids(&app, "/usage-events").await, all);
    assert_eq!(ids(&app, "/usage-events?kind=login").await, [made[1].clone(), made[0].clone()]);
    assert_eq!(ids(&app, &format!("/usage-events?customer_id={fang}")).await, [made[1].clone()]);
    let until = "/usage-events?occurred_at.gte=2026-01-02T00:00:00Z&occurred_at.lt=2026-01-03T00:00:00Z";
    assert_eq!(ids(&app, until).await, [made[1].clone()]);
    agent.post(&format!("/customers/{wang}/merge"), json!({ "into_id": fang })).await.expect::<Value>(200);
    assert_eq!(ids(&app, &format!("/usage-events?customer_id={fang}")).await, all);
    assert_eq!(app.number("SELECT sum(events) FROM usage_day"), 3);
    agent.post("/usage-events", event(&wang, json!({}))).await.expect_problem(409, "customer_merged");
}

#[actix_web::test]
async fn an_event_of_nobody_or_of_tomorrow_is_refused() {
    let app = App::start().await;
    let wang = customer(&app).await;
    let agent = app.as_agent();
    let nobody = "018f6b1e-0000-7000-8000-00000000dead";

    agent.post("/usage-events", event(nobody, json!({}))).await.expect_problem(422, "unknown_customer");
    let tomorrow = event(&wang, json!({ "occurred_at": "2026-01-06T00:00:00Z" }));
    agent.post("/usage-events", tomorrow).await.expect_field("/occurred_at", "in_the_future");
    let unnamed = event(&wang, json!({ "customer_id": null }));
    agent.post("/usage-events", unnamed).await.expect_field("/customer_id", "required");
    recorded(&app, purchase(&wang, json!({}))).await;
    assert_eq!(app.number("SELECT count(*) FROM usage_event"), 0);
}
