//! Load over HTTP: each connection asks again as soon as it is answered.
//!
//! The client is as small as it can be, for it shares the cores with what it measures.

use super::measures::Ask;
use serde_json::Value;
use std::{
    cell::RefCell,
    future::Future,
    io::Write,
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime,
    task::LocalSet,
};

/// More than any answer that is measured.
const BUFFER: usize = 128 * 1024;

/// What is asked.
pub struct Request {
    pub url: String,
    /// With a body it is a POST.
    pub body: Option<String>,
    /// The `Idempotency-Key`.
    pub key: Option<String>,
}

impl Request {
    pub fn get(url: String) -> Self {
        Self { url, body: None, key: None }
    }

    pub fn post(url: String, body: String) -> Self {
        Self { url, body: Some(body), key: None }
    }
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
pub fn load(authorization: &str, connections: usize, length: Duration, ask: &Ask) -> Sample {
    let end = Instant::now() + length;
    load_while(authorization, connections, move |_| Instant::now() < end, ask)
}

/// Asks on so many connections at once, so many times.
pub fn load_times(authorization: &str, connections: usize, times: usize, ask: &Ask) -> Sample {
    load_while(authorization, connections, move |number| number < times, ask)
}

fn load_while(
    authorization: &str,
    connections: usize,
    goes_on: impl Fn(usize) -> bool + Copy + 'static,
    ask: &Ask,
) -> Sample {
    let latencies = Rc::new(RefCell::new(Vec::with_capacity(1 << 20)));
    let started = Instant::now();
    run(async {
        let tasks: Vec<_> = (0..connections)
            .map(|first| {
                let (latencies, ask, authorization) =
                    (latencies.clone(), ask.clone(), authorization.to_owned());
                tokio::task::spawn_local(async move {
                    let mut number = first;
                    let mut connection = Connection::open(&ask(number).url).await;
                    while goes_on(number) {
                        let request = ask(number);
                        let asked = Instant::now();
                        connection.ask(&authorization, &request).await;
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
    let mut latencies = run(async {
        let mut connection = Connection::open(&request(0).url).await;
        let mut latencies = Vec::new();
        for number in 0..times {
            let request = request(number);
            let asked = Instant::now();
            connection.ask(authorization, &request).await;
            latencies.push(asked.elapsed().as_micros());
        }
        latencies
    });
    latencies.sort_unstable();
    Sample { rate: rank(times) / started.elapsed().as_secs_f64(), latencies }
}

/// Asks once; answers the body as JSON.
pub fn once(authorization: &str, request: &Request) -> Value {
    run(async {
        let mut connection = Connection::open(&request.url).await;
        serde_json::from_slice(connection.ask(authorization, request).await).unwrap()
    })
}

/// Turns `pages` pages of a list; returns the address of the last one and how many there were.
pub fn turn(authorization: &str, list: &str, pages: usize) -> (String, usize) {
    run(async {
        let mut connection = Connection::open(list).await;
        let mut url = list.to_owned();
        for page in 1..pages {
            let request = Request::get(url.clone());
            let body: Value = serde_json::from_slice(connection.ask(authorization, &request).await).unwrap();
            match body["next_cursor"].as_str() {
                Some(cursor) => url = format!("{list}&cursor={cursor}"),
                None => return (url, page),
            }
        }
        (url, pages)
    })
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = runtime::Builder::new_current_thread().enable_io().build().unwrap();
    LocalSet::new().block_on(&runtime, work)
}

/// One connection that is kept.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(url: &str) -> Self {
        let stream = TcpStream::connect(split(url).0).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: Vec::with_capacity(BUFFER) }
    }

    /// Asks, and returns the body of the answer, which must be a good one.
    async fn ask(&mut self, authorization: &str, request: &Request) -> &[u8] {
        self.send(authorization, request).await;
        self.buffer.clear();
        let (mut body, mut end) = (0, usize::MAX);
        while self.buffer.len() < end {
            let read = self.stream.read_buf(&mut self.buffer).await.unwrap();
            assert!(read > 0, "{} was not answered", request.url);
            if let Some(head) = head_of(&self.buffer).filter(|_| body == 0) {
                body = head.len();
                end = body + length_of(head);
            }
        }
        let is_good = self.buffer.starts_with(b"HTTP/1.1 2");
        assert!(is_good, "{}: {}", request.url, String::from_utf8_lossy(&self.buffer));
        &self.buffer[body..]
    }

    async fn send(&mut self, authorization: &str, request: &Request) {
        let (authority, path) = split(&request.url);
        let (method, body) = request.body.as_ref().map_or(("GET", ""), |body| ("POST", body.as_str()));
        self.buffer.clear();
        write!(
            self.buffer,
            "{method} {path} HTTP/1.1\r\nHost: {authority}\r\nContent-Length: {}\r\n",
            body.len()
        )
        .unwrap();
        if !body.is_empty() {
            self.buffer.extend_from_slice(b"Content-Type: application/json\r\n");
        }
        if let Some(key) = &request.key {
            write!(self.buffer, "Idempotency-Key: {key}\r\n").unwrap();
        }
        if !authorization.is_empty() {
            write!(self.buffer, "Authorization: {authorization}\r\n").unwrap();
        }
        write!(self.buffer, "\r\n{body}").unwrap();
        self.stream.write_all(&self.buffer).await.unwrap();
    }
}

/// Returns host with port, and the path with the query.
fn split(url: &str) -> (&str, &str) {
    let rest = url.strip_prefix("http://").unwrap();
    rest.split_at(rest.find('/').unwrap())
}

/// Returns what comes before the body, once it is there.
fn head_of(answer: &[u8]) -> Option<&str> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    std::str::from_utf8(&answer[..end + 4]).ok()
}

fn length_of(head: &str) -> usize {
    let fields = head.lines().filter_map(|line| line.split_once(": "));
    let mut lengths = fields.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = lengths.next().and_then(|(_, length)| length.parse().ok());
    length.unwrap_or_else(|| panic!("an answer without a length: {head}"))
}
