//! Files of orders: customers who are not known, amounts as people write them, refunds of what the same file has.

use super::{Form, counts, customers, errors, get, path, work};
use crate::support::App;
use serde_json::{Value, json};

const MAPPING: &str = r#"{"customer_ref.id":"customer_external_id","occurred_at":"ordered_on",
    "lines[0].quantity":"quantity","lines[0].revenue":"amount"}"#;
const DEFAULTS: &str = r#"{"customer_ref.system":"cdnow","kind":"purchase","currency":"USD","channel":"website",
    "lines[0].product":"CD","lines[0].category":"music"}"#;

/// Returns a form of purchases with the columns of CDNOW's.
fn purchases(rows: &str) -> Form {
    Form::orders(&format!("customer_external_id,ordered_on,quantity,amount\n{rows}"))
        .part("mapping", MAPPING)
        .part("defaults", DEFAULTS)
}

/// Returns a line of a purchase or refund, changed as said.
fn line(with: Value) -> String {
    let mut body = json!({
        "kind": "purchase", "customer_ref": { "system": "erp", "id": "7" }, "occurred_at": "2026-01-04T04:00:00Z",
        "currency": "CNY", "channel": "store",
        "lines": [{ "product": "a", "category": "b", "quantity": 1, "revenue": "10.00" }],
    });
    for (name, value) in with.as_object().unwrap() {
        body[name] = value.clone();
    }
    format!("{body}\n")
}

#[actix_web::test]
async fn all_of_cdnow_goes_in() {
    let app = App::start().await;
    let form = Form::new()
        .part("kind", "orders")
        .file("cdnow_sample.csv", include_bytes!("../../data/cdnow_sample.csv"))
        .part("mapping", MAPPING)
        .part("defaults", DEFAULTS);

    let mut import = form.run(&app).await;
    while import["status"] == "running" {
        work(&app);
        import = get(&app, &import).await;
    }

    assert_eq!((&import["status"], counts(&import)), (&json!("done"), (6919, 0)));
    assert_eq!(app.number("SELECT count(*) FROM customer WHERE stub AND kind = 'person'"), 2357);
    assert_eq!(app.number("SELECT count(*) FROM order_event WHERE kind = 'purchase'"), 6919);
    assert_eq!(app.number("SELECT sum(revenue_minor) FROM order_event"), 24_409_194);
    assert_eq!(app.number("SELECT count(*) FROM purchase_day"), 6696);
    assert_eq!(app.number("SELECT sum(purchases) FROM purchase_day"), 6919);
    assert_eq!(app.number("SELECT sum(revenue_minor) FROM purchase_day"), 24_409_194);
    let span = app.texts("SELECT concat_ws(' ', min(local_day), max(local_day)) FROM purchase_day");
    assert_eq!(span, ["1997-01-01 1998-06-30"]);
    let found: Value = app.as_admin().get("/orders/verify").await.expect(200);
    assert_eq!(found, json!({ "checked": 2357, "violations": [] }));
}

#[actix_web::test]
async fn a_row_becomes_an_order_of_a_customer_who_is_made_for_it() {
    let app = App::start().await;

    let import = purchases("00004,1997-01-01,2,29.33\n00004,1997-01-18,2,29.7\n").run(&app).await;

    assert_eq!((counts(&import), import["run_rules"].clone()), ((2, 0), json!(false)));
    let made: Value = app.as_agent().get("/customers/by-ref/cdnow/00004").await.expect(200);
    assert_eq!(
        (&made["name"], &made["kind"], &made["stub"]),
        (&json!("00004"), &json!("person"), &json!(true))
    );
    let found: Value = app.as_agent().get("/customers?q=00004").await.expect(200);
    assert_eq!(found["items"][0]["id"], made["id"]);
    let query = format!("external_ref.system=import:{}&external_ref.id=1", import["id"].as_str().unwrap());
    let page: Value = app.as_agent().get(&format!("/orders?{query}")).await.expect(200);
    let order = &page["items"][0];
    assert_eq!(order["occurred_at"], "1996-12-31T16:00:00.000Z", "a date alone is a day in Shanghai");
    assert_eq!((&order["revenue_minor"], &order["lines"][0]["quantity"]), (&json!(2933), &json!(2)));
    assert_eq!((&order["customer_id"], &order["cost_minor"]), (&made["id"], &json!(null)));
    let results: Value = app.as_agent().get(&path(&import, "/results")).await.expect(200);
    assert_eq!(results["items"][0]["id"], order["id"]);
}

#[actix_web::test]
async fn a_bad_row_fails_alone_and_makes_nobody() {
    let app = App::start().await;
    let tomorrow = "2026-01-06";
    let rows = format!(
        "1,1997-01-01,1,1.00\n2,1997-01-01,1,1.005\n3,1997-01-01,0,1\n4,{tomorrow},1,1\n5,,1,1\n1,1997-01-02,1,0\n"
    );

    let import = purchases(&rows).run(&app).await;

    assert_eq!((counts(&import), customers(&app)), ((2, 4), 1));
    let expected = [
        (2, "/lines/0/revenue".into(), "invalid_amount".into()),
        (3, "/lines/0/quantity".into(), "out_of_range".into()),
        (4, "/occurred_at".into(), "in_the_future".into()),
        (5, "/occurred_at".into(), "required".into()),
    ];
    assert_eq!(errors(&app, &import).await, expected);
    assert_eq!(app.number("SELECT sum(purchases) FROM purchase_day"), 2);
}

#[actix_web::test]
async fn a_refund_finds_its_purchase_in_the_same_file() {
    let app = App::start().await;
    let of = json!({ "system": "shop", "id": "1" });
    let file = [
        line(json!({ "external_ref": of })),
        line(json!({ "kind": "refund", "refund_of_ref": of,
            "lines": [{ "product": "a", "category": "b", "quantity": 1, "revenue": 6.5 }] })),
        line(json!({ "kind": "refund", "refund_of_ref": of,
            "lines": [{ "product": "a", "category": "b", "quantity": 1, "revenue_minor": 400 }] })),
        line(
            json!({ "kind": "refund", "refund_of_ref": of, "customer_ref": { "system": "erp", "id": "8" } }),
        ),
        line(json!({ "kind": "refund", "refund_of_ref": { "system": "shop", "id": "2" } })),
    ];

    let import = Form::orders(&file.concat()).run(&app).await;

    assert_eq!((counts(&import), customers(&app)), ((2, 3), 1));
    let expected = [
        (3, "/lines".into(), "over_refund".into()),
        (4, "/refund_of_ref".into(), "different_customer".into()),
        (5, "/refund_of_ref".into(), "unknown_order".into()),
    ];
    assert_eq!(errors(&app, &import).await, expected);
    assert_eq!(app.texts("SELECT refunded_minor FROM order_refunded"), ["650"]);
}

#[actix_web::test]
async fn the_same_file_again_records_nothing_that_has_a_reference() {
    let app = App::start().await;
    let file = |id: &str| line(json!({ "external_ref": { "system": "shop", "id": id } }));
    let file = [file("1"), file("2"), file("1")].concat();
    let first = Form::orders(&file).run(&app).await;

    let second = Form::orders(&file).part("run_rules", "true").run(&app).await;

    assert_eq!((counts(&first), counts(&second)), ((3, 0), (3, 0)));
    assert_eq!(second["run_rules"], true);
    assert_eq!(app.number("SELECT count(*) FROM order_event"), 2);
}

#[actix_web::test]
async fn a_preview_of_orders_makes_nothing() {
    let app = App::start().await;
    let form = purchases("1,1997-01-01,1,1.00\n2,1997-01-01,1,x\n").part("preview", "true");

    let previewed = form.run(&app).await;

    assert_eq!((&previewed["status"], counts(&previewed)), (&json!("previewed"), (1, 1)));
    let made = "SELECT (SELECT count(*) FROM customer) + (SELECT count(*) FROM order_event)
        + (SELECT count(*) FROM purchase_day)";
    assert_eq!(app.number(made), 0);
    app.as_agent().post(&path(&previewed, "/start"), json!({})).await.expect::<Value>(200);
    work(&app);
    assert_eq!((counts(&get(&app, &previewed).await), app.number(made)), ((1, 1), 3));
}

#[actix_web::test]
async fn many_bad_rows_among_good_ones_are_told_apart() {
    let app = App::start().await;
    // every third lies in the future, which only the action finds
    let row = |n: usize| {
        format!("{},{},1,1.00\n", n % 40, if n.is_multiple_of(3) { "2026-02-01" } else { "1997-01-01" })
    };

    let import = purchases(&(0..300).map(row).collect::<String>()).run(&app).await;

    assert_eq!(counts(&import), (200, 100));
    assert_eq!(app.number("SELECT sum(revenue_minor) FROM purchase_day"), 20_000);
}

#[actix_web::test]
async fn imported_orders_earn_only_when_they_are_let() {
    let app = App::start().await;
    let rule = json!({ "code": "spend", "name": "消费积分", "trigger": "order", "priority": 10,
        "points": { "kind": "per_amount", "points": 1, "per_minor": 100, "currency": "CNY" } });
    app.as_admin().post("/loyalty/earning-rules", rule).await.expect::<Value>(201);
    let file = |id: &str| line(json!({ "external_ref": { "system": "shop", "id": id } }));

    Form::orders(&file("1")).run(&app).await;
    assert_eq!(app.number("SELECT count(*) FROM ledger_entry"), 0);
    Form::orders(&file("2")).part("run_rules", "true").run(&app).await;

    assert_eq!(app.number("SELECT sum(amount) FROM ledger_entry WHERE kind = 'earn'"), 10);
}
