use super::{Posted, close_all, one, open_known, origin, posted};
use crate::{
    customers::{self, CustomerId},
    loyalty::points::{
        domain::{Credit, EntryKind, Origin, Refusal, Source, When},
        store::{self, Ledger, Worded},
        wire::OpeningIn,
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::problem::{Error, Result},
    },
};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

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

/// Who earns what: the actor, the key that the request came with, and the points.
pub type Earning<'a> = (&'a Actor, Option<&'a str>, &'a Earn);

/// Earns points; the same source and rule earn once. Refuses `source_already_used`, `amount_out_of_range`,
/// `customer_merged`, `customer_erased`.
pub fn earn(tx: &mut Tx, actor: &Actor, key: Option<&str>, earn: &Earn) -> Result<Posted> {
    one(earn_all(tx, &[(actor, key, earn)])?)
}

/// Does what [`earn`] does, for many at once; who is refused has posted nothing.
pub fn earn_all(tx: &mut Tx, asked: &[Earning<'_>]) -> Result<Vec<Result<Posted>>> {
    bring_in(tx, (EntryKind::Earn, When::Earned), asked)
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
    let brought = bring_in(tx, (EntryKind::MigrateIn, when), &[(actor, None, &opening)])?;
    one(brought)
}

/// What a source has earned by a rule: system, id, rule.
type Used = (String, String, String);

fn bring_in(tx: &mut Tx, kind: (EntryKind, When), asked: &[Earning<'_>]) -> Result<Vec<Result<Posted>>> {
    let customers: Vec<CustomerId> = asked.iter().map(|(_, _, earn)| earn.customer).collect();
    let mut ledger = open_known(tx, asked.iter().map(|(actor, ..)| *actor), &customers)?;
    let sources: Vec<_> = asked.iter().map(|(_, _, earn)| (&earn.source, rule_of(earn))).collect();
    let used = |(entry, reason): Worded| {
        let (system, id) = entry.source_system.clone().zip(entry.source_id.clone())?;
        Some(((system, id, entry.rule.clone()?), (entry, reason)))
    };
    let mut used: BTreeMap<Used, Worded> =
        store::by_sources(tx, &sources)?.into_iter().filter_map(used).collect();
    let posted: Vec<_> = asked.iter().map(|one| earn_one(&mut ledger, &mut used, kind, one)).collect();
    close_all(tx, ledger, &posted)?;
    Ok(posted)
}

fn earn_one(
    ledger: &mut Ledger,
    used: &mut BTreeMap<Used, Worded>,
    (kind, when): (EntryKind, When),
    (actor, key, earn): &Earning<'_>,
) -> Result<Posted> {
    let account = ledger.live(earn.customer)?;
    let rule = rule_of(earn).to_owned();
    let place = (earn.source.system.clone(), earn.source.id.clone(), rule.clone());
    if let Some((entry, reason)) = used.get(&place).cloned() {
        let is_same = entry.kind == kind
            && entry.amount == earn.amount
            && ledger.linked(account).contains(&entry.account_id);
        let posted = Posted { entry, reason, customer: Some(earn.customer), new: false };
        return if is_same { Ok(posted) } else { Err(Refusal::SourceAlreadyUsed.into()) };
    }
    let source = Some(earn.source.clone());
    let origin = Origin { source, rule: Some(rule), ..origin(actor, *key, &earn.reason) };
    let occurred_at = earn.occurred_at.unwrap_or(ledger.at);
    let credit = Credit { kind, amount: earn.amount, occurred_at, when, origin };
    let entry = ledger.book.credit(account, credit)?;
    let posted = posted(ledger, entry, Some(earn.customer))?;
    used.insert(place, (posted.entry.clone(), posted.reason.clone()));
    Ok(posted)
}

fn rule_of(earn: &Earn) -> &str {
    earn.rule.as_deref().unwrap_or(MANUAL)
}

/// Returns what earning rules have earned for a source; refuses `source_already_used` where another customer has it.
pub fn earned_by_rules(tx: &mut Tx, customer: CustomerId, source: &Source) -> Result<Vec<Posted>> {
    let found = store::by_rules(tx, source, MANUAL)?;
    let accounts = store::linked(tx, customer)?.accounts();
    if found.iter().any(|(entry, _)| !accounts.contains(&entry.account_id)) {
        return Err(Refusal::SourceAlreadyUsed.into());
    }
    let posted = |(entry, reason)| Posted { entry, reason, customer: Some(customer), new: false };
    Ok(found.into_iter().map(posted).collect())
}
