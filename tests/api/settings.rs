//! Settings, and the labels of all enumerations.

use crate::support::App;
use serde_json::{Value, json};

#[actix_web::test]
async fn settings_are_changed_by_admins_only() {
    let app = App::start().await;
    let answer = app.as_analyst().get("/settings").await;
    let before: Value = answer.expect(200);
    let patch =
        json!({ "auto_dispatch": true, "no_approval_types": ["praise", "praise"], "currency": "EUR" });

    app.as_agent().if_match("*").patch("/settings", patch.clone()).await.expect_problem(403, "forbidden");
    app.as_admin().patch("/settings", patch.clone()).await.expect_problem(428, "precondition_required");
    let after: Value = app.as_admin().if_match(&answer.etag()).patch("/settings", patch).await.expect(200);

    assert_eq!(after["no_approval_types"], json!(["praise"]));
    assert_eq!(
        (after["auto_dispatch"].as_bool(), after["reopen_window_days"].as_i64()),
        (Some(true), Some(30))
    );
    assert_eq!(after["version"].as_i64(), before["version"].as_i64().map(|v| v + 1));
}

#[actix_web::test]
async fn unsound_settings_are_refused() {
    let app = App::start().await;
    let admin = app.as_admin().if_match("*");
    let cases = [
        (json!({ "time_zone": "Mars/Base" }), "/time_zone", "unknown_time_zone"),
        (json!({ "currency": "eur" }), "/currency", "invalid_format"),
        (json!({ "warn_at_percent": [50, 50] }), "/warn_at_percent", "not_rising"),
        (json!({ "warn_at_percent": [50, 101] }), "/warn_at_percent/1", "out_of_range"),
        (json!({ "ladder_percent": [200, 150, 300] }), "/ladder_percent", "not_rising"),
        (json!({ "ladder_percent": [125, 150] }), "/ladder_percent", "too_few"),
        (json!({ "question_reminder_hours": 8760 }), "/question_reminder_hours", "reminder_after_timeout"),
        (
            json!({ "calendar_id": "01890000-0000-7000-8000-000000000000" }),
            "/calendar_id",
            "unknown_calendar",
        ),
        (json!({ "name": null }), "/name", "wrong_type"),
    ];
    for (patch, pointer, code) in cases {
        admin.patch("/settings", patch).await.expect_field(pointer, code);
    }
    admin.patch("/settings", json!({})).await.expect_problem(422, "empty_patch");
}

#[actix_web::test]
async fn every_code_has_its_labels() {
    let app = App::start().await;
    app.anonymous().get("/enums").await.expect_problem(401, "unauthenticated");
    let enums: Value = app.as_analyst().get("/enums").await.expect(200);
    let items = enums["items"].as_array().unwrap();
    let channel = items.iter().find(|item| item["name"] == "channel").unwrap();
    let phone = json!({ "code": "phone", "en": "Phone", "zh": "电话" });
    assert_eq!((channel["values"][0].clone(), channel["values"].as_array().unwrap().len()), (phone, 14));
    let mut names: Vec<&str> = items.iter().map(|item| item["name"].as_str().unwrap()).collect();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
}
