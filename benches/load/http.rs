//! Load over HTTP: each connection asks again as soon as it is answered.

use super::measures::Ask;
use actix_web::rt;
use awc::{Client, Connector, http::Method};
use serde_json::Value;
use std::{
    cell::RefCell,
    rc::Rc,
    time::{Duration, Instant},
};

/// What is asked.
pub struct Request {
    pub url: String,
    /// With a body it is a POST.
    pub body: Option<String>,
}

/// What came of a load.
#[derive(Default)]
pub struct Sample {
    /// Answers in a second.
    pub rate: f64,
    /// Microseconds of each answer, ascending.
    pub latencies: Vec<u128>,
}

impl Sample {
    /// Returns the milliseconds within which this share of the answers came.
    pub fn within(&self, share: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let at = (0..=last).rfind(|at| rank(*at) <= share * rank(last)).unwrap_or(0);
        self.latencies.get(at).map_or(0.0, |micros| {
            Duration::from_micros(u64::try_from(*micros).unwrap()).as_secs_f64() * 1000.0
        })
    }
}

fn rank(at: usize) -> f64 {
    f64::from(u32::try_from(at).unwrap())
}

/// Asks on so many connections at once for so long.
pub fn load(authorization: &str, connections: usize, length: Duration, request: &Ask) -> Sample {
    let latencies = Rc::new(RefCell::new(Vec::new()));
    let started = Instant::now();
    rt::System::new().block_on(async {
        let client = client(connections);
        let tasks: Vec<_> = (0..connections)
            .map(|first| {
                let (client, latencies) = (client.clone(), latencies.clone());
                let (request, authorization) = (request.clone(), authorization.to_owned());
                rt::spawn(async move {
                    let mut number = first;
                    while started.elapsed() < length {
                        let asked = Instant::now();
                        ask(&client, &authorization, request(number)).await;
                        latencies.borrow_mut().push(asked.elapsed().as_micros());
                        number += connections;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
    let took = started.elapsed().as_secs_f64();
    let mut latencies = latencies.take();
    latencies.sort_unstable();
    Sample { rate: rank(latencies.len()) / took, latencies }
}

/// Asks so many times, one after another.
pub fn repeat(authorization: &str, times: usize, request: &dyn Fn(usize) -> Request) -> Sample {
    let started = Instant::now();
    let mut latencies = rt::System::new().block_on(async {
        let client = client(1);
        let mut latencies = Vec::new();
        for number in 0..times {
            let asked = Instant::now();
            ask(&client, authorization, request(number)).await;
            latencies.push(asked.elapsed().as_micros());
        }
        latencies
    });
    latencies.sort_unstable();
    Sample { rate: rank(times) / started.elapsed().as_secs_f64(), latencies }
}

/// Turns `pages` pages of a list; returns the address of the last one and how many there were.
pub fn turn(authorization: &str, list: &str, pages: usize) -> (String, usize) {
    rt::System::new().block_on(async {
        let client = client(1);
        let mut url = list.to_owned();
        for page in 1..pages {
            let request = Request { url: url.clone(), body: None };
            let body: Value = serde_json::from_slice(&ask(&client, authorization, request).await).unwrap();
            match body["next_cursor"].as_str() {
                Some(cursor) => url = format!("{list}&cursor={cursor}"),
                None => return (url, page),
            }
        }
        (url, pages)
    })
}

fn client(connections: usize) -> Client {
    Client::builder().connector(Connector::new().limit(connections)).timeout(Duration::from_secs(20)).finish()
}

async fn ask(client: &Client, authorization: &str, request: Request) -> Vec<u8> {
    let method = if request.body.is_some() { Method::POST } else { Method::GET };
    let builder = client
        .request(method, &request.url)
        .insert_header(("Authorization", authorization))
        .insert_header(("Content-Type", "application/json"));
    let mut answer = match request.body {
        Some(body) => builder.send_body(body).await,
        None => builder.send().await,
    }
    .unwrap();
    let body = answer.body().limit(16 << 20).await.unwrap();
    assert!(
        answer.status().is_success(),
        "{} -> {} {}",
        request.url,
        answer.status(),
        String::from_utf8_lossy(&body)
    );
    body.to_vec()
}
