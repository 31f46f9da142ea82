//! Who sees an import, how it is cancelled, and what is cleaned up.

use super::{Form, counts, customers, get, path, work, worker};
use crate::support::App;
use actix_web::rt::time::sleep;
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::{thread, time::Duration};

#[actix_web::test]
async fn a_program_sees_its_own_imports_alone() {
    let app = App::start().await;
    let (mine, other) = (app.as_key(&["imports:read", "imports:write"]), app.as_key(&["imports:read"]));
    let form = Form::customers("name,kind\nA,animal\n");

    let made: Value = form.send(mine.clone()).await.expect(202);
    work(&app);

    for rest in ["", "/errors", "/results"] {
        mine.get(&path(&made, rest)).await.expect::<Value>(200);
        app.as_agent().get(&path(&made, rest)).await.expect::<Value>(200);
        other.get(&path(&made, rest)).await.expect_problem(404, "not_found");
    }
    let count = |page: Value| page["items"].as_array().unwrap().len();
    assert_eq!(count(mine.get("/imports").await.expect(200)), 1);
    assert_eq!(count(other.get("/imports").await.expect(200)), 0);
    assert_eq!(count(app.as_admin().get("/imports?status=done&kind=customers").await.expect(200)), 1);
    let writer = app.as_key(&["imports:write"]);
    writer.post(&path(&made, "/cancel"), json!({})).await.expect_problem(404, "not_found");
    app.as_handler("service").get("/imports").await.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn a_cancelled_import_stores_no_more() {
    let app = App::start().await;
    let made: Value = Form::customers("name,kind\nA,person\n").send(app.as_agent()).await.expect(202);

    let cancelled: Value = app.as_agent().post(&path(&made, "/cancel"), json!({})).await.expect(200);
    work(&app);

    assert_eq!((&cancelled["status"], &cancelled["failure"]), (&json!("failed"), &json!("cancelled")));
    assert_eq!((customers(&app), app.number("SELECT count(*) FROM import_chunk")), (0, 0));
    let again = app.as_agent().post(&path(&made, "/cancel"), json!({})).await;
    let problem = again.expect_problem(409, "invalid_transition");
    assert!(problem.detail.contains("failed"));
}

#[actix_web::test]
async fn a_running_import_can_be_cancelled() {
    let app = App::start().await;
    let rows = 3000;
    let file = format!("name,kind\n{}", "A,person\n".repeat(rows));
    let made: Value = Form::customers(&file).send(app.as_agent()).await.expect(202);
    let worker = worker(&app);
    let running = thread::spawn(move || worker.run_due_once().unwrap());
    while counts(&get(&app, &made).await).0 == 0 {
        sleep(Duration::from_millis(5)).await;
    }

    let cancelled: Value = app.as_agent().post(&path(&made, "/cancel"), json!({})).await.expect(200);
    running.join().unwrap();

    let after = get(&app, &made).await;
    assert_eq!((&after["failure"], counts(&after)), (&json!("cancelled"), counts(&cancelled)));
    assert_eq!(customers(&app), counts(&after).0);
    assert!(customers(&app) < i64::try_from(rows).unwrap());
}

#[actix_web::test]
async fn a_step_heeds_the_version_that_was_seen() {
    let app = App::start().await;
    let made = Form::customers("name,kind\nA,person\n").part("preview", "true").send(app.as_agent()).await;
    let import: Value = made.expect(202);
    work(&app);

    let stale = app.as_agent().if_match(&made.etag()).post(&path(&import, "/start"), json!({})).await;
    stale.expect_problem(412, "precondition_failed");
    let fresh = app.as_agent().get(&path(&import, "")).await.etag();
    app.as_agent().if_match(&fresh).post(&path(&import, "/start"), json!({})).await.expect::<Value>(200);
}

#[actix_web::test]
async fn what_nobody_needs_any_more_is_swept() {
    let app = App::start().await;
    let previewed = Form::customers("name,kind\nA,person\n").part("preview", "true").run(&app).await;
    let lost = "INSERT INTO import_chunk VALUES (gen_random_uuid(), 0, '', '2026-01-05T01:59:00Z')";
    diesel::RunQueryDsl::execute(diesel::sql_query(lost), &mut app.sql()).unwrap();

    app.advance(TimeDelta::hours(2));
    work(&app);
    assert_eq!(app.number("SELECT count(*) FROM import_chunk"), 1);
    assert_eq!(get(&app, &previewed).await["status"], "previewed");
    app.advance(TimeDelta::days(7));
    work(&app);

    assert_eq!(get(&app, &previewed).await["failure"], "expired");
    assert_eq!(app.number("SELECT count(*) FROM import_chunk"), 0);
}
