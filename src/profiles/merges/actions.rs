use super::store::{self, Merge};
use crate::{
    customers::{self, CustomerId, CustomerStatus},
    loyalty, orders,
    platform::{
        auth::Actor,
        db::Tx,
        http::{
            precondition::Expected,
            problem::{Error, Result},
        },
        ids,
    },
};

/// Merges a customer into another; refuses `merge_into_self`, `unknown_customer`, `customer_merged`,
/// `customer_erased`.
pub fn merge(
    tx: &mut Tx,
    actor: &Actor,
    merged: CustomerId,
    expected: &Expected,
    into: CustomerId,
) -> Result<Merge> {
    if merged == into {
        let en = "is the customer itself";
        return Err(Error::field("/into_id", "merge_into_self", en, "不能并入自身"));
    }
    for id in [merged.min(into), merged.max(into)] {
        let row = customers::lock(tx, id).map_err(|error| match error {
            Error::NotFound(_) if id == into => {
                Error::field("/into_id", "unknown_customer", "There is no such customer.", "没有这位客户。")
            }
            error => error,
        })?;
        if id == merged {
            expected.check(row.version)?;
        }
        customers::require_live(row.status, row.merged_into_id)?;
    }
    let moved = store::move_rows(tx, merged, into)?;
    customers::set_merged(tx, merged, Some(into), actor.at)?;
    customers::reindex(tx, &[merged, into])?;
    loyalty::link(tx, merged, into, actor.at)?;
    orders::regroup(tx, &[merged, into])?;
    store::insert(tx, &Merge::new(ids::next().into(), merged, into, &moved, actor)?)
}

/// Parts a customer again from the one that it became a part of; refuses `not_merged`, `open_holds`.
pub fn unmerge(tx: &mut Tx, actor: &Actor, merged: CustomerId, expected: &Expected) -> Result<Merge> {
    // whoever is merged stays so until the lock of its row is held
    let found = customers::find(tx, merged)?.ok_or(Error::NotFound("customer"))?;
    let root = store::root(tx, merged)?;
    let mut rows = vec![merged, root];
    rows.sort_unstable();
    for id in rows {
        let row = customers::lock(tx, id)?;
        if id == merged {
            expected.check(row.version)?;
            if row.status != CustomerStatus::Merged {
                return Err(Error::conflict(
                    "not_merged",
                    "This customer is not part of another.",
                    "该客户未被合并。",
                ));
            }
        }
    }
    let merge = store::current(tx, merged)?;
    if found.merged_into_id != Some(merge.survivor_id) || store::root(tx, merged)? != root {
        return Err(Error::Retry);
    }
    store::move_back(tx, &merge, root)?;
    loyalty::unlink(tx, merged, actor.at)?;
    customers::set_merged(tx, merged, None, actor.at)?;
    orders::regroup(tx, &[merged, root])?;
    customers::reindex(tx, &[merged, root])?;
    store::undo(tx, merge, actor)
}
