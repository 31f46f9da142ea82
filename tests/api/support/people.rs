//! The people and programs of a test: made by the administrator when a test first needs them, through the API.

use super::client::Client;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

/// The password of everybody in tests.
pub const PASSWORD: &str = "a-password-for-tests-1";
/// The first administrator, whom the defaults make.
pub const ADMIN: &str = "admin@hearback.local";
/// Who a client is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Nobody,
    Admin,
    Staff {
        role: String,
        department: Option<String>,
        /// Which of several with this role in this department.
        nth: u8,
    },
    Key(Vec<String>),
    Token(String),
}

/// The people and programs of a test, with their tokens and until when these hold.
#[derive(Default)]
pub struct People {
    tokens: RefCell<BTreeMap<Who, (String, DateTime<Utc>)>>,
    made: RefCell<BTreeMap<Who, String>>,
    /// Whether the departments have their own heads.
    pub(super) is_organised: Cell<bool>,
}

impl People {
    /// Forgets all tokens, so that everybody signs in again.
    pub fn forget(&self) {
        self.tokens.borrow_mut().clear();
    }
}

/// Returns a token or a key that holds now.
pub async fn proof(client: &Client, who: &Who) -> String {
    let now = client.clock.now();
    if let Some((token, until)) = client.people.tokens.borrow().get(who)
        && now < *until
    {
        return token.clone();
    }
    let (token, until) = match who {
        Who::Admin => signed_in(client, ADMIN, now).await,
        Who::Staff { role, department, .. } => {
            let email = somebody(client, who, role, department.as_deref()).await;
            signed_in(client, &email, now).await
        }
        Who::Key(scopes) => {
            let body = json!({ "name": "A program of the tests", "scopes": scopes });
            let made: Value = client.by(Who::Admin).post("/api-keys", body).await.expect(201);
            (made["key"].as_str().unwrap().to_owned(), DateTime::<Utc>::MAX_UTC)
        }
        Who::Nobody | Who::Token(_) => unreachable!("they have their token"),
    };
    let mut tokens = client.people.tokens.borrow_mut();
    tokens.insert(who.clone(), (token.clone(), until));
    token
}

async fn signed_in(client: &Client, email: &str, now: DateTime<Utc>) -> (String, DateTime<Utc>) {
    let body = json!({ "email": email, "password": PASSWORD });
    let answer: Value = client.by(Who::Nobody).post("/auth/login", body).await.expect(200);
    let lasts = TimeDelta::seconds(answer["expires_in"].as_i64().unwrap() - 5);
    (answer["access_token"].as_str().unwrap().to_owned(), now + lasts)
}

/// Returns the e-mail of the person, who is made when this is the first request.
async fn somebody(client: &Client, who: &Who, role: &str, department: Option<&str>) -> String {
    let known = client.people.made.borrow().get(who).cloned();
    if let Some(email) = known {
        return email;
    }
    let admin = client.by(Who::Admin);
    let department_id = match department {
        Some(code) => Some(admin.department(code).await),
        None => None,
    };
    let nth = match who {
        Who::Staff { nth, .. } if *nth > 0 => nth.to_string(),
        _ => String::new(),
    };
    let email = format!("{role}{nth}.{}@example.com", department.unwrap_or("none"));
    let body = json!({
        "email": email, "display_name": format!("{role} {}", department.unwrap_or_default()).trim(),
        "role": role, "department_id": department_id, "password": PASSWORD,
    });
    let answer = admin.post("/staff", body).await;
    // two requests at once may both be the first
    assert!([201, 409].contains(&answer.status.as_u16()), "{answer:?}");
    client.people.made.borrow_mut().insert(who.clone(), email.clone());
    email
}
