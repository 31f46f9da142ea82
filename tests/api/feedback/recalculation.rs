//! Section 3 rule 8: running clocks move to newer calendars and policies only when an administrator says so.

use super::{at, days_policy};
use crate::support::{App, DEPARTMENT, Item};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// Friday, an hour before closing.
const FRIDAY: &str = "2026-01-09T17:00:00+08:00";
const DRY: &str = "/sla/recalculate?dry_run=true&limit=100";

fn because(filter: Value) -> Value {
    let mut body = json!({ "reason": "放假安排已更新" });
    for (name, value) in filter.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

async fn preview(app: &App, filter: Value) -> Vec<Value> {
    let out: Value = app.as_admin().post(DRY, because(filter)).await.expect(200);
    assert_eq!((&out["dry_run"], &out["next_cursor"]), (&json!(true), &Value::Null));
    out["items"].as_array().unwrap().clone()
}

async fn recalculate(app: &App, filter: Value) -> Vec<Value> {
    let out: Value = app.as_admin().post("/sla/recalculate?limit=100", because(filter)).await.expect(200);
    assert_eq!((&out["dry_run"], &out["next_cursor"]), (&json!(false), &Value::Null));
    out["items"].as_array().unwrap().clone()
}

fn kinds(moved: &[Value]) -> Vec<&str> {
    let mut kinds: Vec<&str> = moved.iter().map(|one| one["kind"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    kinds
}

async fn calendar(app: &App) -> String {
    let settings: Value = app.as_admin().get("/settings").await.expect(200);
    settings["calendar_id"].as_str().unwrap().to_owned()
}

async fn exception(app: &App, body: Value) {
    let path = format!("/calendars/{}/exceptions", calendar(app).await);
    let answer = app.as_admin().if_match("*").post(&path, body).await;
    assert!(answer.status.is_success(), "{answer:?}");
}

async fn change_policy(app: &App, policy: &Value, body: Value) {
    let path = format!("/sla/policies/{}", policy["id"].as_str().unwrap());
    app.as_admin().if_match("*").patch(&path, body).await.expect::<Value>(200);
}

#[actix_web::test]
async fn a_holiday_moves_running_clocks_when_an_administrator_says_so() {
    let app = App::start().await;
    app.set_time(FRIDAY);
    let item = app.given().feedback().await;
    let before = item.clock("dispatch").await;
    exception(&app, json!({ "date": "2026-01-12", "kind": "holiday" })).await;
    assert_eq!(item.clock("dispatch").await, before, "a new version alone moves nothing");

    let previewed = preview(&app, json!({})).await;

    let due = ["2026-01-13T09:00:00.000Z", "2026-01-14T09:00:00.000Z"];
    assert_eq!(kinds(&previewed), ["dispatch"], "what counts every second has no use for a calendar");
    assert_eq!(
        (&previewed[0]["number"], &previewed[0]["feedback_id"]),
        (&json!(item.number), &json!(item.id))
    );
    assert_eq!((&previewed[0]["old_due_at"], &previewed[0]["new_due_at"]), (&json!(due[0]), &json!(due[1])));
    assert_eq!((&previewed[0]["breached"], &previewed[0]["healed"]), (&json!(false), &json!(false)));
    assert_eq!(item.clock("dispatch").await, before, "a preview writes nothing");
    assert_eq!(item.history().await, ["registered"]);

    assert_eq!(recalculate(&app, json!({})).await, previewed);
    assert_eq!(item.due("dispatch").await, at(due[1]));
    assert_eq!(item.shown().await["next_due_at"], "2026-01-10T09:00:00.000Z");
    assert!(recalculate(&app, json!({})).await.is_empty(), "once moved it stays");
    let events = item.read("/events").await;
    let event = &events["items"][1];
    assert_eq!((&event["kind"], &event["from"]), (&json!("clocks_recalculated"), &event["to"]));
    assert_eq!(event["actor_id"], app.as_admin().id().await.as_str());
    assert_eq!(event["at"], "2026-01-09T09:00:00.000Z");
    assert_eq!(event["payload"]["clocks"][0]["to"]["due_at"], due[1]);
    assert!(event.to_string().contains("放假安排已更新"), "{event:#}");
    assert_eq!(events["items"].as_array().unwrap().len(), 2);
    let audit: Value = app.as_admin().get("/audits/verify").await.expect(200);
    assert_eq!(audit["violations"], json!([]));
}

#[actix_web::test]
async fn finished_clocks_never_move_and_paused_ones_are_judged_when_they_resume() {
    let app = App::start().await;
    let policy = days_policy(&app, "solution", 10, "days").await;
    let customer = app.given().customer().await["id"].clone();
    let waiting = app.given().reached("awaiting_customer", &customer, "").await;
    let closed = app.given().closed().await;
    let finished = closed.read("/clocks").await;
    app.advance(TimeDelta::hours(1));
    let target = json!({ "clock": "solution", "amount": 60, "unit": "working_minutes" });
    change_policy(&app, &policy, json!({ "targets": [target] })).await;

    let moved = recalculate(&app, json!({ "policy_id": policy["id"] })).await;

    assert!(moved.iter().all(|one| one["feedback_id"] == waiting.id.as_str()), "{moved:#?}");
    let solution = moved.iter().find(|one| one["kind"] == "solution").unwrap();
    assert_eq!((&solution["old_state"], &solution["new_state"]), (&json!("paused"), &json!("paused")));
    assert_eq!((&solution["old_due_at"], &solution["new_due_at"]), (&Value::Null, &Value::Null));
    assert_eq!((&solution["old_unit"], &solution["new_unit"]), (&json!("clock"), &json!("working")));
    assert_eq!(solution["new_budget_seconds"], 3600);
    assert!(kinds(&moved).contains(&"visit") && !kinds(&moved).contains(&"dispatch"));
    assert_eq!(closed.read("/clocks").await, finished);
    app.set_time("2026-01-06T17:30:00+08:00");
    let waiting = waiting.answer().await;
    assert_eq!(waiting.due("solution").await, at("2026-01-07T09:30:00+08:00"));
}

#[actix_web::test]
async fn a_shorter_target_breaches_raises_one_level_and_a_longer_one_heals() {
    let app = App::start().await;
    let policy = days_policy(&app, "dispatch", 40, "hours").await;
    let item = app.given().feedback().await;
    app.advance(TimeDelta::hours(30));
    app.work();
    let hours = |hours: u32| {
        let promised = |clock, amount| json!({ "clock": clock, "amount": amount, "unit": "hours" });
        let year = ["first_response", "solution", "visit"].map(|clock| promised(clock, 8760));
        let targets: Vec<Value> = [promised("dispatch", hours)].into_iter().chain(year).collect();
        json!({ "targets": targets })
    };
    change_policy(&app, &policy, hours(10)).await;

    let previewed = preview(&app, json!({})).await;
    assert_eq!(kinds(&previewed), ["dispatch"]);
    assert_eq!((&previewed[0]["breached"], &previewed[0]["new_state"]), (&json!(true), &json!("breached")));
    assert_eq!(previewed[0]["new_due_at"], "2026-01-06T08:00:00.000Z", "the instant of the change");
    assert_eq!(recalculate(&app, json!({})).await, previewed);

    assert_eq!(item.clock("dispatch").await["breach_reason"], "retargeted");
    assert_eq!(app.number("SELECT count(*) FROM notification WHERE kind = 'overdue'"), 0);
    app.advance(TimeDelta::seconds(5));
    app.work();
    app.work();
    assert_eq!(item.shown().await["escalation_level"], 1, "300 percent passed at once are one level");
    let told =
        format!("SELECT count(*) FROM notification WHERE kind = 'overdue' AND feedback_id = '{}'", item.id);
    assert!(app.number(&told) > 0);

    change_policy(&app, &policy, hours(50)).await;
    let healed = recalculate(&app, json!({})).await;
    assert_eq!((&healed[0]["healed"], &healed[0]["new_state"]), (&json!(true), &json!("running")));
    assert_eq!(item.due("dispatch").await, at("2026-01-07T04:00:00Z"));
}

#[actix_web::test]
async fn filters_choose_by_policy_department_calendar_and_feedback() {
    let app = App::start().await;
    app.set_time(FRIDAY);
    let given = app.given();
    let (fresh, other) = (given.feedback().await, given.feedback().await);
    let pending = given.pending().await;
    exception(&app, json!({ "date": "2026-01-12", "kind": "holiday" })).await;
    let seen = async |filter: Value| {
        let mut found: Vec<String> = preview(&app, filter)
            .await
            .iter()
            .map(|one| format!("{}:{}", one["number"].as_str().unwrap(), one["kind"].as_str().unwrap()))
            .collect();
        found.sort();
        found
    };
    let of = |item: &Item<'_>, kind: &str| format!("{}:{kind}", item.number);
    let all = [of(&fresh, "dispatch"), of(&other, "dispatch"), of(&pending, "approval")];
    let department = given.department(DEPARTMENT).await;

    assert_eq!(seen(json!({})).await, all);
    assert_eq!(seen(json!({ "department_id": department })).await, all[2..]);
    assert_eq!(
        seen(json!({ "feedback_ids": [fresh.id, pending.id] })).await,
        [all[0].clone(), all[2].clone()]
    );
    assert_eq!(seen(json!({ "department_id": department, "feedback_ids": [fresh.id] })).await, [""; 0]);
    assert_eq!(seen(json!({ "calendar_id": calendar(&app).await })).await, all);
    let policies: Value = app.as_admin().get("/sla/policies").await.expect(200);
    assert_eq!(seen(json!({ "policy_id": policies["items"][0]["id"] })).await, all);
    let unknown = "018f6b1e-0000-7000-8000-000000000001";
    for name in ["policy_id", "department_id", "calendar_id"] {
        assert_eq!(seen(json!({ name: unknown })).await, [""; 0], "{name}");
    }
    // a new policy takes what it applies to
    let new = days_policy(&app, "visit", 9, "days").await;
    let visits = seen(json!({ "policy_id": new["id"], "feedback_ids": [fresh.id] })).await;
    assert!(visits.contains(&of(&fresh, "visit")), "{visits:?}");
}

#[actix_web::test]
async fn many_are_recalculated_portion_by_portion() {
    let app = App::start().await;
    let admin = app.as_admin();
    let mut items = Vec::new();
    for _ in 0..5 {
        items.push(app.given().feedback().await);
    }
    exception(&app, json!({ "date": "2026-01-06", "kind": "holiday" })).await;

    let (mut numbers, mut checked, mut cursor) = (Vec::new(), Vec::new(), String::new());
    loop {
        let path = format!("/sla/recalculate?limit=2{cursor}");
        let out: Value = admin.post(&path, because(json!({}))).await.expect(200);
        numbers.extend(out["items"].as_array().unwrap().iter().map(|one| one["number"].clone()));
        checked.push(out["checked"].as_u64().unwrap());
        match out["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }

    assert_eq!(checked, [2, 2, 1]);
    assert_eq!(numbers, items.iter().map(|item| json!(item.number)).collect::<Vec<_>>());
    let other = because(json!({ "feedback_ids": [items[0].id] }));
    let path = format!("/sla/recalculate?limit=2{cursor}");
    admin.post(&path, other).await.expect_problem(400, "invalid_cursor");
    let first: Value =
        admin.clone().key("once").post("/sla/recalculate", because(json!({}))).await.expect(200);
    let again = admin.clone().key("once").post("/sla/recalculate", because(json!({}))).await;
    assert_eq!(again.json(), first);
}

#[actix_web::test]
async fn only_an_administrator_recalculates_and_says_why() {
    let app = App::start().await;
    for client in [app.as_agent(), app.as_head(DEPARTMENT), app.as_analyst(), app.as_key(&["feedback:write"])]
    {
        client.post("/sla/recalculate", because(json!({}))).await.expect_problem(403, "forbidden");
    }
    let admin = app.as_admin();
    assert_eq!(admin.post("/sla/recalculate", json!({})).await.status.as_u16(), 422);
    for wrong in [json!({ "feedback_ids": [] }), json!({ "policy_id": null }), json!({ "everything": true })]
    {
        assert_eq!(admin.post("/sla/recalculate", because(wrong)).await.status.as_u16(), 422);
    }
    assert_eq!(admin.post("/sla/recalculate?limit=101", because(json!({}))).await.status.as_u16(), 400);
}

#[actix_web::test]
async fn a_day_of_progress_ends_as_its_calendar_now_says() {
    let app = App::start().await;
    let item = app.given().accepted().await;
    app.set_time("2026-01-06T09:30:00+08:00");
    app.work();
    assert_eq!(item.due("progress").await, at("2026-01-06T18:00:00+08:00"));
    let short = json!({ "date": "2026-01-06", "kind": "make_up_day", "intervals": [["09:00", "12:00"]] });
    exception(&app, short).await;

    let moved = recalculate(&app, json!({})).await;
    assert!(kinds(&moved).contains(&"progress"), "{moved:#?}");
    assert_eq!(item.due("progress").await, at("2026-01-06T12:00:00+08:00"));
    assert_eq!(item.clock("progress").await["state"], "running");

    exception(&app, json!({ "date": "2026-01-06", "kind": "holiday" })).await;
    let moved = recalculate(&app, json!({})).await;
    let progress = moved.iter().find(|one| one["kind"] == "progress").unwrap();
    assert_eq!(progress["new_state"], "cancelled");
    app.set_time("2026-01-07T08:00:00+08:00");
    app.work();
    assert_eq!(item.clock("progress").await["state"], "cancelled", "nobody works on that day");
    app.set_time("2026-01-07T09:00:00+08:00");
    app.work();
    assert_eq!(item.due("progress").await, at("2026-01-07T18:00:00+08:00"));
}

#[actix_web::test]
async fn a_carried_rest_is_no_longer_after_it() {
    let app = App::start().await;
    let customer = app.given().customer().await["id"].clone();
    let old = app.given().feedback_of(&customer, json!({})).await;
    app.advance(TimeDelta::hours(2));
    let young = app.given().feedback_of(&customer, json!({})).await;
    let into = json!({ "into_id": young.id, "reason": "同一件事" });
    old.take(&app.as_agent(), "merge", into).await;
    let due = young.due("solution").await;

    assert!(recalculate(&app, json!({})).await.is_empty(), "nothing has changed");
    days_policy(&app, "solution", 30, "days").await;
    recalculate(&app, json!({})).await;

    assert_eq!(young.due("solution").await, due);
}

#[actix_web::test]
async fn a_running_clock_keeps_the_pauses_and_warnings_of_the_version_that_set_it() {
    let app = App::start().await;
    let policy = days_policy(&app, "solution", 10, "days").await;
    let never = json!({ "pause_statuses": [] });
    let (old, moved) = (app.given().accepted().await, app.given().accepted().await);
    change_policy(&app, &policy, never).await;
    let young = app.given().accepted().await;
    let ids = json!({ "feedback_ids": [moved.id] });
    assert_eq!(kinds(&recalculate(&app, ids.clone()).await), ["solution"]);
    assert!(recalculate(&app, ids).await.is_empty());

    let (old, moved, young) = (old.ask().await, moved.ask().await, young.ask().await);

    for (item, state) in [(&old, "paused"), (&moved, "running"), (&young, "running")] {
        assert_eq!(item.clock("solution").await["state"], state);
    }
}
