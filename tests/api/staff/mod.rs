//! People: who may sign in, as what, and since when no more.

mod rights;

use crate::support::{Answer, App, PASSWORD};
use futures_util::future::join;
use serde_json::{Value, json};

fn person(email: &str, role: &str) -> Value {
    json!({ "email": email, "display_name": "Li Na", "role": role, "department_id": null,
        "password": PASSWORD })
}

async fn add(app: &App, email: &str, role: &str) -> Value {
    app.as_admin().post("/staff", person(email, role)).await.expect(201)
}

async fn token(app: &App, email: &str) -> String {
    let body = json!({ "email": email, "password": PASSWORD });
    let session: Value = app.anonymous().post("/auth/login", body).await.expect(200);
    session["access_token"].as_str().unwrap().to_owned()
}

fn path(staff: &Value) -> String {
    format!("/staff/{}", staff["id"].as_str().unwrap())
}

fn tag(staff: &Value) -> String {
    format!("\"{}\"", staff["version"])
}

async fn patch(app: &App, staff: &Value, body: Value) -> Answer {
    app.as_admin().if_match(&tag(staff)).patch(&path(staff), body).await
}

#[actix_web::test]
async fn a_new_person_signs_in_with_the_first_password() {
    let app = App::start().await;

    let answer = app.as_admin().post("/staff", person("Li.Na@example.com", "handler")).await;

    let staff: Value = answer.expect(201);
    assert_eq!(answer.header("Location"), Some(format!("/api/v1{}", path(&staff)).as_str()));
    assert_eq!(answer.etag(), "\"1\"");
    assert!(!answer.json().to_string().contains("password"));
    let client = app.with_token(&token(&app, "li.na@EXAMPLE.com").await);
    let me: Value = client.get("/auth/me").await.expect(200);
    assert_eq!(me["id"], staff["id"]);
    let read: Value = client.get(&path(&staff)).await.expect(200);
    assert_eq!(read, staff);
}

#[actix_web::test]
async fn two_people_never_share_an_email() {
    let app = App::start().await;
    add(&app, "anna@example.com", "handler").await;
    let bob = add(&app, "bob@example.com", "handler").await;
    for same in ["anna@example.com", "ANNA@Example.com", "ａｎｎａ@example.com"] {
        let answer = app.as_admin().post("/staff", person(same, "handler")).await;
        answer.expect_problem(409, "email_taken");
    }
    let taken = patch(&app, &bob, json!({ "email": "Anna@example.com" })).await;
    taken.expect_problem(409, "email_taken");

    let (one, two) = join(
        app.as_admin().post("/staff", person("carl@example.com", "handler")),
        app.as_admin().post("/staff", person("CARL@example.com", "handler")),
    )
    .await;

    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
}

#[actix_web::test]
async fn fields_that_break_their_rules_are_named() {
    let app = App::start().await;
    let admin = app.as_admin();
    let cases = [
        ("email", json!("no address"), "invalid_format"),
        ("email", json!("a b@example.com"), "invalid_format"),
        ("role", json!("integrator"), "unknown_code"),
        ("display_name", json!(" "), "blank"),
        ("password", json!("short77"), "too_short"),
        ("password", json!("x".repeat(129)), "too_long"),
        ("password", json!("Password1"), "password_too_common"),
        ("password", json!("aaaaaaaaaaaa"), "password_too_common"),
        ("password", json!("New@Example.com"), "password_is_email"),
        ("capacity", json!(-1), "out_of_range"),
        ("epoch", json!(1), "unknown_field"),
        ("version", json!(1), "read_only_field"),
        ("department_id", json!("01890000-0000-7000-8000-000000000000"), "unknown_department"),
    ];
    for (name, value, code) in cases {
        let mut body = person("new@example.com", "handler");
        body[name] = value;
        let answer = admin.post("/staff", body).await;
        answer.expect_field(&format!("/{name}"), code);
    }
}

#[actix_web::test]
async fn only_an_administrator_writes_and_all_staff_read() {
    let app = App::start().await;
    let staff = add(&app, "li@example.com", "handler").await;
    for client in [app.as_agent(), app.as_handler("product"), app.as_head("product"), app.as_analyst()] {
        client.get("/staff?q=li%40&role=handler&active=true").await.expect::<Value>(200);
        client.get(&path(&staff)).await.expect::<Value>(200);
        let step = client.post(&format!("{}/deactivate", path(&staff)), json!({})).await;
        step.expect_problem(403, "forbidden");
        client.post("/staff", person("x@example.com", "admin")).await.expect_problem(403, "forbidden");
        client.get(&format!("{}/events", path(&staff))).await.expect_problem(403, "forbidden");
    }
}

#[actix_web::test]
async fn a_list_is_filtered_and_paged() {
    let app = App::start().await;
    for n in 0..5 {
        add(&app, &format!("p{n}_x@example.com"), "analyst").await;
    }
    let admin = app.as_admin();
    let first: Value = admin.get("/staff?role=analyst&limit=3").await.expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest: Value = admin.get(&format!("/staff?role=analyst&limit=3&cursor={cursor}")).await.expect(200);
    assert_eq!(first["items"].as_array().unwrap().len(), 3);
    assert_eq!(rest["items"].as_array().unwrap().len(), 2);
    assert_eq!(rest["next_cursor"], Value::Null);
    for (q, found) in [("p1_x", 1), ("p%25x", 0), ("_X@EX", 5), ("li na", 5)] {
        let page: Value = admin.get(&format!("/staff?q={}", q.replace(' ', "%20"))).await.expect(200);
        assert_eq!(page["items"].as_array().unwrap().len(), found, "{q}");
    }
}

#[actix_web::test]
async fn a_stale_or_empty_patch_changes_nothing() {
    let app = App::start().await;
    let staff = add(&app, "li@example.com", "handler").await;
    let changed: Value = patch(&app, &staff, json!({ "capacity": 5 })).await.expect(200);
    assert_eq!((&changed["capacity"], &changed["version"]), (&json!(5), &json!(2)));
    patch(&app, &staff, json!({ "capacity": 6 })).await.expect_problem(412, "precondition_failed");
    patch(&app, &changed, json!({})).await.expect_problem(422, "empty_patch");
    let blind = app.as_admin().patch(&path(&staff), json!({ "capacity": 6 })).await;
    blind.expect_problem(428, "precondition_required");
    let same: Value = patch(&app, &changed, json!({ "capacity": 5 })).await.expect(200);
    assert_eq!(same["version"], 2);
    let cleared: Value = patch(&app, &changed, json!({ "capacity": null })).await.expect(200);
    assert_eq!(cleared["capacity"], Value::Null);
}

#[actix_web::test]
async fn every_change_is_in_a_history_that_shows_tampering() {
    let app = App::start().await;
    let staff = add(&app, "li@example.com", "handler").await;
    let changed: Value =
        patch(&app, &staff, json!({ "display_name": "Anna", "role": "analyst" })).await.expect(200);
    patch(&app, &changed, json!({ "password": "an entirely new one" })).await.expect::<Value>(200);
    app.as_admin().post(&format!("{}/deactivate", path(&staff)), json!({})).await.expect::<Value>(200);

    let page: Value = app.as_admin().get(&format!("{}/events", path(&staff))).await.expect(200);

    let events = page["items"].as_array().unwrap();
    let kinds: Vec<&str> = events.iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["created", "changed", "password_reset", "deactivated"]);
    assert_eq!(events[1]["payload"], json!({ "role": "analyst", "changed": ["display_name", "role"] }));
    assert!(!page.to_string().contains("Anna"));
    let id: hearback::staff::StaffId = staff["id"].as_str().unwrap().parse().unwrap();
    let mut sql = app.sql();
    assert_eq!(hearback::staff::verify_history(&mut sql, id).unwrap(), None);
    let tamper =
        "ALTER TABLE staff_event DISABLE TRIGGER USER; UPDATE staff_event SET payload = '{}' WHERE seq = 2";
    diesel::connection::SimpleConnection::batch_execute(&mut sql, tamper).unwrap();
    assert_eq!(hearback::staff::verify_history(&mut sql, id).unwrap(), Some(1));
}

#[actix_web::test]
async fn an_absence_names_who_stands_in() {
    let app = App::start().await;
    let (admin, staff) = (app.as_admin(), add(&app, "li@example.com", "handler").await);
    let other = add(&app, "bo@example.com", "handler").await;
    let absences = format!("{}/absences", path(&staff));
    let (from, to) = ("2026-01-05T00:00:00Z", "2026-01-09T00:00:00Z");
    let away = |from: &str, to: &str, who: &Value| json!({ "from": from, "to": to, "substitute_id": who });
    let backwards = admin.post(&absences, away(to, from, &Value::Null)).await;
    backwards.expect_field("/to", "not_after_from");
    let own = admin.post(&absences, away(from, to, &staff["id"])).await;
    own.expect_field("/substitute_id", "unknown_staff");
    let nobody = json!("01890000-0000-7000-8000-000000000000");
    let unknown = admin.post(&absences, away(from, to, &nobody)).await;
    unknown.expect_field("/substitute_id", "unknown_staff");

    let absence: Value = admin.post(&absences, away(from, to, &other["id"])).await.expect(201);

    let page: Value = app.as_analyst().get(&absences).await.expect(200);
    assert_eq!(page["items"], json!([absence]));
    let one = format!("{absences}/{}", absence["id"].as_str().unwrap());
    assert_eq!(admin.delete(&one).await.status, 204);
    admin.delete(&one).await.expect_problem(404, "not_found");
    let page: Value = admin.get(&absences).await.expect(200);
    assert_eq!(page["items"], json!([]));
}
