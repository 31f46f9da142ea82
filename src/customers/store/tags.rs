//! Tags, and who has them.

use crate::{
    customers::domain::{CustomerId, Refusal, TagId},
    platform::{
        db::{Tx, on_constraint, static_query},
        http::problem::{Error, Result},
        ids,
    },
    schema::{customer_tag, tag},
};
use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
    sql_types::{Array, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

/// A tag.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = tag)]
pub struct Tag {
    pub id: TagId,
    pub name: String,
    pub colour: Option<String>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
}

/// Returns the tag.
pub fn tag(tx: &mut Tx, id: TagId) -> Result<Tag> {
    let query = tag::table.find(id).select(Tag::as_select());
    query.first(tx).optional()?.ok_or(Error::NotFound("tag"))
}

/// Returns the tag for a change.
pub fn lock_tag(tx: &mut Tx, id: TagId) -> Result<Tag> {
    let query = tag::table.find(id).select(Tag::as_select()).for_update();
    query.first(tx).optional()?.ok_or(Error::NotFound("tag"))
}

/// Returns tags by name, beginning after `after`.
pub fn tags(tx: &mut Tx, after: Option<&str>, rows: i64) -> Result<Vec<Tag>> {
    let query = tag::table.select(Tag::as_select()).filter(tag::name.gt(after.unwrap_or_default()));
    Ok(query.order(tag::name.asc()).limit(rows).load(tx)?)
}

/// Stores a new tag; refuses `tag_name_taken`.
pub fn insert_tag(tx: &mut Tx, name: &str, colour: Option<&str>, at: DateTime<Utc>) -> Result<Tag> {
    let row =
        (tag::id.eq(TagId(ids::next())), tag::name.eq(name), tag::colour.eq(colour), tag::created_at.eq(at));
    let insert = diesel::insert_into(tag::table).values(row).returning(Tag::as_returning());
    on_constraint(insert.get_result(tx), "tag_name_key", Refusal::TagNameTaken)
}

/// Changes a tag; refuses `tag_name_taken`.
pub fn update_tag(
    tx: &mut Tx,
    id: TagId,
    name: Option<String>,
    colour: Option<Option<String>>,
) -> Result<Tag> {
    let set =
        (name.map(|n| tag::name.eq(n)), colour.map(|c| tag::colour.eq(c)), tag::version.eq(tag::version + 1));
    let update = diesel::update(tag::table.find(id)).set(set).returning(Tag::as_returning());
    on_constraint(update.get_result(tx), "tag_name_key", Refusal::TagNameTaken)
}

/// Deletes a tag that no customer has; refuses `tag_in_use`.
pub fn delete_tag(tx: &mut Tx, id: TagId, at: DateTime<Utc>) -> Result<()> {
    // what is over counts for nobody, and must not hold the tag
    let over =
        customer_tag::table.filter(customer_tag::tag_id.eq(id)).filter(customer_tag::expires_at.le(at));
    diesel::delete(over).execute(tx)?;
    let delete = diesel::delete(tag::table.find(id)).execute(tx);
    match on_constraint(delete, "customer_tag_tag_id_fkey", Refusal::TagInUse)? {
        0 => Err(Error::NotFound("tag")),
        _ => Ok(()),
    }
}

static_query! {
    /// Makes tags of the names that none has yet.
    struct Ensure { ids: Vec<Uuid> => Array<SqlUuid>, names: Vec<String> => Array<Text>, at: DateTime<Utc> => Timestamptz }
        -> SqlUuid =
        "INSERT INTO tag (id, name, created_at) SELECT n.id, n.name, $at FROM unnest($ids, $names) AS n(id, name) \
         WHERE NOT EXISTS (SELECT FROM tag WHERE tag.name = n.name) ON CONFLICT (name) DO NOTHING"
}

static_query! {
    /// Gives tags to a customer. Who has a tag keeps its end, unless that is past or another is given.
    struct Give {
        customer: CustomerId => SqlUuid, names: Vec<String> => Array<Text>, at: DateTime<Utc> => Timestamptz,
        until: Option<DateTime<Utc>> => Nullable<Timestamptz>, anew: bool => diesel::sql_types::Bool
    } -> SqlUuid =
        "INSERT INTO customer_tag (customer_id, tag_id, added_at, expires_at) \
         SELECT $customer, t.id, $at, $until FROM tag t WHERE t.name = ANY($names) \
         ON CONFLICT (customer_id, tag_id) DO UPDATE SET expires_at = excluded.expires_at \
         WHERE $anew OR customer_tag.expires_at <= $at"
}

static_query! {
    /// Takes all tags but these from a customer.
    struct Keep { customer: CustomerId => SqlUuid, names: Vec<String> => Array<Text> } -> SqlUuid =
        "DELETE FROM customer_tag ct USING tag t WHERE t.id = ct.tag_id AND ct.customer_id = $customer \
         AND NOT t.name = ANY($names)"
}

/// Replaces the tags of a customer; those that stay keep their source and their end.
pub fn set_customer_tags(tx: &mut Tx, id: CustomerId, names: &[String], at: DateTime<Utc>) -> Result<()> {
    Keep { customer: id, names: names.to_vec() }.execute(tx)?;
    give(tx, id, names, at, None, false)
}

/// Gives one tag to a customer until an instant, or for ever.
pub fn add_customer_tag(
    tx: &mut Tx,
    id: CustomerId,
    name: &str,
    at: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
) -> Result<()> {
    give(tx, id, &[name.to_owned()], at, until, true)
}

fn give(
    tx: &mut Tx,
    customer: CustomerId,
    names: &[String],
    at: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    anew: bool,
) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    let mut names = names.to_vec();
    names.sort();
    names.dedup();
    Ensure { ids: names.iter().map(|_| ids::next()).collect(), names: names.clone(), at }.execute(tx)?;
    let give = Give { customer, names, at, until, anew }.execute(tx);
    // somebody has deleted one of the tags just now: begin again
    on_constraint(give, "customer_tag_tag_id_fkey", Error::Retry)?;
    Ok(())
}

static_query! {
    /// Takes a tag from a customer.
    struct Take<'a> { customer: CustomerId => SqlUuid, name: &'a str => Text } -> SqlUuid =
        "DELETE FROM customer_tag ct USING tag t WHERE t.id = ct.tag_id AND ct.customer_id = $customer AND t.name = $name"
}

/// Takes a tag from a customer; returns whether the customer had it.
pub fn remove_customer_tag(tx: &mut Tx, customer: CustomerId, name: &str) -> Result<bool> {
    Ok(Take { customer, name }.execute(tx)? > 0)
}
