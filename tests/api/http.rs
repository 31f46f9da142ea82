//! Manners of HTTP that hold for every operation.

use crate::support::App;

#[actix_web::test]
async fn an_unknown_route_is_not_found() {
    let app = App::start().await;

    let answer = app.anonymous().get("/nowhere").await;

    answer.expect_problem(404, "not_found");
}
