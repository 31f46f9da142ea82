//! Many at once: nothing is refunded twice, nothing recorded twice, nothing lost in the sums.

use super::{customer, days, order, purchase, refund};
use crate::support::{Answer, App};
use futures_util::future::{join, join_all};
use serde_json::{Value, json};

/// How often each race is run.
const TIMES: usize = 8;

/// One server, and another on the same database.
async fn servers() -> (App, App) {
    let one = App::start().await;
    let two = one.second().await;
    (one, two)
}

async fn post(app: &App, body: Value) -> Answer {
    app.as_admin().post("/orders", body).await
}

#[actix_web::test]
async fn two_refunds_race_for_the_rest_and_one_wins() {
    let (one, two) = servers().await;
    let wang = customer(&one).await;
    for _ in 0..TIMES {
        let bought: Value = post(&one, purchase(&wang, json!({}))).await.expect(201);
        let back = refund(600, json!({ "refund_of": bought["id"] }));

        let (a, b) = join(post(&one, back.clone()), post(&two, back)).await;

        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422], "{a:?} {b:?}");
        let refused = if a.status == 422 { a } else { b };
        assert_eq!(refused.expect_problem(422, "over_refund").status, 422);
        assert_eq!(order(&one, &bought).await["refunded_minor"], 600);
    }
}

#[actix_web::test]
async fn one_reference_at_once_is_one_order() {
    let (one, two) = servers().await;
    let (wang, li) = (customer(&one).await, customer(&one).await);
    for round in 0..TIMES {
        let name = json!({ "external_ref": { "system": "shop", "id": round.to_string() } });

        let same = purchase(&wang, name.clone());
        let answers =
            join_all((0..6).map(|n| post(if n % 2 == 0 { &one } else { &two }, same.clone()))).await;

        let made = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(made, 1, "{answers:?}");
        let ids: Vec<Value> = answers.iter().map(|answer| answer.json()["id"].clone()).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{answers:?}");

        let name = json!({ "external_ref": { "system": "pos", "id": round.to_string() } });
        let (a, b) = join(post(&one, purchase(&wang, name.clone())), post(&two, purchase(&li, name))).await;
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{a:?} {b:?}");
    }
}

#[actix_web::test]
async fn many_orders_of_few_customers_add_up() {
    let (one, two) = servers().await;
    let customers = [customer(&one).await, customer(&one).await, customer(&one).await];
    let order = |n: usize| {
        let at = format!("2026-01-0{}T04:00:00Z", 1 + n % 4);
        purchase(&customers[n % 3], json!({ "occurred_at": at }))
    };

    let answers = join_all((0..60).map(|n| post(if n % 2 == 0 { &one } else { &two }, order(n)))).await;

    assert!(answers.iter().all(|answer| answer.status == 201), "{answers:?}");
    for who in &customers {
        let expected = ["2026-01-01 5 5000", "2026-01-02 5 5000", "2026-01-03 5 5000", "2026-01-04 5 5000"];
        assert_eq!(days(&one, who, "purchases, revenue_minor"), expected);
    }
}

#[actix_web::test]
async fn orders_and_merges_at_once_lose_no_day() {
    let (one, two) = servers().await;
    for _ in 0..TIMES {
        let (wang, fang) = (customer(&one).await, customer(&one).await);
        let bought: Value = post(&one, purchase(&wang, json!({}))).await.expect(201);
        let merging = async {
            let body = json!({ "into_id": fang });
            two.as_admin().post(&format!("/customers/{wang}/merge"), body).await
        };
        let refunding = post(&one, refund(10, json!({ "refund_of": bought["id"] })));
        let buying = post(&one, purchase(&wang, json!({})));
        let others = post(&two, purchase(&fang, json!({})));

        let (merged, (back, (bought, other))) = join(merging, join(refunding, join(buying, others))).await;

        assert_eq!((merged.status.as_u16(), back.status.as_u16(), other.status.as_u16()), (200, 201, 201));
        assert!([201, 409].contains(&bought.status.as_u16()), "{bought:?}");
        let purchases = if bought.status == 201 { 3 } else { 2 };
        let expected = [format!("2026-01-04 {purchases} 10 0"), "2026-01-05 0 0 10".to_owned()];
        assert_eq!(days(&one, &fang, "purchases, returned_minor, refunded_minor"), expected);
    }
}
