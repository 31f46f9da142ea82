//! The product itself, as a process of its own.

use serde_json::Value;
use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

const EMAIL: &str = "admin@hearback.local";
const PASSWORD: &str = "a-password-for-benches-1";
const SECRET: &str = "x7Qm2-v9Zr4_Lk8Tn3Yw6-Bc1Hd5Fg0Jp";

/// A server that runs.
pub struct Server {
    child: Child,
    url: String,
}

impl Server {
    pub fn start(database: &str) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_hearback"))
            .env("DATABASE_URL", database)
            .env("HEARBACK_BIND", address.to_string())
            .env("HEARBACK_SECRET", SECRET)
            .env("HEARBACK_ADMIN_EMAIL", EMAIL)
            .env("HEARBACK_ADMIN_PASSWORD", PASSWORD)
            .env("HEARBACK_WORKER", "off")
            .env("HEARBACK_DRAIN_SECONDS", "0")
            .stdout(Stdio::null())
            .stderr(Stdio::null()) // the log is written, and goes nowhere
            .spawn()
            .unwrap();
        let server = Self { child, url: format!("http://{address}") };
        while server.ask("GET", "/readyz", None).is_none() {
            thread::sleep(Duration::from_millis(50));
        }
        server
    }

    /// Returns the address of a path.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Returns the value of the `Authorization` header, for the next ten minutes.
    pub fn authorization(&self) -> String {
        let body = format!(r#"{{"email":"{EMAIL}","password":"{PASSWORD}"}}"#);
        let answer = self.ask("POST", "/api/v1/auth/login", Some((&body, ""))).unwrap();
        format!("Bearer {}", answer["access_token"].as_str().unwrap())
    }

    /// Sends a body as the administrator and returns the answer.
    pub fn post(&self, path: &str, body: &str) -> Value {
        self.ask("POST", path, Some((body, &self.authorization()))).unwrap()
    }

    /// Asks by curl: what is not measured need not be fast.
    fn ask(&self, method: &str, path: &str, body: Option<(&str, &str)>) -> Option<Value> {
        let mut curl = Command::new("curl");
        curl.args(["-fsS", "-X", method, &self.at(path)]);
        if let Some((body, authorization)) = body {
            curl.args(["-H", "Content-Type: application/json", "-d", body]);
            curl.args(["-H", &format!("Authorization: {authorization}")]);
        }
        let answer = curl.stderr(Stdio::null()).output().unwrap();
        serde_json::from_slice(&answer.stdout).ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
