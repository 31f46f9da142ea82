//! What takes rights away, and what must not.

use super::{add, patch, path, token};
use crate::support::App;
use futures_util::future::join;
use serde_json::{Value, json};

#[actix_web::test]
async fn a_change_of_rights_bites_on_the_next_request_on_every_server() {
    let app = App::start().await;
    let second = app.second().await;
    let changes = [
        json!({ "role": "analyst" }),
        json!({ "department_id": app.given().department("product").await }),
        json!({ "password": "an entirely new one" }),
    ];
    for (n, change) in changes.into_iter().enumerate() {
        let email = format!("p{n}@example.com");
        let staff = add(&app, &email, "handler").await;
        let token = token(&app, &email).await;
        second.with_token(&token).get("/auth/me").await.expect::<Value>(200);

        patch(&app, &staff, change.clone()).await.expect::<Value>(200);

        for server in [&second, &app] {
            let answer = server.with_token(&token).get("/auth/me").await;
            assert_eq!(answer.status, 401, "{change}");
        }
    }
    let staff = add(&app, "name@example.com", "handler").await;
    let token = token(&app, "name@example.com").await;
    patch(&app, &staff, json!({ "display_name": "Anna" })).await.expect::<Value>(200);
    app.with_token(&token).get("/auth/me").await.expect::<Value>(200);
}

#[actix_web::test]
async fn who_is_deactivated_is_out_on_the_next_request_on_every_server() {
    let app = App::start().await;
    let second = app.second().await;
    let staff = add(&app, "li@example.com", "handler").await;
    let token = token(&app, "li@example.com").await;
    second.with_token(&token).get("/auth/me").await.expect::<Value>(200);

    let off = app.as_admin().post(&format!("{}/deactivate", path(&staff)), json!({})).await;

    assert_eq!(off.expect::<Value>(200)["active"], false);
    for server in [&second, &app] {
        let answer = server.with_token(&token).get("/auth/me").await;
        answer.expect_problem(401, "unauthenticated");
    }
    let on = app.as_admin().post(&format!("{}/activate", path(&staff)), json!({})).await;
    assert_eq!(on.expect::<Value>(200)["active"], true);
    let answer = second.with_token(&token).get("/auth/me").await;
    answer.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn the_last_administrator_stays() {
    let app = App::start().await;
    let admin = app.as_admin();
    // nobody needs the first administrator for a department any more
    let head = add(&app, "head@example.com", "department_head").await;
    let mut sql = app.sql();
    diesel::RunQueryDsl::execute(
        diesel::sql_query(format!("UPDATE department SET head_id = '{}'", head["id"].as_str().unwrap())),
        &mut sql,
    )
    .unwrap();
    let me: Value = admin.get(&format!("/staff/{}", admin.id().await)).await.expect(200);
    let off = format!("{}/deactivate", path(&me));
    admin.post(&off, json!({})).await.expect_problem(409, "last_admin");
    patch(&app, &me, json!({ "role": "analyst" })).await.expect_problem(409, "last_admin");

    let other = add(&app, "other@example.com", "admin").await;
    let others = app.with_token(&token(&app, "other@example.com").await);
    let (one, two) =
        join(admin.post(&format!("{}/deactivate", path(&other)), json!({})), others.post(&off, json!({})))
            .await;

    let ok = [&one, &two].iter().filter(|answer| answer.status == 200).count();
    assert_eq!(ok, 1, "{one:?} {two:?}");
    assert_eq!(app.number("SELECT count(*) AS number FROM staff WHERE role = 'admin' AND active"), 1);
}

#[actix_web::test]
async fn who_alone_leads_a_department_stays() {
    let app = App::start().await;
    add(&app, "other@example.com", "admin").await;
    let admin = app.as_admin();
    let id = admin.id().await;

    let answer = admin.post(&format!("/staff/{id}/deactivate"), json!({})).await;

    answer.expect_problem(409, "staff_has_open_feedback");
}
