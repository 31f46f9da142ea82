//! On which local day something lies, and what happens when the organisation moves.

use super::{customer, days, purchase, recorded, refund, violations};
use crate::support::App;
use serde_json::{Value, json};

async fn buy(app: &App, who: &str, at: &str) -> Value {
    recorded(app, purchase(who, json!({ "occurred_at": at }))).await
}

/// Moves the organisation to another zone, and lets nobody work.
async fn to_zone(app: &App, zone: &str) {
    let change = json!({ "time_zone": zone });
    app.as_admin().if_match("*").patch("/settings", change).await.expect::<Value>(200);
}

/// Lets the worker do what is due within a minute.
fn work(app: &App) {
    app.advance(chrono::TimeDelta::minutes(1));
    app.work();
    app.work();
}

#[actix_web::test]
async fn a_day_begins_at_midnight_in_shanghai() {
    let app = App::start().await;
    let wang = customer(&app).await;

    buy(&app, &wang, "2026-01-03T15:59:59.999Z").await;
    buy(&app, &wang, "2026-01-03T16:00:00Z").await;
    let bought = buy(&app, &wang, "2026-01-04T15:59:59.999Z").await;
    let midnight = json!({ "refund_of": bought["id"], "occurred_at": "2026-01-04T16:00:00Z" });
    recorded(&app, refund(10, midnight)).await;

    let expected = ["2026-01-03 1 0 0", "2026-01-04 2 10 0", "2026-01-05 0 0 10"];
    assert_eq!(days(&app, &wang, "purchases, returned_minor, refunded_minor"), expected);
}

#[actix_web::test]
async fn days_with_23_and_25_hours_are_days_in_new_york() {
    let app = App::start().await;
    let wang = customer(&app).await;
    to_zone(&app, "America/New_York").await;
    work(&app);

    for at in [
        "2025-03-09T04:59:59.999Z", // the last instant of the 8th
        "2025-03-09T05:00:00Z",     // winter time
        "2025-03-10T03:59:59.999Z", // summer time, 23 hours later
        "2025-03-10T04:00:00Z",
        "2025-11-02T03:59:59.999Z",
        "2025-11-02T04:00:00Z",     // summer time
        "2025-11-02T05:30:00Z",     // half past one
        "2025-11-02T06:30:00Z",     // half past one again
        "2025-11-03T04:59:59.999Z", // winter time, 25 hours later
        "2025-11-03T05:00:00Z",
    ] {
        buy(&app, &wang, at).await;
    }

    let expected =
        ["2025-03-08 1", "2025-03-09 2", "2025-03-10 1", "2025-11-01 1", "2025-11-02 4", "2025-11-03 1"];
    assert_eq!(days(&app, &wang, "purchases"), expected);
}

#[actix_web::test]
async fn a_move_counts_all_days_anew() {
    let app = App::start().await;
    let (wang, li) = (customer(&app).await, customer(&app).await);
    let bought = buy(&app, &wang, "2026-01-03T16:00:00Z").await;
    recorded(&app, refund(1000, json!({ "refund_of": bought["id"] }))).await;
    let used = json!({ "customer_id": li, "kind": "login", "occurred_at": "2026-01-03T16:00:00Z" });
    app.as_agent().post("/usage-events", used).await.expect::<Value>(201);

    to_zone(&app, "America/New_York").await;

    assert_eq!(days(&app, &wang, "kept, refunds"), ["2026-01-04 0 0", "2026-01-05 0 1"]);
    assert_eq!(app.texts("SELECT building FROM activity_rollup"), ["America/New_York"]);
    // an order of the meantime lies on its new day
    buy(&app, &wang, "2026-01-03T16:00:00Z").await;
    assert!(violations(&app).await.is_empty(), "days are not compared while they are counted");
    work(&app);
    assert_eq!(days(&app, &wang, "purchases, kept, refunds"), ["2026-01-03 2 1 0", "2026-01-04 0 0 1"]);
    assert_eq!(app.texts("SELECT concat_ws(' ', local_day, events) FROM usage_day"), ["2026-01-03 1"]);
    assert_eq!(
        app.texts("SELECT time_zone FROM activity_rollup WHERE building IS NULL"),
        ["America/New_York"]
    );
}

#[actix_web::test]
async fn a_move_there_and_back_leaves_no_day_behind() {
    let app = App::start().await;
    let wang = customer(&app).await;
    to_zone(&app, "America/New_York").await;
    buy(&app, &wang, "2026-01-03T16:00:00Z").await;
    to_zone(&app, "Asia/Shanghai").await;
    assert_eq!(days(&app, &wang, "purchases"), ["2026-01-03 1"], "a day of New York, until the worker comes");

    work(&app);

    assert_eq!(days(&app, &wang, "purchases"), ["2026-01-04 1"]);
    assert!(violations(&app).await.is_empty());
}

#[actix_web::test]
async fn what_was_tampered_with_is_named_and_a_rebuild_mends_it() {
    let app = App::start().await;
    let (wang, li) = (customer(&app).await, customer(&app).await);
    buy(&app, &wang, "2026-01-03T16:00:00Z").await;
    buy(&app, &li, "2026-01-03T16:00:00Z").await;
    app.execute(&format!("UPDATE purchase_day SET cost_minor = 1 WHERE customer_id = '{wang}'"));
    app.execute(&format!("DELETE FROM purchase_day WHERE customer_id = '{li}'"));
    app.execute(&format!("INSERT INTO usage_day VALUES ('{li}', '2026-01-01', 1)"));
    assert_eq!(violations(&app).await, ["purchase_day", "purchase_day", "usage_day"]);

    app.as_agent().post("/orders/rebuild", json!({})).await.expect_problem(403, "forbidden");
    let begun: Value = app.as_admin().post("/orders/rebuild", json!({})).await.expect(202);

    assert_eq!((&begun["time_zone"], &begun["building"]), (&json!("Asia/Shanghai"), &json!("Asia/Shanghai")));
    app.work();
    assert!(violations(&app).await.is_empty());
    assert_eq!(days(&app, &wang, "cost_minor"), ["2026-01-04 0"]);
    assert_eq!(
        app.number("SELECT count(*) FROM activity_rollup WHERE building IS NULL AND built_at IS NOT NULL"),
        1
    );
}

#[actix_web::test]
async fn the_database_holds_what_a_refund_may_take() {
    let app = App::start().await;
    let wang = customer(&app).await;
    let bought = buy(&app, &wang, "2026-01-03T16:00:00Z").await;
    recorded(&app, refund(1000, json!({ "refund_of": bought["id"] }))).await;

    for (table, set) in [
        ("order_refunded", "refunded_minor = 1001"),
        ("purchase_day", "kept = 2"),
        ("purchase_day", "returned_minor = 1001"),
    ] {
        let broken = diesel::connection::SimpleConnection::batch_execute(
            &mut app.sql(),
            &format!("UPDATE {table} SET {set}"),
        );
        assert!(broken.unwrap_err().to_string().contains("violates check constraint"), "{table} {set}");
    }
}
