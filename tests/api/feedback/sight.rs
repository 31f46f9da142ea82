//! Who sees what: lists, reads and actions agree for everybody whom a case names.

use super::{away, days_policy, lead};
use crate::support::{App, Client, DEPARTMENT, Item};
use serde_json::{Value, json};

async fn ids(client: &Client, path: &str) -> Vec<String> {
    let page: Value = client.get(path).await.expect(200);
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// Looks whether somebody sees a case, and whether every way to it says the same.
async fn sees(client: &Client, item: &Item<'_>) -> bool {
    let customer = item.shown().await["customer_id"].clone();
    let overview = format!("/customers/{}/overview", customer.as_str().unwrap());
    let overview: Value = client.get(&overview).await.expect(200);
    let mut ways = vec![
        ids(client, "/feedback?limit=100").await.contains(&item.id),
        ids(client, "/feedback?limit=100&sort=next_due_at").await.contains(&item.id),
        overview["open_feedback"]["count"] == 1,
    ];
    for path in [item.id.clone(), format!("by-number/{}", item.number), format!("{}/events", item.id)] {
        let status = client.get(&format!("/feedback/{path}")).await.status.as_u16();
        assert!([200, 404].contains(&status), "{path}: {status}");
        ways.push(status == 200);
    }
    assert!(ways.iter().all(|way| *way == ways[0]), "{ways:?}");
    ways[0]
}

async fn owes(client: &Client, item: &Item<'_>) -> bool {
    ids(client, "/worklist?limit=100").await.contains(&item.id)
}

#[actix_web::test]
async fn whoever_leads_sees_and_owes_though_they_work_elsewhere() {
    let app = App::start().await;
    let deputy = app.as_one_of("handler", Some("product"), 2);
    let substitute = app.as_one_of("handler", Some("marketing"), 2);
    let stranger = app.as_one_of("handler", Some("product"), 3);
    lead(&app, json!({ "deputy_id": deputy.id().await })).await;
    let (item, fresh) = (app.given().dispatched().await, app.given().feedback().await);
    let head = app.as_head(DEPARTMENT);
    assert!(!sees(&substitute, &item).await, "the head is there");
    for client in [&head, &deputy] {
        assert!(sees(client, &item).await && owes(client, &item).await);
    }
    assert!(sees(&app.given().boss(), &item).await && !owes(&app.given().boss(), &item).await);

    away(&app, &head, Some(substitute.id().await)).await;

    assert!(sees(&substitute, &item).await && owes(&substitute, &item).await);
    for client in [&head, &deputy, &substitute, &stranger] {
        assert!(!sees(client, &fresh).await, "nobody was given it");
    }
    assert!(!sees(&stranger, &item).await && !owes(&stranger, &item).await);
    let urgent = json!({ "priority": "urgent", "reason": "媒体关注" });
    item.act(&stranger, "set-priority", urgent.clone()).await.expect_problem(404, "not_found");
    item.act(&substitute, "set-priority", urgent).await.expect::<Value>(200);
    app.set_time("2027-01-01T00:00:00Z");
    assert!(!sees(&substitute, &item).await, "the head is back");
    assert!(sees(&head, &item).await);
}

#[actix_web::test]
async fn a_substitute_of_a_substitute_sees_too() {
    let app = App::start().await;
    app.given().organisation().await;
    let (first, second) = (app.as_one_of("handler", Some("product"), 2), app.as_handler("marketing"));
    let item = app.given().accepted().await;
    away(&app, &app.as_head(DEPARTMENT), Some(first.id().await)).await;
    assert!(sees(&first, &item).await && !sees(&second, &item).await);

    away(&app, &first, Some(second.id().await)).await;

    assert!(sees(&first, &item).await && sees(&second, &item).await);
}

#[actix_web::test]
async fn whom_the_level_calls_acts_as_head_from_then_on_until_the_case_begins_anew() {
    let app = App::start().await;
    days_policy(&app, "reply", 24, "hours").await;
    app.given().organisation().await;
    let (head, substitute) = (app.as_head(DEPARTMENT), app.as_handler("marketing"));
    let away_for_two_days = json!({ "from": "2026-01-05T00:00:00Z", "to": "2026-01-07T00:00:00Z",
        "substitute_id": substitute.id().await });
    let path = format!("/staff/{}/absences", head.id().await);
    let answer = app.as_admin().if_match("*").post(&path, away_for_two_days).await;
    assert!(answer.status.is_success(), "{answer:?}");
    let boss = app.given().boss();
    let (item, other) = (app.given().pending().await, app.given().dispatched().await);
    let item = item.take(&boss, "approve", json!({})).await;
    app.set_time("2026-01-06T08:00:00Z");
    app.work();
    assert_eq!(item.shown().await["escalation_level"], 1);

    app.set_time("2026-01-07T01:00:00Z");

    assert!(sees(&substitute, &item).await, "called, though the head is back");
    assert!(owes(&substitute, &item).await);
    assert!(!sees(&substitute, &other).await);
    let shown: Value = substitute.get(&format!("/feedback/{}", item.id)).await.expect(200);
    assert!(shown["allowed_actions"].as_array().unwrap().contains(&json!("set-priority")), "{shown:#}");
    let note = json!({ "text": "正在跟进" });
    let item = item.take(&substitute, "progress-notes", note).await.reply().await.satisfied().await;
    assert!(!owes(&substitute, &item).await);
    assert_eq!(substitute.get(&format!("/feedback/{}", item.id)).await.status.as_u16(), 200);
    let item = item.take(&app.as_agent(), "reopen", json!({ "reason": "又出现" })).await;
    assert_eq!(item.shown().await["escalation_level"], 0);
    assert!(!sees(&substitute, &item).await, "nobody is called any more");
}

#[actix_web::test]
async fn whoever_leads_service_sees_what_has_no_department() {
    let app = App::start().await;
    let head = app.as_head("service");
    let item = app.given().feedback().await;
    assert!(!sees(&head, &item).await);
    let path = format!("/departments/{}", app.given().department("service").await);
    let led = json!({ "head_id": head.id().await });
    app.as_admin().if_match("*").patch(&path, led).await.expect::<Value>(200);

    assert!(sees(&head, &item).await);
    let item = item.dispatch().await;
    assert!(!sees(&head, &item).await, "it has a department now");
}

#[actix_web::test]
async fn a_handler_who_moves_keeps_their_own_case_and_loses_sight_of_the_rest() {
    let app = App::start().await;
    let handler = app.as_handler(DEPARTMENT);
    let (own, other) = (app.given().accepted().await, app.given().dispatched().await);
    assert!(sees(&handler, &own).await && sees(&handler, &other).await);
    let path = format!("/staff/{}", handler.id().await);
    let moved = json!({ "department_id": app.given().department("marketing").await });
    app.as_admin().if_match("*").patch(&path, moved).await.expect::<Value>(200);
    app.forget_tokens();

    assert!(sees(&handler, &own).await && !sees(&handler, &other).await);

    let to =
        json!({ "handler_id": app.as_one_of("handler", Some(DEPARTMENT), 2).id().await, "reason": "轮班" });
    let own = own.take(&app.as_agent(), "transfer", to).await;
    assert!(!sees(&handler, &own).await);
}
