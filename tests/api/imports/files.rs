//! How files become rows.

use super::{Form, counts, customers, errors, get, path, work};
use crate::support::App;
use serde_json::{Value, json};

const MAPPING: &str = r#"{"name":"姓名","kind":{"column":"类型","values":{"个人":"person","公司":"company"}},
    "phones[0]":"手机","tags":"标签","external_refs[0].id":"编号","custom.vip":"VIP"}"#;

#[actix_web::test]
async fn mapped_columns_become_customers() {
    let app = App::start().await;
    let file = "\u{feff}姓名,类型,手机,标签,编号,VIP,备注\r\n王芳,个人,13800000001,老客户;上海,7,是,x\r\n\
                \"上海, 某公司\",公司,,,8,,\r\n";
    let form = Form::customers(file)
        .part("mapping", MAPPING)
        .part("defaults", r#"{"region":"310000","external_refs":[{"system":"crm"}]}"#);

    let import = form.run(&app).await;

    assert_eq!(
        (&import["status"], counts(&import)),
        (&json!("done"), (2, 0)),
        "{:?}",
        errors(&app, &import).await
    );
    let results: Value = app.as_agent().get(&path(&import, "/results")).await.expect(200);
    let id = results["items"][0]["id"].as_str().unwrap();
    let customer: Value = app.as_agent().get(&format!("/customers/{id}")).await.expect(200);
    assert_eq!(customer["name"], "王芳");
    assert_eq!(customer["kind"], "person");
    assert_eq!(customer["region"], "310000");
    assert_eq!(customer["external_refs"], json!([{ "system": "crm", "id": "7" }]));
    assert_eq!(results["items"][1]["row"], 2);
}

#[actix_web::test]
async fn columns_named_like_fields_need_no_mapping() {
    let app = App::start().await;

    let import =
        Form::customers("name,kind,phones\nA,person,\n\nB,company,13800000001;13800000002\n").run(&app).await;

    assert_eq!((counts(&import), import["rows_total"].as_i64()), ((2, 0), Some(2)));
}

#[actix_web::test]
async fn lines_of_json_become_customers() {
    let app = App::start().await;
    let file = "{\"name\":\"A\",\"kind\":\"person\"}\r\n\n{\"name\":\"B\"}\n{\"name\":1}\nno json\n{\"name\":\"C\",\"name\":\"D\"}";

    let import = Form::customers(file).part("defaults", r#"{"kind":"company"}"#).run(&app).await;

    assert_eq!((&import["format"], counts(&import)), (&json!("ndjson"), (2, 3)));
    let expected = [
        (3, "/name".into(), "wrong_type".into()),
        (4, String::new(), "malformed_json".into()),
        (5, String::new(), "duplicate_key".into()),
    ];
    assert_eq!(errors(&app, &import).await, expected);
    let page: Value = app.as_agent().get(&path(&import, "/errors?limit=1")).await.expect(200);
    assert_eq!((&page["items"][0]["line"], &page["items"][0]["row"]), (&json!(4), &json!(3)));
}

#[actix_web::test]
async fn a_bad_row_fails_alone_and_says_why() {
    let app = App::start().await;
    let file = "name,kind,phones,external_refs\n\
        A,person,,\"[{\"\"system\"\":\"\"crm\"\",\"\"id\"\":\"\"1\"\"}]\"\n\
        B,person,,\"[{\"\"system\"\":\"\"crm\"\",\"\"id\"\":\"\"1\"\"}]\"\n\
        C,animal,,\n\
        ,,,\n\
        D,person\n\
        E,person,,,more\n\
        \"F\nG\",person,,\n\
        H,person,,\n";

    let import = Form::customers(file).run(&app).await;

    assert_eq!((counts(&import), customers(&app)), ((2, 6), 2));
    let found = errors(&app, &import).await;
    let codes: Vec<(i64, &str)> = found.iter().map(|(row, _, code)| (*row, code.as_str())).collect();
    let expected = [
        (2, "external_ref_taken"),
        (3, "unknown_code"),
        (4, "blank_row"),
        (5, "too_few_columns"),
        (6, "too_many_columns"),
        (7, "forbidden_character"),
    ];
    assert_eq!(codes, expected);
}

#[actix_web::test]
async fn what_was_wrong_can_be_read_in_a_spreadsheet_in_two_languages() {
    let app = App::start().await;
    let import = Form::customers("{\"name\":\"A\",\"kind\":\"person\",\"=1+1\":2}").run(&app).await;
    let errors = path(&import, "/errors");

    let csv =
        app.as_agent().header("Accept", "text/csv").header("Accept-Language", "zh-CN").get(&errors).await;
    let html = app.as_agent().header("Accept", "text/html").get(&errors).await;

    assert_eq!(csv.header("Content-Type"), Some("text/csv; charset=utf-8"));
    let text = String::from_utf8(csv.body.to_vec()).unwrap();
    assert_eq!(text, "row,line,pointer,code,detail\r\n1,1,/=1+1,unknown_field,未知字段\r\n");
    html.expect_problem(406, "not_acceptable");
}

#[actix_web::test]
async fn pages_of_errors_follow_each_other() {
    let app = App::start().await;
    let file = format!("name,kind\n{}", "A,animal\n".repeat(30));
    let import = Form::customers(&file).run(&app).await;

    let mut rows = Vec::new();
    let mut next = path(&import, "/errors?limit=7");
    loop {
        let page: Value = app.as_agent().get(&next).await.expect(200);
        rows.extend(page["items"].as_array().unwrap().iter().map(|e| e["row"].as_i64().unwrap()));
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        next = path(&import, &format!("/errors?limit=7&cursor={cursor}"));
    }

    assert_eq!(rows, (1..=30).collect::<Vec<_>>());
}

#[actix_web::test]
async fn a_preview_checks_everything_and_stores_nothing_until_it_is_started() {
    let app = App::start().await;
    let form = Form::customers("name,kind\nA,person\nB,animal\n").part("preview", "true");

    let previewed = form.run(&app).await;

    assert_eq!((&previewed["status"], counts(&previewed), customers(&app)), (&json!("previewed"), (1, 1), 0));
    assert_eq!(previewed["allowed_actions"], json!(["start", "cancel"]));
    assert_eq!(errors(&app, &previewed).await.len(), 1);

    let start = path(&previewed, "/start");
    let started: Value = app.as_agent().post(&start, json!({})).await.expect(200);
    assert_eq!((&started["status"], counts(&started)), (&json!("queued"), (0, 0)));
    work(&app);
    let done = get(&app, &previewed).await;
    assert_eq!((&done["status"], counts(&done), customers(&app)), (&json!("done"), (1, 1), 1));
    assert_eq!(errors(&app, &done).await.len(), 1);
    let again = app.as_agent().post(&start, json!({})).await;
    again.expect_problem(409, "invalid_transition");
}

#[actix_web::test]
async fn a_dry_run_is_never_started() {
    let app = App::start().await;
    let form = Form::customers("name,kind\nA,person\n");

    let made: Value = form.send_to(app.as_agent(), "/imports?dry_run=true").await.expect(202);
    work(&app);

    let previewed = get(&app, &made).await;
    assert_eq!((&previewed["status"], counts(&previewed), customers(&app)), (&json!("previewed"), (1, 0), 0));
    let refused = app.as_agent().post(&path(&made, "/start"), json!({})).await;
    refused.expect_problem(409, "invalid_transition");
}

#[actix_web::test]
async fn reviews_become_feedback() {
    let app = App::start().await;
    let file = "sentiment,text\npositive,早餐很好\nnegative,\"房间太吵,\n睡不着\"\nneutral,一般\n";
    let form = Form::new()
        .part("kind", "feedback")
        .file("reviews.csv", file.as_bytes())
        .part(
            "mapping",
            r#"{"description":"text","type":{"column":"sentiment","values":{"positive":"praise","negative":"complaint"}}}"#,
        )
        .part(
            "defaults",
            r#"{"channel":"website","demand":"请处理","contact.name":"匿名住客","received_at":"2025-12-01T00:00:00Z"}"#,
        );

    let import = form.run(&app).await;

    assert_eq!(counts(&import), (2, 1));
    assert_eq!(errors(&app, &import).await, [(3, "/type".into(), "unknown_code".into())]);
    let results: Value = app.as_agent().get(&path(&import, "/results")).await.expect(200);
    let id = results["items"][1]["id"].as_str().unwrap();
    let feedback: Value = app.as_agent().get(&format!("/feedback/{id}")).await.expect(200);
    assert_eq!(feedback["description"], "房间太吵,\n睡不着");
    assert_eq!((&feedback["type"], &feedback["status"]), (&json!("complaint"), &json!("registered")));
    assert_eq!(feedback["received_at"], "2025-12-01T00:00:00.000Z");
}
