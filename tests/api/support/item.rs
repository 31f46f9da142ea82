//! One feedback of a test, and what is done with it by whoever does it in life.

use super::{Answer, App, Client, given::DEPARTMENT};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// One feedback of a server.
#[derive(Clone)]
pub struct Item<'a> {
    app: &'a App,
    pub id: String,
    pub number: String,
    pub token: String,
}

impl<'a> Item<'a> {
    /// Returns the feedback that an answer to its registration shows.
    pub fn of(app: &'a App, made: &Value) -> Self {
        let text = |name: &str| made[name].as_str().unwrap_or_default().to_owned();
        Self { app, id: text("id"), number: text("number"), token: text("track_token") }
    }

    /// Takes a step as somebody, and returns whatever comes of it.
    pub async fn act(&self, who: &Client, action: &str, body: Value) -> Answer {
        who.post(&format!("/feedback/{}/{action}", self.id), body).await
    }

    /// Takes a step that has to succeed.
    pub async fn take(self, who: &Client, action: &str, body: Value) -> Self {
        self.act(who, action, body).await.expect::<Value>(200);
        self
    }

    /// Returns what an administrator sees.
    pub async fn shown(&self) -> Value {
        self.read("").await
    }

    /// Returns one of its reads, as an administrator.
    pub async fn read(&self, what: &str) -> Value {
        let path = format!("/feedback/{}{what}", self.id);
        self.app.as_admin().get(&path).await.expect(200)
    }

    /// Returns the newest clock of a kind.
    pub async fn clock(&self, kind: &str) -> Value {
        self.read(&format!("/clocks/{kind}/explain")).await["clock"].clone()
    }

    /// Returns when the newest clock of a kind is due.
    pub async fn due(&self, kind: &str) -> DateTime<Utc> {
        let clock = self.clock(kind).await;
        let due = clock["due_at"].as_str();
        due.unwrap_or_else(|| panic!("nothing is due: {clock}")).parse().unwrap()
    }

    /// Returns the kinds of its events, oldest first.
    pub async fn history(&self) -> Vec<String> {
        let page = self.read("/events?limit=100").await;
        let kinds = page["items"].as_array().unwrap().iter();
        kinds.map(|e| e["kind"].as_str().unwrap().to_owned()).collect()
    }

    /// Returns a client at the customer's own window.
    pub fn customer(&self) -> Client {
        self.app.anonymous().header("X-Track-Token", &self.token)
    }

    /// Returns what the customer gets of one of the window's operations.
    pub async fn track(&self, action: &str, body: Value) -> Answer {
        let path = format!("/track/{}/{action}", self.number);
        self.customer().post(&path, body).await
    }

    /// Gives it to the department.
    pub async fn dispatch(self) -> Self {
        let department = self.app.given().department(DEPARTMENT).await;
        let body = json!({ "department_id": department });
        let agent = self.app.as_agent();
        self.take(&agent, "dispatch", body).await
    }

    /// The department's handler takes it.
    pub async fn accept(self) -> Self {
        let handler = self.app.as_handler(DEPARTMENT);
        self.take(&handler, "accept", json!({})).await
    }

    /// The handler asks the customer.
    pub async fn ask(self) -> Self {
        let handler = self.app.as_handler(DEPARTMENT);
        let body = json!({ "question": "请问您是哪一天入住的？" });
        self.take(&handler, "ask", body).await
    }

    /// The customer says something.
    pub async fn answer(self) -> Self {
        self.track("answer", json!({ "text": "1 月 3 日" })).await.expect::<Value>(200);
        self
    }

    /// The handler proposes a plan.
    pub async fn submit(self) -> Self {
        self.submit_with(json!({})).await
    }

    /// The handler proposes a plan, changed as said.
    pub async fn submit_with(self, with: Value) -> Self {
        let handler = self.app.as_handler(DEPARTMENT);
        let mut body = plan();
        for (name, value) in with.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.take(&handler, "submit-plan", body).await
    }

    /// The head approves it.
    pub async fn approve(self) -> Self {
        let head = self.app.as_head(DEPARTMENT);
        self.take(&head, "approve", json!({})).await
    }

    /// Service replies.
    pub async fn reply(self) -> Self {
        let agent = self.app.as_agent();
        self.take(&agent, "reply", json!({ "text": "已为您更换房间。", "basis": "4.2" })).await
    }

    /// The customer is satisfied.
    pub async fn satisfied(self) -> Self {
        self.confirm(json!({ "verdict": "satisfied", "score": 5 })).await
    }

    /// The customer is not satisfied.
    pub async fn dissatisfied(self) -> Self {
        self.confirm(json!({ "verdict": "dissatisfied", "score": 2 })).await
    }

    /// The customer says how it was.
    pub async fn confirm(self, body: Value) -> Self {
        self.track("confirm", body).await.expect::<Value>(200);
        self
    }
}

/// Returns a plan.
pub fn plan() -> Value {
    json!({ "measure": "replace", "text": "更换安静的房间。", "basis": "《客房服务标准》第 4.2 条" })
}
