//! A database that is killed, comes late, or comes back.

use super::{PID, Victim, code, number};
use std::{
    process::Command,
    time::{Duration, Instant},
};

#[actix_web::test]
async fn a_killed_backend_is_not_noticed() {
    let victim = Victim::start();
    let db = victim.db();
    let pid = db.write(|tx| number(tx, PID)).await.unwrap();
    db.read(|tx| number(tx, PID)).await.unwrap();

    let kill = Command::new("kill").args(["-9", &pid.to_string()]).status();
    assert!(kill.unwrap().success());
    tokio::time::sleep(Duration::from_millis(50)).await;

    for _ in 0..4 {
        db.write(|tx| number(tx, PID)).await.unwrap();
        db.read(|tx| number(tx, PID)).await.unwrap();
    }
}

#[actix_web::test]
async fn a_database_that_is_killed_and_comes_back_is_found_again() {
    let mut victim = Victim::start();
    let db = victim.db();
    db.write(|tx| number(tx, PID)).await.unwrap();
    db.read(|tx| number(tx, PID)).await.unwrap();

    victim.kill();
    victim.restart();
    db.write(|tx| number(tx, PID)).await.unwrap();
    db.read(|tx| number(tx, PID)).await.unwrap();

    victim.kill();
    let start = Instant::now();
    let (write, ping) = tokio::join!(db.write(|tx| number(tx, PID)), db.ping());
    assert_eq!(code(write.unwrap_err()), "unavailable");
    assert_eq!(code(ping.unwrap_err()), "unavailable");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());

    victim.restart();
    db.write(|tx| number(tx, PID)).await.unwrap();
    db.ping().await.unwrap();
}

#[actix_web::test]
async fn a_database_that_comes_late_is_found() {
    let mut victim = Victim::start();
    victim.kill();
    let start = Instant::now();
    let db = victim.db();
    assert!(start.elapsed() < Duration::from_millis(200));
    assert_eq!(code(db.ping().await.unwrap_err()), "unavailable");

    victim.restart();

    db.ping().await.unwrap();
}
