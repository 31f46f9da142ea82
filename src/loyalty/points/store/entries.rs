//! Entries: found, listed, and with what their debits took.

use super::owners::Owners;
use crate::{
    loyalty::points::domain::{
        AccountId, Allocation, Debit, Entry, EntryId, EntryKind, HoldId, LotId, Source,
    },
    platform::{
        db::{Tx, static_query},
        http::problem::{Error, Result},
    },
    schema::{allocation, ledger_entry, ledger_entry_text},
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::AsSelect,
    pg::Pg,
    prelude::*,
    sql_types::{Array, BigInt, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

/// An entry as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = ledger_entry, check_for_backend(Pg))]
pub struct StoredEntry {
    /// The id.
    pub id: EntryId,
    /// The account.
    pub account_id: AccountId,
    /// Its place in the account.
    pub seq: i64,
    /// What it does.
    pub kind: EntryKind,
    /// By how much the account changes.
    pub amount: i64,
    /// The other system.
    pub source_system: Option<String>,
    /// The id there.
    pub source_id: Option<String>,
    /// The earning rule.
    pub rule: Option<String>,
    /// The entry that it reverses.
    pub reverses_id: Option<EntryId>,
    /// What joins the entries of one command over several accounts.
    pub group_id: Option<Uuid>,
    /// The lot that it activates or expires.
    pub lot_id: Option<LotId>,
    /// The hold that it captures, or whose end let the lot expire.
    pub hold_id: Option<HoldId>,
    /// How much of it is owed.
    pub debt_part: i64,
    /// How much of what a reversal wanted was left with the customer.
    pub waived: i64,
    /// How much of the original a reversal was asked to take back.
    pub requested: Option<i64>,
    /// Who posted it: what kind of actor.
    pub actor_kind: String,
    /// Which person or program.
    pub actor_id: Option<Uuid>,
    /// When it became true.
    pub occurred_at: DateTime<Utc>,
    /// When it was written.
    pub recorded_at: DateTime<Utc>,
    /// What could be spent after it.
    pub available_after: i64,
    /// What was pending after it.
    pub pending_after: i64,
    /// What was held after it.
    pub held_after: i64,
    /// What was owed after it.
    pub debt_after: i64,
}

impl StoredEntry {
    /// Returns an entry that was just posted, with the amount of all entries that its command joined.
    pub fn of(entry: &Entry, amount: i64) -> Self {
        let source = entry.origin.source.clone();
        let (source_system, source_id) = source.map(|source| (source.system, source.id)).unzip();
        Self {
            id: entry.id,
            account_id: entry.account,
            seq: entry.seq,
            kind: entry.kind,
            amount,
            source_system,
            source_id,
            rule: entry.origin.rule.clone(),
            reverses_id: entry.reverses,
            group_id: entry.group,
            lot_id: entry.lot,
            hold_id: entry.hold,
            debt_part: entry.debt_part,
            waived: entry.waived,
            requested: entry.requested,
            actor_kind: entry.origin.actor_kind.to_owned(),
            actor_id: entry.origin.actor_id,
            occurred_at: entry.occurred_at,
            recorded_at: entry.recorded_at,
            available_after: entry.after.available,
            pending_after: entry.after.pending,
            held_after: entry.after.held,
            debt_after: entry.after.debt,
        }
    }
}

/// An entry with its words.
pub type Worded = (StoredEntry, Option<String>);

/// Returns an entry with its words.
pub fn entry(tx: &mut Tx, id: EntryId) -> Result<Worded> {
    let found = worded().filter(ledger_entry::id.eq(id)).first(tx);
    found.optional()?.ok_or(Error::NotFound("entry"))
}

/// Returns the entries of the same command and kind on linked accounts, itself included, in the order of
/// accounts.
pub fn siblings(tx: &mut Tx, entry: &StoredEntry) -> Result<Vec<StoredEntry>> {
    let Some(group) = entry.group_id else { return Ok(vec![entry.clone()]) };
    Ok(ledger_entry::table
        .filter(ledger_entry::group_id.eq(group))
        .filter(ledger_entry::kind.eq(entry.kind))
        .order(ledger_entry::account_id)
        .select(StoredEntry::as_select())
        .load(tx)?)
}

/// Returns what sources have earned or brought in by rules.
pub fn by_sources(tx: &mut Tx, sources: &[(&Source, &str)]) -> Result<Vec<Worded>> {
    let systems: Vec<&str> = sources.iter().map(|(source, _)| source.system.as_str()).collect();
    let ids: Vec<&str> = sources.iter().map(|(source, _)| source.id.as_str()).collect();
    let rules: Vec<&str> = sources.iter().map(|(_, rule)| *rule).collect();
    let known: Vec<EntryId> = BySource { systems, ids, rules }.load(tx)?;
    if known.is_empty() {
        return Ok(Vec::new());
    }
    Ok(worded().filter(ledger_entry::id.eq_any(known)).load(tx)?)
}

static_query! {
    /// Finds what sources have earned or brought in by rules.
    struct BySource<'a> {
        systems: Vec<&'a str> => Array<Text>, ids: Vec<&'a str> => Array<Text>, rules: Vec<&'a str> => Array<Text>
    } -> SqlUuid =
        "SELECT e.id FROM unnest($systems, $ids, $rules) AS s(system, id, rule) JOIN ledger_entry e \
         ON e.source_system = s.system AND e.source_id = s.id AND e.rule = s.rule AND e.kind IN ('earn', 'migrate_in')"
}

/// Returns what earning rules have earned for a source, in the order of earning.
pub fn by_rules(tx: &mut Tx, source: &Source, manual: &str) -> Result<Vec<Worded>> {
    Ok(worded()
        .filter(ledger_entry::source_system.eq(source.system.clone()))
        .filter(ledger_entry::source_id.eq(source.id.clone()))
        .filter(ledger_entry::rule.ne(manual.to_owned()))
        .filter(ledger_entry::kind.eq(EntryKind::Earn))
        .order((ledger_entry::account_id, ledger_entry::seq))
        .load(tx)?)
}

static_query! {
    /// Sums what reversals of an entry were asked to take back.
    struct AskedBack { id: EntryId => SqlUuid } -> BigInt =
        "SELECT coalesce(sum(requested), 0)::bigint FROM ledger_entry WHERE reverses_id = $id"
}

/// Returns how much of an entry was asked back so far.
pub fn asked_back(tx: &mut Tx, id: EntryId) -> Result<i64> {
    Ok(AskedBack { id }.get_result(tx)?)
}

/// Where a page of entries begins.
pub type Position = (DateTime<Utc>, EntryId);

/// Returns entries of accounts, newest first, after `after`.
pub fn page(
    tx: &mut Tx,
    owners: &Owners,
    kind: Option<EntryKind>,
    after: Option<Position>,
    rows: i64,
) -> Result<Vec<Worded>> {
    let mut query = worded().filter(ledger_entry::account_id.eq_any(owners.accounts())).into_boxed();
    if let Some(kind) = kind {
        query = query.filter(ledger_entry::kind.eq(kind));
    }
    if let Some((at, id)) = after {
        let earlier = ledger_entry::recorded_at
            .lt(at)
            .or(ledger_entry::recorded_at.eq(at).and(ledger_entry::id.lt(id)));
        query = query.filter(earlier);
    }
    Ok(query.order((ledger_entry::recorded_at.desc(), ledger_entry::id.desc())).limit(rows).load(tx)?)
}

/// Returns a debit with all that it took.
pub fn debit(tx: &mut Tx, entries: &[StoredEntry]) -> Result<Debit> {
    let ids: Vec<EntryId> = entries.iter().map(|entry| entry.id).collect();
    let rows: Vec<(EntryId, i32, LotId, i64, i64)> = allocation::table
        .filter(allocation::entry_id.eq_any(ids))
        .order(allocation::ordinal)
        .select((
            allocation::entry_id,
            allocation::ordinal,
            allocation::lot_id,
            allocation::amount,
            allocation::restored,
        ))
        .load(tx)?;
    let allocations = rows
        .into_iter()
        .map(|(entry, ordinal, lot, amount, restored)| Allocation { entry, ordinal, lot, amount, restored })
        .collect();
    Ok(Debit { entries: entries.iter().map(|entry| (entry.account_id, entry.id)).collect(), allocations })
}

#[diesel::dsl::auto_type]
fn worded() -> _ {
    let columns: AsSelect<StoredEntry, Pg> = StoredEntry::as_select();
    let joined = ledger_entry::table.left_join(ledger_entry_text::table);
    joined.select((columns, ledger_entry_text::reason.nullable()))
}

static_query! {
    /// Sums what went out to other customers since an instant's local day began.
    struct SentToday { accounts: Vec<AccountId> => Array<SqlUuid>, at: DateTime<Utc> => Timestamptz, zone: String => Text }
        -> BigInt =
        "SELECT coalesce(-sum(e.amount), 0)::bigint FROM ledger_entry e WHERE e.account_id = ANY($accounts) \
         AND e.kind = 'transfer_out' \
         AND e.recorded_at >= date_trunc('day', $at AT TIME ZONE $zone) AT TIME ZONE $zone"
}

/// Returns how many points went out of these accounts to other customers on the local day of `at`.
pub fn sent_today(tx: &mut Tx, accounts: &[AccountId], at: DateTime<Utc>, zone: String) -> Result<i64> {
    Ok(SentToday { accounts: accounts.to_vec(), at, zone }.get_result(tx)?)
}
