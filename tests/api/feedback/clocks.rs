//! Clocks over HTTP: the vectors of working time, the pauses, and who used the time.

use super::{at, days_policy};
use crate::support::{App, DEPARTMENT, Item};
use serde_json::{Value, json};

/// Friday, an hour before closing.
const FRIDAY: &str = "2026-01-09T17:00:00+08:00";

async fn exception(app: &App, body: Value) {
    let admin = app.as_admin();
    let settings: Value = admin.get("/settings").await.expect(200);
    let calendar = settings["calendar_id"].as_str().unwrap();
    let path = format!("/calendars/{calendar}/exceptions");
    let answer = admin.if_match("*").post(&path, body).await;
    assert!(answer.status.is_success(), "{answer:?}");
}

fn seconds(clock: &Value, name: &str) -> i64 {
    clock[name].as_i64().unwrap()
}

/// Looks whether the account of the newest clock of a kind adds up, and the ledger with it.
async fn adds_up(item: &Item<'_>, kind: &str) {
    let explained = item.read(&format!("/clocks/{kind}/explain")).await;
    let ledger = item.read("/time-ledger").await;
    let clock = &explained["clock"];
    let sum = |items: &Value, of: &dyn Fn(&Value) -> bool| -> i64 {
        let all = items.as_array().unwrap().iter().filter(|line| of(line));
        all.map(|line| seconds(line, "seconds")).sum()
    };
    let same = |line: &Value| ["kind", "round", "seq"].iter().all(|name| line[*name] == clock[*name]);
    let consumed = seconds(clock, "consumed_seconds");
    let counts = |line: &Value| line["kind"] != "paused";
    assert_eq!(sum(&explained["segments"], &counts), consumed, "{explained:#}");
    assert_eq!(sum(&ledger["items"], &same), consumed, "{ledger:#}");
}

#[actix_web::test]
async fn two_working_days_are_due_at_closing_time() {
    let app = App::start().await;
    let vectors = [
        (FRIDAY, "2026-01-13T17:00:00+08:00"),
        ("2026-01-09T18:00:00+08:00", "2026-01-13T18:00:00+08:00"),
        ("2026-01-10T10:00:00+08:00", "2026-01-13T18:00:00+08:00"),
        ("2026-01-12T12:30:00+08:00", "2026-01-14T12:00:00+08:00"),
    ];

    for (registered, due) in vectors {
        app.set_time(registered);
        let item = app.given().feedback().await;

        assert_eq!(item.due("dispatch").await, at(due), "{registered}");
        assert_eq!(seconds(&item.clock("dispatch").await, "budget_seconds"), 57_600);
    }
}

#[actix_web::test]
async fn a_holiday_and_a_make_up_day_move_the_due_time() {
    for (day, kind, due) in [
        ("2026-01-12", "holiday", "2026-01-14T17:00:00+08:00"),
        ("2026-01-10", "make_up_day", "2026-01-12T17:00:00+08:00"),
    ] {
        let app = App::start().await;
        exception(&app, json!({ "date": day, "kind": kind })).await;
        app.set_time(FRIDAY);

        let item = app.given().feedback().await;

        assert_eq!(item.due("dispatch").await, at(due), "{kind}");
        app.set_time("2026-01-13T10:00:00+08:00");
        adds_up(&item, "dispatch").await;
    }
}

#[actix_web::test]
async fn urgent_is_an_hour_and_low_is_five_working_days() {
    let app = App::start().await;
    app.set_time(FRIDAY);
    let customer = app.given().customer().await["id"].clone();

    let urgent = app.given().feedback_of(&customer, json!({ "safety_risk": true })).await;
    let low = app.given().feedback_of(&customer, json!({ "type": "praise" })).await;

    assert_eq!(urgent.due("dispatch").await, at("2026-01-09T18:00:00+08:00"));
    assert_eq!(urgent.due("solution").await, at("2026-01-10T17:00:00+08:00"));
    assert_eq!(low.due("dispatch").await, at("2026-01-16T17:00:00+08:00"));
    assert_eq!(low.due("solution").await, at("2026-01-12T17:00:00+08:00"));
    for item in [urgent, low] {
        assert_eq!(item.due("first_response").await, at("2026-01-10T17:00:00+08:00"));
        assert_eq!(item.due("visit").await, at("2026-01-16T17:00:00+08:00"));
    }
}

#[actix_web::test]
async fn a_question_stops_the_solution_and_an_answer_lets_it_go_on() {
    let vectors = [
        (3, "2026-01-12T09:00", "2026-01-13T17:00", "2026-01-15T10:00", 900, "2026-01-16T11:00"),
        (2, "2026-01-16T09:00", "2026-01-16T17:30", "2026-01-19T09:30", 450, "2026-01-20T10:00"),
    ];
    for (days, from, asked, answered, consumed, due) in vectors {
        let local = |time: &str| format!("{time}:00+08:00");
        let app = App::start().await;
        days_policy(&app, "solution", days, "working_days").await;
        app.set_time(&local(from));
        let item = app.given().accepted().await;
        let budget = i64::from(days) * 28_800;

        app.set_time(&local(asked));
        let item = item.ask().await;

        app.set_time(&local(answered));
        let paused = item.clock("solution").await;
        assert_eq!(paused["state"], "paused");
        assert_eq!(paused["due_at"], Value::Null);
        assert_eq!(seconds(&paused, "remaining_seconds"), budget - consumed * 60);
        let item = item.answer().await;

        assert_eq!(item.shown().await["status"], "in_progress");
        let clock = item.clock("solution").await;
        assert_eq!(clock["state"], "running");
        assert_eq!(seconds(&clock, "consumed_seconds"), consumed * 60);
        assert_eq!(item.due("solution").await, at(&local(due)));
        app.set_time(&local(due));
        assert_eq!(item.clock("solution").await["state"], "running", "in time");
        adds_up(&item, "solution").await;
    }
}

#[actix_web::test]
async fn a_reply_has_a_day_and_the_weekend_counts() {
    let app = App::start().await;
    app.set_time(FRIDAY);
    let (in_time, late) = (app.given().approved().await, app.given().approved().await);
    let due = "2026-01-10T17:00:00+08:00";
    assert_eq!(in_time.due("reply").await, at(due));

    app.set_time(due);
    let in_time = in_time.reply().await;
    app.set_time("2026-01-10T17:00:00.001+08:00");
    assert_eq!(late.clock("reply").await["state"], "breached");
    let late = late.reply().await;

    assert_eq!(in_time.clock("reply").await["state"], "met");
    let late = late.clock("reply").await;
    assert_eq!(
        (&late["state"], &late["breached_at"]),
        (&json!("met_late"), &json!("2026-01-10T09:00:00.000Z"))
    );
}

#[actix_web::test]
async fn staff_who_speak_to_the_customer_respond_and_a_receipt_does_not() {
    let app = App::start().await;
    let given = app.given();
    let state = async |item: &Item<'_>| item.clock("first_response").await["state"].clone();
    let agent = app.as_agent();

    let item = given.accepted().await;
    item.act(&agent, "progress-notes", json!({ "text": "x" })).await.expect::<Value>(200);
    item.act(&agent, "customer-answer", json!({ "text": "x" })).await.expect::<Value>(200);
    let shown = item.shown().await;
    let path = format!("/customers/{}/interactions", shown["customer_id"].as_str().unwrap());
    let mut talk = json!({ "channel": "phone", "direction": "inbound", "kind": "call", "summary": "x", "feedback_id": item.id });
    agent.post(&path, talk.clone()).await.expect::<Value>(201);
    assert_eq!(state(&item).await, "running");
    talk["direction"] = json!("outbound");
    agent.post(&path, talk).await.expect::<Value>(201);
    assert_eq!(state(&item).await, "met", "an outbound interaction");

    let asked = given.accepted().await.ask().await;
    assert_eq!(state(&asked).await, "met", "a question");
    let replied = given.approved().await;
    assert_eq!(state(&replied).await, "running");
    let replied = replied.reply().await;
    assert_eq!(state(&replied).await, "met", "a reply");
    let noted = given.feedback().await;
    let note = json!({ "text": "我们正在核实", "to_customer": true });
    let noted = noted.take(&agent, "progress-notes", note).await;
    assert_eq!(state(&noted).await, "met", "a note to the customer");
}

#[actix_web::test]
async fn a_visit_meets_the_visit_clock() {
    let app = App::start().await;
    let item = app.given().approved().await;
    let customer = item.shown().await["customer_id"].clone();
    let path = format!("/customers/{}/interactions", customer.as_str().unwrap());
    let visit = json!({ "channel": "visit", "direction": "outbound", "kind": "visit", "summary": "回访", "feedback_id": item.id });

    app.as_agent().post(&path, visit).await.expect::<Value>(201);

    assert_eq!(item.clock("visit").await["state"], "met");
}

#[actix_web::test]
async fn another_department_counts_by_its_own_calendar_and_nothing_starts_anew() {
    let app = App::start().await;
    days_policy(&app, "solution", 2, "working_days").await;
    let admin = app.as_admin();
    let day = json!([["00:00", "24:00"]]);
    let always =
        json!({ "mon": day, "tue": day, "wed": day, "thu": day, "fri": day, "sat": day, "sun": day });
    let calendar = json!({ "name": "always", "time_zone": "Asia/Shanghai", "weekly": always, "standard_day_minutes": 480 });
    let calendar: Value = admin.post("/calendars", calendar).await.expect(201);
    let product = app.given().department("product").await;
    let patch = json!({ "calendar_id": calendar["id"] });
    let path = format!("/departments/{product}");
    admin.clone().if_match("*").patch(&path, patch).await.expect::<Value>(200);
    app.set_time("2026-01-09T09:00:00+08:00");
    let item = app.given().accepted().await;
    assert_eq!(item.due("solution").await, at("2026-01-12T18:00:00+08:00"));

    app.set_time(FRIDAY);
    let body = json!({ "department_id": product, "reason": "产品问题" });
    let item = item.take(&app.as_agent(), "transfer", body).await;

    let shown = item.shown().await;
    assert_eq!((&shown["status"], &shown["handler_id"]), (&json!("dispatched"), &Value::Null));
    let clock = item.clock("solution").await;
    assert_eq!(seconds(&clock, "consumed_seconds"), 420 * 60);
    assert_eq!(clock["started_at"], "2026-01-09T01:00:00.000Z");
    assert_eq!(item.due("solution").await, at("2026-01-10T02:00:00+08:00"));
    app.set_time("2026-01-09T18:00:00+08:00");
    adds_up(&item, "solution").await;
    let ledger = item.read("/time-ledger").await;
    let share = |department: &str| -> i64 {
        let all = ledger["items"].as_array().unwrap().iter();
        let own = all.filter(|s| s["kind"] == "solution" && s["department_id"] == department);
        own.map(|s| seconds(s, "seconds")).sum()
    };
    assert_eq!(share(&product), 3600);
    assert_eq!(share(&app.given().department(DEPARTMENT).await), 420 * 60);
}

#[actix_web::test]
async fn another_priority_gives_another_budget_and_takes_back_only_what_it_broke() {
    let app = App::start().await;
    let item = app.given().feedback().await;
    let agent = app.as_agent();
    let set = |priority: &str| json!({ "priority": priority, "reason": "重新评估" });
    app.advance(chrono::TimeDelta::hours(48));

    let item = item.take(&agent, "set-priority", set("urgent")).await;

    let broken = item.clock("solution").await;
    assert_eq!((&broken["state"], &broken["breach_reason"]), (&json!("breached"), &json!("retargeted")));
    assert_eq!(broken["breached_at"], "2026-01-07T02:00:00.000Z");
    assert_eq!(seconds(&broken, "consumed_seconds"), 48 * 3600);
    let shown = item.shown().await;
    assert_eq!(shown["priority_reasons"], json!(["manual"]));
    let item = item.take(&agent, "set-priority", set("normal")).await;
    assert_eq!(item.clock("solution").await["state"], "running");
    assert_eq!(item.due("solution").await, at("2026-01-08T10:00:00+08:00"));
    // breached by the time: no change heals that
    app.set_time("2026-01-08T10:00:00.001+08:00");
    let item = item.take(&agent, "set-priority", set("urgent")).await;
    let item = item.take(&agent, "set-priority", set("low")).await;
    assert_eq!(item.clock("first_response").await["breach_reason"], "time");
    let refused = item.act(&agent, "set-priority", set("low")).await;
    refused.expect_field("/priority", "same_priority");
}

#[actix_web::test]
async fn what_is_used_stays_used_in_another_time_and_back() {
    let app = App::start().await;
    app.set_time("2026-01-09T16:00:00+08:00");
    let (item, quick) = (app.given().feedback().await, app.given().feedback().await);
    let agent = app.as_agent();
    let set = |priority: &str| json!({ "priority": priority, "reason": "重新评估" });
    let of = async |item: &Item<'_>, name: &str| item.clock("dispatch").await[name].clone();

    // half an hour is used of an hour by the clock
    app.set_time("2026-01-09T16:30:00+08:00");
    let quick = quick.take(&agent, "set-priority", set("urgent")).await;
    assert_eq!((of(&quick, "unit").await, of(&quick, "state").await), (json!("clock"), json!("running")));
    assert_eq!(quick.due("dispatch").await, at("2026-01-09T17:00:00+08:00"));
    let quick = quick.take(&agent, "set-priority", set("normal")).await;
    assert_eq!(quick.due("dispatch").await, at("2026-01-13T16:00:00+08:00"), "as if nothing had been");

    // three working hours over the weekend are more than an hour
    app.set_time("2026-01-12T10:00:00+08:00");
    let item = item.take(&agent, "set-priority", set("urgent")).await;
    assert_eq!(of(&item, "consumed_seconds").await, 3 * 3600);
    assert_eq!(of(&item, "breach_reason").await, "retargeted");
    app.set_time("2026-01-12T20:00:00+08:00");
    let item = item.take(&agent, "set-priority", set("low")).await;
    assert_eq!((of(&item, "unit").await, of(&item, "state").await), (json!("working"), json!("running")));
    assert_eq!(of(&item, "consumed_seconds").await, 13 * 3600, "ten hours by the clock are ten hours");
    assert_eq!(of(&item, "budget_seconds").await, 40 * 3600);
    assert_eq!(item.due("dispatch").await, at("2026-01-16T12:00:00+08:00"));
    app.set_time("2026-01-13T10:00:00+08:00");
    adds_up(&item, "dispatch").await;
}

#[actix_web::test]
async fn an_important_customer_has_the_stricter_policy_all_the_way() {
    let app = App::start().await;
    let targets = json!([{ "clock": "reply", "amount": 2, "unit": "hours" }]);
    let policy =
        json!({ "name": "VIP", "order": 1, "conditions": { "grades": ["high_value"] }, "targets": targets });
    app.as_admin().post("/sla/policies", policy).await.expect::<Value>(201);
    let customer = app.given().customer().await["id"].clone();
    app.execute("UPDATE customer SET value_grade = 'high_value'");

    let item = app.given().reached("approved", &customer, "").await;

    assert_eq!(seconds(&item.clock("reply").await, "budget_seconds"), 7200);
}
