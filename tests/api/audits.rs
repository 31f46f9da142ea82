//! The audits: a clean database is clean, and what was changed past the server is found and located.

use crate::support::{App, Item};
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn found(app: &App, audit: &str) -> Vec<Value> {
    let answer: Value = app.as_admin().get(&format!("/audits/{audit}")).await.expect(200);
    assert!(answer["checked"].as_i64().unwrap() > 0);
    answer["violations"].as_array().unwrap().clone()
}

/// Runs SQL as nobody should: with the triggers and the references switched off.
fn tamper(app: &App, sql: &str) {
    app.execute(&format!("SET session_replication_role = replica; {sql}"));
}

async fn everything(app: &App) -> Vec<Item<'_>> {
    let customer = app.given().customer().await["id"].clone();
    let target = app.given().feedback_of(&customer, json!({})).await;
    let mut items = Vec::new();
    for status in ["in_progress", "replied", "escalated", "closed", "merged", "cancelled"] {
        items.push(app.given().reached(status, &customer, &target.id).await);
    }
    items
}

#[actix_web::test]
async fn a_clean_database_is_clean_before_and_after_its_anchors() {
    let app = App::start().await;
    everything(&app).await;
    assert!(found(&app, "closed-loop").await.is_empty());
    assert!(found(&app, "verify").await.is_empty());

    for _ in 0..3 {
        app.advance(TimeDelta::hours(1));
        app.work();
        app.given().feedback().await;
    }

    assert_eq!(app.number("SELECT count(*) FROM chain_anchor"), 3);
    assert!(found(&app, "verify").await.is_empty());
    app.as_analyst().get("/audits/verify").await.expect::<Value>(200);
    app.as_agent().get("/audits/verify").await.expect_problem(403, "forbidden");
    app.as_agent().get("/audits/closed-loop").await.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn one_changed_byte_is_located() {
    let app = App::start().await;
    let item = app.given().replied().await;
    app.given().accepted().await;
    let one = format!("feedback_id = '{}' AND seq = 3", item.id);
    for (change, back) in [
        ("at = at + interval '1 ms'", "at = at - interval '1 ms'"),
        ("kind = 'returned'", "kind = 'accepted'"),
        ("actor_kind = 'system'", "actor_kind = 'staff'"),
        ("payload = payload || '{\"x\": 1}'", "payload = payload - 'x'"),
    ] {
        tamper(&app, &format!("UPDATE feedback_event SET {change} WHERE {one}"));

        let broken = found(&app, "verify").await;
        assert_eq!(broken.len(), 1, "{change}: {broken:?}");
        let violation = &broken[0];
        assert_eq!(
            (&violation["rule"], &violation["subject"]),
            (&json!("broken_chain"), &json!(item.number))
        );
        assert!(violation["detail"].as_str().unwrap().contains("event 3 "), "{violation}");
        assert_eq!(item.read("/evidence").await["whole"], false);
        tamper(&app, &format!("UPDATE feedback_event SET {back} WHERE {one}"));
    }
    assert!(found(&app, "verify").await.is_empty());
    assert_eq!(item.read("/evidence").await["whole"], true);
}

#[actix_web::test]
async fn a_missing_end_and_a_missing_chain_show() {
    let app = App::start().await;
    let (item, gone) = (app.given().accepted().await, app.given().feedback().await);
    app.advance(TimeDelta::hours(1));
    app.work();
    app.execute("CREATE TABLE kept AS SELECT * FROM feedback_event");

    tamper(&app, &format!("DELETE FROM feedback_event WHERE feedback_id = '{}' AND seq = 3", item.id));
    let broken = found(&app, "verify").await;
    assert!(broken.iter().any(|v| v["subject"] == item.number.as_str()), "{broken:?}");
    assert!(found(&app, "closed-loop").await.iter().any(|v| v["rule"] == "history_has_a_gap"));
    tamper(&app, "INSERT INTO feedback_event SELECT * FROM kept ON CONFLICT DO NOTHING");

    let id = &gone.id;
    tamper(
        &app,
        &format!(
            "DELETE FROM feedback_event_text WHERE feedback_id = '{id}'; DELETE FROM feedback_event WHERE feedback_id = '{id}';
             DELETE FROM sla_clock WHERE feedback_id = '{id}'; DELETE FROM customer_notice WHERE feedback_id = '{id}';
             DELETE FROM feedback_detail WHERE feedback_id = '{id}'; DELETE FROM feedback WHERE id = '{id}'"
        ),
    );
    let broken = found(&app, "verify").await;
    assert_eq!(broken.len(), 1, "{broken:?}");
    assert!(broken[0].to_string().contains(id.as_str()), "{broken:?}");
}

#[actix_web::test]
async fn forged_and_missing_anchors_show() {
    let app = App::start().await;
    app.given().feedback().await;
    for _ in 0..3 {
        app.advance(TimeDelta::hours(1));
        app.work();
    }
    tamper(
        &app,
        "UPDATE chain_anchor SET heads = jsonb_set(heads, '{feedback}', '[]') WHERE at = (SELECT min(at) FROM chain_anchor)",
    );
    let rules: Vec<Value> = found(&app, "verify").await.iter().map(|v| v["rule"].clone()).collect();
    assert!(rules.contains(&json!("anchor_forged")), "{rules:?}");
    tamper(&app, "DELETE FROM chain_anchor WHERE at = (SELECT min(at) FROM chain_anchor)");
    let rules: Vec<Value> = found(&app, "verify").await.iter().map(|v| v["rule"].clone()).collect();
    assert_eq!(rules, ["anchor_missing"]);
}

/// Breaks one rule, looks whether the audit names it, and mends it.
async fn names(app: &App, item: &Item<'_>, rule: &str, harm: &str, mend: &str) {
    tamper(app, harm);
    let broken = found(app, "closed-loop").await;
    let named = |v: &Value| v["rule"] == rule && v["subject"] == item.number.as_str();
    assert!(broken.iter().any(named), "{rule}: {broken:?}");
    tamper(app, mend);
    assert!(found(app, "closed-loop").await.is_empty());
}

#[actix_web::test]
async fn the_closed_loop_names_what_breaks_it() {
    let app = App::start().await;
    let (closed, working) = (app.given().closed().await, app.given().accepted().await);
    app.execute("CREATE TABLE kept AS SELECT * FROM reply");
    let again = "INSERT INTO reply SELECT * FROM kept";

    names(&app, &closed, "closed_without_reply", "DELETE FROM reply", again).await;
    let status =
        |status: &str| format!("UPDATE feedback SET status = '{status}' WHERE id = '{}'", working.id);
    let (harm, mend) = (status("dispatched"), status("in_progress"));
    names(&app, &working, "status_is_not_the_fold", &harm, &mend).await;
    let visit = |set: &str| {
        let id = &closed.id;
        format!("UPDATE sla_clock SET {set} WHERE feedback_id = '{id}' AND kind = 'visit'")
    };
    let (harm, mend) = (visit("open = true, ended_at = NULL"), visit("open = false, ended_at = met_at"));
    names(&app, &closed, "clock_after_the_end", &harm, &mend).await;
    for (rule, harm, mend) in [
        ("round_is_not_the_fold", "UPDATE feedback SET round = 2", "UPDATE feedback SET round = 1"),
        (
            "level_is_not_the_fold",
            "UPDATE feedback SET escalation_level = 1",
            "UPDATE feedback SET escalation_level = 0",
        ),
        (
            "given_but_not_shown",
            "DELETE FROM feedback_sight WHERE why = 'department'",
            "INSERT INTO feedback_sight SELECT feedback_id, department_id, 'department' FROM dispatch",
        ),
        (
            "handled_but_not_shown",
            "DELETE FROM feedback_sight WHERE why = 'handler'",
            "INSERT INTO feedback_sight SELECT id, handler_id, 'handler' FROM feedback",
        ),
    ] {
        names(&app, &working, rule, harm, mend).await;
    }
}
