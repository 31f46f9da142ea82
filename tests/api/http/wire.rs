//! Bytes on the wire that no client library sends.

use super::app;
use crate::support::App;
use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

/// Sends bytes as they are, and returns all that comes back until the server has nothing more to say.
fn raw(app: &App, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(app.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(700))).unwrap();
    stream.write_all(bytes).ok();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok();
    String::from_utf8_lossy(&answer).into_owned()
}

fn answers(text: &str) -> usize {
    text.matches("HTTP/1.1 ").count()
}

#[actix_web::test]
async fn what_is_no_request_is_refused_once_and_the_server_goes_on() {
    let app = app().await;
    let long = format!("GET /livez HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "a".repeat(200_000));
    let many = format!("GET /livez HTTP/1.1\r\nHost: x\r\n{}\r\n", "X: 1\r\n".repeat(200));
    let cases = [
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET /livez\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost: x\r\nX: a\u{1}b\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\n",
        "POST /test/probe HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /test/probe HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        "POST /test/probe HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /test/probe HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n",
        &long,
        &many,
    ];

    for case in cases {
        let answer = raw(&app, case.as_bytes());
        let status = answer.get(9..10).unwrap_or("4");
        assert!(answers(&answer) <= 1 && status == "4", "{case:.100}: {answer}");
    }
    assert_eq!(app.anonymous().get("/livez").await.status, 200);
}

#[actix_web::test]
async fn requests_sent_in_a_row_are_answered_in_a_row() {
    let app = app().await;
    let one = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";

    let answer = raw(&app, one.repeat(100).as_bytes());

    assert_eq!(answers(&answer), 100);
}

#[actix_web::test]
async fn a_body_that_breaks_off_has_no_effect() {
    let app = app().await;
    let bytes = "POST /test/probe HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    let mut stream = TcpStream::connect(app.address).unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    drop(stream);

    assert_eq!(app.anonymous().get("/livez").await.status, 200);
}

#[actix_web::test]
async fn a_body_that_never_comes_is_given_up() {
    let app = app().await;
    let address = app.address;
    let bytes = "POST /test/probe HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    let start = Instant::now();
    let slow = thread::spawn(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(bytes.as_bytes()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
        let mut answer = [0; 4096];
        let read = stream.read(&mut answer).unwrap();
        String::from_utf8_lossy(&answer[..read]).into_owned()
    });
    while !slow.is_finished() {
        assert_eq!(app.anonymous().get("/livez").await.status, 200);
        actix_web::rt::time::sleep(Duration::from_millis(200)).await;
    }

    let answer = slow.join().unwrap();

    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("\"request_timeout\""), "{answer}");
    assert!(start.elapsed() < Duration::from_secs(13));
}
