//! Work that fails half-way, that comes too thick, or that falls over.

use super::{PID, code, number, quiet};
use diesel::{Connection, PgConnection, RunQueryDsl, connection::SimpleConnection, sql_query};
use hearback::platform::{
    db::{Db, DbConfig},
    http::problem::{Error, Result},
};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::time::sleep;

const COUNT: &str = "SELECT count(*) AS n FROM t";

#[actix_web::test]
async fn ended_connections_are_not_noticed() {
    let (database, db) = quiet();
    for _ in 0..8 {
        db.write(|tx| number(tx, PID)).await.unwrap();
        db.read(|tx| number(tx, PID)).await.unwrap();
    }

    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE application_name = 'hearback' AND datname = current_database()";
    assert_eq!(sql_query(sql).execute(&mut database.connect()).unwrap(), 4);

    for _ in 0..8 {
        db.write(|tx| number(tx, PID)).await.unwrap();
        db.read(|tx| number(tx, PID)).await.unwrap();
        db.snapshot(|tx| number(tx, PID)).await.unwrap();
    }
    // the last thread answers first and rests then
    sleep(Duration::from_millis(50)).await;
    assert!(db.status().iter().all(|crew| crew.connections <= 6 && crew.busy == 0));
}

#[actix_web::test]
async fn work_in_flight_fails_once_and_writes_nothing() {
    let (database, db) = quiet();
    database.connect().batch_execute("CREATE TABLE t (id int)").unwrap();
    let runs = Arc::new(AtomicUsize::new(0));
    let seen = runs.clone();

    let lost = db.write(move |tx| {
        seen.fetch_add(1, Ordering::SeqCst);
        sql_query("INSERT INTO t VALUES (1)").execute(tx)?;
        Ok(sql_query("SELECT pg_terminate_backend(pg_backend_pid())").execute(tx)?)
    });

    assert_eq!(code(lost.await.unwrap_err()), "unavailable");
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    assert_eq!(db.read(|tx| number(tx, COUNT)).await.unwrap(), 0);
}

#[actix_web::test]
async fn a_full_queue_refuses_at_once_and_the_forgotten_are_not_run() {
    let (database, _) = quiet();
    database.connect().batch_execute("CREATE TABLE t (id int)").unwrap();
    let db = Db::connect(&DbConfig {
        write_threads: 2,
        queue: 8,
        deadline: Duration::from_millis(300),
        ledger_role: false,
        ..DbConfig::new(&database.url)
    });
    let ask = |sql: &'static str| {
        let db = db.clone();
        actix_web::rt::spawn(async move { db.write(move |tx| Ok(tx.batch_execute(sql)?)).await })
    };
    let mut asked: Vec<_> = (0..2).map(|_| ask("SELECT pg_sleep(0.6)")).collect();
    sleep(Duration::from_millis(100)).await;
    asked.extend((0..8).map(|_| ask("INSERT INTO t VALUES (1)")));
    sleep(Duration::from_millis(50)).await;
    assert_eq!((db.status()[0].queued, db.status()[0].busy), (8, 2));

    let start = Instant::now();
    assert!(db.write(|tx| number(tx, PID)).await.is_err());
    assert!(start.elapsed() < Duration::from_millis(100));

    for request in asked {
        assert!(request.await.unwrap().is_err());
    }
    sleep(Duration::from_millis(600)).await;
    assert_eq!(db.read(|tx| number(tx, COUNT)).await.unwrap(), 0);
}

#[actix_web::test]
async fn a_panic_is_answered_and_rolled_back() {
    let (database, db) = quiet();
    database.connect().batch_execute("CREATE TABLE t (id int)").unwrap();
    for _ in 0..6 {
        let answer: Result<()> = db
            .write(|tx| {
                sql_query("INSERT INTO t VALUES (1)").execute(tx)?;
                panic!("on purpose")
            })
            .await;
        assert!(matches!(answer, Err(Error::Internal(_))));
        let answer: Result<()> = db.read(|_| panic!("on purpose")).await;
        assert!(matches!(answer, Err(Error::Internal(_))));
    }
    assert_eq!(db.read(|tx| number(tx, COUNT)).await.unwrap(), 0);
    db.write(|tx| number(tx, PID)).await.unwrap();
}

#[actix_web::test]
async fn refusals_roll_back_and_snapshots_see_one_moment() {
    let (database, db) = quiet();
    database.connect().batch_execute("CREATE TABLE t (id int)").unwrap();
    let refused: Result<()> = db
        .write(|tx| {
            sql_query("INSERT INTO t VALUES (1)").execute(tx)?;
            Err(Error::NotFound("x"))
        })
        .await;
    assert!(matches!(refused, Err(Error::NotFound("x"))));

    let other = Mutex::new(PgConnection::establish(&database.url).unwrap());
    let seen = db.snapshot(move |tx| {
        let before = number(tx, COUNT)?;
        other.lock().unwrap().batch_execute("INSERT INTO t VALUES (2)").unwrap();
        Ok((before, number(tx, COUNT)?))
    });
    assert_eq!(seen.await.unwrap(), (0, 0));
}
