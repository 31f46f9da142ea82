//! The invariants of the ledger, looked for in all accounts, portion by portion.

use super::hashed;
use crate::{
    loyalty::points::domain::AccountId,
    platform::{
        audit::Violation,
        db::{Tx, static_query},
        http::problem::Result,
    },
    schema::points_account,
};
use diesel::{
    prelude::*,
    sql_types::{Array, Text, Uuid as SqlUuid},
};
use std::collections::BTreeMap;

/// An account whose entries are to be verified: id, place and hash of the last one.
pub type Head = (AccountId, i64, Vec<u8>);

/// Returns accounts after `after` by id.
pub fn heads(tx: &mut Tx, after: Option<AccountId>, rows: i64) -> Result<Vec<Head>> {
    let mut query = points_account::table.into_boxed();
    if let Some(after) = after {
        query = query.filter(points_account::id.gt(after));
    }
    let columns = (points_account::id, points_account::seq, points_account::head);
    Ok(query.order(points_account::id).limit(rows).select(columns).load(tx)?)
}

static_query! {
    /// Looks in accounts for everything that does not add up.
    struct Sums { accounts: Vec<AccountId> => Array<SqlUuid> } -> (Text, SqlUuid, Text) = include_str!("audit.sql")
}

/// Returns what does not add up in these accounts.
pub fn broken_sums(tx: &mut Tx, accounts: &[AccountId]) -> Result<Vec<Violation>> {
    let rows: Vec<(String, AccountId, String)> = Sums { accounts: accounts.to_vec() }.load(tx)?;
    let of = |(rule, account, detail): (String, AccountId, String)| {
        Violation::new(&rule, &format!("points account {account}"), detail)
    };
    Ok(rows.into_iter().map(of).collect())
}

/// Returns the accounts whose entries are not what was written.
pub fn broken_chains(tx: &mut Tx, heads: &[Head]) -> Result<Vec<Violation>> {
    let ids: Vec<AccountId> = heads.iter().map(|head| head.0).collect();
    let entries = hashed::chained(tx, &ids)?;
    let mut last: BTreeMap<AccountId, (i64, Vec<u8>)> =
        ids.iter().map(|id| (*id, (0, hashed::genesis(*id)))).collect();
    let mut broken: BTreeMap<AccountId, String> = BTreeMap::new();
    for entry in &entries {
        let Some((seq, hash)) = last.get_mut(&entry.account()) else { continue };
        if !entry.follows(hash)? {
            let detail = format!("entry {} is not what was written", entry.seq());
            broken.entry(entry.account()).or_insert(detail);
        }
        (*seq, *hash) = (entry.seq(), entry.hash().to_vec());
    }
    for (id, seq, head) in heads {
        if last.get(id) != Some(&(*seq, head.clone())) {
            broken.entry(*id).or_insert_with(|| "the last entry is missing".to_owned());
        }
    }
    let of = |(id, detail)| Violation::new("broken_chain", &format!("points account {id}"), detail);
    Ok(broken.into_iter().map(of).collect())
}
