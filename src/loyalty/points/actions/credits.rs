use super::{Posted, close, open, origin};
use crate::{
    customers::CustomerId,
    loyalty::points::{
        domain::{Credit, EntryKind, Origin, Refusal, Source, When},
        store,
    },
    platform::{auth::Actor, db::Tx, http::problem::Result},
};
use chrono::{DateTime, Utc};

/// The rule of what no rule earned.
const MANUAL: &str = "manual";

/// Points to be earned.
#[derive(Clone, Debug)]
pub struct Earn {
    /// By whom.
    pub customer: CustomerId,
    /// How many.
    pub amount: i64,
    /// For what, in words.
    pub reason: String,
    /// For what; it earns once.
    pub source: Source,
    /// By which earning rule; `manual` when left out.
    pub rule: Option<String>,
    /// When; now, when left out.
    pub occurred_at: Option<DateTime<Utc>>,
}

/// Earns points; the same source and rule earn once. Refuses `source_already_used`, `amount_out_of_range`,
/// `customer_merged`, `customer_erased`.
pub fn earn(tx: &mut Tx, actor: &Actor, key: Option<&str>, earn: &Earn) -> Result<Posted> {
    let rule = earn.rule.as_deref().unwrap_or(MANUAL);
    let mut ledger = open(tx, actor, &[earn.customer])?;
    let account = ledger.account(earn.customer)?;
    if let Some((entry, reason)) = store::by_source(tx, &earn.source, rule)? {
        let same = entry.amount == earn.amount && ledger.book.accounts().any(|a| a.id == entry.account_id);
        let posted = Posted { entry, reason, customer: Some(earn.customer), new: false };
        return if same { Ok(posted) } else { Err(Refusal::SourceAlreadyUsed.into()) };
    }
    let origin = Origin {
        source: Some(earn.source.clone()),
        rule: Some(rule.to_owned()),
        ..origin(actor, key, &earn.reason)
    };
    let credit = Credit {
        kind: EntryKind::Earn,
        amount: earn.amount,
        occurred_at: earn.occurred_at.unwrap_or(ledger.at),
        when: When::Earned,
        origin,
    };
    let entry = ledger.book.credit(account, credit)?;
    close(tx, ledger, entry, Some(earn.customer))
}
