//! States to begin with, made through the API, so that none of them is impossible.

use super::{App, Client, Item};
use serde_json::{Value, json};

/// The department that has the feedback of tests; `company` lies above it.
pub const DEPARTMENT: &str = "after_sales";

/// Makes states of one server.
pub struct Given<'a>(pub(super) &'a App);

impl<'a> Given<'a> {
    /// Returns a new customer.
    pub async fn customer(&self) -> Value {
        let body = json!({ "kind": "person", "name": "Wang Fang" });
        self.0.as_admin().post("/customers", body).await.expect(201)
    }

    /// Returns the id of the department that the defaults make with this code.
    pub async fn department(&self, code: &str) -> String {
        self.0.as_admin().department(code).await
    }

    /// Gives `after_sales` a head of its own, a handler, and the department `company` above it, with another head.
    pub async fn organisation(&self) {
        if self.0.people.is_organised.replace(true) {
            return;
        }
        let admin = self.0.as_admin();
        let company = json!({
            "code": "company", "name": "Company", "kind": "other", "parent_id": null, "head_id": admin.id().await,
            "deputy_id": null, "calendar_id": null,
        });
        let company: Value = admin.post("/departments", company).await.expect(201);
        let path = format!("/departments/{}", company["id"].as_str().unwrap());
        let led = json!({ "head_id": self.boss().id().await });
        admin.clone().if_match("*").patch(&path, led).await.expect::<Value>(200);
        let head = self.0.as_head(DEPARTMENT).id().await;
        self.0.as_handler(DEPARTMENT).id().await;
        let department = format!("/departments/{}", self.department(DEPARTMENT).await);
        let led = json!({ "head_id": head, "parent_id": company["id"] });
        admin.if_match("*").patch(&department, led).await.expect::<Value>(200);
    }

    /// Returns the head of `company`, above the head of the department.
    pub fn boss(&self) -> Client {
        self.0.as_head("company")
    }

    /// Returns a new complaint of a new customer.
    pub async fn feedback(&self) -> Item<'a> {
        let customer = self.customer().await;
        self.feedback_of(&customer["id"], json!({})).await
    }

    /// Returns a new complaint of this customer, changed as said.
    pub async fn feedback_of(&self, customer: &Value, with: Value) -> Item<'a> {
        self.organisation().await;
        let mut body = json!({
            "customer_id": customer, "channel": "phone", "type": "complaint",
            "description": "早上六点多就被马路上的车声吵醒。", "demand": "希望更换安静的房间。",
        });
        for (name, value) in with.as_object().unwrap() {
            body[name] = value.clone();
        }
        let made = self.0.as_agent().post("/feedback", body).await.expect(201);
        Item::of(self.0, &made)
    }

    /// Returns one that was dispatched to the department, without a handler.
    pub async fn dispatched(&self) -> Item<'a> {
        self.feedback().await.dispatch().await
    }

    /// Returns one that the department's handler works on.
    pub async fn accepted(&self) -> Item<'a> {
        self.dispatched().await.accept().await
    }

    /// Returns one whose plan waits for its approval.
    pub async fn pending(&self) -> Item<'a> {
        self.accepted().await.submit().await
    }

    /// Returns one whose plan the head approved.
    pub async fn approved(&self) -> Item<'a> {
        self.pending().await.approve().await
    }

    /// Returns one whose reply waits for the customer.
    pub async fn replied(&self) -> Item<'a> {
        self.approved().await.reply().await
    }

    /// Returns one with whose reply the customer is not satisfied.
    pub async fn escalated(&self) -> Item<'a> {
        self.replied().await.dissatisfied().await
    }

    /// Returns one with whose reply the customer is satisfied.
    pub async fn closed(&self) -> Item<'a> {
        self.replied().await.satisfied().await
    }

    /// Returns one of this customer in this status, by the shortest way; `target` is merged into.
    pub async fn reached(&self, status: &str, customer: &Value, target: &str) -> Item<'a> {
        let item = self.feedback_of(customer, json!({})).await;
        let agent = self.0.as_agent();
        let tomorrow = self.0.now() + chrono::TimeDelta::days(1);
        match status {
            "registered" => item,
            "dispatched" => item.dispatch().await,
            "in_progress" => item.dispatch().await.accept().await,
            "awaiting_customer" => item.dispatch().await.accept().await.ask().await,
            "awaiting_third_party" => {
                let body = json!({ "reason": "配件未到", "expected_at": tomorrow });
                let handler = self.0.as_handler(DEPARTMENT);
                item.dispatch().await.accept().await.take(&handler, "hold", body).await
            }
            "merged" => {
                let body = json!({ "into_id": target, "reason": "重复" });
                item.dispatch().await.accept().await.take(&agent, "merge", body).await
            }
            "cancelled" => {
                let body = json!({ "reason": "withdrawn" });
                item.dispatch().await.accept().await.take(&agent, "cancel", body).await
            }
            later => {
                let item = item.dispatch().await.accept().await.submit().await;
                match later {
                    "pending_approval" => item,
                    "approved" => item.approve().await,
                    "replied" => item.approve().await.reply().await,
                    "escalated" => item.approve().await.reply().await.dissatisfied().await,
                    "closed" => item.approve().await.reply().await.satisfied().await,
                    other => panic!("there is no status {other}"),
                }
            }
        }
    }
}
