//! What the hash of an entry is made of, and whether it still is.

use crate::{
    loyalty::points::domain::{AccountId, Entry, EntryId, EntryKind, HoldId, LotId},
    platform::{chain, db::Tx, http::problem::Result, time::Timestamp},
    schema::{ledger_entry, ledger_entry_text},
};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};
use serde_json::{Value, json};
use uuid::Uuid;

/// The part of an entry that its hash covers: ids, codes, numbers, times, and of words the hash alone.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = ledger_entry, check_for_backend(Pg))]
pub struct Hashed {
    id: EntryId,
    account_id: AccountId,
    seq: i64,
    kind: EntryKind,
    amount: i64,
    source_system: Option<String>,
    source_id: Option<String>,
    rule: Option<String>,
    reverses_id: Option<EntryId>,
    group_id: Option<Uuid>,
    lot_id: Option<LotId>,
    hold_id: Option<HoldId>,
    debt_part: i64,
    waived: i64,
    requested: Option<i64>,
    actor_kind: String,
    actor_id: Option<Uuid>,
    idempotency_key: Option<String>,
    occurred_at: DateTime<Utc>,
    recorded_at: DateTime<Utc>,
    reason_hash: Option<String>,
}

impl Hashed {
    /// Returns what is hashed of an entry that is to be stored.
    pub fn of(entry: &Entry, reason_hash: Option<&str>) -> Self {
        let source = entry.origin.source.clone();
        let (source_system, source_id) = source.map(|source| (source.system, source.id)).unzip();
        Self {
            id: entry.id,
            account_id: entry.account,
            seq: entry.seq,
            kind: entry.kind,
            amount: entry.amount,
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
            idempotency_key: entry.origin.idempotency_key.clone(),
            occurred_at: entry.occurred_at,
            recorded_at: entry.recorded_at,
            reason_hash: reason_hash.map(str::to_owned),
        }
    }

    /// Returns what is hashed.
    pub fn content(&self) -> Value {
        json!({
            "id": self.id,
            "account_id": self.account_id,
            "seq": self.seq,
            "kind": self.kind,
            "amount": self.amount,
            "source_system": self.source_system,
            "source_id": self.source_id,
            "rule": self.rule,
            "reverses_id": self.reverses_id,
            "group_id": self.group_id,
            "lot_id": self.lot_id,
            "hold_id": self.hold_id,
            "debt_part": self.debt_part,
            "waived": self.waived,
            "requested": self.requested,
            "actor_kind": self.actor_kind,
            "actor_id": self.actor_id,
            "idempotency_key": self.idempotency_key,
            "occurred_at": Timestamp(self.occurred_at),
            "recorded_at": Timestamp(self.recorded_at),
            "reason_hash": self.reason_hash,
        })
    }
}

/// Returns what the first entry of an account follows.
pub fn genesis(account: AccountId) -> Vec<u8> {
    chain::genesis(&format!("points:{account}"))
}

/// An entry with its place in the chain and its words.
#[derive(Clone, Debug, Queryable)]
pub struct Chained {
    hashed: Hashed,
    prev_hash: Vec<u8>,
    hash: Vec<u8>,
    words: Option<(String, Option<String>)>,
}

/// Returns the entries of accounts, account by account, in their order.
pub fn chained(tx: &mut Tx, accounts: &[AccountId]) -> Result<Vec<Chained>> {
    Ok(ledger_entry::table
        .left_join(ledger_entry_text::table)
        .filter(ledger_entry::account_id.eq_any(accounts.to_vec()))
        .order((ledger_entry::account_id, ledger_entry::seq))
        .select((
            Hashed::as_select(),
            ledger_entry::prev_hash,
            ledger_entry::hash,
            (ledger_entry_text::salt, ledger_entry_text::reason).nullable(),
        ))
        .load(tx)?)
}

impl Chained {
    /// Returns the account.
    pub fn account(&self) -> AccountId {
        self.hashed.account_id
    }

    /// Returns the place in the account.
    pub fn seq(&self) -> i64 {
        self.hashed.seq
    }

    /// Returns the hash.
    pub fn hash(&self) -> &[u8] {
        &self.hash
    }

    /// Returns whether the entry follows one with the hash `prev`, and it and its words are what was written.
    pub fn follows(&self, prev: &[u8]) -> Result<bool> {
        let is_said = match &self.words {
            Some((salt, Some(reason))) => {
                self.hashed.reason_hash.as_deref() == Some(&chain::salted_with(salt, reason))
            }
            _ => true,
        };
        Ok(is_said && self.prev_hash == prev && self.hash == chain::link(prev, &self.hashed.content())?)
    }
}
