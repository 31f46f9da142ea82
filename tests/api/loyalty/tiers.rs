//! Tiers: reached by points, kept for a while, given by hand.

use super::{customer_with, earn, once};
use crate::support::{Answer, App};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use futures_util::future::join_all;
use serde_json::{Value, json};

async fn tier(app: &App, customer: &str) -> Value {
    app.as_agent().get(&format!("/customers/{customer}/tier")).await.expect(200)
}

async fn history(app: &App, customer: &str) -> Vec<String> {
    let page: Value = app.as_agent().get(&format!("/customers/{customer}/tier/history")).await.expect(200);
    let line = |row: &Value| {
        let text = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
        format!("{} {} {} {} {}", text("tier"), text("state"), text("held_as"), text("since"), text("until"))
    };
    page["items"].as_array().unwrap().iter().map(line).collect()
}

async fn give(app: &App, customer: &str, tier: &str, until: &str) -> Answer {
    let body = json!({ "tier": tier, "reason": "战略客户", "until": until });
    app.as_agent().post(&format!("/customers/{customer}/tier"), body).await
}

async fn customer(app: &App) -> String {
    customer_with(app, 0).await
}

/// Changes the rules of the program.
async fn program(app: &App, patch: Value) -> Answer {
    app.as_admin().if_match("*").patch("/loyalty/program", patch).await
}

/// Returns the id of the tier with this code.
async fn id_of(app: &App, code: &str) -> String {
    let page: Value = app.as_agent().get("/loyalty/tiers").await.expect(200);
    let mut all = page["items"].as_array().unwrap().iter();
    all.find(|tier| tier["code"] == code).unwrap()["id"].as_str().unwrap().to_owned()
}

async fn patch(app: &App, code: &str, patch: Value) -> Answer {
    let path = format!("/loyalty/tiers/{}", id_of(app, code).await);
    app.as_admin().if_match("*").patch(&path, patch).await
}

fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Works through everything that is due, later work of it too.
fn work(app: &App) {
    while app.work() > 0 {}
}

#[actix_web::test]
async fn four_tiers_are_there_and_everybody_has_the_lowest() {
    let app = App::start().await;
    let customer = customer(&app).await;

    let page: Value = app.as_analyst().get("/loyalty/tiers").await.expect(200);

    let codes: Vec<&str> =
        page["items"].as_array().unwrap().iter().map(|t| t["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["member", "silver", "gold", "diamond"]);
    let now = tier(&app, &customer).await;
    assert_eq!(
        (&now["tier"], &now["state"], &now["since"]),
        (&json!("member"), &json!("active"), &Value::Null)
    );
    assert_eq!((&now["next_tier"], &now["points_to_next"]), (&json!("silver"), &json!(1000)));
    app.as_agent()
        .get(&format!("/customers/{}/tier", id_of(&app, "gold").await))
        .await
        .expect_problem(404, "not_found");
}

#[actix_web::test]
async fn the_earning_that_reaches_a_threshold_raises_the_tier_in_its_own_transaction() {
    let app = App::start().await;
    let customer = customer(&app).await;
    let rows = "SELECT count(*) FROM tier_membership";

    earn(&app, &customer, 999).await;
    assert_eq!(app.number(rows), 0);
    earn(&app, &customer, 1).await;
    assert_eq!(app.number(rows), 1);

    let silver = tier(&app, &customer).await;
    assert_eq!((&silver["tier"], &silver["qualifying"]), (&json!("silver"), &json!(1000)));
    assert_eq!(silver["since"], "2026-01-05T02:00:00.000Z");
    assert_eq!(silver["valid_until"], "2027-01-05T16:00:00.000Z");
    assert_eq!(silver["would_downgrade_on"], "2027-02-05");
    let points: Value = app.as_agent().get(&format!("/customers/{customer}/points")).await.expect(200);
    assert_eq!((&points["tier"], &points["points_to_next_tier"]), (&json!("silver"), &json!(4000)));
    earn(&app, &customer, 30000).await;
    let diamond = tier(&app, &customer).await;
    assert_eq!((&diamond["tier"], &diamond["next_tier"]), (&json!("diamond"), &Value::Null));
    assert_eq!(app.number(rows), 2);
}

#[actix_web::test]
async fn the_first_earning_of_an_account_can_raise_it() {
    let app = App::start().await;
    let customer = customer(&app).await;

    earn(&app, &customer, 5000).await;

    assert_eq!(app.number("SELECT count(*) FROM tier_membership"), 1);
    assert_eq!(tier(&app, &customer).await["tier"], "gold");
}

#[actix_web::test]
async fn redeeming_lowers_no_tier_and_a_reversed_earning_counts_against_it_from_then_on() {
    let app = App::start().await;
    let customer = customer(&app).await;
    let earned = earn(&app, &customer, 1200).await;
    let redeem = json!({ "amount": 1000, "reason": "兑换" });
    let path = format!("/customers/{customer}/points/redeem");
    once(app.as_agent()).post(&path, redeem).await.expect::<Value>(201);
    assert_eq!(tier(&app, &customer).await["qualifying"], 1200);

    app.advance(TimeDelta::days(2));
    let reverse = format!("/loyalty/entries/{}/reverse", earned["id"].as_str().unwrap());
    let body = json!({ "amount": 300, "reason": "退款" });
    once(app.as_agent()).post(&reverse, body).await.expect::<Value>(201);

    let now = tier(&app, &customer).await;
    assert_eq!(
        (&now["tier"], &now["qualifying"], &now["points_to_next"]),
        (&json!("silver"), &json!(900), &json!(4100))
    );
    let before = format!("/customers/{customer}/tier?as_of=2026-01-06T00:00:00Z");
    let before: Value = app.as_agent().get(&before).await.expect(200);
    assert_eq!((&before["tier"], &before["qualifying"]), (&json!("silver"), &json!(1200)));
    let first = format!("/customers/{customer}/tier?as_of=2026-01-05T01:59:59Z");
    let first: Value = app.as_agent().get(&first).await.expect(200);
    assert_eq!((&first["tier"], &first["qualifying"]), (&json!("member"), &json!(0)));
    let later = format!("/customers/{customer}/tier?as_of=2026-02-05T01:59:59Z");
    app.as_agent().get(&later).await.expect_problem(422, "future_instant");
}

#[actix_web::test]
async fn a_tier_is_renewed_or_goes_through_grace_whether_the_worker_runs_or_not() {
    for works in [true, false] {
        let app = App::start().await;
        let (keeps, loses) = (customer(&app).await, customer(&app).await);
        earn(&app, &keeps, 5000).await;
        earn(&app, &loses, 5000).await;
        app.set_time("2026-07-01T00:00:00Z");
        earn(&app, &keeps, 5000).await;

        for instant in
            ["2026-12-06T16:00:00Z", "2026-12-29T16:00:00Z", "2027-01-05T16:00:00Z", "2027-02-04T15:59:59Z"]
        {
            app.set_time(instant);
            if works {
                work(&app);
            }
        }
        let grace = tier(&app, &loses).await;
        assert_eq!((&grace["tier"], &grace["state"]), (&json!("gold"), &json!("grace")));
        assert_eq!(grace["grace_until"], "2027-02-04T16:00:00.000Z");
        app.set_time("2027-02-04T16:00:00Z");
        assert_eq!(tier(&app, &loses).await["tier"], "silver");
        assert_eq!(
            history(&app, &loses).await,
            [
                "silver active active 2027-02-04T16:00:00.000Z 2028-02-04T16:00:00.000Z",
                "gold expired grace 2027-01-05T16:00:00.000Z 2027-02-04T16:00:00.000Z",
                "gold expired active 2026-01-05T02:00:00.000Z 2027-01-05T16:00:00.000Z",
            ]
        );
        let kept = tier(&app, &keeps).await;
        assert_eq!((&kept["tier"], &kept["state"]), (&json!("gold"), &json!("active")));
        assert_eq!(kept["valid_until"], "2028-01-05T16:00:00.000Z");
    }
}

#[actix_web::test]
async fn who_is_about_to_lose_a_tier_is_told_thirty_and_seven_days_before_and_at_the_beginning_of_grace() {
    let app = App::start().await;
    let (keeps, loses) = (customer(&app).await, customer(&app).await);
    earn(&app, &keeps, 1000).await;
    earn(&app, &loses, 1000).await;
    app.set_time("2026-07-01T00:00:00Z");
    earn(&app, &keeps, 1000).await;
    earn(&app, &loses, 400).await;

    let mut told = Vec::new();
    for instant in
        ["2026-12-06T15:59:00Z", "2026-12-06T16:00:00Z", "2026-12-29T16:00:00Z", "2027-01-05T16:00:00Z"]
    {
        app.set_time(instant);
        work(&app);
        work(&app);
        let page: Value = app.as_key(&["points:read"]).get("/loyalty/tier-notices").await.expect(200);
        told = page["items"].as_array().unwrap().clone();
    }

    assert!(told.iter().all(|notice| notice["customer_id"] == loses.as_str()), "{told:?}");
    let days: Vec<&Value> = told.iter().map(|notice| &notice["days_before"]).collect();
    assert_eq!(days, [30, 7, 0]);
    assert_eq!(told[2]["points_missing"], 600);
    assert_eq!(told[0]["created_at"], "2026-12-06T16:00:00.000Z");
}

#[actix_web::test]
async fn the_policy_says_what_follows_grace() {
    let app = App::start().await;
    let customer = customer(&app).await;
    earn(&app, &customer, 20000).await;
    let policy = json!({ "tier_downgrade": "requalify", "tier_grace_days": 0 });
    program(&app, policy).await.expect::<Value>(200);
    program(&app, json!({ "qualify_on": "spend" })).await.expect_problem(422, "not_supported_yet");
    program(&app, json!({ "qualifying_window": "fixed:02-30" })).await.expect_problem(422, "unknown_window");

    let before = tier(&app, &customer).await;
    app.set_time("2027-01-05T16:00:00Z");

    assert_eq!(before["projected_tier_at"], json!({ "tier": "member", "at": "2027-01-05T16:00:00.000Z" }));
    assert_eq!(tier(&app, &customer).await["tier"], "member");
}

#[actix_web::test]
async fn a_tier_given_by_hand_is_a_floor_until_its_end() {
    let app = App::start().await;
    let customer = customer(&app).await;
    give(&app, &customer, "platinum", "2026-06-01T00:00:00Z").await.expect_problem(422, "unknown_tier");
    give(&app, &customer, "gold", "2026-01-05T02:00:00Z").await.expect_problem(422, "not_in_future");
    app.as_handler("after_sales")
        .post(&format!("/customers/{customer}/tier"), json!({}))
        .await
        .expect_problem(403, "forbidden");

    let given: Value = give(&app, &customer, "gold", "2026-06-01T00:00:00Z").await.expect(201);

    assert_eq!((&given["tier"], &given["state"]), (&json!("gold"), &json!("manual")));
    app.advance(TimeDelta::days(1));
    earn(&app, &customer, 1000).await;
    assert_eq!(tier(&app, &customer).await["state"], "manual");
    app.advance(TimeDelta::days(1));
    earn(&app, &customer, 19000).await;
    let risen = tier(&app, &customer).await;
    assert_eq!((&risen["tier"], &risen["state"]), (&json!("diamond"), &json!("active")));
    assert_eq!(history(&app, &customer).await.len(), 3);
}

#[actix_web::test]
async fn a_floor_gives_way_to_the_next_one_and_ends_by_itself() {
    let app = App::start().await;
    let customer = customer(&app).await;
    give(&app, &customer, "diamond", "2026-06-01T00:00:00Z").await.expect::<Value>(201);
    app.advance(TimeDelta::days(1));

    let lower: Value = give(&app, &customer, "silver", "2026-03-01T00:00:00Z").await.expect(201);

    assert_eq!(lower["tier"], "silver");
    let before = format!("/customers/{customer}/tier?as_of=2026-01-05T12:00:00Z");
    assert_eq!(app.as_agent().get(&before).await.json()["tier"], "diamond");
    app.set_time("2026-03-01T00:00:00Z");
    assert_eq!(tier(&app, &customer).await["tier"], "member");
    assert_eq!(
        history(&app, &customer).await,
        [
            "silver expired manual 2026-01-06T02:00:00.000Z 2026-03-01T00:00:00.000Z",
            "diamond expired manual 2026-01-05T02:00:00.000Z 2026-01-06T02:00:00.000Z",
        ]
    );
}

#[actix_web::test]
async fn a_rehearsal_lists_who_would_move_and_writes_nothing() {
    let app = App::start().await;
    let (rises, falls, stays) = (customer(&app).await, customer(&app).await, customer(&app).await);
    earn(&app, &rises, 4000).await;
    earn(&app, &falls, 1000).await;
    earn(&app, &stays, 10).await;
    let state = "SELECT sum(hashtext(t::text))::bigint FROM (SELECT a::text FROM points_account a \
                 UNION ALL SELECT m::text FROM tier_membership m UNION ALL SELECT t::text FROM tier t) x(t)";
    let before = app.number(state);
    // the year that decides about `falls` has ended, that of the new window has not
    app.set_time("2026-07-01T00:00:00Z");

    let body = json!({
        "thresholds": [{ "tier": "silver", "threshold": 1001 }, { "tier": "gold", "threshold": 4000 }],
        "qualifying_window": "rolling:24",
    });
    let first: Value = app.as_admin().post("/loyalty/tiers/rehearse?limit=1", body.clone()).await.expect(200);
    let next = format!("/loyalty/tiers/rehearse?limit=1&cursor={}", first["next_cursor"].as_str().unwrap());
    let second: Value = app.as_admin().post(&next, body).await.expect(200);

    let moved =
        json!({ "customer_id": rises, "from": "silver", "to": "gold", "at": null, "qualifying": 4000 });
    assert_eq!(first["items"], json!([moved]));
    assert_eq!(second["items"], json!([]), "silver is lost by the present rules as well");
    assert_eq!(app.number(state), before);
    assert_eq!(tier(&app, &rises).await["tier"], "silver");
    let longer = json!({ "qualifying_window": "rolling:24" });
    let kept: Value = app.as_admin().post("/loyalty/tiers/rehearse", longer).await.expect(200);
    let fates: Vec<(&Value, &Value)> =
        kept["items"].as_array().unwrap().iter().map(|mover| (&mover["from"], &mover["to"])).collect();
    assert_eq!(fates, [(&json!("member"), &json!("silver")), (&json!("member"), &json!("silver"))]);
    let wrong = json!({ "thresholds": [{ "tier": "gold", "threshold": 1000 }] });
    app.as_admin().post("/loyalty/tiers/rehearse", wrong).await.expect_problem(422, "thresholds_not_rising");
}

#[actix_web::test]
async fn a_change_of_thresholds_raises_at_once_and_takes_nothing_away_before_the_end() {
    let app = App::start().await;
    let (rises, keeps) = (customer(&app).await, customer(&app).await);
    earn(&app, &rises, 4000).await;
    earn(&app, &keeps, 1000).await;

    patch(&app, "gold", json!({ "threshold": 4000 })).await.expect::<Value>(200);
    patch(&app, "silver", json!({ "threshold": 2000 })).await.expect::<Value>(200);

    assert_eq!(tier(&app, &rises).await["tier"], "gold");
    assert_eq!(tier(&app, &keeps).await["tier"], "silver");
    assert_eq!(app.number("SELECT count(*) FROM tier_membership"), 2);
    work(&app);
    assert_eq!(app.number("SELECT count(*) FROM tier_membership"), 3);
    earn(&app, &keeps, 3000).await;
    assert_eq!(tier(&app, &keeps).await["tier"], "gold");
}

#[actix_web::test]
async fn thresholds_rise_with_the_rank_in_the_database_too() {
    let app = App::start().await;
    patch(&app, "gold", json!({ "threshold": 1000 })).await.expect_problem(422, "thresholds_not_rising");
    patch(&app, "member", json!({ "threshold": 1 })).await.expect_problem(422, "no_base_tier");
    let body = |code: &str, rank: i64, threshold: i64| json!({ "code": code, "name": code, "name_zh": code, "rank": rank, "threshold": threshold });
    let admin = app.as_admin();
    admin.post("/loyalty/tiers", body("platinum", 3, 30000)).await.expect_problem(409, "rank_taken");
    admin.post("/loyalty/tiers", body("gold", 4, 30000)).await.expect_problem(409, "code_taken");
    admin
        .post("/loyalty/tiers", body("platinum", 4, 20000))
        .await
        .expect_problem(422, "thresholds_not_rising");
    admin.post("/loyalty/tiers", body("platinum", 4, 30000)).await.expect::<Value>(201);

    use diesel::connection::SimpleConnection;
    let wrong = app.sql().batch_execute("UPDATE tier SET threshold = 900 WHERE code = 'gold'").unwrap_err();

    assert!(wrong.to_string().contains("thresholds rise"), "{wrong}");
}

#[actix_web::test]
async fn a_tier_that_customers_have_is_not_deactivated() {
    let app = App::start().await;
    let customer = customer(&app).await;
    earn(&app, &customer, 5000).await;
    let path = async |code: &str, verb: &str| format!("/loyalty/tiers/{}/{verb}", id_of(&app, code).await);
    let admin = app.as_admin();

    let gold = path("gold", "deactivate").await;
    admin.post(&gold, json!({})).await.expect_problem(409, "tier_in_use");
    let member = path("member", "deactivate").await;
    admin.post(&member, json!({})).await.expect_problem(422, "no_base_tier");
    let off: Value = admin.post(&path("diamond", "deactivate").await, json!({})).await.expect(200);

    assert_eq!(off["active"], false);
    assert_eq!(tier(&app, &customer).await["next_tier"], Value::Null);
    admin.post(&path("diamond", "activate").await, json!({})).await.expect::<Value>(200);
    assert_eq!(tier(&app, &customer).await["next_tier"], "diamond");
}

#[actix_web::test]
async fn periods_cannot_overlap_in_the_database() {
    let app = App::start().await;
    let customer = customer(&app).await;
    earn(&app, &customer, 1000).await;
    let copy = |since: &str, state: &str| {
        format!(
            "INSERT INTO tier_membership (id, customer_id, tier_id, state, since, valid_until, reason, actor_kind, \
             recorded_at) SELECT gen_random_uuid(), customer_id, tier_id, '{state}', {since}, valid_until + interval '1 day', \
             'x', actor_kind, recorded_at FROM tier_membership WHERE state = 'active' LIMIT 1"
        )
    };
    use diesel::connection::SimpleConnection;
    let mut sql = app.sql();

    let overlap = sql.batch_execute(&copy("since + interval '1 day'", "active")).unwrap_err();

    assert!(overlap.to_string().contains("tier_membership_earned_period_excl"), "{overlap}");
    sql.batch_execute(&copy("valid_until", "grace")).unwrap();
    sql.batch_execute(&copy("since", "manual")).unwrap();
    assert!(sql.batch_execute(&copy("since", "manual")).is_err());
}

#[actix_web::test]
async fn earnings_at_once_raise_a_tier_once() {
    let app = App::start().await;
    let customer = customer(&app).await;

    let earnings = (0..10).map(|_| earn(&app, &customer, 200));
    join_all(earnings).await;

    assert_eq!(tier(&app, &customer).await["tier"], "silver");
    assert_eq!(app.number("SELECT count(*) FROM tier_membership"), 1);
    assert_eq!(app.number("SELECT earned_bound FROM points_account"), 2000);
}

#[actix_web::test]
async fn a_merged_customer_brings_its_higher_tier_along_and_takes_it_away_again() {
    let app = App::start().await;
    let (gold, plain) = (customer(&app).await, customer(&app).await);
    earn(&app, &gold, 5000).await;
    app.execute("UPDATE points_earned_day SET day = day - 200");
    let merge = json!({ "into_id": plain });
    give(&app, &gold, "diamond", "2035-01-01T00:00:00Z").await.expect::<Value>(201);
    app.as_agent().if_match("*").post(&format!("/customers/{gold}/merge"), merge).await.expect::<Value>(200);

    let merged = tier(&app, &plain).await;
    assert_eq!((&merged["tier"], &merged["state"]), (&json!("diamond"), &json!("manual")));
    assert_eq!(merged["valid_until"], "2035-01-01T00:00:00.000Z");
    app.as_agent()
        .if_match("*")
        .post(&format!("/customers/{gold}/unmerge"), json!({}))
        .await
        .expect::<Value>(200);

    assert_eq!(tier(&app, &gold).await["tier"], "diamond");
    assert_ne!(tier(&app, &plain).await["tier"], "diamond");
    app.execute("UPDATE points_earned_day SET day = day + 200");
}

#[actix_web::test]
async fn a_reversal_counts_whole_also_where_nothing_could_be_taken_back() {
    let app = App::start().await;
    program(&app, json!({ "reversal_policy": "lot_only" })).await.expect::<Value>(200);
    let customer = customer(&app).await;
    let earned = earn(&app, &customer, 1000).await;
    let spend = json!({ "amount": 1000, "reason": "兑换", "source": { "system": "shop", "id": "r-1" } });
    once(app.as_agent())
        .post(&format!("/customers/{customer}/points/redeem"), spend)
        .await
        .expect::<Value>(201);

    let path = format!("/loyalty/entries/{}/reverse", earned["id"].as_str().unwrap());
    once(app.as_agent()).post(&path, json!({ "reason": "退款" })).await.expect::<Value>(201);

    let now = tier(&app, &customer).await;
    assert_eq!((&now["tier"], &now["qualifying"]), (&json!("silver"), &json!(0)));
}

#[actix_web::test]
async fn the_past_keeps_its_thresholds_and_a_new_zone_takes_no_points() {
    let app = App::start().await;
    let customer = customer(&app).await;
    earn(&app, &customer, 700).await;
    let then = app.now();
    app.advance(TimeDelta::hours(1));
    patch(&app, "silver", json!({ "threshold": 650 })).await.expect::<Value>(200);

    let past: Value =
        app.as_agent().get(&format!("/customers/{customer}/tier?as_of={}", stamp(then))).await.expect(200);
    assert_eq!(past["tier"], "member");
    assert_eq!(tier(&app, &customer).await["tier"], "silver");
    program(&app, json!({ "time_zone": "America/Los_Angeles" })).await.expect::<Value>(200);
    assert_eq!(tier(&app, &customer).await["qualifying"], 700);
}

#[actix_web::test]
async fn floors_given_at_once_follow_one_another() {
    let app = App::start().await;
    let customer = customer(&app).await;

    let given = (0..6).map(|year| {
        let (app, customer, until) = (&app, &customer, format!("{}-01-01T00:00:00Z", 2030 + year));
        async move { give(app, customer, "gold", &until).await.status }
    });

    assert!(join_all(given).await.into_iter().all(|status| status == 201));
}
