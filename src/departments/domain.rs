use crate::{
    id_type,
    staff::{Person, StaffId},
};
use std::collections::BTreeMap;
use thiserror::Error;

id_type! {
    /// Names a department.
    DepartmentId
}

/// The code of the department that takes what nobody else takes.
pub const SERVICE: &str = "service";

/// One department of a chain, with who stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    /// Which department.
    pub department_id: DepartmentId,
    /// Its head.
    pub head: Option<Stander>,
    /// The deputy.
    pub deputy: Option<Stander>,
}

/// An active person who stands in a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stander {
    /// Who it is.
    pub person: Person,
    /// Whether they are in office.
    pub present: bool,
    /// Who stands in for them while they are out; may be out too.
    pub substitute: Option<Box<Stander>>,
}

impl Stander {
    /// Returns this person, then the substitutes, each in place of the one before.
    pub fn line(&self) -> impl Iterator<Item = &Stander> {
        std::iter::successors(Some(self), |one| one.substitute.as_deref())
    }
}

/// A department of a chain before anybody is looked up.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Which department.
    pub department_id: DepartmentId,
    /// Its head.
    pub head: Option<StaffId>,
    /// The deputy.
    pub deputy: Option<StaffId>,
}

/// A person, and who stands in for them at the instant in question.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Who it is.
    pub person: Person,
    /// Whether they are in office.
    pub present: bool,
    /// Who stands in for them.
    pub substitute: Option<StaffId>,
}

/// Returns the chain of `places`; people who are not active do not stand in it, and nobody stands in for
/// somebody who stands in for them.
pub fn chain(places: &[Place], people: &BTreeMap<StaffId, Standing>) -> Vec<Rung> {
    let stander = |id: Option<StaffId>| stand(id?, people, &mut Vec::new());
    let rung = |place: &Place| Rung {
        department_id: place.department_id,
        head: stander(place.head),
        deputy: stander(place.deputy),
    };
    places.iter().map(rung).collect()
}

fn stand(id: StaffId, people: &BTreeMap<StaffId, Standing>, seen: &mut Vec<StaffId>) -> Option<Stander> {
    let found = people.get(&id).filter(|one| one.person.active && !seen.contains(&id))?;
    seen.push(id);
    let substitute = found.substitute.filter(|_| !found.present);
    Some(Stander {
        person: found.person.clone(),
        present: found.present,
        substitute: substitute.and_then(|id| stand(id, people, seen)).map(Box::new),
    })
}

/// Says why a department is not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Refuses an active department without a head.
    #[error("An active department needs a head.")]
    HeadRequired,
    /// Refuses a code that another department has.
    #[error("Another department has this code.")]
    CodeTaken,
    /// Refuses a department below itself.
    #[error("A department cannot lie below itself.")]
    Cycle,
    /// Refuses a ninth level.
    #[error("The tree of departments has at most eight levels.")]
    TooDeep,
    /// Refuses to give anything to a department that takes nothing.
    #[error("The department is not active.")]
    Inactive,
    /// Refuses to end the department that takes what nobody else takes.
    #[error("The department with the code `service` stays, active and under its code.")]
    ServiceRequired,
    /// Refuses to end a department that owes answers.
    #[error("The department owns open feedback; hand it over first.")]
    OpenFeedback,
    /// Refuses to end a department that others report to.
    #[error("Active departments lie below this one.")]
    ActiveChildren,
}

impl Refusal {
    /// Returns the stable code.
    pub fn code(self) -> &'static str {
        match self {
            Refusal::HeadRequired => "head_required",
            Refusal::CodeTaken => "code_taken",
            Refusal::Cycle => "department_cycle",
            Refusal::TooDeep => "department_too_deep",
            Refusal::Inactive => "department_inactive",
            Refusal::ServiceRequired => "service_department_required",
            Refusal::OpenFeedback => "department_has_open_feedback",
            Refusal::ActiveChildren => "department_has_active_children",
        }
    }

    /// Returns the sentence in Chinese.
    pub fn chinese(self) -> &'static str {
        match self {
            Refusal::HeadRequired => "启用的部门必须有负责人。",
            Refusal::CodeTaken => "该编码已被其他部门使用。",
            Refusal::Cycle => "部门不能位于自身之下。",
            Refusal::TooDeep => "部门层级最多八级。",
            Refusal::Inactive => "该部门已停用。",
            Refusal::ServiceRequired => "编码为 service 的部门不可停用或改码。",
            Refusal::OpenFeedback => "该部门仍有未关闭的反馈，请先移交。",
            Refusal::ActiveChildren => "该部门之下仍有启用的部门。",
        }
    }
}
