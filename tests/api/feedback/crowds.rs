//! Many words at once: they are stored together, and each is answered for itself.

use crate::support::{Answer, App, Client};
use actix_web::rt;
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

const STORED: &str = "SELECT count(*) FROM feedback";
const TRANSACTIONS: &str = "SELECT count(DISTINCT xmin::text) FROM feedback";

fn body(customer: &Value, description: &str) -> Value {
    json!({ "customer_id": customer, "channel": "phone", "type": "complaint", "description": description, "demand": "修理" })
}

/// Sends all of them while nothing can be stored, so that they wait together.
async fn at_once(app: &App, requests: Vec<(Client, Value)>) -> Vec<Answer> {
    for (client, _) in &requests {
        client.token().await;
    }
    let mut other = app.sql();
    other.batch_execute("BEGIN; LOCK TABLE config_epoch IN ACCESS EXCLUSIVE MODE").unwrap();
    let send =
        |(client, body): (Client, Value)| rt::spawn(async move { client.post("/feedback", body).await });
    let sent: Vec<_> = requests.into_iter().map(send).collect();
    rt::time::sleep(Duration::from_millis(300)).await;
    other.batch_execute("COMMIT").unwrap();
    let mut answers = Vec::new();
    for answer in sent {
        answers.push(answer.await.unwrap());
    }
    answers
}

#[actix_web::test]
async fn a_crowd_is_stored_in_few_transactions_and_everybody_is_answered() {
    let app = App::start().await;
    let customer = app.given().customer().await["id"].clone();
    let nobody = json!("01890000-0000-7000-8000-000000000000");
    let mut requests = Vec::new();
    for n in 0..30 {
        let body = match n {
            7 => body(&nobody, "7"),
            11 => {
                let mut late = body(&customer, "11");
                late["received_at"] = json!("2100-01-01T00:00:00Z");
                late
            }
            _ => body(&customer, &n.to_string()),
        };
        requests.push((app.as_agent(), body));
    }

    let answers = at_once(&app, requests).await;

    let mut numbers = BTreeSet::new();
    for (n, answer) in answers.iter().enumerate() {
        match n {
            7 => drop(answer.expect_problem(422, "unknown_customer")),
            11 => drop(answer.expect_problem(422, "in_future")),
            _ => {
                let made = answer.json();
                assert_eq!(made["description"], n.to_string());
                numbers.insert(made["number"].to_string());
                let stored: Value = app
                    .as_agent()
                    .get(&format!("/feedback/{}", made["id"].as_str().unwrap()))
                    .await
                    .expect(200);
                assert_eq!(
                    (&stored["number"], &stored["description"]),
                    (&made["number"], &made["description"])
                );
            }
        }
    }
    assert_eq!((numbers.len(), app.number(STORED)), (28, 28));
    assert!(app.number(TRANSACTIONS) <= 3);
}

#[actix_web::test]
async fn keys_of_a_crowd_have_one_effect_each() {
    let app = App::start().await;
    let customer = app.given().customer().await["id"].clone();
    let mut requests = Vec::new();
    for n in 0..24 {
        let key = (n % 3).to_string();
        requests.push((app.as_agent().key(&key), body(&customer, &key)));
    }
    requests.push((app.as_agent().key("0"), body(&customer, "another")));
    requests.push((app.as_agent().key("3"), body(&json!("01890000-0000-7000-8000-000000000000"), "nobody")));
    requests.push((app.as_agent().key("3"), body(&customer, "3")));

    let answers = at_once(&app, requests).await;

    let is_replay = |answer: &&Answer| answer.header("Idempotency-Replayed") == Some("true");
    assert_eq!(answers[..24].iter().filter(is_replay).count(), 21);
    for (n, answer) in answers[..24].iter().enumerate() {
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["number"]),
            (201, &answers[n % 3].json()["number"])
        );
    }
    answers[24].expect_problem(422, "idempotency_key_reused");
    answers[25].expect_problem(422, "unknown_customer");
    assert_eq!((answers[26].status.as_u16(), answers[26].header("Idempotency-Replayed")), (201, None));
    assert_eq!(app.number(STORED), 4);
    let again = app.as_agent().key("1").post("/feedback", body(&customer, "1")).await;
    assert!(is_replay(&&again));
    assert_eq!(again.json()["track_token"], Value::Null);
}
