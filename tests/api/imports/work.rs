//! Workers that compete, stall or die: each row exactly once.

use super::{Form, counts, customers, get, work, worker};
use crate::support::{App, postgres::number};
use chrono::{TimeDelta, Utc};
use diesel::{PgConnection, RunQueryDsl, sql_query};
use serde_json::{Value, json};
use std::{
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(60);

#[actix_web::test]
async fn an_import_goes_on_where_a_killed_server_left_it() {
    let app = App::start().await;
    let rows = 2000;
    let file: String = (0..rows).map(|n| format!("C{n},person,crm{n}\n")).collect();
    let form = Form::customers(&format!("name,kind,region\n{file}"));
    let made: Value = form.send(app.as_agent()).await.expect(202);

    let mut server = Server::start(&app);
    let begun = Instant::now();
    while customers(&app) == 0 {
        assert!(begun.elapsed() < PATIENCE, "the server does not work");
        thread::sleep(Duration::from_millis(2));
    }
    server.0.kill().unwrap();
    server.0.wait().unwrap();

    let stored = customers(&app);
    assert!(stored < rows, "the server was too fast for this test");
    assert_eq!(counts(&get(&app, &made).await).0, stored);
    app.parts.clock.set(Utc::now() + TimeDelta::seconds(21));
    work(&app);
    let done = get(&app, &made).await;
    assert_eq!((&done["status"], counts(&done)), (&json!("done"), (rows, 0)));
    assert_eq!(app.number("SELECT count(DISTINCT region) FROM customer"), rows);
    assert_eq!(app.number("SELECT count(*) FROM customer"), rows);
}

#[actix_web::test]
async fn workers_that_take_each_others_leases_store_each_row_once() {
    let app = App::start().await;
    let rows = 1500;
    let file: String = (0..rows).map(|n| format!("C{n},person\n")).collect();
    let made: Value = Form::customers(&format!("name,kind\n{file}")).send(app.as_agent()).await.expect(202);
    let workers = [worker(&app), worker(&app), worker(&app)];

    thread::scope(|scope| {
        for worker in &workers {
            let mut sql = app.sql();
            scope.spawn(move || {
                while ended(&mut sql) == 0 {
                    worker.run_due_once().unwrap();
                }
            });
        }
        // a lease that runs out whenever the import has got on stands for a worker that is suspended then
        let mut sql = app.sql();
        scope.spawn(move || {
            let mut seen = 0;
            while ended(&mut sql) == 0 {
                let stored = number(&mut sql, "SELECT rows_done FROM import");
                if stored > seen {
                    let steal = "UPDATE job SET leased_until = '2026-01-01' WHERE lease IS NOT NULL";
                    sql_query(steal).execute(&mut sql).unwrap();
                }
                seen = stored;
                thread::sleep(Duration::from_millis(2));
            }
        });
    });

    let done = get(&app, &made).await;
    assert_eq!((counts(&done), customers(&app)), ((rows, 0), rows));
}

fn ended(sql: &mut PgConnection) -> i64 {
    number(sql, "SELECT count(*) FROM import WHERE status IN ('done', 'failed')")
}

/// The program itself, on the database of a test.
struct Server(Child);

impl Server {
    fn start(app: &App) -> Self {
        let url = app.parts.config.database_url.clone().unwrap().0;
        let folder = std::env::temp_dir();
        let child = Command::new(env!("CARGO_BIN_EXE_hearback"))
            .env("DATABASE_URL", url)
            .env("HEARBACK_SECRET", "x7Qm2-v9Zr4_Lk8Tn3Yw6-Bc1Hd5Fg0Jp")
            .env("HEARBACK_BIND", "127.0.0.1:0")
            .env("HEARBACK_DATA_DIR", folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self(child.unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}
