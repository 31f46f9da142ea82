//! How the program starts and stops: as a process of its own, on a private PostgreSQL or a given one.

pub mod server;

use crate::support::postgres::Database;
use diesel::connection::SimpleConnection;
use serde_json::json;
use server::{Home, Server, signal, verify};
use std::{fs, net::TcpListener, os::unix::fs::PermissionsExt};

const SECRET: &str = "x7Qm2-v9Zr4_Lk8Tn3Yw6-Bc1Hd5Fg0Jp";

#[test]
fn a_fresh_machine_needs_nothing_and_data_is_kept_whatever_ends_the_server() {
    let home = Home::new();

    let mut first = Server::in_home(&home);
    first.await_status("/readyz", 200);
    let secret = fs::read_to_string(home.path().join("secret")).unwrap();
    let mode = fs::metadata(home.path().join("secret")).unwrap().permissions().mode();
    assert_eq!((secret.len(), mode & 0o777), (64, 0o600));
    assert!(!first.said().contains(&secret), "{}", first.said());
    assert_eq!(first.said().matches("shown this once").count(), 1);

    let mut second = Server::in_home(&home);
    assert_eq!(second.await_end().code(), Some(1));
    assert!(second.said().contains("already uses the data directory"), "{}", second.said());

    first.signal("KILL");
    first.await_end();
    let mut third = Server::in_home(&home);
    third.await_status("/readyz", 200);
    assert_eq!(fs::read_to_string(home.path().join("secret")).unwrap(), secret);
    assert!(!third.said().contains("shown this once"), "{}", third.said());

    signal(home.postmaster(), "KILL");
    third.await_words("it runs again");
    third.await_status("/readyz", 200);

    third.signal("TERM");
    assert_eq!(third.await_end().code(), Some(0));
    assert!(!home.path().join("data/postmaster.pid").exists());
}

#[test]
fn a_server_that_is_asked_to_stop_says_so_while_it_still_serves() {
    let database = Database::new();
    let mut server = Server::start(&[
        ("DATABASE_URL", &database.url),
        ("HEARBACK_SECRET", SECRET),
        ("HEARBACK_DRAIN_SECONDS", "60"),
    ]);
    server.await_status("/readyz", 200);

    server.signal("TERM");
    server.await_status("/readyz", 503);
    assert_eq!(server.status("/livez"), 200);

    server.signal("TERM"); // whoever asks twice is in a hurry
    assert_eq!(server.await_end().code(), Some(0));
}

#[test]
fn six_servers_that_start_together_on_an_empty_database_all_come_up() {
    let database = Database::empty();
    let variables = [("DATABASE_URL", database.url.as_str()), ("HEARBACK_SECRET", SECRET)];

    let mut servers: Vec<Server> = (0..6).map(|_| Server::start(&variables)).collect();

    for server in &mut servers {
        server.await_status("/readyz", 200);
    }
}

#[test]
fn a_taken_port_is_one_clear_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let home = Home::new();
    let data = home.path().to_str().unwrap();

    let mut server = Server::start_on(taken.local_addr().unwrap(), &[("HEARBACK_DATA_DIR", data)]);

    assert_eq!(server.await_end().code(), Some(1));
    assert_eq!(server.said().lines().count(), 1, "{}", server.said());
    assert!(server.said().contains("HEARBACK_BIND"), "{}", server.said());
    assert!(!home.path().join("data").exists());
}

#[test]
fn a_faulty_configuration_starts_nothing_and_names_every_fault() {
    let mut server = Server::start(&[
        ("DATABASE_URL", "postgres://h/d"),
        ("HEARBACK_WORKER", "perhaps"),
        ("HEARBACK_DRAIN_SECONDS", "soon"),
    ]);

    assert_eq!(server.await_end().code(), Some(2));
    for name in ["HEARBACK_SECRET", "HEARBACK_WORKER", "HEARBACK_DRAIN_SECONDS"] {
        assert!(server.said().contains(name), "{}", server.said());
    }
}

#[test]
fn a_missing_postgresql_is_named_with_what_to_install() {
    let home = Home::new();
    let data = home.path().to_str().unwrap();

    let mut server = Server::start(&[("HEARBACK_DATA_DIR", data), ("PG_BIN_DIR", "/nowhere")]);

    assert_eq!(server.await_end().code(), Some(1));
    assert!(server.said().contains("apt-get install postgresql"), "{}", server.said());
}

#[test]
fn a_database_that_lets_nobody_in_is_one_clear_line() {
    let database = Database::empty();
    let url = format!("{}-that-is-not-there", database.url);

    let mut server = Server::start(&[("DATABASE_URL", &url), ("HEARBACK_SECRET", SECRET)]);

    assert_eq!(server.await_end().code(), Some(1));
    assert!(server.said().contains("does not exist"), "{}", server.said());
}

#[test]
fn an_old_schema_is_not_touched_when_migrating_is_off() {
    let database = Database::empty();

    let mut server = Server::start(&[
        ("DATABASE_URL", &database.url),
        ("HEARBACK_SECRET", SECRET),
        ("HEARBACK_MIGRATE", "off"),
    ]);

    assert_eq!(server.await_end().code(), Some(1));
    assert!(server.said().contains("hearback migrate"), "{}", server.said());
}

#[test]
fn the_audits_run_from_the_command_line_beside_a_server_and_without_one() {
    let home = Home::new();
    let data = [("HEARBACK_DATA_DIR", home.path().to_str().unwrap())];
    assert_eq!(verify(&data), (Some(1), vec![])); // nothing is there, and nothing is made
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    let mut server = Server::in_home(&home);
    server.await_status("/readyz", 200);

    let (beside, lines) = verify(&data);

    assert_eq!(server.status("/readyz"), 200);
    let audits: Vec<_> = lines.iter().map(|line| (&line["audit"], &line["violations"])).collect();
    assert_eq!((beside, audits.len()), (Some(0), hearback::audits::AUDITS.len()), "{lines:?}");
    assert!(audits.iter().all(|(_, violations)| **violations == 0), "{lines:?}");
    server.signal("TERM");
    server.await_end();
    assert_eq!(verify(&data), (Some(0), lines));
}

#[test]
fn what_the_audits_find_is_a_line_each_and_an_exit_code() {
    let database = Database::new();
    let variables = [("DATABASE_URL", database.url.as_str()), ("HEARBACK_SECRET", SECRET)];
    let mut server = Server::start(&variables);
    server.await_status("/readyz", 200);
    let change = "SET session_replication_role = replica; UPDATE staff_event SET at = at - interval '1 ms'";
    database.connect().batch_execute(change).unwrap();

    let (code, lines) = verify(&variables);

    assert_eq!((code, &lines[0]["violations"]), (Some(1), &json!(0)), "{lines:?}");
    assert_eq!((&lines[1]["audit"], &lines[1]["rule"]), (&json!("verify"), &json!("broken_chain")));
    let summary = lines.iter().find(|line| line["audit"] == "verify" && line["violations"].is_u64());
    let broken = lines.iter().filter(|line| line["rule"].is_string()).count();
    assert_eq!(summary.unwrap()["violations"], broken);
}
