use super::{BalanceOut, SourceIn};
use crate::{
    customers::CustomerId,
    loyalty::points::{
        actions::Posted,
        domain::{EntryId, EntryKind, HoldId, LotId},
        store::{StoredEntry, Worded},
    },
    page_of,
    platform::{http::reply::Resource, text::Code, time::Timestamp},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// An entry of the ledger.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EntryOut {
    /// The id.
    pub id: EntryId,
    /// The customer; null once personal data were erased.
    #[schema(required = true)]
    pub customer_id: Option<CustomerId>,
    /// Its place in its account, from 1.
    #[schema(example = 1)]
    pub seq: i64,
    /// What it does.
    pub kind: EntryKind,
    /// By how many points the balance changes; over the accounts of merged customers the sum.
    #[schema(example = 100)]
    pub amount: i64,
    /// Why.
    #[schema(required = true, example = "订单奖励")]
    pub reason: Option<String>,
    /// For what, in another system.
    #[schema(required = true)]
    pub source: Option<SourceIn>,
    /// The earning rule; `manual` where no rule earned it.
    #[schema(required = true, example = "manual")]
    pub rule: Option<String>,
    /// The entry that it reverses.
    #[schema(required = true)]
    pub reverses_id: Option<EntryId>,
    /// What joins the entries that one command posted to several accounts.
    #[schema(required = true)]
    pub group_id: Option<Uuid>,
    /// The lot that it activates or expires.
    #[schema(required = true)]
    pub lot_id: Option<LotId>,
    /// The hold that it captures, or whose end let the lot expire.
    #[schema(required = true)]
    pub hold_id: Option<HoldId>,
    /// How much of it is owed.
    #[schema(example = 0)]
    pub debt_part: i64,
    /// How much of what a reversal wanted was left with the customer.
    #[schema(example = 0)]
    pub waived: i64,
    /// How much of the original a reversal was asked to take back.
    #[schema(required = true)]
    pub requested: Option<i64>,
    /// Who posted it: `staff`, `api_key`, `customer` or `system`.
    #[schema(example = "staff")]
    pub actor_kind: String,
    /// Which person or program.
    #[schema(required = true)]
    pub actor_id: Option<Uuid>,
    /// When it became true.
    pub occurred_at: Timestamp,
    /// When it was written; never falls from one entry of an account to the next.
    pub recorded_at: Timestamp,
    /// What the customer has after it.
    pub balance: BalanceOut,
}

impl EntryOut {
    /// Returns an entry of a customer.
    pub fn of(entry: StoredEntry, reason: Option<String>, customer: Option<CustomerId>) -> Self {
        let source = entry.source_system.zip(entry.source_id);
        Self {
            id: entry.id,
            customer_id: customer,
            seq: entry.seq,
            kind: entry.kind,
            amount: entry.amount,
            reason,
            source: source.map(|(system, id)| SourceIn { system, id: Code(id) }),
            rule: entry.rule,
            reverses_id: entry.reverses_id,
            group_id: entry.group_id,
            lot_id: entry.lot_id,
            hold_id: entry.hold_id,
            debt_part: entry.debt_part,
            waived: entry.waived,
            requested: entry.requested,
            actor_kind: entry.actor_kind,
            actor_id: entry.actor_id,
            occurred_at: Timestamp(entry.occurred_at),
            recorded_at: Timestamp(entry.recorded_at),
            balance: BalanceOut {
                available: entry.available_after,
                pending: entry.pending_after,
                held: entry.held_after,
                debt: entry.debt_after,
            },
        }
    }

    /// Returns an entry with the words that it was stored with.
    pub fn worded((entry, reason): Worded, customer: Option<CustomerId>) -> Self {
        Self::of(entry, reason, customer)
    }
}

impl From<Posted> for EntryOut {
    fn from(posted: Posted) -> Self {
        Self::of(posted.entry, posted.reason, posted.customer)
    }
}

impl Resource for EntryOut {
    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/loyalty/entries/{}", self.id))
    }
}

/// What a source has earned: now, or before.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct EarnedOut {
    entry: EntryOut,
    /// Whether it was earned now.
    #[serde(skip)]
    pub new: bool,
}

impl From<Posted> for EarnedOut {
    fn from(posted: Posted) -> Self {
        Self { new: posted.new, entry: posted.into() }
    }
}

impl Resource for EarnedOut {
    fn location(&self) -> Option<String> {
        self.entry.location()
    }
}

page_of!(
    /// A page of entries, newest first.
    EntryPage,
    EntryOut
);

/// Which entries are wanted.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EntryFilter {
    /// Only those that do this.
    #[param(nullable = false)]
    pub kind: Option<EntryKind>,
}
