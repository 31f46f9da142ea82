//! What waits for whom: worklist, approvals, notifications.

use crate::support::{App, Client, DEPARTMENT, Item};
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn items(client: &Client, path: &str) -> Vec<Value> {
    let page: Value = client.get(path).await.expect(200);
    page["items"].as_array().unwrap().clone()
}

async fn owes(client: &Client) -> Vec<String> {
    let all = items(client, "/worklist?limit=100").await;
    all.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

fn ids(items: &[&Item<'_>]) -> Vec<String> {
    items.iter().map(|item| item.id.clone()).collect()
}

#[actix_web::test]
async fn everybody_owes_what_is_theirs_to_do_most_urgent_first() {
    let app = App::start().await;
    let customer = app.given().customer().await["id"].clone();
    let given = app.given();
    let working = given.reached("in_progress", &customer, "").await;
    app.advance(TimeDelta::minutes(1));
    let approved = given.reached("approved", &customer, "").await;
    app.advance(TimeDelta::minutes(1));
    let free = given.reached("dispatched", &customer, "").await;
    app.advance(TimeDelta::minutes(1));
    let fresh = given.feedback_of(&customer, json!({ "safety_risk": true })).await;
    for status in
        ["awaiting_customer", "awaiting_third_party", "pending_approval", "replied", "closed", "cancelled"]
    {
        given.reached(status, &customer, "").await;
    }

    assert_eq!(owes(&app.as_agent()).await, ids(&[&fresh, &approved]));
    assert_eq!(owes(&app.as_handler(DEPARTMENT)).await, ids(&[&working, &approved, &free]));
    assert_eq!(owes(&app.as_one_of("handler", Some(DEPARTMENT), 2)).await, ids(&[&free]));
    assert!(owes(&app.as_handler("marketing")).await.is_empty());
    app.as_analyst().get("/worklist").await.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn the_worklist_is_paged() {
    let app = App::start().await;
    let mut wanted = Vec::new();
    for _ in 0..5 {
        wanted.push(app.given().feedback().await.id);
        app.advance(TimeDelta::minutes(1));
    }
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page: Value = app.as_agent().get(&format!("/worklist?limit=2{cursor}")).await.expect(200);
        found.extend(page["items"].as_array().unwrap().iter().map(|i| i["id"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(found, wanted);
}

#[actix_web::test]
async fn a_plan_waits_for_the_one_who_is_asked() {
    let app = App::start().await;
    let item = app.given().pending().await;

    let head = items(&app.as_head(DEPARTMENT), "/approvals").await;
    assert_eq!(head.len(), 1);
    assert_eq!((&head[0]["feedback_id"], &head[0]["asked"]), (&json!(item.id), &json!(true)));
    assert_eq!(head[0]["due_at"], "2026-01-06T02:00:00.000Z");
    for (client, sees) in [
        (app.given().boss(), true),
        (app.as_admin(), true),
        (app.as_agent(), false),
        (app.as_handler(DEPARTMENT), false),
    ] {
        let found = items(&client, "/approvals").await;
        assert_eq!(found.len(), usize::from(sees));
        assert!(found.iter().all(|one| one["asked"] == false));
    }
    item.approve().await;
    assert!(items(&app.as_head(DEPARTMENT), "/approvals").await.is_empty());
}

#[actix_web::test]
async fn a_notification_is_for_one_and_read_once() {
    let app = App::start().await;
    let item = app.given().accepted().await.ask().await.answer().await;
    let handler = app.as_handler(DEPARTMENT);
    let found = items(&handler, "/notifications?unread=true").await;
    assert_eq!((&found[0]["kind"], &found[0]["feedback_id"]), (&json!("customer_answered"), &json!(item.id)));
    let path = format!("/notifications/{}/read", found[0]["id"].as_str().unwrap());

    app.as_head(DEPARTMENT).post(&path, json!({})).await.expect_problem(404, "not_found");
    let read: Value = handler.post(&path, json!({})).await.expect(200);
    app.advance(TimeDelta::minutes(5));
    let again: Value = handler.post(&path, json!({})).await.expect(200);

    assert_eq!(read["read_at"], "2026-01-05T02:00:00.000Z");
    assert_eq!(again["read_at"], read["read_at"]);
    assert!(items(&handler, "/notifications?unread=true").await.is_empty());
    assert_eq!(items(&handler, "/notifications").await.len(), found.len());
}

#[actix_web::test]
async fn the_right_people_are_told() {
    let app = App::start().await;
    let customer = app.given().customer().await["id"].clone();
    let given = app.given();
    let told = async |client: Client, kind: &str, item: &Item<'_>| {
        let all = items(&client, "/notifications?limit=100").await;
        all.iter().any(|n| n["kind"] == kind && n["feedback_id"] == item.id.as_str())
    };
    let head = || app.as_head(DEPARTMENT);
    let handler = || app.as_handler(DEPARTMENT);

    let urgent = given.feedback_of(&customer, json!({ "safety_risk": true })).await.dispatch().await;
    assert!(told(head(), "urgent_dispatched", &urgent).await);
    let raised = given.dispatched().await;
    let set = json!({ "priority": "urgent", "reason": "媒体关注" });
    let raised = raised.take(&app.as_agent(), "set-priority", set).await;
    assert!(told(head(), "urgent", &raised).await);
    let pending = given.pending().await;
    assert!(told(head(), "approval_wanted", &pending).await);
    let approved = pending.approve().await;
    assert!(told(handler(), "plan_approved", &approved).await);
    assert!(told(app.as_agent(), "reply_wanted", &approved).await);
    let returned = given.accepted().await.take(&handler(), "return", json!({ "reason": "非本部门" })).await;
    assert!(told(app.as_agent(), "returned", &returned).await);
    let moved = given.accepted().await;
    let others = [2, 3, 2].map(|nth| app.as_one_of("handler", Some(DEPARTMENT), nth));
    let mut moved = moved;
    for other in others {
        assert!(!told(given.boss(), "third_transfer", &moved).await);
        let to = json!({ "handler_id": other.id().await, "reason": "轮班" });
        moved = moved.take(&app.as_agent(), "transfer", to).await;
        assert!(told(other, "transferred", &moved).await);
    }
    assert!(told(given.boss(), "third_transfer", &moved).await);
}
