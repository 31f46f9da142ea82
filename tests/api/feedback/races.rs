//! Two at once on one case: exactly one wins, and the other is told where the case stands now.

use crate::support::{Answer, App, Client, DEPARTMENT, Item};
use futures_util::future::{join, join_all};
use serde_json::{Value, json};

/// How often each race is run.
const TIMES: usize = 4;

/// Looks whether one of two won, and what the other was told.
fn one_wins(first: &Answer, second: &Answer, codes: &[&str]) {
    let won = |answer: &Answer| answer.status.as_u16() == 200;
    assert!(won(first) != won(second), "{first:?}\n{second:?}");
    let lost = if won(first) { second } else { first }.json();
    assert!(codes.contains(&lost["code"].as_str().unwrap()), "{first:?}\n{second:?}");
    assert!(lost["current_status"].is_string() && lost["allowed_actions"].is_array(), "{lost}");
}

async fn both(
    item: &Item<'_>,
    first: (&Client, &str, Value),
    second: (&Client, &str, Value),
) -> (Answer, Answer) {
    join(item.act(first.0, first.1, first.2), item.act(second.0, second.1, second.2)).await
}

#[actix_web::test]
async fn of_two_handlers_one_accepts() {
    let app = App::start().await;
    let (one, two) = (app.as_handler(DEPARTMENT), app.as_one_of("handler", Some(DEPARTMENT), 2));
    for _ in 0..TIMES {
        let item = app.given().dispatched().await;
        let (a, b) = both(&item, (&one, "accept", json!({})), (&two, "accept", json!({}))).await;
        one_wins(&a, &b, &["invalid_transition", "handled_by_other"]);
    }
}

#[actix_web::test]
async fn a_transfer_and_an_acceptance_make_a_whole() {
    let app = App::start().await;
    let two = app.as_one_of("handler", Some(DEPARTMENT), 2).id().await;
    for _ in 0..TIMES {
        let item = app.given().dispatched().await;
        let to = json!({ "handler_id": two, "reason": "轮班" });
        let (handler, agent) = (app.as_handler(DEPARTMENT), app.as_agent());
        let (accepted, _) = both(&item, (&handler, "accept", json!({})), (&agent, "transfer", to)).await;
        // the transfer is possible before and after; whoever was named keeps it
        let shown = item.shown().await;
        assert_eq!((&shown["status"], &shown["handler_id"]), (&json!("dispatched"), &json!(two)));
        assert!([200, 409].contains(&accepted.status.as_u16()), "{accepted:?}");
    }
}

#[actix_web::test]
async fn of_two_approvers_one_decides() {
    let app = App::start().await;
    let (head, boss) = (app.as_head(DEPARTMENT), app.given().boss());
    for _ in 0..TIMES {
        let item = app.given().pending().await;
        let no = json!({ "comment": "依据不足" });
        let (a, b) = both(&item, (&head, "approve", json!({})), (&boss, "reject", no)).await;
        one_wins(&a, &b, &["invalid_transition"]);
        assert_eq!(app.number("SELECT count(*) FROM sla_clock WHERE open AND kind = 'approval'"), 0);
    }
}

#[actix_web::test]
async fn a_plan_is_approved_or_withdrawn() {
    let app = App::start().await;
    let (head, handler) = (app.as_head(DEPARTMENT), app.as_handler(DEPARTMENT));
    for _ in 0..TIMES {
        let item = app.given().pending().await;
        let (a, b) = both(&item, (&head, "approve", json!({})), (&handler, "withdraw", json!({}))).await;
        one_wins(&a, &b, &["invalid_transition"]);
        let status = if a.status.as_u16() == 200 { "approved" } else { "in_progress" };
        assert_eq!(item.shown().await["status"], status);
    }
}

#[actix_web::test]
async fn whoever_decides_too_late_is_told_so_and_strangers_are_not() {
    let app = App::start().await;
    let (head, boss, handler) = (app.as_head(DEPARTMENT), app.given().boss(), app.as_handler(DEPARTMENT));
    let other = app.as_one_of("handler", Some(DEPARTMENT), 2);
    let approved = app.given().approved().await;
    let withdrawn = app.given().pending().await.take(&handler, "withdraw", json!({})).await;
    let no = json!({ "comment": "依据不足" });

    for (item, who, action, body) in [
        (&approved, &handler, "withdraw", json!({})),
        (&approved, &boss, "reject", no.clone()),
        (&withdrawn, &handler, "withdraw", json!({})),
        (&withdrawn, &head, "approve", json!({})),
        (&withdrawn, &boss, "reject", no),
    ] {
        let problem = item.act(who, action, body).await.expect_problem(409, "invalid_transition");
        assert!(problem.allowed_actions.is_some(), "{action}");
    }
    for item in [&approved, &withdrawn] {
        item.act(&other, "withdraw", json!({})).await.expect_problem(403, "forbidden");
    }
}

#[actix_web::test]
async fn a_customer_confirms_or_the_head_escalates() {
    let app = App::start().await;
    let head = app.as_head(DEPARTMENT);
    for _ in 0..TIMES {
        let item = app.given().replied().await;
        let body = json!({ "verdict": "satisfied", "score": 5 });
        let (a, b) =
            join(item.track("confirm", body), item.act(&head, "escalate", json!({ "reason": "客户来电" })))
                .await;
        one_wins(&a, &b, &["invalid_transition"]);
    }
}

#[actix_web::test]
async fn a_case_is_dispatched_once() {
    let app = App::start().await;
    let agent = app.as_agent();
    for _ in 0..TIMES {
        let item = app.given().feedback().await;
        let (a, b) =
            both(&item, (&agent, "dispatch", json!({})), (&app.as_admin(), "dispatch", json!({}))).await;
        one_wins(&a, &b, &["invalid_transition"]);
        let count = format!("SELECT count(*) FROM dispatch WHERE feedback_id = '{}'", item.id);
        assert_eq!(app.number(&count), 1);
    }
}

#[actix_web::test]
async fn two_that_are_merged_into_each_other_leave_one() {
    let app = App::start().await;
    let agent = app.as_agent();
    for _ in 0..TIMES {
        let customer = app.given().customer().await["id"].clone();
        let one = app.given().feedback_of(&customer, json!({})).await;
        let two = app.given().feedback_of(&customer, json!({})).await;
        let into = |item: &Item<'_>| json!({ "into_id": item.id, "reason": "重复" });
        let (a, b) = join(one.act(&agent, "merge", into(&two)), two.act(&agent, "merge", into(&one))).await;
        one_wins(&a, &b, &["invalid_transition", "target_not_open"]);
    }
}

#[actix_web::test]
async fn ten_answers_at_once_make_one_history() {
    let app = App::start().await;
    let item = app.given().accepted().await.ask().await;
    let answers = (0..10).map(|n| item.track("answer", json!({ "text": format!("第 {n} 次") })));

    for answer in join_all(answers).await {
        answer.expect::<Value>(200);
    }

    let history = item.history().await;
    assert_eq!(history.iter().filter(|kind| *kind == "customer_answered").count(), 10);
}

#[actix_web::test]
async fn a_worker_and_a_person_at_once_do_each_thing_once() {
    let app = App::start().await;
    let item = app.given().replied().await;
    app.advance(chrono::TimeDelta::hours(73));
    let body = json!({ "verdict": "satisfied" });
    let (answer, ()) = join(item.track("confirm", body), async {
        app.work();
    })
    .await;

    answer.expect::<Value>(200);
    let history = item.history().await;
    assert_eq!(history.iter().filter(|kind| *kind == "no_response").count(), 1);
    assert_eq!(item.shown().await["outcome"], "resolved");
}

#[actix_web::test]
async fn a_stale_version_is_refused_and_a_fresh_one_admitted() {
    let app = App::start().await;
    let item = app.given().dispatched().await;
    let version = item.shown().await["version"].as_i64().unwrap();
    let handler = app.as_handler(DEPARTMENT);
    let tagged = |version: i64| handler.clone().if_match(&format!("\"{version}\""));

    let stale = item.act(&tagged(version - 1), "accept", json!({})).await;
    let problem = stale.expect_problem(412, "precondition_failed");
    assert_eq!(problem.current_version, Some(version));
    item.act(&tagged(version), "accept", json!({})).await.expect::<Value>(200);

    let after = item.act(&tagged(version + 1), "accept", json!({})).await;
    let problem = after.expect_problem(409, "invalid_transition");
    assert_eq!(problem.current_status.as_deref(), Some("in_progress"));
    assert!(problem.allowed_actions.unwrap().contains(&"submit-plan".to_owned()));
}
