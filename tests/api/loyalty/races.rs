//! Many at once on one balance: what is promised to one is not given to another, and nobody sees a deadlock.

use crate::support::{Answer, App, Client};
use chrono::TimeDelta;
use futures_util::{
    StreamExt,
    future::{join, join_all},
    stream,
};
use serde_json::{Value, json};

/// How often each race of two is run.
const TIMES: usize = 6;
/// How many requests are under way at once, so that a busy machine accepts them in time.
const AT_ONCE: usize = 100;

/// Customers of one server, asked over two.
struct Race {
    one: App,
    two: App,
    sent: std::cell::Cell<usize>,
}

impl Race {
    async fn new() -> Self {
        let one = App::start().await;
        let two = one.second().await;
        Self { one, two, sent: std::cell::Cell::new(0) }
    }

    async fn customer(&self) -> String {
        self.one.given().customer().await["id"].as_str().unwrap().to_owned()
    }

    /// Returns a client with a key of its own, of one server and then of the other.
    fn client(&self) -> Client {
        self.sent.set(self.sent.get() + 1);
        let app = if self.sent.get().is_multiple_of(2) { &self.one } else { &self.two };
        app.as_admin().key(&format!("race-{}", self.sent.get()))
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.client().post(path, body).await
    }

    async fn points(&self, customer: &str, what: &str, body: Value) -> Answer {
        self.post(&format!("/customers/{customer}/points/{what}"), body).await
    }

    async fn earn(&self, customer: &str, amount: i64) -> Value {
        let body = earning(amount, &format!("earning-{}", self.sent.get()));
        self.points(customer, "earn", body).await.expect(201)
    }

    async fn redeem(&self, customer: &str, amount: i64) -> Answer {
        self.points(customer, "redeem", json!({ "amount": amount, "reason": "race" })).await
    }

    async fn hold(&self, customer: &str, amount: i64) -> Answer {
        let source = json!({ "system": "shop", "id": "basket" });
        self.points(customer, "holds", json!({ "amount": amount, "ttl_seconds": 600, "source": source }))
            .await
    }

    async fn step(&self, what: &str, row: &Value, action: &str) -> Answer {
        let body = if action == "reverse" { json!({ "reason": "race" }) } else { json!({}) };
        self.post(&format!("/loyalty/{what}/{}/{action}", row["id"].as_str().unwrap()), body).await
    }

    async fn balance(&self, customer: &str) -> Value {
        self.one.as_admin().get(&format!("/customers/{customer}/points")).await.expect(200)
    }

    /// Counts the entries of a customer that are of a kind.
    fn entries(&self, customer: &str, kind: &str) -> i64 {
        self.one.number(&format!(
            "SELECT count(*) FROM ledger_entry e JOIN points_account a ON a.id = e.account_id
             WHERE a.customer_id = '{customer}' AND e.kind = '{kind}'"
        ))
    }
}

fn earning(amount: i64, id: &str) -> Value {
    json!({ "amount": amount, "reason": "race", "source": { "system": "shop", "id": id } })
}

fn statuses(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status.as_u16() == status).count()
}

/// Looks whether one of two won, and what the other was told.
fn one_wins(first: &Answer, second: &Answer, status: u16, code: &str) {
    let won = |answer: &Answer| answer.status.is_success();
    assert!(won(first) != won(second), "{first:?}\n{second:?}");
    let lost = if won(first) { second } else { first };
    lost.expect_problem(status, code);
}

#[actix_web::test]
async fn two_hundred_redemptions_of_one_balance_take_what_there_is() {
    let race = Race::new().await;
    let customer = race.customer().await;
    for amount in [400, 350, 250] {
        race.earn(&customer, amount).await;
    }

    let redemptions = stream::iter(0..200).map(|_| race.redeem(&customer, 7));
    let answers: Vec<Answer> = redemptions.buffer_unordered(AT_ONCE).collect().await;

    assert_eq!(statuses(&answers, 201), 142);
    for refused in answers.iter().filter(|answer| answer.status.as_u16() != 201) {
        refused.expect_problem(422, "insufficient_points");
    }
    assert_eq!(race.balance(&customer).await["available"], 6);
    assert_eq!(race.entries(&customer, "redeem"), 142);
}

#[actix_web::test]
async fn a_hold_is_captured_or_released() {
    let race = Race::new().await;
    let customer = race.customer().await;
    race.earn(&customer, 1000).await;
    let mut left = 1000;
    for _ in 0..TIMES {
        let hold: Value = race.hold(&customer, 100).await.expect(201);

        let (captured, released) =
            join(race.step("holds", &hold, "capture"), race.step("holds", &hold, "release")).await;

        one_wins(&captured, &released, 409, "hold_ended");
        left -= if captured.status.is_success() { 100 } else { 0 };
        assert_eq!(race.balance(&customer).await["available"], left);
    }
}

#[actix_web::test]
async fn a_hold_is_captured_once() {
    let race = Race::new().await;
    let customer = race.customer().await;
    race.earn(&customer, 100).await;
    let hold: Value = race.hold(&customer, 60).await.expect(201);

    let answers = join_all((0..20).map(|_| race.step("holds", &hold, "capture"))).await;

    assert_eq!((statuses(&answers, 201), statuses(&answers, 409)), (1, 19));
    assert_eq!(race.balance(&customer).await["available"], 40);
}

#[actix_web::test]
async fn points_are_held_or_expire() {
    let race = Race::new().await;
    let admin = race.one.as_admin().if_match("*");
    admin.patch("/loyalty/program", json!({ "validity": "days:1" })).await.expect::<Value>(200);
    for _ in 0..TIMES {
        let customer = race.customer().await;
        race.earn(&customer, 100).await;
        let shown = race.balance(&customer).await;
        let day = shown["expiring"][0]["on"].as_str().unwrap();
        let midnight: chrono::DateTime<chrono::Utc> = format!("{day}T00:00:00+08:00").parse().unwrap();
        race.one.parts.clock.set(midnight - TimeDelta::milliseconds(1));

        let (held, ()) = join(race.hold(&customer, 70), async {
            race.one.parts.clock.set(midnight);
            race.one.work();
        })
        .await;

        let held_now = if held.status.is_success() { 70 } else { 0 };
        if held_now == 0 {
            held.expect_problem(422, "insufficient_points");
        }
        let shown = race.balance(&customer).await;
        assert_eq!((&shown["available"], &shown["held"]), (&json!(0), &json!(held_now)));
    }
}

#[actix_web::test]
async fn what_is_redeemed_while_it_is_taken_back_is_owed() {
    let race = Race::new().await;
    for _ in 0..TIMES {
        let customer = race.customer().await;
        let earned = race.earn(&customer, 100).await;

        let (reversed, redeemed) =
            join(race.step("entries", &earned, "reverse"), race.redeem(&customer, 100)).await;

        reversed.expect::<Value>(201);
        let owed = if redeemed.status.is_success() { 100 } else { 0 };
        if owed == 0 {
            redeemed.expect_problem(422, "insufficient_points");
        }
        let shown = race.balance(&customer).await;
        assert_eq!((&shown["available"], &shown["debt"]), (&json!(-owed), &json!(owed)));
    }
}

#[actix_web::test]
async fn an_entry_is_reversed_once() {
    let race = Race::new().await;
    let customer = race.customer().await;
    race.earn(&customer, 100).await;
    let redeemed: Value = race.redeem(&customer, 60).await.expect(201);

    let answers = join_all((0..20).map(|_| race.step("entries", &redeemed, "reverse"))).await;

    assert_eq!((statuses(&answers, 201), statuses(&answers, 422)), (1, 19));
    assert_eq!(race.balance(&customer).await["available"], 100);
}

#[actix_web::test]
async fn transfers_cross_each_other() {
    let race = Race::new().await;
    let (one, two) = (race.customer().await, race.customer().await);
    race.earn(&one, 500).await;
    race.earn(&two, 500).await;
    let send = async |from: &str, to: &str| {
        let body = json!({ "to_customer_id": to, "amount": 3, "reason": "race" });
        race.points(from, "transfer", body).await
    };
    for _ in 0..TIMES {
        let forth = join_all((0..12).map(|_| send(&one, &two)));
        let back = join_all((0..12).map(|_| send(&two, &one)));

        let (forth, back) = join(forth, back).await;

        assert_eq!((statuses(&forth, 201), statuses(&back, 201)), (12, 12));
    }
    for customer in [&one, &two] {
        assert_eq!(race.balance(customer).await["available"], 500);
    }
}

#[actix_web::test]
async fn fifty_requests_with_one_key_are_one() {
    let race = Race::new().await;
    let customer = race.customer().await;
    let path = format!("/customers/{customer}/points/earn");
    let clients = [race.one.as_admin().key("order-1"), race.two.as_admin().key("order-1")];

    let answers = join_all((0..50).map(|n| clients[n % 2].post(&path, earning(10, "order-1")))).await;

    let (done, busy): (Vec<&Answer>, Vec<&Answer>) =
        answers.iter().partition(|answer| answer.status.as_u16() == 201);
    assert!(!done.is_empty());
    for answer in busy {
        answer.expect_problem(409, "idempotency_in_progress");
    }
    assert!(done.iter().all(|answer| answer.body == done[0].body), "{done:#?}");
    assert_eq!(race.entries(&customer, "earn"), 1);
    assert_eq!(race.balance(&customer).await["available"], 10);
}

#[actix_web::test]
async fn a_source_earns_once() {
    let race = Race::new().await;
    let customer = race.customer().await;

    let answers = join_all((0..30).map(|_| race.points(&customer, "earn", earning(10, "order-1")))).await;

    assert_eq!((statuses(&answers, 201), statuses(&answers, 200)), (1, 29));
    let ids: Vec<Value> = answers.iter().map(|answer| answer.json()["id"].clone()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert_eq!(race.entries(&customer, "earn"), 1);
}

#[actix_web::test]
async fn a_source_earns_for_one_customer() {
    let race = Race::new().await;
    for round in 0..TIMES {
        let (one, two) = (race.customer().await, race.customer().await);
        let id = format!("order-{round}");

        let (first, second) =
            join(race.points(&one, "earn", earning(10, &id)), race.points(&two, "earn", earning(10, &id)))
                .await;

        one_wins(&first, &second, 409, "source_already_used");
    }
}

#[actix_web::test]
async fn an_account_is_opened_once() {
    let race = Race::new().await;
    let customer = race.customer().await;

    let earnings = (0..30).map(|n| race.points(&customer, "earn", earning(1, &format!("order-{n}"))));
    let answers: Vec<Answer> = join_all(earnings.collect::<Vec<_>>()).await;

    assert_eq!(statuses(&answers, 201), 30);
    assert_eq!(race.entries(&customer, "earn"), 30);
    assert_eq!(race.balance(&customer).await["available"], 30);
}
