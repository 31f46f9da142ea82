use crate::{
    customers::{self, CustomerId, ExternalRef, Locked, Root},
    orders::domain::{Reference, Refusal},
    platform::{
        db::Tx,
        http::problem::{Error, Result},
    },
};
use std::collections::{BTreeSet, HashMap};

/// Who is named by orders or events, and in whose days they count: those are locked.
pub struct Owners {
    by_ref: HashMap<Reference, CustomerId>,
    roots: HashMap<CustomerId, Root>,
    locked: HashMap<CustomerId, Locked>,
}

/// How a body names its customer.
pub type Named<'a> = (Option<CustomerId>, Option<&'a ExternalRef>);

fn pair(reference: &ExternalRef) -> Reference {
    (reference.system.0.clone(), reference.id.0.clone())
}

impl Owners {
    /// Locks whoever is named, or has one of the `others`: in the order of their ids, so that nobody waits in a circle.
    pub fn lock(tx: &mut Tx, named: &[Named<'_>], others: &[CustomerId]) -> Result<Self> {
        let refs: BTreeSet<Reference> = named.iter().filter_map(|(_, by)| by.map(pair)).collect();
        let by_ref = customers::by_refs(tx, &refs.into_iter().collect::<Vec<_>>())?;
        let direct = named.iter().filter_map(|(id, _)| *id);
        let all: BTreeSet<CustomerId> =
            direct.chain(by_ref.values().copied()).chain(others.iter().copied()).collect();
        let roots = customers::roots(tx, &all.into_iter().collect::<Vec<_>>())?;
        let owners: BTreeSet<CustomerId> = roots.values().map(|root| root.id).collect();
        let locked = customers::lock_all(tx, &owners.into_iter().collect::<Vec<_>>())?;
        let locked: HashMap<_, _> = locked.into_iter().map(|row| (row.id, row)).collect();
        // somebody became part of another while the lock was awaited
        if locked.values().any(|row| row.merged_into_id.is_some()) {
            return Err(Error::Retry);
        }
        Ok(Self { by_ref, roots, locked })
    }

    /// Returns the live customer that is named; refuses `unknown_customer`, `customer_merged`, `customer_erased`.
    pub fn live(&self, named: Named<'_>) -> Result<CustomerId> {
        let pointer = if named.1.is_some() { "/customer_ref" } else { "/customer_id" };
        let id = self.named(named).ok_or_else(|| Refusal::UnknownCustomer.at(pointer))?;
        let root = self.roots.get(&id).ok_or_else(|| Refusal::UnknownCustomer.at(pointer))?;
        if let Some(into) = root.merged_into {
            return customers::require_live(customers::CustomerStatus::Merged, Some(into)).map(|()| id);
        }
        self.owner(id)
    }

    /// Returns in whose days that which is recorded of a customer counts; refuses `customer_erased`.
    pub fn owner(&self, id: CustomerId) -> Result<CustomerId> {
        let root = self.roots.get(&id).and_then(|root| self.locked.get(&root.id));
        // what was not there when the customers were looked up is now
        let root = root.ok_or(Error::Retry)?;
        customers::require_live(root.status, root.merged_into_id)?;
        Ok(root.id)
    }

    /// Returns whether a customer was looked up.
    pub fn knows(&self, id: CustomerId) -> bool {
        self.roots.contains_key(&id)
    }

    /// Returns whether two are one customer by now.
    pub fn are_one(&self, a: CustomerId, b: CustomerId) -> bool {
        let root = |id: CustomerId| self.roots.get(&id).map(|root| root.id);
        a == b || (root(a).is_some() && root(a) == root(b))
    }

    /// Returns the customer that is named, if there is one.
    pub fn named(&self, (id, by): Named<'_>) -> Option<CustomerId> {
        id.or_else(|| self.by_ref.get(&pair(by?)).copied())
    }
}
