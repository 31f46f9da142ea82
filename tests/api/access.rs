//! Who may call what: each operation of the document against each kind of caller.

use crate::support::{
    App, Client, document, fits,
    operation::{NOBODY, Operation, operations},
};
use actix_web::http::Method;
use std::collections::BTreeSet;

/// Operations that anybody may call.
const PUBLIC: &[&str] = &[
    "GET /livez",
    "GET /readyz",
    "GET /metrics",
    "GET /.well-known/jwks.json",
    "POST /api/v1/auth/login",
    "POST /api/v1/auth/refresh",
    "GET /api/v1/track/{number}",
    "POST /api/v1/track/{number}/confirm",
    "POST /api/v1/track/{number}/answer",
    "POST /api/v1/track/{number}/reopen",
];

const ROLES: [&str; 5] = ["admin", "service_agent", "handler", "department_head", "analyst"];

fn client(app: &App, role: &str) -> Client {
    match role {
        "admin" => app.as_admin(),
        "analyst" => app.as_analyst(),
        role => app.as_role(role, Some("service")),
    }
}

fn secured() -> impl Iterator<Item = (Operation, Vec<&'static str>)> {
    operations().into_iter().filter_map(|o| Some((o, o.admits()?)))
}

#[track_caller]
fn nothing(found: Vec<String>) {
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn what_anybody_may_call_is_listed_here() {
    let public = operations().into_iter().filter(|o| o.admits().is_none());
    let others = public.map(|o| o.name()).filter(|name| !PUBLIC.contains(&name.as_str()));
    nothing(others.collect());
}

#[actix_web::test]
async fn nobody_enters_without_a_token_whatever_the_body() {
    let app = App::start().await;
    for (operation, _) in secured() {
        let answer = operation.call(app.anonymous(), "{").await;
        answer.expect_problem(401, "unauthenticated");
    }
}

#[actix_web::test]
async fn no_false_token_enters() {
    let app = App::start().await;
    let real = app.as_admin().token().await.unwrap();
    let parts: Vec<&str> = real.split('.').collect();
    let unsigned = "eyJhbGciOiJub25lIn0";
    let mut tokens = vec![
        "x".to_owned(),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{unsigned}.{}.", parts[1]),
        format!("{}.{}.{}", parts[0], parts[1], parts[2].chars().rev().collect::<String>()),
        format!("{real}x"),
        real.replacen('.', "..", 1),
        real[1..].to_owned(),
        "hbk_00000000000000000000000000000000".to_owned(),
        "x".repeat(7000),
    ];
    tokens.extend((0..3).map(|n| ["", ".", ".."][n].to_owned() + &real));
    for token in tokens.iter().filter(|token| **token != real) {
        let answer = app.with_token(token).get("/auth/me").await;
        answer.expect_problem(401, "unauthenticated");
    }
    for header in [format!("Basic {real}"), real.clone(), format!("Bearer{real}"), "Bearer".into()] {
        let answer = app.anonymous().header("Authorization", header).get("/auth/me").await;
        answer.expect_problem(401, "unauthenticated");
    }
    let twice = app.as_admin().header("Authorization", format!("Bearer {real}"));
    twice.get("/auth/me").await.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn a_role_that_is_not_named_is_refused_whatever_the_body() {
    let app = App::start().await;
    for (operation, admits) in secured() {
        for role in ROLES.iter().filter(|role| **role != "admin" && !admits.contains(role)) {
            let answer = operation.call(client(&app, role), "{").await;
            answer.expect_problem(403, "forbidden");
        }
    }
}

#[actix_web::test]
async fn a_role_that_is_named_gets_past_the_gate() {
    let app = App::start().await;
    let ends_the_session = ["POST /api/v1/auth/logout"];
    for (operation, admits) in secured() {
        for role in ROLES.iter().filter(|role| **role == "admin" || admits.contains(role)) {
            if ends_the_session.contains(&operation.name().as_str()) {
                continue;
            }
            let answer = operation.call(client(&app, role), "{").await;
            let status = answer.status.as_u16();
            assert!(![401, 403].contains(&status) && status < 500, "{role}: {answer:?}");
        }
    }
}

#[actix_web::test]
async fn a_program_may_do_what_its_scopes_say_and_no_more() {
    if document()["paths"]["/api/v1/api-keys"].is_null() {
        return;
    }
    let app = App::start().await;
    let named = secured().flat_map(|(_, admits)| admits);
    let scopes: BTreeSet<&str> = named.filter(|name| name.contains(':')).collect();
    for (operation, admits) in secured() {
        let (right, wrong): (Vec<&str>, Vec<&str>) = scopes.iter().partition(|scope| admits.contains(*scope));
        for scope in right {
            let answer = operation.call(app.as_key(&[scope]), "{").await;
            let status = answer.status.as_u16();
            assert!(![401, 403].contains(&status) && status < 500, "{scope}: {answer:?}");
        }
        let answer = operation.call(app.as_key(&wrong), "{").await;
        answer.expect_problem(403, "forbidden");
    }
}

#[actix_web::test]
async fn an_id_that_names_nothing_is_not_found() {
    let app = App::start().await;
    for operation in operations().into_iter().filter(|o| o.in_path().iter().any(|(_, id)| *id)) {
        let body = operation.right_body().to_string();
        let answer = operation.call(app.as_admin(), body).await;
        let status = answer.status.as_u16();
        // a body may name things too, and be refused for them
        let refused = status == 404 || operation.body().is_some() && [409, 422].contains(&status);
        assert!(refused || operation.body().is_none() && status == 400, "{answer:?}");
    }
}

#[actix_web::test]
async fn an_id_that_is_none_is_malformed() {
    let app = App::start().await;
    for operation in operations().into_iter().filter(|o| o.in_path().iter().any(|(_, id)| *id)) {
        let path = operation.path_to("1");
        let body = operation.body().map(|_| operation.right_body().to_string().into());
        let client = app.as_admin().if_match("*");
        let answer = client.send(operation.method(), &path, body).await;
        assert_eq!(answer.status, 400, "{answer:?}");
    }
}

#[actix_web::test]
async fn a_path_names_the_methods_that_it_knows() {
    let app = App::start().await;
    for (path, item) in document()["paths"].as_object().unwrap() {
        let operation = operations().into_iter().find(|o| o.path == path).unwrap();
        let known: Vec<&str> = item.as_object().unwrap().keys().map(String::as_str).collect();
        for method in ["get", "post", "put", "patch", "delete"] {
            let path = operation.path_to(NOBODY);
            let elsewhere = operations();
            let mut elsewhere = elsewhere.iter().filter(|o| o.method == method);
            // two paths with placeholders may be one; words are never taken for a placeholder
            let shared = operation.path.contains('{') && elsewhere.any(|o| fits(o.path, &path));
            if known.contains(&method) || shared {
                continue;
            }
            let method: Method = method.to_uppercase().parse().unwrap();
            let answer = app.anonymous().send(method, &path, None).await;
            answer.expect_problem(405, "method_not_allowed");
            let allow = answer.header("Allow").unwrap().to_lowercase();
            assert!(known.iter().all(|method| allow.contains(method)), "{answer:?} {allow}");
        }
    }
}

#[actix_web::test]
async fn head_answers_as_get_does_without_the_body() {
    let app = App::start().await;
    for operation in operations().into_iter().filter(|o| o.method == "get") {
        let path = operation.path_to(NOBODY);
        let get = app.as_admin().get(&path).await;
        let head = app.as_admin().send(Method::HEAD, &path, None).await;
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{head:?}");
    }
}
