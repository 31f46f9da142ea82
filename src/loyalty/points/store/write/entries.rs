use crate::{
    loyalty::points::{
        domain::{AccountId, Entry, EntryId, HoldId, LotId},
        store::{hashed::Hashed, ledger::Ledger},
    },
    platform::{
        chain,
        codes::Codes,
        db::{Tx, on_constraint, static_query},
        http::problem::{Error, Result},
    },
};
use chrono::{DateTime, Utc};
use diesel::{
    RunQueryDsl,
    sql_types::{Array, BigInt, Bytea, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

static_query! {
    /// Adds entries and their words.
    struct Entries<'a> {
        ids: Vec<EntryId> => Array<SqlUuid>, accounts: Vec<AccountId> => Array<SqlUuid>,
        seqs: Vec<i64> => Array<BigInt>, kinds: Vec<&'a str> => Array<Text>, amounts: Vec<i64> => Array<BigInt>,
        systems: Vec<Option<&'a str>> => Array<Nullable<Text>>, sources: Vec<Option<&'a str>> => Array<Nullable<Text>>,
        rules: Vec<Option<&'a str>> => Array<Nullable<Text>>,
        reversed: Vec<Option<EntryId>> => Array<Nullable<SqlUuid>>, groups: Vec<Option<Uuid>> => Array<Nullable<SqlUuid>>,
        lots: Vec<Option<LotId>> => Array<Nullable<SqlUuid>>, holds: Vec<Option<HoldId>> => Array<Nullable<SqlUuid>>,
        debts: Vec<i64> => Array<BigInt>, waived: Vec<i64> => Array<BigInt>,
        requested: Vec<Option<i64>> => Array<Nullable<BigInt>>, actor_kinds: Vec<&'a str> => Array<Text>,
        actors: Vec<Option<Uuid>> => Array<Nullable<SqlUuid>>, keys: Vec<Option<&'a str>> => Array<Nullable<Text>>,
        occurred: Vec<DateTime<Utc>> => Array<Timestamptz>, recorded: Vec<DateTime<Utc>> => Array<Timestamptz>,
        available: Vec<i64> => Array<BigInt>, pending: Vec<i64> => Array<BigInt>, held: Vec<i64> => Array<BigInt>,
        owed: Vec<i64> => Array<BigInt>, word_hashes: Vec<Option<String>> => Array<Nullable<Text>>,
        before: Vec<Vec<u8>> => Array<Bytea>, hashes: Vec<Vec<u8>> => Array<Bytea>,
        salts: Vec<Option<String>> => Array<Nullable<Text>>, words: Vec<Option<&'a str>> => Array<Nullable<Text>>,
    } -> () =
        "WITH posted AS (SELECT * FROM unnest($ids, $accounts, $seqs, $kinds, $amounts, $systems, $sources, $rules, \
             $reversed, $groups, $lots, $holds, $debts, $waived, $requested, $actor_kinds, $actors, $keys, $occurred, \
             $recorded, $available, $pending, $held, $owed, $word_hashes, $before, $hashes, $salts, $words) \
           AS p(id, account_id, seq, kind, amount, source_system, source_id, rule, reverses_id, group_id, lot_id, \
             hold_id, debt_part, waived, requested, actor_kind, actor_id, idempotency_key, occurred_at, recorded_at, \
             available_after, pending_after, held_after, debt_after, reason_hash, prev_hash, hash, salt, reason)), \
         added AS (INSERT INTO ledger_entry (id, account_id, seq, kind, amount, source_system, source_id, rule, \
             reverses_id, group_id, lot_id, hold_id, debt_part, waived, requested, actor_kind, actor_id, \
             idempotency_key, occurred_at, recorded_at, available_after, pending_after, held_after, debt_after, \
             reason_hash, prev_hash, hash) \
           SELECT id, account_id, seq, kind, amount, source_system, source_id, rule, reverses_id, group_id, lot_id, \
             hold_id, debt_part, waived, requested, actor_kind, actor_id, idempotency_key, occurred_at, recorded_at, \
             available_after, pending_after, held_after, debt_after, reason_hash, prev_hash, hash FROM posted) \
         INSERT INTO ledger_entry_text (entry_id, salt, reason) SELECT id, salt, reason FROM posted \
         WHERE reason IS NOT NULL"
}

/// Chains entries to those before them and adds them.
pub fn insert_entries(tx: &mut Tx, ledger: &mut Ledger, entries: &[Entry]) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut insert = Entries {
        ids: entries.iter().map(|e| e.id).collect(),
        accounts: entries.iter().map(|e| e.account).collect(),
        seqs: entries.iter().map(|e| e.seq).collect(),
        kinds: entries.iter().map(|e| e.kind.code()).collect(),
        amounts: entries.iter().map(|e| e.amount).collect(),
        systems: entries.iter().map(|e| e.origin.source.as_ref().map(|s| s.system.as_str())).collect(),
        sources: entries.iter().map(|e| e.origin.source.as_ref().map(|s| s.id.as_str())).collect(),
        rules: entries.iter().map(|e| e.origin.rule.as_deref()).collect(),
        reversed: entries.iter().map(|e| e.reverses).collect(),
        groups: entries.iter().map(|e| e.group).collect(),
        lots: entries.iter().map(|e| e.lot).collect(),
        holds: entries.iter().map(|e| e.hold).collect(),
        debts: entries.iter().map(|e| e.debt_part).collect(),
        waived: entries.iter().map(|e| e.waived).collect(),
        requested: entries.iter().map(|e| e.requested).collect(),
        actor_kinds: entries.iter().map(|e| e.origin.actor_kind).collect(),
        actors: entries.iter().map(|e| e.origin.actor_id).collect(),
        keys: entries.iter().map(|e| e.origin.idempotency_key.as_deref()).collect(),
        occurred: entries.iter().map(|e| e.occurred_at).collect(),
        recorded: entries.iter().map(|e| e.recorded_at).collect(),
        available: entries.iter().map(|e| e.after.available).collect(),
        pending: entries.iter().map(|e| e.after.pending).collect(),
        held: entries.iter().map(|e| e.after.held).collect(),
        owed: entries.iter().map(|e| e.after.debt).collect(),
        words: entries.iter().map(|e| e.origin.reason.as_deref()).collect(),
        word_hashes: Vec::new(),
        before: Vec::new(),
        hashes: Vec::new(),
        salts: Vec::new(),
    };
    for entry in entries {
        let salted = entry.origin.reason.as_deref().map(chain::salted).transpose()?;
        let (salt, hash) = salted.map_or((None, None), |(salt, hash)| (Some(salt), Some(hash)));
        let head = ledger.heads.get(&entry.account).cloned().unwrap_or_default();
        let link = chain::link(&head, &Hashed::of(entry, hash.as_deref()).content())?;
        ledger.heads.insert(entry.account, link.clone());
        insert.before.push(head);
        insert.hashes.push(link);
        insert.salts.push(salt);
        insert.word_hashes.push(hash);
    }
    // the same source has earned just now: begin again, and find it
    on_constraint(insert.execute(tx), "ledger_entry_source_key", Error::Retry).map(|_| ())
}
