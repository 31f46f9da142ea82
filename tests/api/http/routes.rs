//! Routes, methods, and handlers that fall over.

use super::app;
use crate::support::App;
use actix_web::http::Method;

#[actix_web::test]
async fn an_unknown_route_is_not_found() {
    let app = App::start().await;
    for path in ["/nowhere", "/", "/api/v1/", "/api/v1/customers/x/y/z"] {
        app.anonymous().get(path).await.expect_problem(404, "not_found");
    }
}

#[actix_web::test]
async fn a_known_path_says_which_methods_it_knows() {
    let app = App::start().await;
    for method in ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"] {
        let answer = app.anonymous().send(method.parse().unwrap(), "/livez", None).await;
        answer.expect_problem(405, "method_not_allowed");
        assert_eq!(answer.header("Allow"), Some("GET, HEAD"));
    }
}

#[actix_web::test]
async fn head_is_get_without_its_body() {
    let app = App::start().await;

    let get = app.anonymous().get("/livez").await;
    let head = app.anonymous().send(Method::HEAD, "/livez", None).await;

    assert_eq!((head.status, head.body.len()), (get.status, 0));
    assert_eq!(head.header("Content-Type"), get.header("Content-Type"));
    assert_eq!(head.header("Content-Length"), get.header("Content-Length"));
    let missing = app.anonymous().send(Method::HEAD, "/nowhere", None).await;
    assert_eq!((missing.status.as_u16(), missing.body.len()), (404, 0));
}

#[actix_web::test]
async fn a_panic_is_a_problem_of_ours_and_the_server_goes_on() {
    let app = app().await;
    for _ in 0..20 {
        let answer = app.anonymous().get("/test/panic").await;
        let problem = answer.expect_problem(500, "internal");
        assert!(!problem.detail.contains("on purpose"), "{problem:?}");
    }
    assert_eq!(app.anonymous().get("/livez").await.status, 200);
}
