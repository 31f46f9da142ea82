//! Who decides on a plan: the chain of T9, presence, substitutes, and nobody on an own plan.

use super::{away, lead};
use crate::support::{App, Client, DEPARTMENT, Item, plan};
use serde_json::{Value, json};

/// Lets several try: all but the last are refused.
async fn decided_by(item: &Item<'_>, clients: &[(&Client, u16)]) {
    for (client, status) in clients {
        let answer = item.act(client, "approve", json!({})).await;
        assert_eq!(answer.status.as_u16(), *status, "{answer:?}");
    }
}

async fn standing(item: &Item<'_>) -> Value {
    let plans = item.read("/plans").await;
    plans["items"][0]["approvals"][0]["standing"].clone()
}

async fn asks(client: &Client, item: &Item<'_>) -> bool {
    let page: Value = client.get("/approvals").await.expect(200);
    let items = page["items"].as_array().unwrap().iter();
    items.filter(|one| one["feedback_id"] == item.id.as_str()).any(|one| one["asked"] == true)
}

#[actix_web::test]
async fn the_head_decides_while_present_and_the_one_above_may() {
    let app = App::start().await;
    let deputy = app.as_one_of("handler", Some(DEPARTMENT), 3);
    lead(&app, json!({ "deputy_id": deputy.id().await })).await;
    let (first, second) = (app.given().pending().await, app.given().pending().await);
    assert!(asks(&app.as_head(DEPARTMENT), &first).await);
    assert!(!asks(&deputy, &first).await);

    decided_by(&first, &[(&deputy, 403), (&app.as_head(DEPARTMENT), 200)]).await;
    decided_by(&second, &[(&app.given().boss(), 200)]).await;

    assert_eq!(standing(&first).await, "head");
    assert_eq!(standing(&second).await, "head_above");
    assert!(!asks(&app.as_head(DEPARTMENT), &first).await);
}

#[actix_web::test]
async fn the_deputy_decides_while_the_head_is_away() {
    let app = App::start().await;
    let deputy = app.as_one_of("handler", Some(DEPARTMENT), 3);
    lead(&app, json!({ "deputy_id": deputy.id().await })).await;
    let head = app.as_head(DEPARTMENT);
    away(&app, &head, Some(app.as_one_of("handler", Some(DEPARTMENT), 2).id().await)).await;
    let item = app.given().pending().await;

    let substitute = app.as_one_of("handler", Some(DEPARTMENT), 2);
    decided_by(&item, &[(&substitute, 403), (&head, 403), (&deputy, 200)]).await;

    assert_eq!(standing(&item).await, "deputy");
}

#[actix_web::test]
async fn a_substitute_decides_where_there_is_no_deputy() {
    let app = App::start().await;
    app.given().organisation().await;
    let substitute = app.as_one_of("handler", Some(DEPARTMENT), 2);
    away(&app, &app.as_head(DEPARTMENT), Some(substitute.id().await)).await;
    let item = app.given().pending().await;

    decided_by(&item, &[(&app.as_head(DEPARTMENT), 403), (&substitute, 200)]).await;

    assert_eq!(standing(&item).await, "substitute");
}

#[actix_web::test]
async fn the_head_above_decides_then_an_admin_and_at_last_presence_does_not_count() {
    let app = App::start().await;
    app.given().organisation().await;
    let (head, boss, admin) = (app.as_head(DEPARTMENT), app.given().boss(), app.as_admin());
    away(&app, &head, None).await;
    let item = app.given().pending().await;
    assert!(asks(&boss, &item).await);
    away(&app, &boss, None).await;
    assert!(asks(&admin, &item).await);
    decided_by(&item, &[(&head, 403)]).await;
    away(&app, &admin, None).await;
    assert!(asks(&head, &item).await);

    decided_by(&item, &[(&head, 200)]).await;
}

#[actix_web::test]
async fn a_head_who_proposes_is_decided_on_by_others() {
    let app = App::start().await;
    app.given().organisation().await;
    let head = app.as_head(DEPARTMENT);
    let item = app.given().dispatched().await;
    let item = item.take(&head, "accept", json!({})).await.take(&head, "submit-plan", plan()).await;

    item.act(&head, "approve", json!({})).await.expect_problem(409, "approver_is_proposer");
    item.act(&head, "reject", json!({ "comment": "x" })).await.expect_problem(409, "approver_is_proposer");
    assert!(asks(&app.given().boss(), &item).await);
    decided_by(&item, &[(&app.as_handler(DEPARTMENT), 403), (&app.given().boss(), 200)]).await;
}

#[actix_web::test]
async fn an_administrator_who_proposes_does_not_decide() {
    let app = App::start().await;
    let item = app.given().accepted().await;
    let admin = app.as_admin();

    let item = item.take(&admin, "submit-plan", plan()).await;

    item.act(&admin, "approve", json!({})).await.expect_problem(409, "approver_is_proposer");
    decided_by(&item, &[(&app.as_head(DEPARTMENT), 200)]).await;
}

#[actix_web::test]
async fn a_rehearsal_checks_everything_and_writes_nothing() {
    let app = App::start().await;
    let item = app.given().accepted().await;
    let before = item.shown().await;
    let handler = app.as_handler(DEPARTMENT).key("rehearsal-1");
    let dry = "submit-plan?dry_run=true";

    let tried: Value = item.act(&handler, dry, plan()).await.expect(200);

    assert_eq!(tried["status"], "pending_approval");
    assert_eq!(item.shown().await, before);
    assert_eq!(item.history().await.len(), 3);
    assert_eq!(app.number("SELECT (SELECT count(*) FROM handling_plan) + (SELECT count(*) FROM notification WHERE kind = 'approval_wanted')"), 0);
    let item = item.take(&handler, "submit-plan", plan()).await;
    item.act(&app.as_handler(DEPARTMENT), dry, plan()).await.expect_problem(409, "invalid_transition");
    item.act(&handler, "submit-plan?dry_run=perhaps", plan()).await.expect_problem(400, "invalid_parameter");
}

/// Makes a case whose handler is the only member of staff.
async fn alone<'a>(app: &'a App, kind: &str) -> Item<'a> {
    let admin = app.as_admin();
    let (me, department) = (admin.id().await, admin.department(DEPARTMENT).await);
    let path = format!("/staff/{me}");
    admin
        .clone()
        .if_match("*")
        .patch(&path, json!({ "department_id": department }))
        .await
        .expect::<Value>(200);
    app.forget_tokens();
    let body = json!({
        "contact": { "name": "李雷" }, "channel": "phone", "type": kind, "description": "坏了", "demand": "修理",
    });
    let made = admin.post("/feedback", body).await.expect(201);
    let to = json!({ "department_id": department, "handler_id": me });
    let item = Item::of(app, &made).take(&admin, "dispatch", to).await;
    item.take(&admin, "accept", json!({})).await
}

#[actix_web::test]
async fn one_person_alone_has_no_approver() {
    let app = App::start().await;
    let item = alone(&app, "complaint").await;

    item.act(&app.as_admin(), "submit-plan", plan()).await.expect_problem(409, "no_approver");

    let listed = item.read("/actions").await;
    let submit = listed["items"].as_array().unwrap().iter().find(|a| a["action"] == "submit-plan");
    assert_eq!(submit.unwrap()["code"], "no_approver");
}

#[actix_web::test]
async fn a_type_without_approval_is_approved_by_rule() {
    let app = App::start().await;
    let patch = json!({ "no_approval_types": ["inquiry"] });
    app.as_admin().if_match("*").patch("/settings", patch).await.expect::<Value>(200);
    let item = alone(&app, "inquiry").await;
    let admin = app.as_admin();
    let mut paid = plan();
    paid["compensation"] = json!({ "amount_minor": 500, "currency": "CNY" });
    item.act(&admin, "submit-plan", paid).await.expect_problem(409, "no_approver");

    let item = item.take(&admin, "submit-plan", plan()).await;

    let shown = item.shown().await;
    assert_eq!(shown["status"], "approved");
    let kinds: Vec<&Value> = shown["clocks"].as_array().unwrap().iter().map(|c| &c["kind"]).collect();
    assert!(!kinds.contains(&&json!("approval")), "{kinds:?}");
    assert_eq!(item.clock("solution").await["state"], "met");
    let plans = item.read("/plans").await;
    let approval = &plans["items"][0]["approvals"][0];
    assert_eq!((&approval["kind"], &approval["approver_id"]), (&json!("rule"), &Value::Null));
    let reply = json!({ "text": "已修理", "basis": "保修条款" });
    assert_eq!(item.take(&admin, "reply", reply).await.shown().await["status"], "replied");
}

#[actix_web::test]
async fn a_compensation_is_always_approved_by_a_person() {
    let app = App::start().await;
    let patch = json!({ "no_approval_types": ["complaint"] });
    app.as_admin().if_match("*").patch("/settings", patch).await.expect::<Value>(200);
    let (plain, paid) = (app.given().accepted().await, app.given().accepted().await);

    let plain = plain.submit().await;
    let paid = paid.submit_with(json!({ "compensation": { "points": 10 } })).await;

    assert_eq!(plain.shown().await["status"], "approved");
    assert_eq!(paid.shown().await["status"], "pending_approval");
}
