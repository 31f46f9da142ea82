//! What the database refuses, whoever asks: the invariants that no code of ours may break.

use crate::support::App;
use chrono::TimeDelta;
use diesel::connection::SimpleConnection;

async fn refused(app: &App, sql: &str, by: &str) {
    let error = app.sql().batch_execute(sql).unwrap_err().to_string();
    assert!(error.contains(by), "{sql}: {error}");
}

#[actix_web::test]
async fn a_reply_needs_an_approval_of_its_round() {
    let app = App::start().await;
    app.given().approved().await;
    let reply = |approval: &str, round: &str| {
        format!(
            "INSERT INTO reply (id, feedback_id, round, approval_id, channel, text, basis, sent_at)
             SELECT gen_random_uuid(), f.id, {round}, {approval}, 'phone', 'x', 'x', now()
             FROM feedback f JOIN approval a ON a.feedback_id = f.id"
        )
    };

    refused(&app, &reply("gen_random_uuid()", "1"), "reply_approval_fkey").await;
    refused(&app, &reply("a.id", "2"), "reply_approval_fkey").await;
    app.execute("UPDATE approval SET decision = 'rejected'");
    refused(&app, &reply("a.id", "1"), "reply_approval_fkey").await;
    app.execute("UPDATE approval SET decision = 'approved'");
}

#[actix_web::test]
async fn a_status_needs_its_department_its_handler_and_its_outcome() {
    let app = App::start().await;
    app.given().accepted().await;
    let set = |what: &str| format!("UPDATE feedback SET {what}");

    refused(&app, &set("department_id = NULL"), "feedback_owner_check").await;
    refused(&app, &set("handler_id = NULL"), "feedback_handler_check").await;
    refused(&app, &set("status = 'registered'"), "feedback_registered_check").await;
    refused(&app, &set("status = 'closed'"), "feedback_closed").await;
    refused(&app, &set("status = 'merged'"), "feedback_merged_check").await;
    refused(&app, &set("escalation_level = 4"), "feedback_level_check").await;
    refused(&app, &set("received_at = registered_at + interval '1 ms'"), "feedback_received_before_check")
        .await;
    refused(&app, "DELETE FROM feedback", "violates").await;
}

#[actix_web::test]
async fn a_kind_has_one_open_clock_and_a_case_one_pending_plan() {
    let app = App::start().await;
    app.given().pending().await;

    let clock = "UPDATE sla_clock SET kind = 'solution' WHERE kind = 'visit'";
    refused(&app, clock, "sla_clock").await;
    let plan =
        "INSERT INTO handling_plan SELECT gen_random_uuid(), feedback_id, round, number + 1, measure, text,
        basis, proposed_by, proposed_at, state FROM handling_plan";
    refused(&app, plan, "handling_plan_pending_key").await;
}

#[actix_web::test]
async fn nobody_decides_on_an_own_plan() {
    let app = App::start().await;
    app.given().approved().await;

    let own = "UPDATE approval SET approver_id = proposer_id";
    refused(&app, own, "approval_proposer_check").await;
    let other = "UPDATE approval SET proposer_id = approver_id";
    refused(&app, other, "approval").await;
}

#[actix_web::test]
async fn history_is_written_once() {
    let app = App::start().await;
    app.given().accepted().await;

    refused(&app, "UPDATE feedback_event SET at = now()", "append").await;
    refused(&app, "DELETE FROM feedback_event", "append").await;
    let again = "INSERT INTO feedback_event SELECT * FROM feedback_event";
    refused(&app, again, "feedback_event_pkey").await;
}

#[actix_web::test]
async fn no_history_is_emptied() {
    let app = App::start().await;
    app.given().accepted().await;
    app.advance(TimeDelta::hours(1));
    app.work();
    let histories =
        ["feedback_event", "staff_event", "calendar_version", "sla_policy_version", "chain_anchor"];
    for table in histories {
        refused(&app, &format!("TRUNCATE {table} CASCADE"), &format!("{table} is append-only")).await;
        assert!(app.number(&format!("SELECT count(*) FROM {table}")) > 0, "{table}");
    }
    refused(&app, "TRUNCATE feedback CASCADE", "append-only").await;
    refused(&app, "DELETE FROM chain_anchor", "append-only").await;
    let triggers = "SELECT count(*) FROM pg_trigger WHERE tgfoid = 'refuse_change'::regproc AND tgtype & 32";
    let (rows, statements) =
        (app.number(&format!("{triggers} = 0")), app.number(&format!("{triggers} = 32")));
    assert_eq!((rows, statements), (rows, rows), "every append-only table refuses TRUNCATE too");
}
