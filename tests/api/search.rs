//! Customers are found by any part of what they are called and reached by.

use crate::support::{App, Client};
use serde_json::{Value, json};

async fn found(client: &Client, query: &str) -> Vec<String> {
    let page: Value = client.get(&format!("/customers?{query}")).await.expect(200);
    let names = page["items"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap().to_owned());
    names.collect()
}

fn q(words: &str) -> String {
    format!("q={}", form_urlencoded::byte_serialize(words.as_bytes()).collect::<String>())
}

async fn given_customers(app: &App) -> Client {
    let agent = app.as_agent();
    let rows = [
        json!({ "name": "上海积分商城有限公司", "phones": ["(021) 6888-9999"] }),
        json!({ "name": "王小芳", "phones": ["138-0013-8000"], "emails": ["wxf_100%@example.com"] }),
        json!({ "name": "Ｗａｎｇ Fang", "phones": ["+1 415 555 0100"], "emails": ["Fang.Wang@Example.com"] }),
        json!({ "name": "李王芳菲", "emails": ["lee@例子.公司"] }),
        json!({ "name": "100% wool\\_x" }),
    ];
    for mut row in rows {
        row["kind"] = json!("person");
        agent.post("/customers", row).await.expect::<Value>(201);
        app.advance(chrono::TimeDelta::milliseconds(1));
    }
    agent
}

#[actix_web::test]
async fn any_part_of_name_phone_or_email_finds_the_customer() {
    let app = App::start().await;
    let agent = given_customers(&app).await;
    let cases: [(&str, &[&str]); 20] = [
        ("积分", &["上海积分商城有限公司"]),
        ("城有", &["上海积分商城有限公司"]),
        ("王芳", &["李王芳菲"]),
        ("芳", &["李王芳菲", "王小芳"]),
        ("王小芳", &["王小芳"]),
        ("0013", &["王小芳"]),
        ("13800138000", &["王小芳"]),
        ("138-0013", &["王小芳"]),
        ("138 8000", &["王小芳"]),
        ("02168889999", &["上海积分商城有限公司"]),
        ("021-6888", &["上海积分商城有限公司"]),
        ("wang", &["Ｗａｎｇ Fang"]),
        ("FANG.wang@exam", &["Ｗａｎｇ Fang"]),
        ("例子", &["李王芳菲"]),
        ("g", &["Ｗａｎｇ Fang"]),
        ("100%", &["100% wool\\_x", "王小芳"]),
        ("%", &["100% wool\\_x", "王小芳"]),
        ("\\_", &["100% wool\\_x"]),
        ("wool 100", &["100% wool\\_x"]),
        ("王 积分", &[]),
    ];
    for (words, names) in cases {
        assert_eq!(found(&agent, &q(words)).await, names, "{words}");
    }
}

#[actix_web::test]
async fn a_changed_customer_is_found_by_what_it_is_now() {
    let app = App::start().await;
    let agent = app.as_agent();
    let made: Value = agent
        .post("/customers", json!({ "kind": "person", "name": "旧名字", "phones": ["13800138000"] }))
        .await
        .expect(201);
    let path = format!("/customers/{}", made["id"].as_str().unwrap());

    let patch = json!({ "name": "新名字", "phones": ["13911112222"] });
    agent.clone().if_match("*").patch(&path, patch).await.expect::<Value>(200);

    for (words, there) in [("旧名", false), ("新名", true), ("0013", false), ("1111", true)] {
        assert_eq!(!found(&agent, &q(words)).await.is_empty(), there, "{words}");
    }
}

#[actix_web::test]
async fn filters_narrow_together() {
    let app = App::start().await;
    let agent = app.as_agent();
    let owner = agent.id().await;
    for n in 0..4 {
        let tags: Vec<&str> = if n % 2 == 0 { vec!["even"] } else { vec![] };
        let mut body = json!({ "kind": "person", "name": format!("客户{n}"), "tags": tags });
        if n >= 2 {
            body["owner_id"] = json!(owner);
        }
        agent.post("/customers", body).await.expect::<Value>(201);
        app.advance(chrono::TimeDelta::seconds(1));
    }
    for (query, names) in [
        ("tag=even", &["客户2", "客户0"][..]),
        (&format!("tag=even&owner_id={owner}"), &["客户2"]),
        (&format!("owner_id={owner}&{}", q("客户3")), &["客户3"]),
        ("lifecycle_stage=prospect&value_grade=high_value", &[]),
        ("created_at.gte=2026-01-05T02:00:01Z&created_at.lt=2026-01-05T02:00:03Z", &["客户2", "客户1"]),
    ] {
        assert_eq!(found(&agent, query).await, names, "{query}");
    }
}

#[actix_web::test]
async fn pages_follow_each_other_without_gap_or_repeat() {
    let app = App::start().await;
    let agent = app.as_agent();
    // many at one instant: the id tells them apart
    let row = |n: i32| {
        let (text, second) = (format!("批量客户{n}"), n / 500);
        let tokens = hearback::platform::search::tokens(&text);
        format!("('{text}', '{tokens}', {second})")
    };
    let rows: Vec<String> = (1..=2600).map(row).collect();
    app.execute(&format!(
        "INSERT INTO customer (id, kind, name, search, search_text, created_at, updated_at) \
         SELECT gen_random_uuid(), 'person', v.text, v.tokens::tsvector, v.text, \
         '2026-01-01'::timestamptz + v.second * interval '1 second', '2026-01-01' \
         FROM (VALUES {}) AS v(text, tokens, second)",
        rows.join(", ")
    ));
    for (query, all) in [("".to_owned(), 2600), (q("量客"), 2600), (q("客户25"), 11 + 100)] {
        let mut seen = std::collections::BTreeSet::new();
        let mut cursor = String::new();
        loop {
            let page: Value = agent.get(&format!("/customers?limit=100&{query}{cursor}")).await.expect(200);
            for item in page["items"].as_array().unwrap() {
                assert!(seen.insert(item["id"].to_string()), "{query}: twice");
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), all, "{query}");
    }
}

#[actix_web::test]
async fn a_cursor_belongs_to_its_list() {
    let app = App::start().await;
    let agent = given_customers(&app).await;
    let page: Value = agent.get("/customers?limit=2").await.expect(200);
    let cursor = page["next_cursor"].as_str().unwrap().to_owned();

    let flipped = format!("A{}", &cursor[1..]);
    for query in [
        format!("limit=2&tag=x&cursor={cursor}"),
        format!("cursor={}", &cursor[..10]),
        format!("cursor={flipped}"),
        "cursor=%00".to_owned(),
    ] {
        let answer = agent.get(&format!("/customers?{query}")).await;
        assert_eq!(answer.status.as_u16(), 400, "{query}: {answer:?}");
    }
    let other = agent.get(&format!("/tags?cursor={cursor}")).await;
    other.expect_problem(400, "invalid_cursor");
    let next: Value = agent.get(&format!("/customers?limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!(next["items"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn queries_that_no_list_knows_are_refused() {
    let app = App::start().await;
    let agent = app.as_agent();
    for query in [
        "limit=0",
        "limit=101",
        "limit=1e1",
        "limit=5&limit=5",
        "q=",
        "name=x",
        "owner_id=me",
        "lifecycle_stage=gone",
        "created_at.gte=yesterday",
        "q=%00",
        "q=%FF",
        &format!("q={}", "a".repeat(201)),
    ] {
        let answer = agent.get(&format!("/customers?{query}")).await;
        assert_eq!(answer.status.as_u16(), 400, "{query}: {answer:?}");
    }
}
