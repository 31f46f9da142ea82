//! Points: what is earned, held, spent, reversed, and what time does with it; beside a second ledger, and raced.
//! Rewards: what is redeemed, and the coupons that come of it. Tiers, and the rules by which events earn.

mod adjustments;
mod agreement;
mod conversations;
mod core;
mod coupons;
mod earning;
mod earning_races;
mod lines;
mod model;
mod points;
mod races;
mod random;
mod rewards;
mod served;
mod tiers;

use crate::support::{Answer, App, Client};
use hearback::platform::ids;
use serde_json::{Value, json};

/// Returns the client with a key that nobody has used.
pub fn once(client: Client) -> Client {
    client.key(&ids::next().to_string())
}

/// Returns a new customer who has these points.
pub async fn customer_with(app: &App, points: i64) -> String {
    let customer = app.given().customer().await["id"].as_str().unwrap().to_owned();
    if points > 0 {
        let body = json!({ "amount": points, "reason": "x", "source": { "system": "shop", "id": customer } });
        let path = format!("/customers/{customer}/points/earn");
        once(app.as_agent()).post(&path, body).await.expect::<Value>(201);
    }
    customer
}

/// Earns points for a source of their own; returns the entry.
pub async fn earn(app: &App, customer: &str, amount: i64) -> Value {
    let source = json!({ "system": "shop", "id": ids::next() });
    let body = json!({ "amount": amount, "reason": "订单", "source": source });
    once(app.as_agent()).post(&format!("/customers/{customer}/points/earn"), body).await.expect(201)
}

/// Returns what a customer can spend.
pub async fn available(app: &App, customer: &str) -> i64 {
    let points: Value = app.as_admin().get(&format!("/customers/{customer}/points")).await.expect(200);
    points["available"].as_i64().unwrap()
}

/// Returns the id of a new reward for 100 points, changed as said.
pub async fn reward(app: &App, with: Value) -> String {
    let mut body = json!({ "kind": "gift", "name": "保温杯", "cost": 100 });
    for (name, value) in with.as_object().unwrap() {
        body[name] = value.clone();
    }
    let made: Value = app.as_admin().post("/loyalty/rewards", body).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

/// Returns what is left of a reward.
pub async fn stock(app: &App, reward: &str) -> Value {
    let shown: Value = app.as_admin().get(&format!("/loyalty/rewards/{reward}")).await.expect(200);
    shown["stock"].clone()
}

/// Sends a change, and again with the same key as long as the server is too busy, as a client should.
pub async fn insist(client: Client, path: &str, body: Value) -> Answer {
    let client = once(client);
    loop {
        let answer = client.post(path, body.clone()).await;
        if answer.status.as_u16() != 503 {
            return answer;
        }
    }
}

/// Redeems a reward for a customer, and returns whatever comes of it.
pub async fn redeem(client: Client, reward: &str, customer: &str) -> Answer {
    let path = format!("/loyalty/rewards/{reward}/redemptions");
    insist(client, &path, json!({ "customer_id": customer })).await
}

/// Returns the id of a new redemption.
pub async fn redeemed(app: &App, reward: &str, customer: &str) -> String {
    let made: Value = redeem(app.as_agent(), reward, customer).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

/// Takes a step with a redemption, and returns whatever comes of it.
pub async fn step(client: Client, redemption: &str, action: &str) -> Answer {
    insist(client, &format!("/loyalty/redemptions/{redemption}/{action}"), json!({})).await
}

/// Returns a redemption that was handed over.
pub async fn fulfilled(app: &App, reward: &str, customer: &str) -> Value {
    let redemption = redeemed(app, reward, customer).await;
    step(app.as_agent(), &redemption, "confirm").await.expect::<Value>(200);
    step(app.as_agent(), &redemption, "fulfil").await.expect(200)
}

/// Returns how many answers have this status.
pub fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status.as_u16() == status).count()
}
