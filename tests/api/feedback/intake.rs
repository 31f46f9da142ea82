//! Registration and dispatch: numbers, priorities, contacts, routes, owners.

use super::at;
use crate::support::{App, DEPARTMENT, Item};
use serde_json::{Value, json};

fn body(with: Value) -> Value {
    let mut body = json!({
        "contact": { "name": "李雷" }, "channel": "phone", "type": "complaint", "description": "坏了", "demand": "修理",
    });
    for (name, value) in with.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

#[actix_web::test]
async fn a_number_names_the_local_day() {
    let app = App::start().await;
    app.given().organisation().await;
    app.set_time("2026-01-05T15:59:59.999Z");
    let before: Value = app.as_agent().post("/feedback", body(json!({}))).await.expect(201);
    app.set_time("2026-01-05T16:00:00Z");
    let after = app.as_agent().post("/feedback", body(json!({}))).await;

    let location = after.header("Location").unwrap().to_owned();
    let after: Value = after.expect(201);
    assert!(before["number"].as_str().unwrap().starts_with("FB-20260105-"));
    assert!(after["number"].as_str().unwrap().starts_with("FB-20260106-"));
    assert_eq!(location, format!("/api/v1/feedback/{}", after["id"].as_str().unwrap()));
    assert_eq!(
        (&after["status"], &after["round"], &after["version"]),
        (&json!("registered"), &json!(1), &json!(1))
    );
    let kinds: Vec<&Value> = after["clocks"].as_array().unwrap().iter().map(|c| &c["kind"]).collect();
    assert_eq!(kinds.len(), 4, "{kinds:?}");
    let suggested = app.given().department(DEPARTMENT).await;
    assert_eq!(
        (&after["suggested_department_id"], &after["department_id"]),
        (&json!(suggested), &Value::Null)
    );
}

#[actix_web::test]
async fn risks_are_urgent_whatever_the_type() {
    let app = App::start().await;
    let agent = app.as_agent();
    for (with, priority, reasons) in [
        (json!({ "type": "complaint" }), "normal", json!(["general_complaint"])),
        (json!({ "type": "inquiry" }), "normal", json!(["basic_use_ok"])),
        (json!({ "type": "suggestion" }), "low", json!(["basic_use_ok"])),
        (
            json!({ "type": "praise", "safety_risk": true, "public_opinion_risk": true }),
            "urgent",
            json!(["safety_risk", "public_opinion_risk"]),
        ),
        (json!({ "type": "inquiry", "batch_problem": true }), "urgent", json!(["batch_problem"])),
    ] {
        let made: Value = agent.post("/feedback", body(with)).await.expect(201);
        assert_eq!((&made["priority"], &made["priority_reasons"]), (&json!(priority), &reasons));
    }
}

#[actix_web::test]
async fn a_contact_links_the_one_customer_and_makes_none() {
    let app = App::start().await;
    let agent = app.as_agent();
    let customer = json!({ "kind": "person", "name": "王芳", "phones": ["138-0013-8000"], "preferred_channel": "wechat" });
    let customer: Value = agent.post("/customers", customer).await.expect(201);
    let contact = |contact: Value| body(json!({ "contact": contact }));

    let known: Value =
        agent.post("/feedback", contact(json!({ "phone": "+86 138 0013 8000" }))).await.expect(201);
    let unknown: Value =
        agent.post("/feedback", contact(json!({ "email": "x@example.com" }))).await.expect(201);
    let twin = json!({ "kind": "person", "name": "Fang", "phones": ["13800138000"] });
    agent.post("/customers", twin).await.expect::<Value>(201);
    let two: Value = agent.post("/feedback", contact(json!({ "phone": "13800138000" }))).await.expect(201);

    assert_eq!((&known["customer_id"], &known["reply_channel"]), (&customer["id"], &json!("wechat")));
    assert_eq!((&unknown["customer_id"], &unknown["reply_channel"]), (&Value::Null, &json!("phone")));
    assert_eq!(two["customer_id"], Value::Null, "which of the two is nobody's guess");
    assert_eq!(app.number("SELECT count(*) FROM customer"), 2);
}

#[actix_web::test]
async fn a_registration_names_somebody_and_no_time_to_come() {
    let app = App::start().await;
    let agent = app.as_agent();
    let customer = app.given().customer().await;
    for wrong in
        [json!({ "contact": {} }), json!({ "contact": null }), json!({ "customer_id": customer["id"] })]
    {
        assert_eq!(agent.post("/feedback", body(wrong)).await.status.as_u16(), 422);
    }
    let mut nobody = body(json!({ "customer_id": "018f6b1e-0000-7000-8000-000000000001" }));
    nobody.as_object_mut().unwrap().remove("contact");
    agent.post("/feedback", nobody).await.expect_field("/customer_id", "unknown_customer");
    let tomorrow = body(json!({ "received_at": "2026-01-05T02:00:00.001Z" }));
    agent.post("/feedback", tomorrow).await.expect_field("/received_at", "in_future");
}

#[actix_web::test]
async fn a_program_registers_and_auto_dispatch_dispatches() {
    let app = App::start().await;
    app.given().organisation().await;
    let patch = json!({ "auto_dispatch": true });
    app.as_admin().if_match("*").patch("/settings", patch).await.expect::<Value>(200);

    let made = app.as_key(&["feedback:write"]).post("/feedback", body(json!({}))).await.expect(201);

    let item = Item::of(&app, &made);
    let shown = item.shown().await;
    assert_eq!((&shown["status"], &shown["unrouted"]), (&json!("dispatched"), &json!(false)));
    assert_eq!(item.clock("dispatch").await["state"], "met");
    let events = item.read("/events").await;
    let actors: Vec<&Value> = events["items"].as_array().unwrap().iter().map(|e| &e["actor_kind"]).collect();
    assert_eq!(actors, ["api_key", "system"]);
    item.accept().await;
}

#[actix_web::test]
async fn what_no_rule_takes_goes_to_service() {
    let app = App::start().await;
    let agent = app.as_agent();
    let rules: Value = agent.get("/routing-rules?limit=100").await.expect(200);
    for rule in rules["items"].as_array().unwrap() {
        let path = format!("/routing-rules/{}/deactivate", rule["id"].as_str().unwrap());
        let answer = app.as_admin().if_match("*").post(&path, json!({})).await;
        assert!(answer.status.is_success(), "{answer:?}");
    }

    let item = app.given().feedback().await.take(&agent, "dispatch", json!({})).await;

    let shown = item.shown().await;
    let service = app.given().department("service").await;
    assert_eq!((&shown["department_id"], &shown["unrouted"]), (&json!(service), &json!(true)));
    let taken = app.given().feedback().await.dispatch().await.shown().await;
    assert_eq!(taken["unrouted"], false);
}

#[actix_web::test]
async fn only_active_departments_and_their_own_staff_are_given_work() {
    let app = App::start().await;
    let agent = app.as_agent();
    let item = app.given().feedback().await;
    let (here, there) = (app.given().department(DEPARTMENT).await, app.given().department("product").await);
    let foreigner = app.as_handler("product").id().await;
    let handler = app.as_handler(DEPARTMENT).id().await;
    let nobody = "018f6b1e-0000-7000-8000-000000000001";
    let to = |department: &str, handler: &str| json!({ "department_id": department, "handler_id": handler });

    item.act(&agent, "dispatch", json!({ "department_id": nobody }))
        .await
        .expect_field("/department_id", "unknown_department");
    for wrong in [&foreigner, nobody] {
        item.act(&agent, "dispatch", to(&here, wrong))
            .await
            .expect_field("/handler_id", "handler_not_in_department");
    }
    let path = format!("/departments/{there}/deactivate");
    let gone = app.as_admin().if_match("*").post(&path, json!({})).await;
    assert!(gone.status.is_success(), "{gone:?}");
    let there = json!({ "department_id": there });
    item.act(&agent, "dispatch", there).await.expect_problem(409, "department_inactive");

    item.take(&agent, "dispatch", to(&here, &handler)).await;
}

#[actix_web::test]
async fn who_has_work_keeps_it_and_stays() {
    let app = App::start().await;
    let agent = app.as_agent();
    let here = app.given().department(DEPARTMENT).await;
    let handler = app.as_handler(DEPARTMENT).id().await;
    let to = json!({ "department_id": here, "handler_id": handler });
    let item = app.given().feedback().await.take(&agent, "dispatch", to).await;

    let other = app.as_one_of("handler", Some(DEPARTMENT), 2);
    item.act(&other, "accept", json!({})).await.expect_problem(409, "handled_by_other");
    let item = item.accept().await;
    let same = json!({ "handler_id": handler, "reason": "x" });
    item.act(&agent, "transfer", same).await.expect_field("/handler_id", "nothing_to_transfer");
    let busy = app.as_admin().if_match("*").post(&format!("/staff/{handler}/deactivate"), json!({})).await;
    busy.expect_problem(409, "staff_has_open_feedback");
    let busy = app.as_admin().if_match("*").post(&format!("/departments/{here}/deactivate"), json!({})).await;
    busy.expect_problem(409, "department_has_open_feedback");
}

#[actix_web::test]
async fn after_the_plan_only_the_handler_changes() {
    let app = App::start().await;
    let agent = app.as_agent();
    let item = app.given().approved().await;
    let due = item.due("reply").await;
    let second = app.as_one_of("handler", Some(DEPARTMENT), 2);
    let away = json!({ "department_id": app.given().department("product").await, "reason": "x" });
    item.act(&agent, "transfer", away).await.expect_problem(409, "transfer_within_department");
    item.act(&agent, "transfer", json!({ "reason": "x" }))
        .await
        .expect_problem(409, "transfer_within_department");

    let to = json!({ "handler_id": second.id().await, "reason": "轮班" });
    let item = item.take(&app.as_head(DEPARTMENT), "transfer", to).await;

    let shown = item.shown().await;
    assert_eq!((&shown["status"], &shown["handler_id"]), (&json!("approved"), &json!(second.id().await)));
    assert_eq!(item.due("reply").await, due);
    let reply = json!({ "text": "已更换", "basis": "4.2" });
    item.act(&app.as_handler(DEPARTMENT), "reply", reply.clone()).await.expect_problem(403, "forbidden");
    let other = json!({ "text": "已更换", "basis": "4.2", "channel": "sms" });
    item.act(&second, "reply", other.clone())
        .await
        .expect_field("/channel_reason", "channel_reason_required");
    item.take(&second, "reply", reply).await;
}

#[actix_web::test]
async fn a_transfer_ends_a_pause_and_starts_no_clock() {
    let app = App::start().await;
    let item = app.given().accepted().await.ask().await;
    app.advance(chrono::TimeDelta::hours(5));
    let product = json!({ "department_id": app.given().department("product").await, "reason": "产品问题" });

    let item = item.take(&app.as_head(DEPARTMENT), "transfer", product).await;

    let clock = item.clock("solution").await;
    assert_eq!(
        (&clock["state"], &clock["seq"], &clock["consumed_seconds"]),
        (&json!("running"), &json!(1), &json!(0))
    );
    assert_eq!(item.due("solution").await, at("2026-01-08T07:00:00Z"));
    app.as_handler(DEPARTMENT).get(&format!("/feedback/{}", item.id)).await.expect::<Value>(200);
}
