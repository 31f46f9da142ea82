//! How a customer is stored and changed.

use super::sql::Lexemes;
use crate::{
    customers::domain::{CustomerId, CustomerStatus, Refusal},
    departments::DepartmentId,
    platform::{
        db::{Tx, on_constraint, on_constraints, static_query},
        http::problem::{Error, Result},
        ids, search,
    },
    schema::{customer, customer_contact_point as point, customer_external_ref as external},
    staff::StaffId,
    vocabulary::{Channel, CustomerKind, Gender, RiskLevel},
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    AsChangeset, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
    sql_types::{Array, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// What the lock of a customer shows.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = customer)]
pub struct Locked {
    /// The id.
    pub id: CustomerId,
    /// Whether it is live.
    pub status: CustomerStatus,
    /// The customer that it became a part of.
    pub merged_into_id: Option<CustomerId>,
    /// The custom fields.
    pub custom: Value,
    /// The version.
    pub version: i64,
}

/// The plain columns that a command sets; what is `None` stays as it is, or as new rows have it.
#[derive(Clone, Debug, Default, Insertable, AsChangeset)]
#[diesel(table_name = customer)]
pub struct Columns {
    pub kind: Option<CustomerKind>,
    pub name: Option<String>,
    pub owner_id: Option<Option<StaffId>>,
    pub service_team_id: Option<Option<DepartmentId>>,
    pub preferred_channel: Option<Option<Channel>>,
    pub birthday: Option<Option<NaiveDate>>,
    pub gender: Option<Option<Gender>>,
    pub region: Option<Option<String>>,
    pub income_band: Option<Option<String>>,
    pub industry: Option<Option<String>>,
    pub risk_level: Option<Option<RiskLevel>>,
    pub psychographics: Option<Vec<String>>,
    pub custom: Option<Value>,
    pub stub: Option<bool>,
    pub imported: Option<bool>,
}

/// One phone or e-mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// `phone` or `email`.
    pub kind: &'static str,
    /// As it was written.
    pub value: String,
    /// As it is compared.
    pub normalised: String,
}

/// Returns the customer for a change.
pub fn lock(tx: &mut Tx, id: CustomerId) -> Result<Locked> {
    let query = customer::table.find(id).select(Locked::as_select()).for_no_key_update();
    query.first(tx).optional()?.ok_or(Error::NotFound("customer"))
}

/// Locks and returns customers for a change, in the order of their ids.
pub fn lock_all(tx: &mut Tx, ids: &[CustomerId]) -> Result<Vec<Locked>> {
    let query = customer::table.filter(customer::id.eq_any(ids)).select(Locked::as_select());
    Ok(query.order(customer::id).for_no_key_update().load(tx)?)
}

/// Stores a new customer without addresses.
pub fn insert(tx: &mut Tx, id: CustomerId, columns: &Columns, at: DateTime<Utc>) -> Result<()> {
    let own = (customer::id.eq(id), customer::created_at.eq(at), customer::updated_at.eq(at));
    let insert = diesel::insert_into(customer::table).values((own, columns.clone()));
    known(insert.execute(tx))
}

/// Changes the plain columns and counts the version up.
pub fn update(tx: &mut Tx, id: CustomerId, columns: &Columns, at: DateTime<Utc>) -> Result<()> {
    let own = (customer::version.eq(customer::version + 1), customer::updated_at.eq(at));
    known(diesel::update(customer::table.find(id)).set((own, columns)).execute(tx))
}

fn known(result: diesel::QueryResult<usize>) -> Result<()> {
    let owner =
        Error::field("/owner_id", "unknown_staff", "There is no such member of staff.", "没有这位员工。");
    let team = Error::field(
        "/service_team_id",
        "unknown_department",
        "There is no such department.",
        "没有这个部门。",
    );
    let names = [("customer_owner_id_fkey", owner), ("customer_service_team_id_fkey", team)];
    on_constraints(result, names).map(|_| ())
}

static_query! {
    /// Stores addresses of a customer.
    struct InsertAddresses<'a> {
        ids: Vec<Uuid> => Array<SqlUuid>, customer: CustomerId => SqlUuid, kinds: Vec<&'a str> => Array<Text>,
        positions: Vec<i16> => Array<SmallInt>, texts: Vec<&'a str> => Array<Text>, forms: Vec<&'a str> => Array<Text>
    } -> SqlUuid =
        "INSERT INTO customer_contact_point (id, customer_id, kind, position, value, normalised) \
         SELECT a.id, $customer, a.kind, a.position, a.value, a.normalised \
         FROM unnest($ids, $kinds, $positions, $texts, $forms) AS a(id, kind, position, value, normalised)"
}

/// Replaces all addresses of a kind; those that stay keep what is known of them.
pub fn set_addresses(tx: &mut Tx, id: CustomerId, kind: &str, addresses: &[Address]) -> Result<()> {
    let old = point::table.filter(point::customer_id.eq(id)).filter(point::kind.eq(kind));
    diesel::delete(old).execute(tx)?;
    if addresses.is_empty() {
        return Ok(());
    }
    let insert = InsertAddresses {
        ids: addresses.iter().map(|_| ids::next()).collect(),
        customer: id,
        kinds: addresses.iter().map(|a| a.kind).collect(),
        positions: (0..).take(addresses.len()).collect(),
        texts: addresses.iter().map(|a| a.value.as_str()).collect(),
        forms: addresses.iter().map(|a| a.normalised.as_str()).collect(),
    };
    insert.execute(tx)?;
    Ok(())
}

/// Makes the customer findable by its present name and addresses.
pub fn index(tx: &mut Tx, id: CustomerId) -> Result<()> {
    let name: String = customer::table.find(id).select(customer::name).first(tx)?;
    let addresses = point::table.filter(point::customer_id.eq(id)).order((point::kind, point::position));
    let addresses: Vec<(String, String)> = addresses.select((point::value, point::normalised)).load(tx)?;
    let mut lines = vec![search::fold(&name)];
    for (value, normalised) in addresses {
        lines.push(search::fold(&value));
        lines.push(normalised);
    }
    lines.dedup();
    let text = lines.join("\n");
    let set = (customer::search.eq(Lexemes { text: search::tokens(&text) }), customer::search_text.eq(text));
    diesel::update(customer::table.find(id)).set(set).execute(tx)?;
    Ok(())
}

/// Replaces all external references; refuses `external_ref_taken`.
pub fn set_refs(tx: &mut Tx, id: CustomerId, refs: &[(String, String)]) -> Result<()> {
    diesel::delete(external::table.filter(external::customer_id.eq(id))).execute(tx)?;
    add_refs(tx, id, refs)
}

/// Adds external references that the customer does not have yet; refuses `external_ref_taken`.
pub fn add_refs(tx: &mut Tx, id: CustomerId, refs: &[(String, String)]) -> Result<()> {
    let row = |(system, external): &(String, String)| {
        (
            external::system.eq(system.clone()),
            external::external_id.eq(external.clone()),
            external::customer_id.eq(id),
        )
    };
    let rows: Vec<_> = refs.iter().map(row).collect();
    let insert = diesel::insert_into(external::table).values(rows).execute(tx);
    on_constraint(insert, "customer_external_ref_pkey", Refusal::ExternalRefTaken).map(|_| ())
}

/// Gives the reference to the customer unless somebody has it; returns whether it did.
pub fn claim_ref(tx: &mut Tx, id: CustomerId, system: &str, external_id: &str) -> Result<bool> {
    let row =
        (external::system.eq(system), external::external_id.eq(external_id), external::customer_id.eq(id));
    Ok(diesel::insert_into(external::table).values(row).on_conflict_do_nothing().execute(tx)? == 1)
}

/// Returns whose the reference is.
pub fn by_ref(tx: &mut Tx, system: &str, external_id: &str) -> Result<Option<CustomerId>> {
    let query = external::table.find((system, external_id)).select(external::customer_id);
    Ok(query.first(tx).optional()?)
}

static_query! {
    /// Finds whose references are.
    struct ByRefs<'a> { systems: Vec<&'a str> => Array<Text>, ids: Vec<&'a str> => Array<Text> }
        -> (Text, Text, SqlUuid) =
        "SELECT e.system, e.external_id, e.customer_id FROM unnest($systems, $ids) AS r(system, id) \
         JOIN customer_external_ref e ON e.system = r.system AND e.external_id = r.id"
}

/// Returns whose references are, of those that are anybody's.
pub fn by_refs(tx: &mut Tx, refs: &[(String, String)]) -> Result<HashMap<(String, String), CustomerId>> {
    if refs.is_empty() {
        return Ok(HashMap::new());
    }
    let (systems, ids) = refs.iter().map(|(system, id)| (system.as_str(), id.as_str())).unzip();
    let found: Vec<(String, String, CustomerId)> = ByRefs { systems, ids }.load(tx)?;
    Ok(found.into_iter().map(|(system, id, customer)| ((system, id), customer)).collect())
}

static_query! {
    /// Makes a customer of each reference, named after it.
    struct Stubs<'a> {
        ids: Vec<CustomerId> => Array<SqlUuid>, systems: Vec<&'a str> => Array<Text>,
        externals: Vec<&'a str> => Array<Text>, texts: Vec<String> => Array<Text>,
        lexemes: Vec<String> => Array<Text>, at: DateTime<Utc> => Timestamptz
    } -> () =
        "WITH made AS (INSERT INTO customer (id, kind, name, stub, imported, search, search_text, \
             created_at, updated_at) \
           SELECT s.id, 'person', s.name, true, true, s.lexemes::tsvector, s.text, $at, $at \
           FROM unnest($ids, $externals, $texts, $lexemes) AS s(id, name, text, lexemes)) \
         INSERT INTO customer_external_ref (system, external_id, customer_id) \
         SELECT * FROM unnest($systems, $externals, $ids)"
}

/// Makes a customer of each reference, of whom nothing else is known: its name is the id of the reference.
pub fn insert_stubs(tx: &mut Tx, refs: &[(String, String)], at: DateTime<Utc>) -> Result<()> {
    let texts: Vec<String> = refs.iter().map(|(_, id)| search::fold(id)).collect();
    let stubs = Stubs {
        ids: refs.iter().map(|_| CustomerId(ids::next())).collect(),
        systems: refs.iter().map(|(system, _)| system.as_str()).collect(),
        externals: refs.iter().map(|(_, id)| id.as_str()).collect(),
        lexemes: texts.iter().map(|text| search::tokens(text)).collect(),
        texts,
        at,
    };
    // another request has registered one of the references just now: begin again, and find it
    on_constraint(stubs.execute(tx), "customer_external_ref_pkey", Error::Retry).map(|_| ())
}

/// Makes customers findable by their present names and addresses.
pub fn reindex(tx: &mut Tx, ids: &[CustomerId]) -> Result<()> {
    ids.iter().try_for_each(|id| index(tx, *id))
}

/// Makes a locked customer part of another, or live again.
pub fn set_merged(tx: &mut Tx, id: CustomerId, into: Option<CustomerId>, at: DateTime<Utc>) -> Result<()> {
    let status = if into.is_some() { CustomerStatus::Merged } else { CustomerStatus::Active };
    let set = (
        customer::status.eq(status),
        customer::merged_into_id.eq(into),
        customer::version.eq(customer::version + 1),
        customer::updated_at.eq(at),
    );
    diesel::update(customer::table.find(id)).set(set).execute(tx)?;
    Ok(())
}
