//! A whole server over a database that has stopped to answer.

use super::Victim;
use crate::support::{App, postgres::Database};
use actix_web::{
    HttpResponse, rt,
    web::{self, Data, ServiceConfig},
};
use diesel::connection::SimpleConnection;
use hearback::platform::{
    db::{Db, migrate},
    http::problem::Result,
};
use std::time::{Duration, Instant};

const DEADLINE: Duration = Duration::from_secs(5);

async fn read(db: Data<Db>) -> Result<HttpResponse> {
    db.ping().await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn write(db: Data<Db>) -> Result<HttpResponse> {
    db.write(|tx| Ok(tx.batch_execute("SELECT 1")?)).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn routes(config: &mut ServiceConfig) {
    config.route("/test/read", web::get().to(read)).route("/test/write", web::get().to(write));
}

#[actix_web::test]
async fn a_stopped_database_costs_no_request_more_than_five_seconds_and_nothing_afterwards() {
    let victim = Victim::start();
    migrate::run(&victim.url()).unwrap();
    let app = App::over(Database::at(&victim.url()), routes).await;
    for path in ["/test/read", "/test/write"].repeat(3) {
        assert_eq!(app.anonymous().get(path).await.status, 204);
    }
    assert_eq!(app.anonymous().get("/readyz").await.status, 200);

    victim.signal("-STOP");
    let waiting: Vec<_> = ["/test/read", "/test/write"]
        .repeat(50)
        .into_iter()
        .map(|path| {
            let client = app.anonymous();
            rt::spawn(async move {
                let start = Instant::now();
                client.get(path).await.expect_problem(503, "unavailable");
                start.elapsed()
            })
        })
        .collect();
    rt::time::sleep(Duration::from_millis(1100)).await;
    let start = Instant::now();
    assert_eq!(app.anonymous().get("/livez").await.status, 200);
    assert!(start.elapsed() < Duration::from_millis(500));
    app.anonymous().get("/readyz").await.expect_problem(503, "database_unreachable");
    for request in waiting {
        let took = request.await.unwrap();
        assert!(took < DEADLINE, "{took:?}");
    }

    victim.signal("-CONT");
    let start = Instant::now();
    while app.anonymous().get("/readyz").await.status != 200 {
        assert!(start.elapsed() < DEADLINE);
        rt::time::sleep(Duration::from_millis(50)).await;
    }
    for path in ["/test/read", "/test/write"] {
        assert_eq!(app.anonymous().get(path).await.status, 204);
    }
}
