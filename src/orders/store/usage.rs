use crate::{
    customers::CustomerId,
    orders::domain::{Reference, UsageId},
    platform::{
        db::{Tx, on_constraint, static_query},
        http::problem::{Error, Result},
    },
    schema::usage_event,
};
use chrono::{DateTime, Utc};
use diesel::{
    pg::Pg,
    prelude::*,
    sql_types::{Array, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

/// A usage event as it is stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = usage_event, check_for_backend(Pg))]
pub struct Usage {
    /// The id.
    pub id: UsageId,
    /// Whose it is, as recorded.
    pub customer_id: CustomerId,
    /// What was used.
    pub kind: String,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// The other system.
    pub external_system: Option<String>,
    /// The id there.
    pub external_id: Option<String>,
    /// Who recorded it: what kind of actor.
    pub recorded_by_kind: String,
    /// Which person or program.
    pub recorded_by: Option<Uuid>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// Which usage events are wanted.
#[derive(Clone, Debug, Default)]
pub struct WantedUsage {
    /// Of one of these customers.
    pub customers: Option<Vec<CustomerId>>,
    /// What was used.
    pub kind: Option<String>,
    /// At or after this instant.
    pub from: Option<DateTime<Utc>>,
    /// Before this instant.
    pub before: Option<DateTime<Utc>>,
    /// What it is called in another system.
    pub reference: Option<Reference>,
}

/// Returns the usage events that are wanted after the position, latest first.
pub fn usage_page(
    tx: &mut Tx,
    wanted: &WantedUsage,
    after: Option<(DateTime<Utc>, UsageId)>,
    rows: i64,
) -> Result<Vec<Usage>> {
    let mut query = usage_event::table.select(Usage::as_select()).into_boxed();
    match wanted.customers.as_deref() {
        None => {}
        // one is read in the order of the index, several are sorted
        Some([one]) => query = query.filter(usage_event::customer_id.eq(one)),
        Some(several) => query = query.filter(usage_event::customer_id.eq_any(several)),
    }
    if let Some(kind) = &wanted.kind {
        query = query.filter(usage_event::kind.eq(kind));
    }
    if let Some(from) = wanted.from {
        query = query.filter(usage_event::occurred_at.ge(from));
    }
    if let Some(before) = wanted.before {
        query = query.filter(usage_event::occurred_at.lt(before));
    }
    if let Some((system, id)) = &wanted.reference {
        query = query.filter(usage_event::external_system.eq(system).and(usage_event::external_id.eq(id)));
    }
    if let Some((at, id)) = after {
        let earlier = usage_event::occurred_at.lt(at);
        let same = usage_event::occurred_at.eq(at).and(usage_event::id.lt(id));
        query = query.filter(usage_event::occurred_at.le(at)).filter(earlier.or(same));
    }
    let order = (usage_event::occurred_at.desc(), usage_event::id.desc());
    Ok(query.order(order).limit(rows).load(tx)?)
}

static_query! {
    /// Finds the events that are called so in other systems.
    struct UsageByRefs<'a> { systems: Vec<&'a str> => Array<Text>, ids: Vec<&'a str> => Array<Text> } -> SqlUuid =
        "SELECT u.id FROM unnest($systems, $ids) AS r(system, id) \
         JOIN usage_event u ON u.external_system = r.system AND u.external_id = r.id"
}

/// Returns the usage events that are called so in other systems.
pub fn usage_by_refs(tx: &mut Tx, references: &[Reference]) -> Result<Vec<Usage>> {
    if references.is_empty() {
        return Ok(Vec::new());
    }
    let (systems, ids) = references.iter().map(|(system, id)| (system.as_str(), id.as_str())).unzip();
    let found: Vec<UsageId> = UsageByRefs { systems, ids }.load(tx)?;
    Ok(usage_event::table.filter(usage_event::id.eq_any(found)).select(Usage::as_select()).load(tx)?)
}

/// A new usage event, and the live customer in whose days it counts.
pub type NewUsage = (Usage, CustomerId);

static_query! {
    /// Adds events to the days on which they lie.
    struct UsageDays<'a> {
        owners: Vec<CustomerId> => Array<SqlUuid>, occurred: Vec<DateTime<Utc>> => Array<Timestamptz>,
        zone: &'a str => Text
    } -> () =
        "INSERT INTO usage_day AS d (customer_id, local_day, events) \
         SELECT u.owner, (u.at AT TIME ZONE $zone)::date, count(*) FROM unnest($owners, $occurred) AS u(owner, at) \
         GROUP BY 1, 2 ORDER BY 1, 2 \
         ON CONFLICT (customer_id, local_day) DO UPDATE SET events = d.events + excluded.events"
}

/// Adds usage events and counts them on their days; the owners' locks are held.
pub fn insert_usage(tx: &mut Tx, new: &[NewUsage], zone: &str) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    let rows: Vec<Usage> = new.iter().map(|(event, _)| event.clone()).collect();
    let insert = diesel::insert_into(usage_event::table).values(rows).execute(tx);
    // another request has recorded the same reference just now: begin again, and find it
    on_constraint(insert, "usage_event_external_key", Error::Retry)?;
    let days = UsageDays {
        owners: new.iter().map(|(_, owner)| *owner).collect(),
        occurred: new.iter().map(|(event, _)| event.occurred_at).collect(),
        zone,
    };
    days.execute(tx)?;
    Ok(())
}
