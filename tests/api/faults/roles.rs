//! What a server may do at most, and what it says at its start where that is more than it should be.

use super::Victim;
use crate::serving::server::Server;
use diesel::{Connection, PgConnection, connection::SimpleConnection};

const SECRET: &str = "x7Qm2-v9Zr4_Lk8Tn3Yw6-Bc1Hd5Fg0Jp";
const WARNING: &str = "the role hearback_app is missing, or the login role may not take it";

/// Makes a database for a login role that may make no roles; returns its address.
fn database(victim: &Victim, name: &str) -> String {
    let mut superuser = victim.connect();
    superuser.batch_execute(&format!("CREATE ROLE {name} LOGIN NOCREATEROLE")).unwrap();
    superuser.batch_execute(&format!("CREATE DATABASE {name} OWNER {name}")).unwrap();
    victim.url().replace("/postgres", &format!("/{name}")).replace("hearback@", &format!("{name}@"))
}

/// Starts a server; returns how often it warns, and what PostgreSQL says to a change of history.
fn start(url: &str) -> (usize, String) {
    let mut server = Server::start(&[("DATABASE_URL", url), ("HEARBACK_SECRET", SECRET)]);
    server.await_status("/readyz", 200);
    let mut connection = PgConnection::establish(url).unwrap();
    connection.batch_execute("SET ROLE hearback_app").ok();
    let changed = connection.batch_execute("UPDATE staff_event SET kind = 'changed'");
    (server.said().matches(WARNING).count(), changed.unwrap_err().to_string())
}

#[test]
fn a_server_that_cannot_hold_itself_back_warns_and_triggers_refuse() {
    let victim = Victim::start();
    let by_trigger = (1, "staff_event is append-only".to_owned());
    let missing = database(&victim, "missing");

    assert_eq!(start(&missing), by_trigger);
    assert_eq!(start(&missing), by_trigger, "at each start");

    victim.connect().batch_execute("CREATE ROLE hearback_app").unwrap();
    assert_eq!(start(&database(&victim, "refused")), by_trigger);

    let granted = database(&victim, "granted");
    victim.connect().batch_execute("GRANT hearback_app TO granted").unwrap();
    assert_eq!(start(&granted), (0, "permission denied for table staff_event".to_owned()));
}
