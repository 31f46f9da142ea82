//! The people, and who leads which department.

use super::{PASSWORD, system};
use crate::{
    departments::{self, DepartmentId, DepartmentPatch},
    platform::{
        auth::{Actor, Role, Who},
        codes::Codes,
        db::Tx,
        http::{
            body,
            command::Command,
            problem::{Error, Result},
        },
    },
    staff::{self, StaffId},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use std::collections::BTreeMap;

/// Name, e-mail before the @, role, department.
const PEOPLE: [(&str, &str, &str, &str); 14] = [
    ("陈静", "chenjing", "department_head", "service"),
    ("王芳", "wangfang", "service_agent", "service"),
    ("李娜", "lina", "service_agent", "service"),
    ("赵敏", "zhaomin", "service_agent", "service"),
    ("刘洋", "liuyang", "department_head", "after_sales"),
    ("周杰", "zhoujie", "handler", "after_sales"),
    ("吴敏", "wumin", "handler", "after_sales"),
    ("郑强", "zhengqiang", "department_head", "product"),
    ("钱伟", "qianwei", "handler", "product"),
    ("冯雪", "fengxue", "department_head", "marketing"),
    ("何琳", "helin", "handler", "marketing"),
    ("徐峰", "xufeng", "department_head", "knowledge_base"),
    ("林涛", "lintao", "department_head", "headquarters"),
    ("马超", "machao", "analyst", "headquarters"),
];
const DEPARTMENTS: [&str; 5] = ["service", "after_sales", "product", "marketing", "knowledge_base"];

/// A member of staff of the demo.
#[derive(Clone, Debug)]
pub struct Member {
    id: StaffId,
    email: String,
    role: Role,
    department: DepartmentId,
    name: &'static str,
}

/// Everybody of the demo.
pub struct Cast {
    members: Vec<Member>,
}

impl Member {
    /// Returns the member, acting at `at`.
    pub fn at(&self, at: DateTime<Utc>) -> Actor {
        Actor {
            who: Who::Staff(self.id.0),
            role: Some(self.role),
            department: Some(self.department.0),
            at,
            request_id: "demo".into(),
        }
    }
}

impl Cast {
    /// Returns one of the service agents.
    pub fn agent(&self, number: usize) -> Result<&Member> {
        self.pick(number, |member| member.role == Role::ServiceAgent)
    }

    /// Returns one of those who work on the feedback of a department.
    pub fn handler(&self, number: usize, department: DepartmentId) -> Result<&Member> {
        let works = |member: &Member| {
            member.department == department && matches!(member.role, Role::Handler | Role::ServiceAgent)
        };
        self.pick(number, works)
    }

    /// Returns who leads a department.
    pub fn head(&self, department: DepartmentId) -> Result<&Member> {
        self.pick(0, |member| member.department == department && member.role == Role::DepartmentHead)
    }

    /// Returns who leads the organisation.
    pub fn director(&self) -> Result<&Member> {
        self.pick(0, |member| member.name == "林涛")
    }

    /// Returns the e-mails with names and roles.
    pub fn people(&self) -> Vec<(String, String)> {
        let of = |member: &Member| (member.email.clone(), format!("{} {}", member.name, member.role));
        self.members.iter().map(of).collect()
    }

    fn pick(&self, number: usize, fits: impl Fn(&Member) -> bool) -> Result<&Member> {
        let fitting: Vec<&Member> = self.members.iter().filter(|member| fits(member)).collect();
        let place = number.checked_rem(fitting.len()).unwrap_or(0);
        fitting.get(place).copied().ok_or_else(|| Error::internal("the demo lacks somebody"))
    }
}

/// Hires everybody, puts the departments under one roof and names their heads.
pub fn hire(tx: &mut Tx, hash: &str, now: DateTime<Utc>) -> Result<Cast> {
    let at = now.checked_sub_signed(TimeDelta::days(90)).unwrap_or(now);
    let mut places: BTreeMap<&str, DepartmentId> = BTreeMap::new();
    for code in DEPARTMENTS {
        let found = departments::find_by_code(tx, code)?;
        places.insert(code, found.ok_or_else(|| Error::internal("a department of the defaults is gone"))?);
    }
    let top = headquarters(tx, at)?;
    places.insert("headquarters", top);
    let mut members = Vec::new();
    for (name, mailbox, role, code) in PEOPLE {
        let department = *places.get(code).unwrap_or(&top);
        let email = format!("{mailbox}@demo.hearback.local");
        let input = body::of_value(json!({
            "email": email, "display_name": name, "role": role, "department_id": department,
            "active": true, "capacity": 40, "password": PASSWORD,
        }))?;
        let hired = staff::create(tx, &system(at), &input, hash)?;
        members.push(Member {
            id: hired.id,
            email,
            role: Role::of(role).unwrap_or(Role::Handler),
            department,
            name,
        });
    }
    let cast = Cast { members };
    for (code, department) in &places {
        let patch = if *code == "headquarters" {
            json!({ "head_id": cast.director()?.id })
        } else {
            json!({ "head_id": cast.head(*department)?.id, "parent_id": top })
        };
        let patch: Command<DepartmentPatch> = Command::direct(body::of_value(patch)?);
        departments::update(tx, &system(at), *department, &patch)?;
    }
    Ok(cast)
}

/// Makes the top department; the first administrator leads it until its director is hired.
fn headquarters(tx: &mut Tx, at: DateTime<Utc>) -> Result<DepartmentId> {
    let service = departments::service_department(tx)?;
    let first = departments::find(tx, service)?.and_then(|found| found.head_id);
    let input = json!({ "code": "headquarters", "name": "总经办", "kind": "other", "head_id": first });
    Ok(departments::create(tx, &system(at), &body::of_value(input)?)?.id)
}
