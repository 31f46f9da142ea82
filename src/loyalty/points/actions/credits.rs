use super::{Posted, close, open, origin};
use crate::{
    customers::{self, CustomerId},
    loyalty::points::{
        domain::{Credit, EntryKind, Origin, Refusal, Source, When},
        store,
        wire::OpeningIn,
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::problem::{Error, Result},
    },
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
    bring_in(tx, actor, key, earn, (EntryKind::Earn, When::Earned))
}

/// Brings in an opening balance; the same source does so once. Refuses what [`earn`] refuses, `unknown_customer` and
/// `future_instant`.
pub fn open_balance(tx: &mut Tx, actor: &Actor, input: &OpeningIn) -> Result<Posted> {
    let customer = match (&input.customer_id, &input.customer_ref) {
        (Some(id), None) => Some(*id),
        (None, Some(by)) => customers::by_ref(tx, &by.system, &by.id)?,
        _ => None,
    };
    let customer = customer.ok_or_else(|| {
        let en = "There is no such customer; one of customer_id and customer_ref names it.";
        Error::field(
            "/customer_ref",
            "unknown_customer",
            en,
            "没有这位客户；customer_id 与 customer_ref 须择一填写。",
        )
    })?;
    if input.occurred_at.is_some_and(|at| at.0 > actor.at) {
        let en = "lies in the future";
        return Err(Error::field("/occurred_at", "future_instant", en, "时间在未来"));
    }
    let opening = Earn {
        customer,
        amount: input.amount,
        reason: input.reason.as_deref().unwrap_or("期初余额").to_owned(),
        source: input.source.clone().into(),
        rule: None,
        occurred_at: input.occurred_at.map(|at| at.0),
    };
    let when = input.expires_at.map_or(When::AtOnce, |end| When::Until(end.0));
    bring_in(tx, actor, None, &opening, (EntryKind::MigrateIn, when))
}

fn bring_in(
    tx: &mut Tx,
    actor: &Actor,
    key: Option<&str>,
    earn: &Earn,
    (kind, when): (EntryKind, When),
) -> Result<Posted> {
    let rule = earn.rule.as_deref().unwrap_or(MANUAL);
    let mut ledger = open(tx, actor, &[earn.customer])?;
    let account = ledger.account(earn.customer)?;
    if let Some((entry, reason)) = store::by_source(tx, &earn.source, rule)? {
        let is_same = entry.kind == kind
            && entry.amount == earn.amount
            && ledger.book.accounts().any(|known| known.id == entry.account_id);
        let posted = Posted { entry, reason, customer: Some(earn.customer), new: false };
        return if is_same { Ok(posted) } else { Err(Refusal::SourceAlreadyUsed.into()) };
    }
    let origin = Origin {
        source: Some(earn.source.clone()),
        rule: Some(rule.to_owned()),
        ..origin(actor, key, &earn.reason)
    };
    let occurred_at = earn.occurred_at.unwrap_or(ledger.at);
    let credit = Credit { kind, amount: earn.amount, occurred_at, when, origin };
    let entry = ledger.book.credit(account, credit)?;
    close(tx, ledger, entry, Some(earn.customer))
}
