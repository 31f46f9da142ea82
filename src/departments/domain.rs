use crate::{
    id_type,
    staff::{Person, StaffId},
};
use std::collections::BTreeMap;

id_type! {
    /// Names a department.
    DepartmentId
}

/// The code of the department that takes what nobody else takes.
pub const SERVICE: &str = "service";

/// How many levels the tree of departments has at most.
pub const LEVELS: i32 = 8;

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
    let found = people
        .get(&id)
        .filter(|one| one.person.active && !seen.contains(&id))?;
    seen.push(id);
    let substitute = found.substitute.filter(|_| !found.present);
    Some(Stander {
        person: found.person.clone(),
        present: found.present,
        substitute: substitute.and_then(|id| stand(id, people, seen)).map(Box::new),
    })
}
