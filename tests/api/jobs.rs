//! Background work: claims, leases, retries, and what administrators see of it.

use crate::support::App;
use chrono::TimeDelta;
use diesel::{RunQueryDsl, sql_query};
use hearback::platform::{
    http::problem::{Error, Result},
    jobs::{self, Job, MOST_ATTEMPTS, Outcome, Registry, Worker},
};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

#[actix_web::test]
async fn many_workers_do_each_job_once() {
    let app = App::start().await;
    let done = Arc::new(Mutex::new(Vec::new()));
    for number in 0..200 {
        enqueue(&app, "t.once", &number.to_string());
    }
    let workers: Vec<Worker> = (0..4)
        .map(|_| {
            let done = done.clone();
            let note = move |_: &mut _, job: &Job, _| {
                done.lock().unwrap().push(job.subject.clone());
                Ok(Outcome::Done)
            };
            worker(&app, Registry::new().once("t.once", note))
        })
        .collect();

    let runs: usize = thread::scope(|scope| {
        let runs: Vec<_> = workers.iter().map(|w| scope.spawn(|| w.run_due_once().unwrap())).collect();
        runs.into_iter().map(|run| run.join().unwrap()).sum()
    });

    assert_eq!(runs, 200);
    let mut subjects = done.lock().unwrap().clone();
    subjects.sort();
    subjects.dedup();
    assert_eq!((subjects.len(), done.lock().unwrap().len()), (200, 200));
}

#[actix_web::test]
async fn a_worker_suspended_past_its_lease_changes_nothing() {
    let app = App::start().await;
    enqueue(&app, "t.steps", "a");
    let other = worker(&app, Registry::new().steps("t.steps", |run| note(run, "the other")));
    let refused = Arc::new(AtomicUsize::new(0));
    let (count, clock) = (refused.clone(), app.parts.clock.clone().into_inner());
    let zombie = Registry::new().steps("t.steps", move |run| {
        note(run, "before")?;
        clock.set(clock.now() + TimeDelta::minutes(1));
        assert_eq!(other.run_due_once().unwrap(), 1);
        count.fetch_add(usize::from(note(run, "after").is_err()), Ordering::SeqCst);
        Ok(Outcome::Done)
    });

    worker(&app, zombie).run_due_once().unwrap();

    assert_eq!(refused.load(Ordering::SeqCst), 1);
    assert_eq!(app.number("SELECT count(*) FROM tag WHERE name = 'after'"), 0);
    assert_eq!(app.number("SELECT count(*) FROM tag"), 2);
    assert_eq!(app.number("SELECT count(*) FROM job WHERE done_at IS NOT NULL AND last_error IS NULL"), 1);
}

#[actix_web::test]
async fn the_job_of_a_dead_server_is_taken_over_when_its_lease_has_run_out() {
    let app = App::start().await;
    enqueue(&app, "t.once", "a");
    let until = (app.now() + TimeDelta::seconds(20)).to_rfc3339();
    let die = format!("UPDATE job SET lease = gen_random_uuid(), leased_until = '{until}', attempts = 1");
    sql_query(die).execute(&mut app.sql()).unwrap();
    let heir = worker(&app, Registry::new().once("t.once", |_, _, _| Ok(Outcome::Done)));

    assert_eq!(heir.run_due_once().unwrap(), 0);
    app.advance(TimeDelta::seconds(20));

    assert_eq!(heir.run_due_once().unwrap(), 1);
}

#[actix_web::test]
async fn what_is_asked_for_while_it_runs_runs_once_more() {
    let app = App::start().await;
    enqueue(&app, "t.steps", "a");
    let runs = Arc::new(AtomicUsize::new(0));
    let count = runs.clone();
    let registry = Registry::new().steps("t.steps", move |run| {
        if count.fetch_add(1, Ordering::SeqCst) == 0 {
            let now = run.now();
            run.db().write_now(|tx| jobs::enqueue(tx, "t.steps", "a", &json!({}), now))?;
        }
        Ok(Outcome::Done)
    });

    worker(&app, registry).run_due_once().unwrap();

    assert_eq!(runs.load(Ordering::SeqCst), 2);
    assert_eq!(app.number("SELECT count(*) FROM job"), 1);
}

#[actix_web::test]
async fn asking_again_keeps_one_job_at_the_earlier_time() {
    let app = App::start().await;
    let now = app.now();
    for hours in [3, 1, 2] {
        let at = now + TimeDelta::hours(hours);
        app.parts.db.write_now(|tx| jobs::enqueue(tx, "t.once", "a", &json!({}), at)).unwrap();
    }
    let worker = worker(&app, Registry::new().once("t.once", |_, _, _| Ok(Outcome::Done)));

    assert_eq!(worker.run_due_once().unwrap(), 0);
    app.advance(TimeDelta::hours(1));
    assert_eq!(worker.run_due_once().unwrap(), 1);
    app.advance(TimeDelta::hours(5));
    assert_eq!(worker.run_due_once().unwrap(), 0);
}

#[actix_web::test]
async fn what_fails_too_often_is_parked_and_can_be_tried_again() {
    let app = App::start().await;
    enqueue(&app, "t.once", "a");
    let registry = Registry::new().once("t.once", |_, _, _| Err(Error::internal("the printer is on fire")));
    let registry = registry.when_parked("t.once", |tx, _, _| {
        insert_tag(tx, "parked");
        Ok(())
    });
    let worker = worker(&app, registry);

    for _ in 0..MOST_ATTEMPTS + 3 {
        worker.run_due_once().unwrap();
        app.advance(TimeDelta::hours(1));
    }

    let page: Value = app.as_admin().get("/jobs?state=parked").await.expect(200);
    let job = &page["items"][0];
    assert_eq!((&job["attempts"], &job["kind"]), (&json!(MOST_ATTEMPTS), &json!("t.once")));
    assert!(job["last_error"].as_str().unwrap().contains("on fire"));
    assert_eq!(app.number("SELECT count(*) FROM tag WHERE name = 'parked'"), 1);

    let retry = format!("/jobs/{}/retry", job["id"].as_str().unwrap());
    let again: Value = app.as_admin().post(&retry, json!({})).await.expect(200);
    assert_eq!(again["state"], "waiting");
    let second = app.as_admin().post(&retry, json!({})).await;
    second.expect_problem(409, "job_not_parked");
    assert_eq!(worker.run_due_once().unwrap(), 1);
}

#[actix_web::test]
async fn a_parked_job_does_not_come_back_beside_a_new_one() {
    let app = App::start().await;
    enqueue(&app, "t.once", "a");
    sql_query("UPDATE job SET parked_at = now()").execute(&mut app.sql()).unwrap();
    enqueue(&app, "t.once", "a");
    let page: Value = app.as_admin().get("/jobs?state=parked&kind=t.once").await.expect(200);
    let retry = format!("/jobs/{}/retry", page["items"][0]["id"].as_str().unwrap());

    let refused = app.as_admin().post(&retry, json!({})).await;

    refused.expect_problem(409, "job_already_open");
    let nothing = app.as_admin().post(&format!("/jobs/{}/retry", uuid::Uuid::nil()), json!({})).await;
    nothing.expect_problem(404, "not_found");
}

#[actix_web::test]
async fn periodic_work_is_done_once_a_period_by_however_many_servers() {
    let app = App::start().await;
    let runs = Arc::new(AtomicUsize::new(0));
    let workers: Vec<Worker> = (0..3)
        .map(|_| {
            let count = runs.clone();
            let work = move |_: &mut _, _| {
                count.fetch_add(1, Ordering::SeqCst);
                Ok(())
            };
            worker(&app, Registry::new().every("t.every", TimeDelta::hours(1), work))
        })
        .collect();

    for expected in [1, 2, 3] {
        thread::scope(|scope| {
            for worker in &workers {
                scope.spawn(|| worker.run_due_once().unwrap());
            }
        });
        assert_eq!(runs.load(Ordering::SeqCst), expected);
        app.advance(TimeDelta::hours(1));
    }
    assert_eq!(app.number("SELECT count(*) FROM job"), 1);
}

#[actix_web::test]
async fn an_effect_and_its_result_are_one_transaction() {
    let app = App::start().await;
    enqueue(&app, "t.once", "a");
    let registry = Registry::new().once("t.once", |tx, job, _| {
        insert_tag(tx, &format!("try {}", job.attempts));
        if job.attempts == 1 { Err(Error::internal("no")) } else { Ok(Outcome::Done) }
    });
    let worker = worker(&app, registry);

    worker.run_due_once().unwrap();
    app.advance(TimeDelta::hours(1));
    worker.run_due_once().unwrap();

    assert_eq!(app.number("SELECT count(*) FROM tag WHERE name = 'try 2'"), 1);
    assert_eq!(app.number("SELECT count(*) FROM tag"), 1);
}

fn worker(app: &App, registry: Registry) -> Worker {
    let (clock, metrics) = (app.parts.clock.clone(), app.parts.metrics.clone());
    Worker::new(app.parts.db.clone(), clock.into_inner(), metrics.into_inner(), registry)
}

fn enqueue(app: &App, kind: &str, subject: &str) {
    let now = app.now();
    app.parts.db.write_now(|tx| jobs::enqueue(tx, kind, subject, &json!({}), now)).unwrap();
}

/// Leaves a trace in the database under the run's lease.
fn note(run: &jobs::Run<'_>, name: &str) -> Result<Outcome> {
    run.write(|tx| {
        insert_tag(tx, name);
        Ok(Outcome::Done)
    })
}

fn insert_tag(tx: &mut diesel::PgConnection, name: &str) {
    let insert =
        format!("INSERT INTO tag (id, name, created_at) VALUES (gen_random_uuid(), '{name}', now())");
    sql_query(insert).execute(tx).unwrap();
}
