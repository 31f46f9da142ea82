//! The demo: every status, nothing impossible, and only into an organisation without customers.

use crate::support::App;
use hearback::{demo, platform::http::problem::Error};
use serde_json::{Value, json};

#[actix_web::test]
async fn the_demo_shows_every_status_and_breaks_no_rule() {
    let app = App::start().await;

    let made = demo::load(&app.parts.db, 8, app.now()).unwrap();

    let statuses = "SELECT count(DISTINCT status) FROM feedback";
    assert_eq!((app.number(statuses), app.number("SELECT count(DISTINCT outcome) FROM feedback")), (12, 4));
    assert_eq!(app.number("SELECT count(*) FROM feedback"), i64::try_from(made.feedback).unwrap());
    assert_eq!(app.number("SELECT count(*) FROM customer"), i64::try_from(made.customers).unwrap());
    assert_eq!(app.number("SELECT count(DISTINCT state) FROM redemption"), 4);
    assert!(app.number("SELECT count(*) FROM coupon WHERE state = 'issued'") > 0);
    for kind in ["earn", "redeem", "reverse_earn", "reverse_redeem"] {
        assert!(
            app.number(&format!("SELECT count(*) FROM ledger_entry WHERE kind = '{kind}'")) > 0,
            "{kind}"
        );
    }
    assert!(app.number("SELECT count(*) FROM points_hold WHERE state = 'open'") > 1);
    let future =
        format!("SELECT count(*) FROM ledger_entry WHERE recorded_at > '{}'", app.now().to_rfc3339());
    assert_eq!(app.number(&future), 0);
    assert_eq!(app.number("SELECT count(*) FROM order_event"), i64::try_from(made.orders).unwrap());
    assert!(app.number("SELECT count(*) FROM order_event WHERE kind = 'refund'") > 0);
    for audit in ["/audits/closed-loop", "/audits/verify", "/orders/verify", "/loyalty/ledger/verify"] {
        let found: Value = app.as_admin().get(audit).await.expect(200);
        assert_eq!(found["violations"], json!([]), "{audit}");
    }
    let (email, _) = made.people.first().unwrap();
    let login = json!({ "email": email, "password": demo::PASSWORD });
    app.anonymous().post("/auth/login", login).await.expect::<Value>(200);
}

#[actix_web::test]
async fn the_demo_goes_only_where_no_customer_is() {
    let app = App::start().await;
    app.given().customer().await;

    let refused = demo::load(&app.parts.db, 8, app.now());

    assert_eq!(refused.err().map(|error: Error| error.code()), Some("not_empty"));
    assert_eq!(app.number("SELECT count(*) FROM staff"), 1);
}
