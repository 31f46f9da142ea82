//! Lists: filters, order, scope, words, and what is true about time without a worker.

use crate::support::{App, Client, DEPARTMENT, Item};
use serde_json::{Value, json};

async fn ids(client: &Client, query: &str) -> Vec<String> {
    let page: Value = client.get(&format!("/feedback{query}")).await.expect(200);
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

fn sorted(items: &[&Item<'_>]) -> Vec<String> {
    let mut ids: Vec<String> = items.iter().map(|item| item.id.clone()).collect();
    ids.sort();
    ids
}

#[actix_web::test]
async fn each_filter_finds_its_own() {
    let app = App::start().await;
    let agent = app.as_agent();
    let one = app.given().accepted().await;
    let customer = app.given().customer().await["id"].clone();
    let with = json!({ "type": "inquiry", "channel": "email", "safety_risk": true, "received_at": "2026-01-01T00:00:00Z" });
    let two = app.given().feedback_of(&customer, with).await;
    let shown = one.shown().await;
    let text = |name: &str| shown[name].as_str().unwrap().to_owned();
    for (query, found) in [
        ("status=in_progress".to_owned(), &one),
        ("status=registered".to_owned(), &two),
        ("type=inquiry".to_owned(), &two),
        ("priority=urgent".to_owned(), &two),
        ("priority=normal".to_owned(), &one),
        ("channel=email".to_owned(), &two),
        (format!("department_id={}", text("department_id")), &one),
        (format!("handler_id={}", text("handler_id")), &one),
        (format!("customer_id={}", customer.as_str().unwrap()), &two),
        ("received_at.lt=2026-01-02T00:00:00Z".to_owned(), &two),
        ("received_at.gte=2026-01-02T00:00:00Z".to_owned(), &one),
        ("type=inquiry&channel=email&status=registered".to_owned(), &two),
    ] {
        assert_eq!(ids(&agent, &format!("?{query}")).await, std::slice::from_ref(&found.id), "{query}");
    }
    let none = agent.get("/feedback?type=praise").await.json();
    assert_eq!(none, json!({ "items": [], "next_cursor": null }));
    for wrong in
        ["type=x", "overdue=maybe", "nonsense=1", "sort=status", "status=registered&status=closed", "q="]
    {
        assert_eq!(agent.get(&format!("/feedback?{wrong}")).await.status.as_u16(), 400, "{wrong}");
    }
}

#[actix_web::test]
async fn the_most_urgent_come_first_and_those_without_a_due_time_last() {
    let app = App::start().await;
    let agent = app.as_agent();
    let mut wanted = Vec::new();
    for _ in 0..3 {
        wanted.push(app.given().feedback().await.id);
        app.advance(chrono::TimeDelta::minutes(1));
    }
    let mut ended = Vec::new();
    for _ in 0..3 {
        let item = app.given().feedback().await;
        ended.push(item.take(&agent, "cancel", json!({ "reason": "spam" })).await.id);
    }
    ended.sort();
    wanted.extend(ended);

    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page: Value = agent.get(&format!("/feedback?sort=next_due_at&limit=2{cursor}")).await.expect(200);
        found.extend(page["items"].as_array().unwrap().iter().map(|i| i["id"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }

    assert_eq!(found, wanted);
    let mut newest = wanted.clone();
    newest.sort();
    newest.reverse();
    assert_eq!(ids(&agent, "").await, newest);
}

#[actix_web::test]
async fn everybody_sees_what_was_ever_given_to_them_or_below() {
    let app = App::start().await;
    let (registered, mine) = (app.given().feedback().await, app.given().accepted().await);
    let handed = app.given().dispatched().await;
    let body = json!({ "department_id": app.given().department("product").await, "reason": "产品问题" });
    let handed = handed.take(&app.as_agent(), "transfer", body).await;
    let (handler, foreign) = (app.as_handler(DEPARTMENT), app.as_handler("product"));

    for (client, seen) in [
        (app.as_agent(), vec![&registered, &mine, &handed]),
        (app.as_admin(), vec![&registered, &mine, &handed]),
        (app.as_key(&["feedback:read"]), vec![&registered, &mine, &handed]),
        (handler.clone(), vec![&mine, &handed]),
        (app.given().boss(), vec![&mine, &handed]),
        (foreign.clone(), vec![&handed]),
        (app.as_handler("marketing"), vec![]),
    ] {
        let mut found = ids(&client, "").await;
        found.sort();
        assert_eq!(found, sorted(&seen));
    }
    for path in [
        "",
        "/events",
        "/clocks",
        "/clocks/solution/explain",
        "/time-ledger",
        "/plans",
        "/replies",
        "/actions",
    ] {
        let path = format!("/feedback/{}{path}", mine.id);
        foreign.get(&path).await.expect_problem(404, "not_found");
        handler.get(&path).await.expect::<Value>(200);
    }
    let path = format!("/feedback/by-number/{}", mine.number);
    foreign.get(&path).await.expect_problem(404, "not_found");
    assert_eq!(handler.get(&path).await.json()["id"], mine.id.as_str());
    let patch = json!({ "subject": "x" });
    let path = format!("/feedback/{}", mine.id);
    foreign.if_match("*").patch(&path, patch).await.expect_problem(404, "not_found");
    app.as_analyst().get(&path).await.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn two_characters_are_a_word() {
    let app = App::start().await;
    let agent = app.as_agent();
    let customer = app.given().customer().await["id"].clone();
    let noisy = app.given().feedback_of(&customer, json!({})).await;
    let with = json!({ "subject": "Late DELIVERY", "description": "快递延误三天", "demand": "退款" });
    let late = app.given().feedback_of(&customer, with).await;
    for (words, found) in [
        ("房间", Some(&noisy)),
        ("车声", Some(&noisy)),
        ("延误", Some(&late)),
        ("退款 delivery", Some(&late)),
        ("误三", Some(&late)),
        ("退货", None),
        ("退款 房间", None),
        ("% _", None),
        ("'); --", None),
    ] {
        let encoded: String = words.bytes().map(|b| format!("%{b:02X}")).collect();
        let expected: Vec<String> = found.iter().map(|item| item.id.clone()).collect();
        assert_eq!(ids(&agent, &format!("?q={encoded}")).await, expected, "{words}");
    }
    let patch = json!({ "description": "包裹破损" });
    let path = format!("/feedback/{}", late.id);
    agent.clone().if_match("*").patch(&path, patch).await.expect::<Value>(200);
    assert_eq!(ids(&agent, "?q=%E5%BB%B6%E8%AF%AF").await, Vec::<String>::new(), "the old words are gone");
}

#[actix_web::test]
async fn what_is_overdue_is_so_without_a_worker() {
    let app = App::start().await;
    let agent = app.as_agent();
    let item = app.given().accepted().await;
    app.set_time("2026-01-06T02:00:00Z");
    assert!(ids(&agent, "?overdue=true").await.is_empty());
    assert_eq!(ids(&agent, "?overdue=false").await.len(), 1);

    app.set_time("2026-01-06T02:00:00.001Z");

    let page: Value = agent.get("/feedback?overdue=true").await.expect(200);
    assert_eq!((&page["items"][0]["id"], &page["items"][0]["overdue"]), (&json!(item.id), &json!(true)));
    assert_eq!(item.clock("first_response").await["state"], "breached");
    assert_eq!(item.shown().await["next_due_at"], "2026-01-06T02:00:00.000Z", "what is overdue comes first");
}

#[actix_web::test]
async fn a_day_of_progress_and_a_case_that_has_closed_itself_are_not_overdue_without_a_worker() {
    let app = App::start().await;
    super::days_policy(&app, "solution", 365, "days").await;
    let agent = app.as_agent();
    let working = app.given().accepted().await;
    app.set_time("2026-01-06T09:00:00+08:00");
    app.work();
    assert_eq!(working.clock("progress").await["state"], "running");
    app.set_time("2026-01-06T18:00:00.001+08:00");

    let state = working.clock("progress").await;
    assert_eq!(
        (&state["state"], &state["ended_at"]),
        (&json!("breached"), &json!("2026-01-06T10:00:00.001Z"))
    );
    assert!(ids(&agent, "?overdue=true").await.is_empty());
    assert!(ids(&agent, "?owed_explanation=true").await.is_empty());
    app.work();
    assert!(ids(&agent, "?overdue=true").await.is_empty());

    super::days_policy_at(&app, 0, "visit", 4, "days").await;
    let replied = app.given().replied().await;
    app.advance(chrono::TimeDelta::days(5));
    assert_eq!(replied.shown().await["status"], "closed");
    assert!(!ids(&agent, "?overdue=true").await.contains(&replied.id));
    let shown: Value = agent.get("/feedback?status=replied").await.expect(200);
    assert_eq!(shown["items"][0]["overdue"], false);
}

#[actix_web::test]
async fn the_type_changes_only_before_the_work_begins() {
    let app = App::start().await;
    let agent = app.as_agent().if_match("*");
    let (item, begun) = (app.given().dispatched().await, app.given().accepted().await);
    let path = |item: &Item<'_>| format!("/feedback/{}", item.id);
    let patch = json!({ "type": "praise" });

    let shown: Value = agent.patch(&path(&item), patch.clone()).await.expect(200);
    assert_eq!((&shown["type"], &shown["priority"]), (&json!("praise"), &json!("low")));
    assert_eq!(item.history().await[2..], ["type_changed", "amended"]);
    agent.patch(&path(&begun), patch).await.expect_problem(409, "type_fixed");
    let same = json!({ "type": "complaint", "subject": "隔音" });
    let shown: Value = agent.patch(&path(&begun), same).await.expect(200);
    assert_eq!(shown["subject"], "隔音");
    let status = agent.patch(&path(&begun), json!({ "status": "closed" })).await;
    assert_eq!(status.status.as_u16(), 422);
    app.as_agent()
        .patch(&path(&begun), json!({ "subject": null }))
        .await
        .expect_problem(428, "precondition_required");
}
