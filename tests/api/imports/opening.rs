//! Opening balances: points that customers bring in from before.

use super::{Form, counts, errors, get, path, work};
use crate::support::App;
use serde_json::{Value, json};

fn form(file: &str) -> Form {
    Form::new().part("kind", "points").file("points.csv", file.as_bytes())
}

async fn customer(app: &App, reference: &str) -> String {
    let body = json!({ "kind": "person", "name": "王芳",
        "external_refs": [{ "system": "crm", "id": reference }] });
    let made: Value = app.as_agent().post("/customers", body).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

async fn points(app: &App, customer: &str) -> Value {
    app.as_agent().get(&format!("/customers/{customer}/points")).await.expect(200)
}

fn entries(app: &App) -> i64 {
    app.number("SELECT count(*) FROM ledger_entry WHERE kind = 'migrate_in'")
}

#[actix_web::test]
async fn what_was_earned_before_keeps_its_day_and_its_end() {
    let app = App::start().await;
    let (wang, li) = (customer(&app, "7").await, customer(&app, "8").await);
    let file = format!(
        "customer_id,customer_ref.system,customer_ref.id,amount,source.id,occurred_at,expires_at\n\
         {wang},,,500,a,2025-06-01T00:00:00Z,\n\
         ,crm,8,30,b,2025-06-01T00:00:00Z,2026-02-01T00:00:00Z\n\
         ,crm,8,70,c,2024-06-01T00:00:00Z,2025-12-01T00:00:00Z\n"
    );

    let import = form(&file).part("defaults", r#"{"source":{"system":"old"}}"#).run(&app).await;

    assert_eq!(counts(&import), (3, 0), "{:?}", errors(&app, &import).await);
    let before = points(&app, &wang).await;
    assert_eq!((&before["available"], &before["lifetime_earned"]), (&json!(500), &json!(500)));
    assert_eq!(before["expiring"], json!([{ "on": "2026-06-02", "amount": 500 }]));
    let before = points(&app, &li).await;
    assert_eq!((&before["available"], &before["lifetime_earned"]), (&json!(30), &json!(100)));
    assert_eq!(before["expiring"], json!([{ "on": "2026-02-01", "amount": 30 }]));
    let results: Value = app.as_agent().get(&path(&import, "/results")).await.expect(200);
    let entry = results["items"][0]["id"].as_str().unwrap();
    let entry: Value = app.as_agent().get(&format!("/loyalty/entries/{entry}")).await.expect(200);
    assert_eq!((&entry["kind"], &entry["amount"]), (&json!("migrate_in"), &json!(500)));
    assert_eq!(entry["source"], json!({ "system": "old", "id": "a" }));
    let audit: Value = app.as_admin().get("/loyalty/ledger/verify").await.expect(200);
    assert_eq!(audit["violations"], json!([]));
}

#[actix_web::test]
async fn a_source_brings_in_once_in_a_file_and_across_files() {
    let app = App::start().await;
    let wang = customer(&app, "7").await;
    let file = format!(
        "customer_id,amount,source.system,source.id\n{wang},500,old,a\n{wang},500,old,a\n{wang},501,old,a\n"
    );

    for _ in 0..2 {
        let import = form(&file).run(&app).await;

        assert_eq!(counts(&import), (2, 1));
        let refused = (3, String::new(), "source_already_used".to_owned());
        assert_eq!(errors(&app, &import).await, [refused]);
        assert_eq!((entries(&app), &points(&app, &wang).await["available"]), (1, &json!(500)));
    }
    let body = json!({ "amount": 500, "reason": "x", "source": { "system": "old", "id": "a" } });
    let earned = app.as_agent().fresh_key().post(&format!("/customers/{wang}/points/earn"), body).await;
    earned.expect_problem(409, "source_already_used");
}

#[actix_web::test]
async fn rows_that_are_wrong_are_named_and_the_others_stored() {
    let app = App::start().await;
    let wang = customer(&app, "7").await;
    let row = |with: Value| {
        let mut row = json!({ "customer_id": wang, "amount": 10, "source": { "system": "old", "id": "x" } });
        for (name, value) in with.as_object().unwrap() {
            row[name] = value.clone();
        }
        row.to_string()
    };
    let unknown = json!({ "system": "crm", "id": "9" });
    let rows = [
        row(json!({ "source": { "system": "old", "id": "good" } })),
        row(json!({ "amount": 0 })),
        row(json!({ "amount": "ten" })),
        row(json!({ "customer_id": null, "customer_ref": unknown })),
        row(json!({ "customer_ref": { "system": "crm", "id": "7" } })),
        row(json!({ "occurred_at": "2026-01-05T02:00:01Z" })),
        row(json!({ "source": { "system": "Old System", "id": "x" } })),
        row(json!({ "points": 10 })),
    ];

    let file = Form::new().part("kind", "points").file("points.ndjson", rows.join("\n").as_bytes());
    let import = file.run(&app).await;

    let found = errors(&app, &import).await;
    let found: Vec<_> =
        found.iter().map(|(row, pointer, code)| (*row, pointer.as_str(), code.as_str())).collect();
    let expected = [
        (2, "/amount", "out_of_range"),
        (3, "/amount", "wrong_type"),
        (4, "/customer_id", "wrong_type"),
        (5, "/customer_ref", "unknown_customer"),
        (6, "/occurred_at", "future_instant"),
        (7, "/source/system", "invalid_format"),
        (8, "/points", "unknown_field"),
    ];
    assert_eq!(found, expected);
    assert_eq!((counts(&import), entries(&app)), ((1, 7), 1));
}

#[actix_web::test]
async fn a_preview_of_points_writes_nothing_until_it_is_started() {
    let app = App::start().await;
    let wang = customer(&app, "7").await;
    let file = format!("customer_id,amount,source.system,source.id\n{wang},500,old,a\n{wang},0,old,b\n");

    let previewed = form(&file).part("preview", "true").run(&app).await;

    assert_eq!((&previewed["status"], counts(&previewed)), (&json!("previewed"), (1, 1)));
    assert_eq!((entries(&app), &points(&app, &wang).await["available"]), (0, &json!(0)));
    assert_eq!(app.number("SELECT count(*) FROM points_account"), 0);

    app.as_agent().post(&path(&previewed, "/start"), json!({})).await.expect::<Value>(200);
    work(&app);

    assert_eq!(counts(&get(&app, &previewed).await), (1, 1));
    assert_eq!((entries(&app), &points(&app, &wang).await["available"]), (1, &json!(500)));
}
