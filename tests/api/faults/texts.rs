//! What PostgreSQL says, and what it means: provoked on a live server, as it speaks without codes here.

use super::{Victim, code, db, quiet};
use diesel::{
    Connection, PgConnection, RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{Integer, Text},
};
use hearback::platform::{
    db::{Db, DbConfig, on_constraint, on_constraints},
    http::problem::Error,
};
use std::{cell::Cell, thread, time::Duration};

fn fault(db: &Db, sql: &str) -> String {
    code(db.write_now(|tx| Ok(tx.batch_execute(sql)?)).unwrap_err())
}

#[test]
fn values_that_postgres_cannot_hold_are_malformed() {
    let (_database, db) = quiet();
    for sql in [
        "SELECT 9223372036854775807::bigint + 1",
        "SELECT 2147483647::int + 1",
        "SELECT '99999999999'::int",
        "SELECT 100000::smallint",
        "SELECT 12345::numeric(3,1)",
        "SELECT '2026-13-45'::date",
        "SELECT '294276-12-31'::timestamptz + interval '10 years'",
        "SELECT '400000-01-01'::timestamptz",
        "SELECT '1e400'::float8",
        r#"SELECT '"\u0000"'::jsonb"#,
        "SELECT E'\\xff'",
        "CREATE TABLE short (x varchar(3)); INSERT INTO short VALUES ('abcd')",
        "CREATE TABLE wide (x text UNIQUE); INSERT INTO wide SELECT string_agg(md5(i::text), '') FROM generate_series(1, 2000) i",
        "SELECT interval '1 year' * 1e300",
        "SELECT '\0'",
    ] {
        assert_eq!(fault(&db, sql), "value_out_of_range", "{sql}");
    }
    let nul = db.write_now(|tx| Ok(sql_query("SELECT $1").bind::<Text, _>("a\0b").execute(tx)?));
    assert_eq!(code(nul.unwrap_err()), "value_out_of_range");
}

#[test]
fn what_takes_too_long_is_unavailable() {
    let (database, db) = quiet();
    let mut holder = database.connect();
    for sql in ["CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)", "BEGIN", "SELECT 1 FROM t FOR UPDATE"]
    {
        holder.batch_execute(sql).unwrap();
    }
    for sql in [
        "SET LOCAL statement_timeout = 20; SELECT pg_sleep(1)",
        "SET LOCAL lock_timeout = 20; UPDATE t SET id = 2",
        "SELECT 1 FROM t FOR UPDATE NOWAIT",
        "SELECT pg_terminate_backend(pg_backend_pid())",
        "SELECT pg_cancel_backend(pg_backend_pid())",
    ] {
        assert_eq!(fault(&db, sql), "unavailable", "{sql}");
    }
    let idle = Db::connect(&DbConfig {
        idle_in_transaction_ms: 50,
        ledger_role: false,
        ..DbConfig::new(&database.url)
    });
    let late = idle.write_now(|tx| {
        thread::sleep(Duration::from_millis(200));
        Ok(tx.batch_execute("SELECT 1")?)
    });
    assert_eq!(code(late.unwrap_err()), "unavailable");
    idle.write_now(|tx| Ok(tx.batch_execute("SELECT 1")?)).unwrap();
}

#[test]
fn a_full_disk_is_told_apart() {
    let (_database, db) = quiet();
    for text in [
        "could not extend file \"base/5/16384\": No space left on device",
        "could not write to file \"pg_wal/xlogtemp.7\": No space left on device",
    ] {
        let sql = format!("DO $$ BEGIN RAISE EXCEPTION '{text}' USING ERRCODE = '53100'; END $$");
        assert_eq!(fault(&db, &sql), "storage_full");
    }
}

#[test]
fn a_deadlock_is_run_again_and_both_sides_win() {
    let (database, db) = quiet();
    let mut check = database.connect();
    check.batch_execute("CREATE TABLE dead (id int, n int); INSERT INTO dead VALUES (1, 0), (2, 0)").unwrap();
    let sides: Vec<_> = [(1, 2), (2, 1)]
        .into_iter()
        .map(|(first, second)| {
            let db = db.clone();
            thread::spawn(move || {
                db.write_now(|tx| {
                    for id in [first, second] {
                        let sql = sql_query("UPDATE dead SET n = n + 1 WHERE id = $1");
                        sql.bind::<Integer, _>(id).execute(tx)?;
                        thread::sleep(Duration::from_millis(100));
                    }
                    Ok(())
                })
            })
        })
        .collect();
    for side in sides {
        side.join().unwrap().unwrap();
    }
    assert_eq!(sql_query("SELECT 1 FROM dead WHERE n = 2").execute(&mut check).unwrap(), 2);
}

#[test]
fn a_serialization_failure_is_run_again_but_not_for_ever() {
    let (_database, db) = quiet();
    let runs = Cell::new(0);
    let gave_up = db.write_now(|tx| {
        runs.set(runs.get() + 1);
        Ok(tx.batch_execute("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$")?)
    });
    assert_eq!((code(gave_up.unwrap_err()), runs.get()), ("unavailable".into(), 3));
}

diesel::table! { plan (id) { id -> Integer, } }

#[test]
fn a_stale_plan_is_made_again() {
    use diesel::prelude::*;
    let (database, db) = quiet();
    let sql = |text: &str| database.connect().batch_execute(text).unwrap();
    sql("CREATE TABLE plan (id int PRIMARY KEY); INSERT INTO plan VALUES (7)");
    let runs = Cell::new(0);
    db.read_now(|tx| {
        runs.set(runs.get() + 1);
        assert_eq!(plan::table.select(plan::id).first::<i32>(tx)?, 7);
        if runs.get() > 1 {
            return Ok(());
        }
        sql("ALTER TABLE plan ALTER id TYPE bigint");
        let stale = plan::table.select(plan::id).first::<i32>(tx).unwrap_err();
        assert!(stale.to_string().contains("cached plan"), "{stale}");
        sql("DROP TABLE plan; CREATE TABLE plan (x int, id int); INSERT INTO plan VALUES (1, 7)");
        Err(stale.into())
    })
    .unwrap();
    assert!((2..=3).contains(&runs.get()), "{}", runs.get());
}

#[test]
fn constraints_are_refused_by_name() {
    let (database, db) = quiet();
    let made = "CREATE TABLE named (id int CONSTRAINT named_unique UNIQUE CONSTRAINT named_positive CHECK (id > 0), \
                parent int CONSTRAINT named_parent REFERENCES named (id)); INSERT INTO named VALUES (1)";
    database.connect().batch_execute(made).unwrap();
    let insert = |values: &str, name: &str| {
        let sql = format!("INSERT INTO named VALUES ({values})");
        let work =
            |tx: &mut _| on_constraint(sql_query(&sql).execute(tx), name, Error::conflict("taken", "", ""));
        code(db.write_now(work).unwrap_err())
    };
    assert_eq!(insert("1", "named_unique"), "taken");
    assert_eq!(insert("-1", "named_positive"), "taken");
    assert_eq!(insert("2, 9", "named_parent"), "taken");
    assert_eq!(insert("1", "another"), "conflict");
    assert!(insert("-1", "another").starts_with("internal"));
    assert!(insert("2, 9", "another").starts_with("internal"));
    let either = db.write_now(|tx| {
        let result = sql_query("INSERT INTO named VALUES (2, 9)").execute(tx);
        let named = [("named_unique", Error::NotFound("a")), ("named_parent", Error::NotFound("b"))];
        on_constraints(result, named)
    });
    assert!(matches!(either.unwrap_err(), Error::NotFound("b")));
}

#[test]
fn readers_cannot_write() {
    let (_database, db) = quiet();
    let written = db.read_now(|tx| Ok(tx.batch_execute("CREATE TABLE never (id int)")?));
    assert!(code(written.unwrap_err()).contains("read-only transaction"));
}

#[test]
fn too_few_connections_and_absent_servers_are_unavailable() {
    let absent = db("postgresql://nobody@127.0.0.1:1/none");
    assert_eq!(fault(&absent, "SELECT 1"), "unavailable");
    let victim = Victim::start();
    let small = "CREATE DATABASE small CONNECTION LIMIT 1";
    victim.connect().batch_execute(small).unwrap();
    victim.connect().batch_execute("CREATE ROLE poor LOGIN").unwrap();
    let url = victim.url().replace("/postgres", "/small").replace("hearback@", "poor@");
    let _only = PgConnection::establish(&url).unwrap();
    assert_eq!(fault(&db(&url), "SELECT 1"), "unavailable");
}

#[test]
fn the_ledger_role_is_taken_when_it_exists_and_messages_are_english() {
    let victim = Victim::start();
    let user = |ledger_role| {
        let db = Db::connect(&DbConfig { ledger_role, ..DbConfig::new(victim.url()) });
        let sql = "DO $$ BEGIN RAISE EXCEPTION '% % % %', current_user, current_setting('lc_messages'), \
                   current_setting('TimeZone'), current_setting('statement_timeout') USING ERRCODE = '23514'; END $$";
        fault(&db, sql)
    };
    assert!(user(true).ends_with("hearback C UTC 4s"), "{}", user(true));
    victim.connect().batch_execute("CREATE ROLE hearback_app; CREATE ROLE stranger LOGIN").unwrap();
    assert!(user(true).ends_with("hearback_app C UTC 4s"), "{}", user(true));
    assert!(user(false).ends_with("hearback C UTC 4s"));
    let stranger = Db::connect(&DbConfig::new(victim.url().replace("hearback@", "stranger@")));
    stranger.write_now(|tx| Ok(tx.batch_execute("SELECT 1")?)).unwrap();
}
