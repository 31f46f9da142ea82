//! What an empty database is filled with, so that the first request finds an organisation.

mod store;

use crate::{
    calendars::{self, CalendarId, Interval, Week},
    departments::{self, Department, DepartmentId, SERVICE},
    platform::{
        auth::Actor,
        db::Tx,
        http::problem::{Error, Result},
        ids,
    },
    routing::{self, RuleId},
    settings::{self, Settings},
    sla::{self, Terms},
    staff::{self, StaffEventKind, StaffId},
    vocabulary::{DepartmentKind, FeedbackType},
};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::BTreeMap;

/// What the defaults are made from.
#[derive(Clone, Debug)]
pub struct DefaultsIn {
    /// With what the first admin signs in.
    pub admin_email: String,
    /// What people call the first admin.
    pub admin_name: String,
    /// The hash of the first admin's password.
    pub password_hash: String,
    /// What the organisation is called.
    pub organisation: String,
    /// Whose midnight begins a day.
    pub time_zone: String,
    /// ISO 4217.
    pub currency: String,
    /// When it is filled.
    pub at: DateTime<Utc>,
}

impl DefaultsIn {
    /// Returns the defaults with these credentials of the first admin.
    pub fn new(admin_email: impl Into<String>, password_hash: impl Into<String>, at: DateTime<Utc>) -> Self {
        Self {
            admin_email: admin_email.into(),
            admin_name: "管理员".into(),
            password_hash: password_hash.into(),
            organisation: "Hearback".into(),
            time_zone: "Asia/Shanghai".into(),
            currency: "CNY".into(),
            at,
        }
    }
}

/// The departments: code, name, kind. The first takes what no rule routes.
const DEPARTMENTS: [(&str, &str, DepartmentKind); 5] = [
    (SERVICE, "客服部", DepartmentKind::Service),
    ("after_sales", "售后服务部", DepartmentKind::AfterSales),
    ("product", "产品部", DepartmentKind::Product),
    ("marketing", "市场部", DepartmentKind::Marketing),
    ("knowledge_base", "知识库", DepartmentKind::KnowledgeBase),
];

/// The routing rules: name, what they take, the code of the department that takes it.
const RULES: [(&str, FeedbackType, &str); 4] = [
    ("咨询 → 产品部", FeedbackType::Inquiry, "product"),
    ("投诉 → 售后服务部", FeedbackType::Complaint, "after_sales"),
    ("建议 → 产品部", FeedbackType::Suggestion, "product"),
    ("表扬 → 市场部", FeedbackType::Praise, "marketing"),
];

/// Returns whether the database is empty.
pub fn wanted(tx: &mut Tx) -> Result<bool> {
    store::is_empty(tx)
}

/// Fills an empty database and returns whether it did; any number of servers may call it at once.
pub fn fill(tx: &mut Tx, input: &DefaultsIn) -> Result<bool> {
    if !store::is_empty(tx)? {
        return Ok(false);
    }
    let admin: StaffId = ids::next().into();
    let DefaultsIn { admin_email, admin_name, password_hash, .. } = input;
    store::insert_admin(tx, admin, admin_email, admin_name, password_hash, input.at)?;
    let payload = json!({ "role": "admin", "department_id": null, "active": true });
    staff::note(tx, &Actor::system(input.at), admin, StaffEventKind::Created, payload)?;
    let calendar_id = calendar(tx, input)?;
    let departments = fill_departments(tx, admin, input.at)?;
    settings::insert(tx, &first_settings(input, calendar_id))?;
    sla::insert_policy(tx, "默认时限", 1000, &sla::Content::plain(Terms::written_out()), input.at)?;
    fill_rules(tx, &departments, input.at)?;
    Ok(true)
}

fn calendar(tx: &mut Tx, input: &DefaultsIn) -> Result<CalendarId> {
    let hours = [("09:00", "12:00"), ("13:00", "18:00")].map(|(open, close)| Interval::parse(open, close));
    let hours = hours.into_iter().collect::<std::result::Result<Vec<_>, _>>();
    let week = Week::five_days(&hours.map_err(Error::internal)?);
    calendars::make(tx, "标准工作日历", &input.time_zone, week, 480, input.at).map(|made| made.id)
}

fn fill_departments(
    tx: &mut Tx,
    admin: StaffId,
    at: DateTime<Utc>,
) -> Result<BTreeMap<&'static str, DepartmentId>> {
    let mut made = BTreeMap::new();
    for (code, name, kind) in DEPARTMENTS {
        let row = Department {
            id: ids::next().into(),
            code: code.into(),
            name: name.into(),
            kind,
            parent_id: None,
            head_id: Some(admin),
            deputy_id: None,
            calendar_id: None,
            active: true,
            version: 1,
            created_at: at,
            updated_at: at,
        };
        departments::insert(tx, &row)?;
        made.insert(code, row.id);
    }
    Ok(made)
}

fn first_settings(input: &DefaultsIn, calendar_id: CalendarId) -> Settings {
    Settings {
        name: input.organisation.clone(),
        time_zone: input.time_zone.clone(),
        currency: input.currency.clone(),
        calendar_id,
        auto_dispatch: false,
        no_approval_types: Vec::new(),
        reopen_window_days: 30,
        confirmation_hours: 72,
        question_reminder_hours: 48,
        question_timeout_days: 7,
        max_hold_working_days: 10,
        warn_at_percent: vec![50, 75, 100],
        ladder_percent: vec![125, 150, 200],
        version: 1,
        updated_at: input.at,
    }
}

fn fill_rules(tx: &mut Tx, departments: &BTreeMap<&str, DepartmentId>, at: DateTime<Utc>) -> Result<()> {
    for (order, (name, wanted, code)) in (10..).step_by(10).zip(RULES) {
        let department_id =
            *departments.get(code).ok_or_else(|| Error::internal("no such default department"))?;
        let conditions = routing::Conditions { types: vec![wanted], ..routing::Conditions::default() };
        let rule = routing::RuleRow {
            id: RuleId(ids::next()),
            name: name.into(),
            position: order,
            conditions: routing::to_column(&conditions)?,
            department_id,
            active: true,
            version: 1,
            created_at: at,
            updated_at: at,
        };
        routing::insert(tx, &rule)?;
    }
    Ok(())
}
