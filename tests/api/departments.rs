//! Departments: their tree, their heads, and what keeps one active.

use crate::support::App;
use futures_util::future::join;
use serde_json::{Value, json};

async fn made(app: &App, code: &str, parent: Option<&str>) -> Value {
    let head = app.as_admin().id().await;
    let body = json!({ "code": code, "name": code, "kind": "other", "parent_id": parent, "head_id": head });
    app.as_admin().post("/departments", body).await.expect(201)
}

fn id(thing: &Value) -> &str {
    thing["id"].as_str().unwrap()
}

fn path(thing: &Value, action: &str) -> String {
    format!("/departments/{}{action}", id(thing))
}

#[actix_web::test]
async fn a_department_is_made_read_and_changed() {
    let app = App::start().await;
    let made = made(&app, "north", None).await;

    let answer = app.as_analyst().get(&path(&made, "")).await;
    assert_eq!(answer.json(), made);
    let patch = json!({ "name": "North", "deputy_id": null });
    let changed = app.as_admin().if_match(&answer.etag()).patch(&path(&made, ""), patch).await;
    let changed: Value = changed.expect(200);

    assert_eq!((changed["name"].as_str(), changed["version"].as_i64()), (Some("North"), Some(2)));
    let stale = app.as_admin().if_match(&answer.etag());
    stale.patch(&path(&made, ""), json!({ "name": "x" })).await.expect_problem(412, "precondition_failed");
    let agent = app.as_agent().if_match("*");
    agent.patch(&path(&made, ""), json!({ "name": "x" })).await.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn what_a_department_names_must_be_there() {
    let app = App::start().await;
    let (admin, nobody) = (app.as_admin(), "01890000-0000-7000-8000-000000000000");
    let head = admin.id().await;
    let body = |key: &str, value: &str| {
        let mut body = json!({ "code": "c", "name": "n", "kind": "other", "head_id": head });
        body[key] = value.into();
        body
    };

    let cases = [
        ("head_id", "unknown_staff"),
        ("deputy_id", "unknown_staff"),
        ("parent_id", "unknown_department"),
        ("calendar_id", "unknown_calendar"),
    ];
    for (field, code) in cases {
        let answer = admin.post("/departments", body(field, nobody)).await;
        answer.expect_field(&format!("/{field}"), code);
    }
    let taken = admin.post("/departments", body("code", "service")).await;
    taken.expect_problem(409, "code_taken");
    let headless = json!({ "code": "c", "name": "n", "kind": "other" });
    admin.post("/departments", headless).await.expect_field("/head_id", "head_required");
    let asleep = json!({ "code": "c", "name": "n", "kind": "other", "active": false });
    let asleep: Value = admin.post("/departments", asleep).await.expect(201);
    let answer = admin.post(&path(&asleep, "/activate"), json!({})).await;
    answer.expect_field("/head_id", "head_required");
}

#[actix_web::test]
async fn the_tree_has_eight_levels_and_no_circle() {
    let app = App::start().await;
    let admin = app.as_admin().if_match("*");
    let top = made(&app, "level1", None).await;
    let mut last = top.clone();
    for level in 2..=8 {
        last = made(&app, &format!("level{level}"), Some(id(&last))).await;
    }

    let ninth = json!({ "code": "level9", "name": "9", "kind": "other", "parent_id": id(&last), "head_id": top["head_id"] });
    admin.post("/departments", ninth).await.expect_problem(409, "department_too_deep");
    let circle = admin.patch(&path(&top, ""), json!({ "parent_id": id(&last) })).await;
    circle.expect_problem(409, "department_cycle");
    let itself = admin.patch(&path(&top, ""), json!({ "parent_id": id(&top) })).await;
    itself.expect_problem(409, "department_cycle");
    let above = made(&app, "level0", None).await;
    let deeper = admin.patch(&path(&top, ""), json!({ "parent_id": id(&above) })).await;
    deeper.expect_problem(409, "department_too_deep");
}

#[actix_web::test]
async fn two_changes_at_once_close_no_circle() {
    let app = App::start().await;
    for round in 0..5 {
        let a = made(&app, &format!("a{round}"), None).await;
        let b = made(&app, &format!("b{round}"), None).await;
        let (one, other) = (app.as_admin().if_match("*"), app.as_admin().if_match("*"));
        let (path_a, path_b) = (path(&a, ""), path(&b, ""));
        let (one, other) = join(
            one.patch(&path_a, json!({ "parent_id": id(&b) })),
            other.patch(&path_b, json!({ "parent_id": id(&a) })),
        )
        .await;
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{one:?} {other:?}");
    }
}

#[actix_web::test]
async fn a_department_that_is_needed_stays_active() {
    let app = App::start().await;
    let admin = app.as_admin();
    let service = admin.department("service").await;
    let service = json!({ "id": service });
    let answer = admin.post(&path(&service, "/deactivate"), json!({})).await;
    answer.expect_problem(409, "service_department_required");
    let renamed = admin.clone().if_match("*").patch(&path(&service, ""), json!({ "code": "x" })).await;
    renamed.expect_problem(409, "service_department_required");

    let parent = made(&app, "parent", None).await;
    let child = made(&app, "child", Some(id(&parent))).await;
    let answer = admin.post(&path(&parent, "/deactivate"), json!({})).await;
    answer.expect_problem(409, "department_has_active_children");
    let asleep: Value =
        admin.send(actix_web::http::Method::POST, &path(&child, "/deactivate"), None).await.expect(200);
    assert_eq!(asleep["active"], false);
    let _: Value = admin.post(&path(&parent, "/deactivate"), json!({})).await.expect(200);
    let answer = admin.post(&path(&child, "/activate"), json!({})).await;
    answer.expect_problem(409, "department_inactive");
}
