//! The ledger behind a server, asked what the model is asked.

use super::{
    lines::{Line, LotPlace, Place},
    model::{Activation, At, Balance, Command, ConsumptionOrder, ReversalPolicy, Settings, Validity},
};
use crate::support::{Answer, App, Client};
use chrono::NaiveDate;
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Customers of a server, and the holds and entries that they have come to.
pub struct Served<'a> {
    app: &'a App,
    customers: Vec<String>,
    holds: Vec<String>,
    sent: usize,
}

impl<'a> Served<'a> {
    pub async fn new(app: &'a App, customers: usize) -> Self {
        let mut made = Vec::new();
        for _ in 0..customers {
            made.push(app.given().customer().await["id"].as_str().unwrap().to_owned());
        }
        Self { app, customers: made, holds: Vec::new(), sent: 0 }
    }

    /// Changes the program.
    pub async fn change(&self, settings: &Settings) {
        let (validity, activation) = (validity(settings.validity), activation(settings.activation));
        let body = json!({
            "validity": validity, "activation": activation, "time_zone": settings.zone.name(),
            "consumption_order": match settings.consumption_order {
                ConsumptionOrder::ExpiringFirst => "expiring_first",
                ConsumptionOrder::OldestFirst => "oldest_first",
            },
            "reversal_policy": match settings.reversal_policy {
                ReversalPolicy::LotOnly => "lot_only",
                ReversalPolicy::WithinBalance => "within_balance",
                ReversalPolicy::AllowNegative => "allow_negative",
            },
            "reinstate_grace_days": settings.reinstate_grace_days,
            "min_redeem": settings.min_redeem, "max_redeem_percent": settings.max_redeem_percent,
        });
        let admin = self.app.as_admin().if_match("*");
        admin.patch("/loyalty/program", body).await.expect::<Value>(200);
    }

    /// Does what a command asks, and returns the code of a refusal.
    pub async fn run(&mut self, command: Command) -> Result<(), String> {
        let (path, body) = self.request(command);
        let answer = self.post(&path, body).await;
        if let Command::Hold { .. } = command
            && answer.status.is_success()
        {
            self.holds.push(answer.json()["id"].as_str().unwrap().to_owned());
        }
        outcome(&answer)
    }

    async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.sent += 1;
        let admin: Client = self.app.as_admin().key(&format!("model-{}", self.sent));
        admin.post(path, body).await
    }

    fn request(&self, command: Command) -> (String, Value) {
        let points =
            |account: usize, what: &str| format!("/customers/{}/points/{what}", self.customers[account]);
        let reason = "model";
        match command {
            Command::Earn { account, amount, source, occurred_at } => {
                let source = json!({ "system": "model", "id": source.to_string() });
                let mut body = json!({ "amount": amount, "reason": reason, "source": source });
                if let Some(at) = occurred_at {
                    body["occurred_at"] = json!(at);
                }
                (points(account, "earn"), body)
            }
            Command::Redeem { account, amount } => {
                (points(account, "redeem"), json!({ "amount": amount, "reason": reason }))
            }
            Command::AdjustCredit { account, amount } => {
                (points(account, "adjust"), json!({ "amount": amount, "reason": reason }))
            }
            Command::AdjustDebit { account, amount } => {
                (points(account, "adjust"), json!({ "amount": -amount, "reason": reason }))
            }
            Command::Hold { account, amount, seconds } => {
                let source = json!({ "system": "model", "id": "hold" });
                (
                    points(account, "holds"),
                    json!({ "amount": amount, "ttl_seconds": seconds, "source": source }),
                )
            }
            Command::Transfer { from, to, amount } => {
                let body =
                    json!({ "to_customer_id": self.customers[to], "amount": amount, "reason": reason });
                (points(from, "transfer"), body)
            }
            Command::Capture { hold, amount } => {
                let body = amount.map_or(json!({}), |amount| json!({ "amount": amount }));
                (format!("/loyalty/holds/{}/capture", self.holds[hold]), body)
            }
            Command::Release { hold } => (format!("/loyalty/holds/{}/release", self.holds[hold]), json!({})),
            _ => panic!("{command:?} is asked otherwise"),
        }
    }

    /// Reverses or activates the entry at this place.
    pub async fn step(&mut self, place: Place, action: &str, amount: Option<i64>) -> Result<(), String> {
        let id = self.entry(place);
        let mut body = if action == "reverse" { json!({ "reason": "model" }) } else { json!({}) };
        if let Some(amount) = amount {
            body["amount"] = json!(amount);
        }
        outcome(&self.post(&format!("/loyalty/entries/{id}/{action}"), body).await)
    }

    /// Links accounts, each with the one that its customer became a part of.
    pub fn link(&self, roots: &[usize]) {
        let of = |number: usize| {
            format!("(SELECT id FROM points_account WHERE customer_id = '{}')", self.customers[number])
        };
        for (account, root) in roots.iter().enumerate() {
            // who was never asked for points has no account yet
            let (set, whose) = (format!("group_id = {}", of(*root)), of(account));
            self.app.execute(&format!("UPDATE points_account SET {set} WHERE id = {whose}"));
        }
        self.app.execute(
            "UPDATE points_account a SET members =
                 greatest((SELECT count(*) FROM points_account WHERE group_id = a.id), 1)",
        );
    }

    /// Lets the worker post what is due; returns whether it did.
    pub fn settle(&self) -> bool {
        self.app.work();
        let now = self.app.now().to_rfc3339();
        let due = format!("SELECT count(*) FROM points_account WHERE next_event_at <= '{now}'");
        self.app.number(&due) == 0
    }

    /// Returns what a customer has, and what of it ends when; of a past instant with one.
    pub async fn balance(&self, account: usize, at: Option<At>) -> (Balance, BTreeMap<NaiveDate, i64>) {
        let mut path = format!("/customers/{}/points", self.customers[account]);
        if let Some(at) = at {
            path.push_str(&format!("?as_of={}", at.format("%Y-%m-%dT%H:%M:%S%.3fZ")));
        }
        let shown: Value = self.app.as_admin().get(&path).await.expect(200);
        let number = |name: &str| shown[name].as_i64().unwrap();
        let balance = Balance {
            available: number("available"),
            pending: number("pending"),
            held: number("held"),
            debt: number("debt"),
            lifetime_earned: number("lifetime_earned"),
        };
        let days = shown["expiring"].as_array().unwrap().iter();
        let day =
            |row: &Value| (row["on"].as_str().unwrap().parse().unwrap(), row["amount"].as_i64().unwrap());
        (balance, days.map(day).collect())
    }

    /// Returns every entry.
    pub fn lines(&self) -> Vec<Line> {
        let all: Vec<Value> = serde_json::from_str(&self.text(include_str!("lines.sql"))).unwrap();
        let mut lines: Vec<Line> = all.iter().map(|row| self.line(row)).collect();
        lines.sort_by_key(|line| line.place);
        lines
    }

    fn line(&self, row: &Value) -> Line {
        let number = |name: &str| row[name].as_i64().unwrap();
        let instant = |name: &str| row[name].as_str().unwrap().parse().unwrap();
        let list = |name: &str| row[name].as_array().unwrap().clone();
        let hold = row["hold"].as_str().map(|id| self.holds.iter().position(|known| known == id).unwrap());
        let mut given: Vec<(LotPlace, i64)> =
            list("given").iter().map(|part| (self.lot(&part[0]), part[1].as_i64().unwrap())).collect();
        given.sort();
        let mut joined: Vec<Place> = list("joined").iter().map(|place| self.place(place)).collect();
        joined.sort();
        let taken = list("taken");
        let taken = taken.iter().map(|part| {
            let ordinal = usize::try_from(part[0].as_u64().unwrap()).unwrap();
            (ordinal, self.lot(&part[1]), part[2].as_i64().unwrap())
        });
        Line {
            place: (self.number(&row["account"]), number("seq")),
            kind: row["kind"].as_str().unwrap().to_owned(),
            amount: number("amount"),
            debt_part: number("debt_part"),
            waived: number("waived"),
            requested: row["requested"].as_i64(),
            occurred_at: instant("occurred_at"),
            recorded_at: instant("recorded_at"),
            lot: (!row["lot"].is_null()).then(|| self.lot(&row["lot"])),
            hold,
            reverses: (!row["reverses"].is_null()).then(|| self.place(&row["reverses"])),
            joined,
            taken: taken.collect(),
            given,
        }
    }

    fn number(&self, customer: &Value) -> usize {
        self.customers.iter().position(|known| known == customer.as_str().unwrap()).unwrap()
    }

    fn place(&self, row: &Value) -> Place {
        (self.number(&row[0]), row[1].as_i64().unwrap())
    }

    fn lot(&self, row: &Value) -> LotPlace {
        (self.place(row), usize::try_from(row[2].as_u64().unwrap()).unwrap())
    }

    fn entry(&self, (account, seq): Place) -> String {
        self.text(&format!(
            "SELECT e.id::text AS text FROM ledger_entry e JOIN points_account a ON a.id = e.account_id
             WHERE a.customer_id = '{}' AND e.seq = {seq}",
            self.customers[account]
        ))
    }

    fn text(&self, sql: &str) -> String {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            text: String,
        }
        sql_query(sql).get_result::<Row>(&mut self.app.sql()).unwrap().text
    }
}

/// Returns the code of a refusal.
fn outcome(answer: &Answer) -> Result<(), String> {
    match answer.status.as_u16() {
        200 | 201 => Ok(()),
        409 | 422 => match answer.json()["code"].as_str().unwrap() {
            // the form of the body says so before the ledger does
            "invalid_fields" => Err("amount_out_of_range".to_owned()),
            code => Err(code.to_owned()),
        },
        _ => panic!("{answer:?}"),
    }
}

fn validity(validity: Validity) -> String {
    match validity {
        Validity::Never => "never".to_owned(),
        Validity::Days(n) => format!("days:{n}"),
        Validity::Months(n) => format!("months:{n}"),
        Validity::EndOfMonth(n) => format!("end_of_month:{n}"),
        Validity::EndOfYear(n) => format!("end_of_year:{n}"),
    }
}

fn activation(activation: Activation) -> String {
    match activation {
        Activation::Immediate => "immediate".to_owned(),
        Activation::Days(n) => format!("days:{n}"),
        Activation::OnConfirm => "on_confirm".to_owned(),
    }
}
