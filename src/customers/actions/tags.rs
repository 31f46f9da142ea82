//! Tags: made, changed, given and taken.

use super::lock_live;
use crate::{
    customers::{
        domain::{CustomerId, TagId, normalised_tag},
        store::{self, Columns, Profile, Tag},
        wire::{CustomerTagIn, TagIn, TagPatch},
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::{
            precondition::Expected,
            problem::{Error, Result},
        },
    },
};

/// Makes a tag; refuses `tag_name_taken`.
pub fn create_tag(tx: &mut Tx, actor: &Actor, input: &TagIn) -> Result<Tag> {
    store::insert_tag(tx, &normalised_tag(&input.name), input.colour.as_deref(), actor.at)
}

/// Changes a tag; refuses `tag_name_taken`.
pub fn change_tag(tx: &mut Tx, id: TagId, expected: &Expected, patch: &TagPatch) -> Result<Tag> {
    expected.check(store::lock_tag(tx, id)?.version)?;
    let name = patch.name.as_ref().map(|name| normalised_tag(name));
    let colour = patch.colour.clone().map(|colour| colour.map(|colour| colour.0));
    store::update_tag(tx, id, name, colour)
}

/// Deletes a tag that no customer has; refuses `tag_in_use`.
pub fn delete_tag(tx: &mut Tx, actor: &Actor, id: TagId) -> Result<()> {
    store::delete_tag(tx, id, actor.at)
}

/// Gives a tag to a customer, for ever or until an instant.
pub fn add_tag(
    tx: &mut Tx,
    actor: &Actor,
    id: CustomerId,
    expected: &Expected,
    input: &CustomerTagIn,
) -> Result<Profile> {
    let until = input.expires_at.map(|at| at.0);
    if until.is_some_and(|until| until <= actor.at) {
        return Err(Error::field("/expires_at", "in_the_past", "must be in the future", "必须晚于当前时间"));
    }
    lock_live(tx, id, expected)?;
    store::add_customer_tag(tx, id, &normalised_tag(&input.name), actor.at, until)?;
    store::update(tx, id, &Columns::default(), actor.at)?;
    store::profile(tx, id)
}

/// Takes a tag from a customer.
pub fn remove_tag(tx: &mut Tx, actor: &Actor, id: CustomerId, name: &str) -> Result<()> {
    lock_live(tx, id, &Expected::Any)?;
    if !store::remove_customer_tag(tx, id, &normalised_tag(name))? {
        return Err(Error::NotFound("tag of this customer"));
    }
    store::update(tx, id, &Columns::default(), actor.at)
}
