//! Whose account is whose, without a lock.

use crate::{
    customers::CustomerId,
    loyalty::points::domain::AccountId,
    platform::{
        db::Tx,
        http::problem::{Error, Result},
    },
    schema::{customer, points_account},
};
use diesel::prelude::*;

/// The accounts that belong together, and whose they are.
#[derive(Clone, Debug)]
pub struct Owners(Vec<(AccountId, Option<CustomerId>)>);

impl Owners {
    /// Returns the accounts.
    pub fn accounts(&self) -> Vec<AccountId> {
        self.0.iter().map(|(account, _)| *account).collect()
    }

    /// Returns whose an account is, if it is still somebody's.
    pub fn customer(&self, account: AccountId) -> Option<CustomerId> {
        self.0.iter().find(|(id, _)| *id == account).and_then(|(_, customer)| *customer)
    }
}

/// Returns the accounts of a customer, all that are linked with it included; none where nothing was posted yet.
pub fn linked(tx: &mut Tx, id: CustomerId) -> Result<Owners> {
    let known: Option<Option<AccountId>> = customer::table
        .left_join(points_account::table)
        .filter(customer::id.eq(id))
        .select(points_account::group_id.nullable())
        .first(tx)
        .optional()?;
    let Some(group) = known.ok_or(Error::NotFound("customer"))? else { return Ok(Owners(Vec::new())) };
    let members = points_account::table.filter(points_account::group_id.eq(group)).order(points_account::id);
    Ok(Owners(members.select((points_account::id, points_account::customer_id)).load(tx)?))
}

/// Returns whose an account is, if it is still somebody's.
pub fn customer_of(tx: &mut Tx, account: AccountId) -> Result<Option<CustomerId>> {
    Ok(points_account::table.find(account).select(points_account::customer_id).first(tx)?)
}
