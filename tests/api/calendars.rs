//! Calendars: their week, their exceptions, their versions.

use crate::support::App;
use actix_web::{http::Method, web::Bytes};
use futures_util::future::join_all;
use serde_json::{Value, json};

const HOURS: [[&str; 2]; 2] = [["09:00", "12:00"], ["13:00", "18:00"]];

fn week() -> Value {
    json!({ "mon": HOURS, "tue": HOURS, "wed": HOURS, "thu": HOURS, "fri": HOURS })
}

async fn made(app: &App, name: &str) -> String {
    let body =
        json!({ "name": name, "time_zone": "Asia/Shanghai", "weekly": week(), "standard_day_minutes": 480 });
    let made: Value = app.as_admin().post("/calendars", body).await.expect(201);
    format!("/calendars/{}", made["id"].as_str().unwrap())
}

async fn versions(app: &App, calendar: &str) -> usize {
    let page: Value = app.as_admin().get(&format!("{calendar}/versions?limit=100")).await.expect(200);
    page["items"].as_array().unwrap().len()
}

async fn seconds(app: &App, calendar: &str, from: &str, to: &str) -> i64 {
    let path = format!("{calendar}/working-time?from={from}&to={to}");
    let answer: Value = app.as_analyst().get(&path).await.expect(200);
    answer["seconds"].as_i64().unwrap()
}

async fn table(app: &App, calendar: &str, text: &str) -> crate::support::Answer {
    let client = app.as_admin().header("Content-Type", "text/csv");
    let bytes = Bytes::copy_from_slice(text.as_bytes());
    client.send(Method::POST, &format!("{calendar}/exceptions"), Some(bytes)).await
}

#[actix_web::test]
async fn a_calendar_counts_its_week_and_its_exceptions() {
    let app = App::start().await;
    let calendar = made(&app, "north").await;
    let (from, to) = ("2026-10-05T00:00:00%2B08:00", "2026-10-12T00:00:00%2B08:00");
    assert_eq!(seconds(&app, &calendar, from, to).await, 5 * 8 * 3600);

    let exceptions = format!("{calendar}/exceptions");
    let day = json!({ "date": "2026-10-05", "kind": "holiday", "name": "国庆节" });
    let answer: Value = app.as_admin().post(&exceptions, day).await.expect(201);
    assert_eq!(answer["intervals"], Value::Null);
    let day = json!({ "date": "2026-10-10", "kind": "make_up_day", "intervals": [["09:00", "10:30"]] });
    let _: Value = app.as_admin().post(&exceptions, day).await.expect(201);
    assert_eq!(seconds(&app, &calendar, from, to).await, 4 * 8 * 3600 + 5400);
    assert_eq!(versions(&app, &calendar).await, 3);

    let _: Value = app.as_admin().delete(&format!("{exceptions}/2026-10-05")).await.expect(200);
    assert_eq!(seconds(&app, &calendar, from, to).await, 5 * 8 * 3600 + 5400);
    app.as_admin().delete(&format!("{exceptions}/2026-10-05")).await.expect_problem(404, "not_found");
}

#[actix_web::test]
async fn a_table_is_set_whole_or_not_at_all() {
    let app = App::start().await;
    let calendar = made(&app, "table").await;
    let sound = "\u{feff}date,kind,holiday\r\n2026-10-01,holiday,\"National Day, first\"\r\n\r\n2026-10-10,makeup_workday,National Day\r\n";
    let answer: Value = table(&app, &calendar, sound).await.expect(200);
    assert_eq!(answer["rows"], 2);
    assert_eq!(versions(&app, &calendar).await, 2);
    let list: Value = app.as_agent().get(&format!("{calendar}/exceptions")).await.expect(200);
    let names: Vec<&str> =
        list["items"].as_array().unwrap().iter().map(|day| day["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["National Day, first", "National Day"]);

    let broken = "date,kind,holiday\n2027-01-01,holiday,x\n2027-02-30,holiday,x\n2027-01-03,feast,x\n2027-01-01,holiday,x\n2027-01-05,holiday\n";
    let answer = table(&app, &calendar, broken).await;
    for (pointer, code) in
        [("/1/date", "invalid_format"), ("/2/kind", "unknown_code"), ("/4", "wrong_columns")]
    {
        answer.expect_field(pointer, code);
    }
    let twice = "date,kind\n2027-01-01,holiday\n2027-01-01,holiday\n";
    table(&app, &calendar, twice).await.expect_field("/1/date", "duplicate_date");
    table(&app, &calendar, "day,kind\n2027-01-01,holiday\n").await.expect_problem(422, "invalid_columns");
    table(&app, &calendar, "date,kind\n").await.expect_problem(422, "no_rows");
    assert_eq!(versions(&app, &calendar).await, 2);
}

#[actix_web::test]
async fn an_unsound_calendar_is_refused_where_it_is_unsound() {
    let app = App::start().await;
    let body = |weekly: Value| json!({ "name": "x", "time_zone": "Asia/Shanghai", "weekly": weekly, "standard_day_minutes": 480 });
    let cases = [
        (json!({ "mon": [["09:00", "09:00"]] }), "/weekly/mon/0", "interval_not_positive"),
        (json!({ "tue": [["09:00", "12:00"], ["11:00", "13:00"]] }), "/weekly/tue", "intervals_overlap"),
        (json!({ "wed": [["9:00", "12:00"]] }), "/weekly/wed/0/0", "invalid_format"),
        (json!({}), "/weekly", "no_working_time"),
    ];
    for (weekly, pointer, code) in cases {
        app.as_admin().post("/calendars", body(weekly)).await.expect_field(pointer, code);
    }
    let mut zone = body(week());
    zone["time_zone"] = "UTC+3".into();
    app.as_admin().post("/calendars", zone).await.expect_field("/time_zone", "unknown_time_zone");
    let calendar = made(&app, "y").await;
    let day = json!({ "date": "2026-10-05", "kind": "holiday", "intervals": HOURS });
    let answer = app.as_admin().post(&format!("{calendar}/exceptions"), day).await;
    answer.expect_field("/intervals", "holiday_with_intervals");
    let day = json!({ "date": "2200-01-01", "kind": "holiday" });
    let answer = app.as_admin().post(&format!("{calendar}/exceptions"), day).await;
    answer.expect_field("/date", "out_of_range");
}

#[actix_web::test]
async fn changes_at_once_make_versions_without_gaps() {
    let app = App::start().await;
    let calendar = made(&app, "race").await;
    let path = format!("{calendar}/exceptions");
    let client = app.as_admin();
    let _ = client.token().await;
    let days = (1..=8)
        .map(|day| client.post(&path, json!({ "date": format!("2026-10-0{day}"), "kind": "holiday" })));
    for answer in join_all(days).await {
        let _: Value = answer.expect(201);
    }
    assert_eq!(versions(&app, &calendar).await, 9);
    let last: Value = client.get(&format!("{calendar}/versions/9")).await.expect(200);
    assert_eq!(last["exceptions"].as_array().unwrap().len(), 8);
}

#[actix_web::test]
async fn a_calendar_that_counts_stays_active() {
    let app = App::start().await;
    let settings: Value = app.as_admin().get("/settings").await.expect(200);
    let path = format!("/calendars/{}/deactivate", settings["calendar_id"].as_str().unwrap());
    app.as_admin().post(&path, json!({})).await.expect_problem(409, "calendar_in_use");
    let calendar = made(&app, "spare").await;
    let asleep: Value = app.as_admin().post(&format!("{calendar}/deactivate"), json!({})).await.expect(200);
    let patch = json!({ "calendar_id": asleep["id"] });
    let answer = app.as_admin().if_match("*").patch("/settings", patch).await;
    answer.expect_problem(409, "calendar_inactive");
}

#[actix_web::test]
async fn working_time_is_asked_within_bounds() {
    let app = App::start().await;
    let calendar = made(&app, "bounds").await;
    let ask = |from: &str, to: &str| format!("{calendar}/working-time?from={from}&to={to}");
    let backwards = ask("2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z");
    app.as_admin().get(&backwards).await.expect_problem(400, "invalid_range");
    let long = ask("2026-01-01T00:00:00Z", "2027-03-01T00:00:00Z");
    app.as_admin().get(&long).await.expect_problem(400, "range_too_long");
}
