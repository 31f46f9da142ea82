//! Bad input to every operation: refused by name, never a 500.

use crate::support::{
    App,
    operation::{NOBODY, Operation, operations},
    schema,
    specimen::{self, Try},
};
use hearback::platform::http::problem::Problem;

/// Returns the operations whose body the administrator may have judged: the customer's own window looks at
/// its token first.
fn judged() -> Vec<Operation> {
    let mut all = operations();
    all.retain(|o| o.body().is_some() && !o.path.starts_with("/api/v1/track/"));
    all
}

#[actix_web::test]
async fn every_limit_is_checked_where_the_document_says() {
    let app = App::start().await;
    let mut bad = Vec::new();
    for operation in judged() {
        let schema = operation.body().unwrap();
        let base = specimen::full(schema);
        let mut steps = specimen::tries(schema);
        steps.retain(|step| step.refusal.is_some());
        for round in specimen::rounds(steps) {
            let body = specimen::with(&base, &round).to_string();
            let answer = operation.call(app.as_admin(), body).await;
            let problem: Problem = answer.expect(422);
            let is_named = |step: &Try| {
                let mut all = problem.errors.iter();
                all.any(|e| e.pointer == step.pointer && step.refusal == Some(&e.code))
            };
            bad.extend(
                round.iter().filter(|step| !is_named(step)).map(|step| format!("{step:?} {answer:?}")),
            );
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
}

#[actix_web::test]
async fn what_is_no_json_object_is_malformed_everywhere() {
    let app = App::start().await;
    for operation in judged() {
        for (body, code) in
            [("", "malformed_json"), ("[]", "not_an_object"), ("{\"a\":1,\"a\":1}", "duplicate_key")]
        {
            operation.call(app.as_admin(), body).await.expect_problem(400, code);
        }
    }
}

#[actix_web::test]
async fn what_no_query_knows_is_malformed_everywhere() {
    let app = App::start().await;
    for operation in operations().into_iter().filter(Operation::has_query) {
        let mut bad = vec!["no_such_parameter=1", "no_such_parameter=%00"];
        if operation.answer().is_some_and(schema::is_page) {
            bad.extend(["limit=0", "limit=101", "limit=x", "cursor=x", "limit=1&limit=1"]);
        }
        for query in bad {
            let path = format!("{}?{query}", operation.path_to(NOBODY));
            let answer = app.as_admin().get(&path).await;
            assert_eq!(answer.status, 400, "{answer:?}");
        }
    }
}
