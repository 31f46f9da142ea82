//! Many rows at once: forms, rows, previews, and what happens when a worker dies in the midst.

mod files;
mod forms;
mod life;
mod opening;
mod orders;
mod work;

use crate::support::{Answer, App, Client};
use actix_web::{http::Method, web::Bytes};
use hearback::{app, platform::jobs::Worker};
use serde_json::Value;

/// A form on its way.
#[derive(Clone)]
struct Form {
    boundary: &'static str,
    body: Vec<u8>,
}

impl Form {
    fn new() -> Self {
        Self { boundary: "a-boundary", body: Vec::new() }
    }

    /// Returns a form of customers with this file.
    fn customers(file: &str) -> Self {
        Self::new().part("kind", "customers").file("file", file.as_bytes())
    }

    /// Returns a form of orders with this file.
    fn orders(file: &str) -> Self {
        Self::new().part("kind", "orders").file("file", file.as_bytes())
    }

    fn bounded(boundary: &'static str) -> Self {
        Self { boundary, body: Vec::new() }
    }

    fn part(self, name: &str, text: &str) -> Self {
        self.raw(&format!("name=\"{name}\""), "text/plain", text.as_bytes())
    }

    fn file(self, name: &str, bytes: &[u8]) -> Self {
        self.raw(&format!("name=\"file\"; filename=\"{name}\""), "application/octet-stream", bytes)
    }

    fn raw(mut self, disposition: &str, media: &str, bytes: &[u8]) -> Self {
        let head = format!(
            "--{}\r\nContent-Disposition: form-data; {disposition}\r\nContent-Type: {media}\r\n\r\n",
            self.boundary
        );
        self.body.extend_from_slice(head.as_bytes());
        self.body.extend_from_slice(bytes);
        self.body.extend_from_slice(b"\r\n");
        self
    }

    async fn send(&self, client: Client) -> Answer {
        self.send_to(client, "/imports").await
    }

    async fn send_to(&self, client: Client, path: &str) -> Answer {
        let mut body = self.body.clone();
        body.extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        let media = format!("multipart/form-data; boundary={}", self.boundary);
        let client = client.header("Content-Type", media);
        client.send(Method::POST, path, Some(Bytes::from(body))).await
    }

    /// Sends the form, lets the worker work and returns the import as it is then.
    async fn run(&self, app: &App) -> Value {
        let made: Value = self.send(app.as_agent()).await.expect(202);
        work(app);
        get(app, &made).await
    }
}

fn worker(app: &App) -> Worker {
    let (clock, metrics) = (app.parts.clock.clone(), app.parts.metrics.clone());
    let (clock, metrics) = (clock.into_inner(), metrics.into_inner());
    Worker::new(app.parts.db.clone(), clock, metrics, app::background(&app.parts.gate))
}

fn work(app: &App) {
    worker(app).run_due_once().unwrap();
}

async fn get(app: &App, import: &Value) -> Value {
    app.as_agent().get(&path(import, "")).await.expect(200)
}

fn path(import: &Value, rest: &str) -> String {
    format!("/imports/{}{rest}", import["id"].as_str().unwrap())
}

/// Returns the counts of an import: stored, refused.
fn counts(import: &Value) -> (i64, i64) {
    (import["rows_done"].as_i64().unwrap(), import["rows_failed"].as_i64().unwrap())
}

async fn errors(app: &App, import: &Value) -> Vec<(i64, String, String)> {
    let page: Value = app.as_agent().get(&path(import, "/errors?limit=100")).await.expect(200);
    let of = |e: &Value| {
        let text = |name: &str| e[name].as_str().unwrap().to_owned();
        (e["row"].as_i64().unwrap(), text("pointer"), text("code"))
    };
    page["items"].as_array().unwrap().iter().map(of).collect()
}

fn customers(app: &App) -> i64 {
    app.number("SELECT count(*) FROM customer")
}
