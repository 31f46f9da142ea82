//! The state machine cell by cell: every status, every action, everybody.
//!
//! The table is the one of the requirements and shares nothing with the code.

use crate::support::{App, Client, DEPARTMENT, plan};
use futures_util::future::join_all;
use serde_json::{Value, json};

/// Action; who may take it (A admin, S service, H handler of the item, O other staff of the department, D head,
/// T head above, K key with the scope); from which statuses to which.
const STEPS: [(&str, &str, &str); 22] = [
    ("dispatch", "AS", "registered>dispatched escalated>dispatched"),
    (
        "transfer",
        "ASDT",
        "dispatched>dispatched in_progress>dispatched awaiting_customer>dispatched awaiting_third_party>dispatched pending_approval approved replied escalated",
    ),
    ("return", "AHOD", "dispatched>registered in_progress>registered"),
    ("accept", "AHOD", "dispatched>in_progress"),
    ("ask", "AH", "in_progress>awaiting_customer"),
    (
        "customer-answer",
        "ASHK",
        "registered dispatched in_progress awaiting_customer>in_progress awaiting_third_party pending_approval approved replied escalated closed merged cancelled",
    ),
    ("hold", "AH", "in_progress>awaiting_third_party"),
    ("resume", "AH", "awaiting_third_party>in_progress"),
    ("submit-plan", "AH", "in_progress>pending_approval"),
    ("withdraw", "A", "pending_approval>in_progress"),
    ("approve", "ADT", "pending_approval>approved"),
    ("reject", "ADT", "pending_approval>in_progress"),
    ("reply", "ASH", "approved>replied"),
    ("confirm", "AS", "replied>closed closed"),
    ("alternative", "ASDT", "escalated>in_progress"),
    ("escalate", "ASDT", "replied>escalated"),
    ("reopen", "AS", "closed>in_progress"),
    (
        "merge",
        "AS",
        "registered>merged dispatched>merged in_progress>merged awaiting_customer>merged awaiting_third_party>merged pending_approval>merged approved>merged replied>merged escalated>merged",
    ),
    (
        "cancel",
        "AS",
        "registered>cancelled dispatched>cancelled in_progress>cancelled awaiting_customer>cancelled awaiting_third_party>cancelled",
    ),
    ("conclude", "AT", "escalated>closed"),
    (
        "progress-notes",
        "ASHDT",
        "registered dispatched in_progress awaiting_customer awaiting_third_party pending_approval approved replied escalated",
    ),
    (
        "set-priority",
        "ASDT",
        "registered dispatched in_progress awaiting_customer awaiting_third_party pending_approval approved replied escalated",
    ),
];

/// Actions that no handler and no head ever takes.
const OF_SERVICE: [&str; 5] = ["dispatch", "confirm", "reopen", "merge", "cancel"];
/// Everybody; P analyst, F handler of a foreign department, N key without the scope.
const CALLERS: &str = "ASHODTPFKN";

/// Says what comes of a cell: the status after it, or status and code of the refusal.
fn expected(status: &str, action: &str, caller: char) -> Result<String, (u16, &'static str)> {
    let (_, who, ways) = STEPS.iter().find(|step| step.0 == action).unwrap();
    let forbidden = Err((403, "forbidden"));
    let of_department = "HODTF".contains(caller);
    if "PN".contains(caller) || "SK".contains(caller) && !who.contains(caller) {
        return forbidden;
    }
    if of_department && OF_SERVICE.contains(&action) {
        return forbidden;
    }
    if caller == 'F' || of_department && status == "registered" {
        return Err((404, "not_found"));
    }
    let has_handler = status != "dispatched";
    let stands = if caller == 'H' && !has_handler { 'O' } else { caller };
    let proposed = caller == 'H' && status == "pending_approval";
    if proposed && ["approve", "reject"].contains(&action) {
        return Err((409, "approver_is_proposer"));
    }
    let planned = caller == 'H' && ["approved", "replied", "escalated", "closed"].contains(&status);
    if !(who.contains(stands) || (proposed || planned) && action == "withdraw") {
        return forbidden;
    }
    let mut ways = ways.split(' ').map(|way| way.split_once('>').unwrap_or((way, way)));
    let Some((_, to)) = ways.find(|(from, _)| *from == status) else {
        return Err((409, "invalid_transition"));
    };
    match (action, caller) {
        ("accept", 'A') => Err((422, "handler_not_in_department")),
        ("conclude", _) => Err((409, "not_max_level")),
        _ => Ok(to.to_owned()),
    }
}

struct Stage<'a> {
    app: &'a App,
    customer: Value,
    target: String,
    department: String,
    other: String,
}

impl<'a> Stage<'a> {
    async fn of(app: &'a App) -> Self {
        app.given().organisation().await;
        let customer = app.given().customer().await["id"].clone();
        let target = app.given().feedback_of(&customer, json!({})).await.id;
        let department = app.given().department(DEPARTMENT).await;
        let other = app.as_one_of("handler", Some(DEPARTMENT), 2).id().await;
        Self { app, customer, target, department, other }
    }

    fn client(&self, caller: char) -> Client {
        match caller {
            'A' => self.app.as_admin(),
            'S' => self.app.as_agent(),
            'H' => self.app.as_handler(DEPARTMENT),
            'O' => self.app.as_one_of("handler", Some(DEPARTMENT), 2),
            'D' => self.app.as_head(DEPARTMENT),
            'T' => self.app.given().boss(),
            'P' => self.app.as_analyst(),
            'F' => self.app.as_handler("marketing"),
            'K' => self.app.as_key(&["feedback:write"]),
            _ => self.app.as_key(&["customers:read"]),
        }
    }

    fn body(&self, action: &str) -> Value {
        match action {
            "dispatch" => json!({ "department_id": self.department }),
            "transfer" => json!({ "handler_id": self.other, "reason": "轮班" }),
            "return" | "alternative" | "escalate" | "reopen" => json!({ "reason": "原因" }),
            "ask" => json!({ "question": "哪一天？" }),
            "customer-answer" => json!({ "text": "昨天" }),
            "hold" => {
                json!({ "reason": "配件未到", "expected_at": self.app.now() + chrono::TimeDelta::days(1) })
            }
            "submit-plan" => plan(),
            "reject" => json!({ "comment": "依据不足" }),
            "reply" => json!({ "text": "已更换", "basis": "4.2" }),
            "confirm" => json!({ "verdict": "satisfied", "score": 4 }),
            "merge" => json!({ "into_id": self.target, "reason": "重复" }),
            "cancel" => json!({ "reason": "withdrawn" }),
            "conclude" => json!({ "reason": "无法修复", "text": "抱歉" }),
            "progress-notes" => json!({ "text": "正在核实" }),
            "set-priority" => json!({ "priority": "low", "reason": "改期" }),
            _ => json!({}),
        }
    }

    /// Tries every action of one caller: the refused ones on one item, each allowed one on its own.
    async fn column(&self, status: &str, caller: char, id: &str) -> Vec<String> {
        let (client, mut wrong) = (self.client(caller), Vec::new());
        for (action, ..) in STEPS {
            let expected = expected(status, action, caller);
            let fresh = match &expected {
                Ok(_) => {
                    let item = self.app.given();
                    item.reached(status, &self.customer, &self.target).await.id
                }
                Err(_) => id.to_owned(),
            };
            let path = format!("/feedback/{fresh}/{action}");
            let answer = client.post(&path, self.body(action)).await;
            let body = answer.json();
            let found = match answer.status.as_u16() {
                200 => Ok(body["status"].as_str().unwrap_or_default().to_owned()),
                refused => Err((refused, body["code"].as_str().unwrap_or_default().to_owned())),
            };
            let expected = expected.map_err(|(status, code)| (status, code.to_owned()));
            if found != expected {
                wrong.push(format!("{caller} {action} in {status}: {expected:?} expected, {answer:?}"));
            }
        }
        wrong
    }

    /// Compares what the two reads say with the table.
    async fn says(&self, status: &str, caller: char, id: &str) -> Vec<String> {
        let client = self.client(caller);
        let answer = client.get(&format!("/feedback/{id}/actions")).await;
        let hidden = caller == 'F' || "HODT".contains(caller) && status == "registered";
        if "PKN".contains(caller) || hidden {
            let refused = if hidden { 404 } else { 403 };
            assert_eq!(answer.status.as_u16(), refused, "{caller} in {status}: {answer:?}");
            return Vec::new();
        }
        let listed: Value = answer.expect(200);
        let mut wrong = Vec::new();
        let mut allowed = Vec::new();
        for item in listed["items"].as_array().unwrap() {
            let action = item["action"].as_str().unwrap();
            let expected = expected(status, action, caller);
            let code = expected.as_ref().err().map(|(_, code)| *code);
            if item["allowed"] != expected.is_ok() || item["code"].as_str() != code {
                wrong.push(format!("{caller} in {status}: {expected:?}, but listed {item}"));
            }
            if expected.is_ok() {
                allowed.push(action.to_owned());
            }
        }
        let shown: Value = client.get(&format!("/feedback/{id}")).await.expect(200);
        if shown["allowed_actions"] != json!(allowed) {
            wrong.push(format!("{caller} in {status}: {allowed:?}, but shown {}", shown["allowed_actions"]));
        }
        wrong
    }
}

async fn try_all(status: &str) {
    let app = App::start().await;
    let stage = Stage::of(&app).await;
    let item = app.given();
    let item = item.reached(status, &stage.customer, &stage.target).await;
    let before = item.shown().await;
    assert_eq!(before["status"], status);

    let columns = CALLERS.chars().map(|caller| stage.column(status, caller, &item.id));
    let mut wrong = join_all(columns).await.concat();
    for caller in CALLERS.chars() {
        wrong.extend(stage.says(status, caller, &item.id).await);
    }

    assert!(wrong.is_empty(), "{} cells are wrong: {wrong:#?}", wrong.len());
    assert_eq!(item.shown().await, before, "a refused action changed something");
}

macro_rules! statuses {
    ($($name:ident $status:literal)*) => {
        $(#[actix_web::test]
        async fn $name() {
            try_all($status).await;
        })*
    };
}

statuses! {
    from_registered_only_the_table_leads_on "registered"
    from_dispatched_only_the_table_leads_on "dispatched"
    from_in_progress_only_the_table_leads_on "in_progress"
    from_awaiting_customer_only_the_table_leads_on "awaiting_customer"
    from_awaiting_third_party_only_the_table_leads_on "awaiting_third_party"
    from_pending_approval_only_the_table_leads_on "pending_approval"
    from_approved_only_the_table_leads_on "approved"
    from_replied_only_the_table_leads_on "replied"
    from_escalated_only_the_table_leads_on "escalated"
    from_closed_only_the_table_leads_on "closed"
    from_merged_only_the_table_leads_on "merged"
    from_cancelled_only_the_table_leads_on "cancelled"
}
