//! The chain of heads: who is asked, who acts, who is in charge.

use crate::{
    departments::{Rung, Stander},
    staff::{Person, StaffId},
};

/// Returns who is asked to approve: the first of the chain, the administrators last, who is present and not the
/// proposer; where nobody is, presence does not count (T9).
pub fn first_approver(chain: &[Rung], admins: &[Stander], proposer: StaffId) -> Option<Person> {
    let line = || {
        let all = chain.iter().flat_map(rung_line).chain(admins);
        all.filter(|one| one.person.id != proposer)
    };
    let asked = line().find(|one| one.present).or_else(|| line().next());
    asked.map(|one| one.person.clone())
}

/// Returns whether somebody heads a department above the first of the chain.
pub fn heads_above(chain: &[Rung], person: StaffId) -> bool {
    chain.iter().skip(1).any(|rung| rung_acting(rung).any(|one| one.person.id == person))
}

/// Head, deputy, then the substitutes of each: the order in which T9 looks for an approver.
pub fn rung_line(rung: &Rung) -> impl Iterator<Item = &Stander> {
    let people = [rung.head.as_ref(), rung.deputy.as_ref()];
    let first = people.into_iter().flatten();
    let stand_ins = people.into_iter().flatten().flat_map(|one| one.line().skip(1));
    first.chain(stand_ins)
}

/// Everybody who may act as head at a rung; substitutes only while the one they stand in for is out.
pub fn rung_acting(rung: &Rung) -> impl Iterator<Item = &Stander> {
    [rung.head.as_ref(), rung.deputy.as_ref()].into_iter().flatten().flat_map(Stander::line)
}

/// The person in charge: the substitute while somebody is out.
pub fn in_charge(head: &Stander) -> &Stander {
    head.line().find(|one| one.present).unwrap_or(head)
}
