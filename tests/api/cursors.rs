//! Where the next page begins: bound to its list, its filter and its sort, and to nothing that a client makes.

use crate::support::App;
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn with_customers(names: &[&str]) -> App {
    let app = App::start().await;
    for name in names {
        let body = json!({ "kind": "person", "name": name });
        app.as_admin().post("/customers", body).await.expect::<Value>(201);
    }
    app
}

async fn cursor(app: &App, path: &str) -> String {
    let page: Value = app.as_admin().get(path).await.expect(200);
    page["next_cursor"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn pages_in_a_row_show_each_row_once() {
    let app = with_customers(&["A", "B", "C", "D", "E"]).await;
    let (mut seen, mut path) = (Vec::new(), "/customers?limit=2".to_owned());

    loop {
        let page: Value = app.as_admin().get(&path).await.expect(200);
        let rows = page["items"].as_array().unwrap();
        seen.extend(rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/customers?limit=2&cursor={cursor}"),
            None => break,
        }
    }

    assert_eq!(seen.len(), 5);
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 5);
}

#[actix_web::test]
async fn a_cursor_that_was_changed_or_moved_is_refused() {
    let app = with_customers(&["A", "B", "C"]).await;
    let real = cursor(&app, "/customers?limit=1").await;
    let mut wrong: Vec<String> = (0..real.len())
        .map(|at| {
            let other = if &real[at..=at] == "A" { "B" } else { "A" };
            format!("{}{other}{}", &real[..at], &real[at + 1..])
        })
        .filter(|changed| !is_same(changed, &real))
        .collect();
    wrong.extend([real[1..].to_owned(), real[..real.len() - 2].to_owned(), format!("{real}AAAA")]);
    wrong.extend(["AAAA".to_owned(), "%00".to_owned(), "x".repeat(1000)]);

    for cursor in wrong {
        let answer = app.as_admin().get(&format!("/customers?limit=1&cursor={cursor}")).await;
        assert_eq!(answer.status, 400, "{answer:?}");
    }
    for path in ["/customers?limit=1&q=a", "/staff?limit=1", "/departments?limit=1"] {
        let answer = app.as_admin().get(&format!("{path}&cursor={real}")).await;
        answer.expect_problem(400, "invalid_cursor");
    }
}

/// Returns whether the bits that base64 leaves over are all that differs.
fn is_same(a: &str, b: &str) -> bool {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.decode(a).is_ok_and(|a| Ok(a) == URL_SAFE_NO_PAD.decode(b))
}

#[actix_web::test]
async fn a_cursor_holds_on_every_server_and_with_another_limit() {
    let app = with_customers(&["A", "B", "C"]).await;
    let other = app.second().await;
    let real = cursor(&app, "/customers?limit=1").await;

    let page: Value = other.as_admin().get(&format!("/customers?limit=50&cursor={real}")).await.expect(200);

    assert_eq!(page["items"].as_array().unwrap().len(), 2);
}
