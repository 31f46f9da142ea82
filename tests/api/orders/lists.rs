//! Lists, the timeline and the overview.

use super::{customer, ids, purchase, recorded, refund};
use crate::support::App;
use serde_json::{Value, json};

#[actix_web::test]
async fn filters_narrow_together() {
    let app = App::start().await;
    let (wang, li) = (customer(&app).await, customer(&app).await);
    let mut made = Vec::new();
    for (who, at, currency, channel) in [
        (&wang, "2026-01-01T00:00:00Z", "CNY", "store"),
        (&wang, "2026-01-02T00:00:00Z", "USD", "app"),
        (&li, "2026-01-02T00:00:00Z", "CNY", "app"),
        (&wang, "2026-01-03T00:00:00Z", "CNY", "app"),
    ] {
        let with = json!({ "occurred_at": at, "currency": currency, "channel": channel,
            "external_ref": { "system": "shop", "id": made.len().to_string() } });
        made.push(recorded(&app, purchase(who, with)).await);
    }
    made.push(recorded(&app, refund(1, json!({ "refund_of": made[0]["id"] }))).await);
    let nobody = "018f6b1e-0000-7000-8000-00000000dead";
    for (query, expected) in [
        ("", vec![4, 3, 2, 1, 0]),
        ("?kind=refund", vec![4]),
        ("?kind=purchase&channel=app", vec![3, 2, 1]),
        ("?currency=USD", vec![1]),
        (&format!("?customer_id={wang}"), vec![4, 3, 1, 0]),
        (&format!("?customer_id={nobody}"), vec![]),
        ("?occurred_at.gte=2026-01-02T00:00:00Z&occurred_at.lt=2026-01-03T00:00:00Z", vec![2, 1]),
        ("?external_ref.system=shop&external_ref.id=3", vec![3]),
        ("?external_ref.system=shop&external_ref.id=9", vec![]),
    ] {
        let found = ids(&app, &format!("/orders{query}")).await;
        let mut expected: Vec<_> = expected.iter().map(|n| made[*n]["id"].as_str().unwrap()).collect();
        if query.contains("gte") || query.is_empty() || query.contains("app") {
            // the two of one instant come in the order of their ids, latest first
            expected.sort_by_key(|id| made.iter().position(|m| m["id"] == *id).map(std::cmp::Reverse));
        }
        assert_eq!(found, expected, "{query}");
    }
}

#[actix_web::test]
async fn half_a_reference_is_no_filter() {
    let app = App::start().await;

    for path in ["/orders", "/usage-events"] {
        for half in ["external_ref.system=shop", "external_ref.id=1"] {
            let refused = app.as_agent().get(&format!("{path}?{half}")).await;
            refused.expect_problem(400, "invalid_parameter");
        }
        let unknown = app.as_agent().get(&format!("{path}?status=paid")).await;
        unknown.expect_problem(400, "unknown_parameter");
    }
    app.as_agent().get("/orders?currency=cny").await.expect_problem(400, "invalid_parameter");
}

#[actix_web::test]
async fn a_customers_orders_are_read_by_all_staff_who_read_customers() {
    let app = App::start().await;
    let wang = customer(&app).await;
    let bought = recorded(&app, purchase(&wang, json!({}))).await;
    let path = format!("/customers/{wang}/orders");

    for client in [app.as_admin(), app.as_agent(), app.as_handler("service"), app.as_head("service")] {
        let page: Value = client.get(&path).await.expect(200);
        assert_eq!(page["items"], json!([bought]));
    }
    app.as_analyst().get(&path).await.expect_problem(403, "forbidden");
    app.as_handler("service").get("/orders").await.expect_problem(403, "forbidden");
    let nobody = "/customers/018f6b1e-0000-7000-8000-00000000dead/orders";
    app.as_agent().get(nobody).await.expect_problem(404, "not_found");
}

#[actix_web::test]
async fn orders_appear_in_the_timeline_and_the_overview() {
    let app = App::start().await;
    let wang = customer(&app).await;
    let path = format!("/customers/{wang}");
    let empty: Value = app.as_agent().get(&format!("{path}/overview")).await.expect(200);
    assert_eq!(empty["orders"], json!({ "count": 0, "last": null, "by_currency": [] }));
    let first = recorded(&app, purchase(&wang, json!({}))).await;
    let usd = json!({ "currency": "USD", "occurred_at": "2026-01-04T05:00:00Z", "channel": "app" });
    let second = recorded(&app, purchase(&wang, usd)).await;
    recorded(&app, refund(400, json!({ "refund_of": first["id"] }))).await;

    let overview: Value = app.as_agent().get(&format!("{path}/overview")).await.expect(200);
    let timeline: Value = app.as_agent().get(&format!("{path}/timeline")).await.expect(200);

    assert_eq!(overview["orders"]["count"], 2);
    let last = json!({ "id": second["id"], "occurred_at": "2026-01-04T05:00:00.000Z", "channel": "app",
        "currency": "USD", "revenue_minor": 1000 });
    assert_eq!(overview["orders"]["last"], last);
    let sums = json!([
        { "currency": "CNY", "count": 1, "net_revenue_minor": 600 },
        { "currency": "USD", "count": 1, "net_revenue_minor": 1000 },
    ]);
    assert_eq!(overview["orders"]["by_currency"], sums);
    let seen: Vec<_> = timeline["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            format!("{} {} {} {}", entry["kind"], entry["amount_minor"], entry["currency"], entry["text"])
        })
        .collect();
    let expected = [
        r#""refund" 400 "CNY" "洗衣机""#,
        r#""purchase" 1000 "USD" "洗衣机""#,
        r#""purchase" 1000 "CNY" "洗衣机""#,
    ];
    assert_eq!(seen, expected);
    let paged = ids(&app, &format!("{path}/timeline")).await;
    assert_eq!(paged.len(), 3);
}
