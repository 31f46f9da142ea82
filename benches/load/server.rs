//! The product itself, as a process of its own.

use super::http::{self, Request};
use serde_json::Value;
use std::{
    net::{TcpListener, TcpStream},
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
        let mut child = Command::new(env!("CARGO_BIN_EXE_hearback"))
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
        while TcpStream::connect(address).is_err() {
            assert!(child.try_wait().unwrap().is_none(), "the server has ended");
            thread::sleep(Duration::from_millis(50));
        }
        Self { child, url: format!("http://{address}") }
    }

    /// Returns the address of a path.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Returns the value of the `Authorization` header, for the next ten minutes.
    pub fn authorization(&self) -> String {
        let body = format!(r#"{{"email":"{EMAIL}","password":"{PASSWORD}"}}"#);
        let answer = self.ask("", "/api/v1/auth/login", &body);
        format!("Bearer {}", answer["access_token"].as_str().unwrap())
    }

    /// Sends a body as the administrator and returns the answer.
    pub fn post(&self, path: &str, body: &str) -> Value {
        self.ask(&self.authorization(), path, body)
    }

    fn ask(&self, authorization: &str, path: &str, body: &str) -> Value {
        http::once(authorization, &Request::post(self.at(path), body.to_owned()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
