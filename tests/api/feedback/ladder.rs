//! Warnings, levels, days without a note: what the worker sends, once.

use super::days_policy;
use crate::support::{App, DEPARTMENT, Item};
use serde_json::{Value, json};

fn notified(app: &App, item: &Item<'_>, kind: &str) -> i64 {
    app.number(&format!(
        "SELECT count(*) FROM notification WHERE feedback_id = '{}' AND kind = '{kind}'",
        item.id
    ))
}

async fn level(item: &Item<'_>) -> i64 {
    item.shown().await["escalation_level"].as_i64().unwrap()
}

#[actix_web::test]
async fn an_overdue_reply_warns_and_then_climbs_to_the_head_the_boss_and_the_admins() {
    let app = App::start().await;
    days_policy(&app, "reply", 24, "hours").await;
    let item = app.given().approved().await;
    let head = app.as_head(DEPARTMENT);
    let boss = app.given().boss();
    let clock = [
        ("2026-01-05T13:59:59Z", 0, 0),
        ("2026-01-05T14:00:00Z", 0, 1),
        ("2026-01-05T20:00:00Z", 0, 2),
        ("2026-01-06T02:00:00Z", 0, 2),
        ("2026-01-06T07:59:59Z", 0, 2),
        ("2026-01-06T08:00:00Z", 1, 2),
        ("2026-01-06T14:00:00Z", 2, 2),
        ("2026-01-07T02:00:00Z", 3, 2),
        ("2026-01-09T02:00:00Z", 3, 2),
    ];

    for (now, wanted, warned) in clock {
        app.set_time(now);
        app.work();
        app.work();
        assert_eq!(level(&item).await, wanted, "at {now}");
        assert_eq!(notified(&app, &item, "due_soon"), warned, "at {now}");
    }

    let raised: Vec<String> =
        item.history().await.into_iter().filter(|kind| kind == "level_raised").collect();
    assert_eq!(raised.len(), 3);
    assert_eq!(notified(&app, &item, "level_raised"), 3);
    for (client, count) in [(head, 1), (boss, 1), (app.as_admin(), 1)] {
        let page: Value = client.get("/notifications?limit=100").await.expect(200);
        let told = page["items"].as_array().unwrap().iter();
        assert_eq!(told.filter(|n| n["kind"] == "level_raised").count(), count);
    }
    assert!(notified(&app, &item, "overdue") >= 1);
}

#[actix_web::test]
async fn a_worker_that_was_away_raises_as_often_as_one_that_was_there() {
    let app = App::start().await;
    days_policy(&app, "reply", 24, "hours").await;
    let item = app.given().approved().await;
    app.set_time("2026-01-09T02:00:00Z");

    app.work();

    assert_eq!(level(&item).await, 3);
    assert_eq!(app.number("SELECT count(*) FROM escalation"), 3);
    let clock = item.clock("reply").await;
    assert_eq!(clock["breached_at"], "2026-01-06T02:00:00.000Z");
}

#[actix_web::test]
async fn marks_that_a_change_passes_are_one_notice_and_one_level() {
    let app = App::start().await;
    let item = app.given().pending().await.approve().await;
    days_policy(&app, "visit", 365, "days").await;
    let other = app.given().feedback().await;
    app.work();
    assert_eq!((level(&item).await, level(&other).await), (0, 0));
    let short = json!({ "name": "short", "order": 0, "conditions": { "priorities": ["urgent"] }, "targets": [
        { "clock": "solution", "amount": 1, "unit": "hours" }, { "clock": "first_response", "amount": 365, "unit": "days" },
        { "clock": "dispatch", "amount": 365, "unit": "days" }, { "clock": "visit", "amount": 365, "unit": "days" },
    ] });
    app.as_admin().post("/sla/policies", short).await.expect::<Value>(201);
    app.set_time("2026-01-05T05:00:00Z");

    let urgent = json!({ "priority": "urgent", "reason": "媒体关注" });
    let other = other.take(&app.as_agent(), "set-priority", urgent).await;
    app.work();
    app.work();

    assert_eq!(other.clock("solution").await["breach_reason"], "retargeted");
    assert_eq!(level(&other).await, 1);
    assert_eq!(app.number("SELECT count(*) FROM escalation"), 1);
}

#[actix_web::test]
async fn each_third_day_without_a_note_raises_a_level() {
    let app = App::start().await;
    days_policy(&app, "solution", 365, "days").await;
    let item = app.given().dispatched().await;
    // the worker looks exactly when the day is due, and again at its next round
    for day in 6..=8 {
        for time in ["09:00:00.000", "18:00:00.000", "18:00:05.000"] {
            app.set_time(&format!("2026-01-{day:02}T{time}+08:00"));
            app.work();
        }
    }
    assert_eq!(level(&item).await, 1);
    app.set_time("2026-01-09T15:00:00+08:00");
    let note = json!({ "text": "等待厂家答复" });
    let item = item.take(&app.as_agent(), "progress-notes", note).await;
    app.set_time("2026-01-14T09:00:00+08:00");
    app.work();
    assert_eq!(level(&item).await, 1, "two days in a row are missed since the note");
    app.set_time("2026-01-15T09:00:00+08:00");
    app.work();
    assert_eq!(level(&item).await, 2);
    let clocks = item.read("/clocks").await;
    let days = clocks["items"].as_array().unwrap().iter().filter(|c| c["kind"] == "progress");
    let states: Vec<&str> = days.map(|c| c["state"].as_str().unwrap()).collect();
    let (missed, running) = ("breached", "running");
    assert_eq!(states, [missed, missed, missed, "met", missed, missed, missed, running]);
}

#[actix_web::test]
async fn a_worker_that_slept_counts_the_same_days() {
    let app = App::start().await;
    days_policy(&app, "solution", 365, "days").await;
    let item = app.given().dispatched().await;

    app.set_time("2026-01-14T09:00:00+08:00");
    app.work();

    assert_eq!(level(&item).await, 2, "Tuesday to Tuesday are six days");
}

#[actix_web::test]
async fn each_day_warns_anew() {
    let app = App::start().await;
    days_policy(&app, "solution", 365, "days").await;
    let item = app.given().dispatched().await;

    for day in 6..=7 {
        app.set_time(&format!("2026-01-{day:02}T09:00:00+08:00"));
        app.work();
        app.set_time(&format!("2026-01-{day:02}T17:30:00+08:00"));
        app.work();
    }

    assert_eq!(notified(&app, &item, "due_soon"), 4, "at 50 and 75 percent of each day");
}

#[actix_web::test]
async fn a_day_without_a_note_is_told_when_it_is_over() {
    let app = App::start().await;
    days_policy(&app, "solution", 365, "days").await;
    let (item, noted) = (app.given().accepted().await, app.given().accepted().await);
    let told = |item: &Item<'_>| notified(&app, item, "overdue");
    app.set_time("2026-01-06T09:00:00+08:00");
    app.work();
    let noted = noted.take(&app.as_agent(), "progress-notes", json!({ "text": "等待厂家答复" })).await;

    app.set_time("2026-01-06T18:00:05+08:00");
    app.work();
    app.set_time("2026-01-06T18:00:10+08:00");
    app.work();

    assert_eq!(told(&item), 2, "the handler and service, once");
    assert_eq!(told(&noted), 0);
    assert_eq!(level(&item).await, 0);
    // whoever slept for days tells of the last one
    app.set_time("2026-01-09T08:00:00+08:00");
    app.work();
    assert_eq!(told(&item), 4);
}

#[actix_web::test]
async fn an_overdue_case_owes_an_explanation_until_a_note_is_written() {
    let app = App::start().await;
    let item = app.given().feedback().await;
    let agent = app.as_agent();
    let owing = async |yes: bool| -> usize {
        let page: Value = agent.get(&format!("/feedback?owed_explanation={yes}")).await.expect(200);
        page["items"].as_array().unwrap().len()
    };
    assert_eq!((owing(true).await, owing(false).await), (0, 1));

    app.set_time("2026-01-06T02:00:00.001Z");
    assert_eq!(owing(true).await, 1, "without any worker");
    app.work();
    app.set_time("2026-01-12T02:00:00Z");
    app.work();
    assert_eq!(notified(&app, &item, "explanation_owed"), 0, "the visit is not due yet");
    app.set_time("2026-01-13T01:00:00Z");
    app.work();
    assert_eq!(notified(&app, &item, "explanation_owed"), 1, "one a day since all its clocks are breached");

    let note = json!({ "text": "供应商延误，明日到货" });
    item.take(&agent, "progress-notes", note).await;
    assert_eq!((owing(true).await, owing(false).await), (0, 1));
}
