//! Jobs that are done together, and fail alone.

use super::{PID, Victim, code, number, quiet};
use crate::support::postgres::Database;
use diesel::{
    RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{Array, BigInt},
};
use hearback::platform::{
    db::{Batch, Db, DbConfig, Tx},
    http::problem::{Error, Result},
};
use std::time::{Duration, Instant};
use tokio::{task::JoinHandle, time::sleep};

const ALL: &str = "SELECT coalesce(sum(id), 0)::bigint AS n FROM t";
const BATCHES: &str = "SELECT count(DISTINCT xmin::text) AS n FROM t";

/// Writes its number, and answers the size of its batch.
enum Note {
    /// Is good.
    Good(i64),
    /// Is refused, politely.
    Refused,
    /// Breaks a constraint, and with it the batch.
    Broken,
    /// Falls over, and the batch with it.
    Panicking,
    /// Ends the connection that it runs on.
    Ending,
    /// Holds its lane up for so many seconds.
    Slow(f64),
}

impl Batch for Note {
    type Out = usize;
    const NAME: &'static str = "note";

    fn run(tx: &mut Tx, jobs: &[Self]) -> Result<Vec<Result<usize>>> {
        let mut good = Vec::new();
        let mut answers = Vec::new();
        for job in jobs {
            match job {
                Note::Good(id) => good.push(*id),
                Note::Refused => {}
                Note::Broken => good.push(-1),
                Note::Panicking => panic!("on purpose"),
                Note::Ending => tx.batch_execute("SELECT pg_terminate_backend(pg_backend_pid())")?,
                Note::Slow(seconds) => tx.batch_execute(&format!("SELECT pg_sleep({seconds})"))?,
            }
            answers.push(match job {
                Note::Refused => Err(Error::NotFound("note")),
                _ => Ok(jobs.len()),
            });
        }
        sql_query("INSERT INTO t SELECT unnest($1)").bind::<Array<BigInt>, _>(good).execute(tx)?;
        Ok(answers)
    }
}

/// Answers the thread that serves its lane.
struct Look(u64);

impl Batch for Look {
    type Out = String;
    const NAME: &'static str = "look";
    const READ: bool = true;
    const LANES: usize = 2;

    fn lane(&self) -> u64 {
        self.0
    }

    fn run(tx: &mut Tx, jobs: &[Self]) -> Result<Vec<Result<String>>> {
        number(tx, PID)?;
        let thread = std::thread::current().name().unwrap().to_owned();
        Ok(jobs.iter().map(|_| Ok(thread.clone())).collect())
    }
}

fn table() -> (Database, Db) {
    let (database, db) = quiet();
    database.connect().batch_execute("CREATE TABLE t (id bigint CHECK (id >= 0))").unwrap();
    (database, db)
}

fn ask<B: Batch>(db: &Db, job: B) -> JoinHandle<Result<B::Out>> {
    let db = db.clone();
    actix_web::rt::spawn(async move { db.submit(job).await })
}

/// Asks for all of them while the lane is held up, so that they come together.
async fn together(db: &Db, jobs: impl IntoIterator<Item = Note>) -> Vec<Result<usize>> {
    let held = ask(db, Note::Slow(0.2));
    sleep(Duration::from_millis(100)).await;
    let asked: Vec<_> = jobs.into_iter().map(|job| ask(db, job)).collect();
    held.await.unwrap().unwrap();
    let mut answers = Vec::new();
    for job in asked {
        answers.push(job.await.unwrap());
    }
    answers
}

fn codes(answers: Vec<Result<usize>>) -> Vec<String> {
    let said = |answer: Result<usize>| answer.map_or_else(code, |size| size.to_string());
    answers.into_iter().map(said).collect()
}

#[actix_web::test]
async fn jobs_that_wait_together_are_done_in_one_transaction_in_their_order() {
    let (_database, db) = table();

    let alone = db.submit(Note::Good(1)).await;
    assert_eq!(alone.unwrap(), 1);

    let answers = together(&db, (2..8).map(Note::Good)).await;

    assert_eq!(codes(answers), ["6"; 6]);
    assert_eq!(db.read(|tx| number(tx, BATCHES)).await.unwrap(), 2);
    let ordered = "SELECT count(*) AS n FROM (SELECT id, row_number() OVER (ORDER BY ctid) AS at FROM t) x
                   WHERE id = at";
    assert_eq!(db.read(move |tx| number(tx, ordered)).await.unwrap(), 7);
}

#[actix_web::test]
async fn lanes_are_told_apart_and_counted() {
    let (_database, db) = table();

    let asked: Vec<_> = (0..6).map(|key| ask(&db, Look(key))).collect();
    for (key, job) in asked.into_iter().enumerate() {
        assert_eq!(job.await.unwrap().unwrap(), format!("db-look-{}", key % 2));
    }
    db.submit(Note::Good(1)).await.unwrap();
    sleep(Duration::from_millis(20)).await;

    let status = db.status();
    let figures: Vec<_> = status.iter().map(|s| (s.name, s.threads, s.queued, s.busy)).collect();
    assert_eq!(figures, [("write", 2, 0, 0), ("read", 2, 0, 0), ("look", 2, 0, 0), ("note", 1, 0, 0)]);
    assert!(status[2..].iter().all(|s| usize::try_from(s.connections).unwrap() <= s.threads));
}

#[actix_web::test]
async fn a_refused_job_hinders_nobody() {
    let (_database, db) = table();

    let answers = together(&db, [Note::Good(1), Note::Refused, Note::Good(2)]).await;

    assert_eq!(codes(answers), ["3", "not_found", "3"]);
    assert_eq!(db.read(|tx| number(tx, BATCHES)).await.unwrap(), 1);
}

#[actix_web::test]
async fn a_job_that_breaks_its_batch_fails_alone() {
    for guilty in [Note::Broken, Note::Panicking, Note::Ending] {
        let (_database, db) = table();

        let answers = codes(together(&db, [Note::Good(1), guilty, Note::Good(2)]).await);

        assert_eq!((answers[0].as_str(), answers[2].as_str()), ("1", "1"));
        assert!(answers[1].starts_with("internal") || answers[1] == "unavailable", "{}", answers[1]);
        assert_eq!(db.read(|tx| number(tx, ALL)).await.unwrap(), 3);
        assert_eq!(db.submit(Note::Good(4)).await.unwrap(), 1);
    }
}

#[actix_web::test]
async fn a_batch_whose_connection_ends_in_the_commit_is_not_run_again() {
    let (database, db) = table();
    let ends_in_commit = "CREATE FUNCTION end_it() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER ending AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        WHEN (NEW.id = 7) EXECUTE FUNCTION end_it()";
    database.connect().batch_execute(ends_in_commit).unwrap();

    let answers = together(&db, [Note::Good(1), Note::Good(7), Note::Good(2)]).await;

    assert_eq!(codes(answers), ["unavailable"; 3]);
    assert_eq!(db.read(|tx| number(tx, ALL)).await.unwrap(), 0);
    db.submit(Note::Good(4)).await.unwrap();
}

#[actix_web::test]
async fn a_connection_that_ended_between_two_batches_is_not_noticed() {
    let (database, db) = table();
    db.submit(Note::Good(1)).await.unwrap();
    db.submit(Look(0)).await.unwrap();

    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE application_name = 'hearback' AND datname = current_database()";
    assert_eq!(sql_query(sql).execute(&mut database.connect()).unwrap(), 2);

    db.submit(Note::Good(2)).await.unwrap();
    db.submit(Look(0)).await.unwrap();
    assert_eq!(db.read(|tx| number(tx, ALL)).await.unwrap(), 3);
}

#[actix_web::test]
async fn a_full_lane_refuses_at_once_and_the_forgotten_are_not_done() {
    let (database, _) = table();
    let deadline = Duration::from_millis(300);
    let db =
        Db::connect(&DbConfig { queue: 4, deadline, ledger_role: false, ..DbConfig::new(&database.url) });
    let mut asked = vec![ask(&db, Note::Slow(0.6))];
    sleep(Duration::from_millis(100)).await;
    asked.extend((0..4).map(|_| ask(&db, Note::Good(1))));
    sleep(Duration::from_millis(50)).await;
    assert_eq!((db.status()[2].queued, db.status()[2].busy), (4, 1));

    let start = Instant::now();
    assert_eq!(code(db.submit(Note::Good(1)).await.unwrap_err()), "unavailable");
    assert!(start.elapsed() < Duration::from_millis(100));

    for job in asked {
        assert_eq!(code(job.await.unwrap().unwrap_err()), "unavailable");
    }
    sleep(Duration::from_millis(600)).await;
    assert_eq!(db.read(|tx| number(tx, ALL)).await.unwrap(), 0);
}

#[actix_web::test]
async fn without_a_database_a_batch_is_refused_as_a_whole_and_later_ones_are_done() {
    let mut victim = Victim::start();
    victim.connect().batch_execute("CREATE TABLE t (id bigint)").unwrap();
    let db = victim.db();
    db.submit(Note::Good(1)).await.unwrap();
    victim.connect().batch_execute("CHECKPOINT").unwrap(); // a cluster for tests does not flush what it commits
    victim.kill();

    let start = Instant::now();
    let asked: Vec<_> = (2..8).map(|id| ask(&db, Note::Good(id))).collect();
    for job in asked {
        assert_eq!(code(job.await.unwrap().unwrap_err()), "unavailable");
    }
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());

    victim.restart();
    db.submit(Note::Good(8)).await.unwrap();
    assert_eq!(db.read(|tx| number(tx, ALL)).await.unwrap(), 9);
}
