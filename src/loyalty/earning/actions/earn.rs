//! An event, and what it earns.

use crate::{
    customers::{self, CustomerId},
    loyalty::{
        earning::{
            domain::{
                Fact, Facts, Order, Rule, Subject, Tallies, Tally, Trigger, Verdict, candidates, evaluate,
            },
            store,
        },
        points::{self, Earn, Posted, Source},
        program::{self, Program},
        tiers,
    },
    platform::{
        auth::Actor,
        codes::Codes,
        db::{Tx, savepoint},
        http::problem::{Error, Result},
    },
};
use chrono::{DateTime, Utc};

/// The system that what happens in the product has for a source; no other may report it.
pub const OWN_SYSTEM: &str = "hearback";

/// Something that may earn points.
#[derive(Clone, Debug)]
pub struct Event {
    /// What happened.
    pub trigger: Trigger,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// The order.
    pub order: Option<Order>,
    /// What else is known, in words.
    pub words: Vec<(Fact, String)>,
    /// What else is known, in numbers.
    pub numbers: Vec<(Fact, i64)>,
}

impl Event {
    /// Returns an event of which no more is known.
    pub fn of(trigger: Trigger, occurred_at: DateTime<Utc>) -> Self {
        Self { trigger, occurred_at, order: None, words: Vec::new(), numbers: Vec::new() }
    }
}

/// What the rules say to an event.
#[derive(Clone, Debug)]
pub struct Tried {
    rules: Vec<Rule>,
    facts: Facts,
    tallies: Tallies,
    program: Program,
}

impl Tried {
    /// Returns what each rule says, in order.
    pub fn verdicts(&self) -> Vec<Verdict<'_>> {
        evaluate(&self.rules, &self.facts, &self.tallies, self.program.rounding)
    }
}

/// What an event earned.
#[derive(Clone, Debug)]
pub struct Earned {
    /// What the rules said; none where the source has earned before.
    pub tried: Option<Tried>,
    /// The entries, in the order of the rules.
    pub posted: Vec<Posted>,
}

/// Tells what each rule says to an event, also those that are not asked; writes nothing.
pub fn simulate(
    tx: &mut Tx,
    at: DateTime<Utc>,
    customer: Option<CustomerId>,
    event: &Event,
) -> Result<Tried> {
    let program = program::current(tx)?;
    let rules = store::all(tx)?;
    let facts = facts(tx, &program, (customer, at), event)?;
    let caps: Vec<Tally> = rules.iter().flat_map(|rule| caps_of(rule, &facts)).collect();
    let tallies = store::used(tx, &caps, &rules, program.terms()?.zone)?;
    Ok(Tried { rules, facts, tallies, program })
}

/// Earns what the rules say to an event, once for its source. Refuses `source_already_used`, `unknown_customer`,
/// `customer_merged`, `customer_erased`, `amount_out_of_range`.
pub fn fire(
    tx: &mut Tx,
    actor: &Actor,
    key: Option<&str>,
    (customer, source): (CustomerId, &Source),
    event: &Event,
) -> Result<Earned> {
    customers::require_live_customer(&customers::find(tx, customer)?.ok_or_else(unknown)?)?;
    // whoever else reports the source waits, whichever rules fire; and what is known of the customer stands still
    store::take_turn(tx, &format!("{}:{}", source.system, source.id))?;
    let has_account = hold(tx, customer)?;
    let before = points::earned_by_rules(tx, customer, source)?;
    if !before.is_empty() {
        return Ok(Earned { tried: None, posted: before });
    }
    let program = program::current(tx)?;
    let rules = store::active(tx, event.trigger)?;
    let facts = facts(tx, &program, (Some(customer), actor.at), event)?;
    let caps: Vec<Tally> =
        candidates(&rules, &facts).into_iter().flat_map(|rule| caps_of(rule, &facts)).collect();
    let tallies = store::hold(tx, caps, &rules, program.terms()?.zone)?;
    // accounts come before caps in the order of locks: one that came into being meanwhile is to be held first
    if !tallies.is_empty() && !has_account && store::hold_accounts(tx, customer)? {
        return Err(Error::Retry);
    }
    let tried = Tried { rules, facts, tallies, program };
    let mut paid: Vec<(Subject, i64)> = Vec::new();
    let mut posted = Vec::new();
    for verdict in tried.verdicts() {
        let Ok(fired) = verdict.outcome else { continue };
        paid.extend(caps_of(verdict.rule, &tried.facts).map(|cap| (cap.subject, fired.points)));
        let earn = Earn {
            customer,
            amount: fired.points,
            reason: verdict.rule.name.clone(),
            source: source.clone(),
            rule: Some(verdict.rule.code.clone()),
            occurred_at: Some(event.occurred_at),
        };
        let entry = points::earn(tx, actor, key, &earn)?;
        // another request has earned for the same source meanwhile: begin again, and find it
        if !entry.new {
            return Err(Error::Retry);
        }
        posted.push(entry);
    }
    store::add(tx, &paid)?;
    Ok(Earned { tried: Some(tried), posted })
}

/// Holds the accounts of a customer; whoever has none yet is held by name, so that events for it come one by one.
fn hold(tx: &mut Tx, customer: CustomerId) -> Result<bool> {
    if store::hold_accounts(tx, customer)? {
        return Ok(true);
    }
    store::take_turn(tx, &format!("customer {customer}"))?;
    store::hold_accounts(tx, customer)
}

/// Earns what the rules say to something that happened in the product. It hinders nothing: where points are refused,
/// of a customer who is no longer live or who has as many as there can be, it earns nothing.
pub fn happened(
    tx: &mut Tx,
    actor: &Actor,
    (customer, source_id): (CustomerId, String),
    event: &Event,
) -> Result<()> {
    if !store::is_active(tx, event.trigger)? {
        return Ok(());
    }
    if !customers::find(tx, customer)?.is_some_and(|customer| customer.is_live()) {
        return Ok(());
    }
    let source = Source { system: OWN_SYSTEM.to_owned(), id: source_id };
    match savepoint(tx, |tx| fire(tx, actor, None, (customer, &source), event)) {
        Err(refused @ (Error::Refused(_) | Error::Invalid(_))) => {
            log::warn!("{} of customer {customer} earned nothing: {refused}", event.trigger);
            Ok(())
        }
        done => done.map(|_| ()),
    }
}

fn unknown() -> Error {
    Error::field("/customer_id", "unknown_customer", "There is no such customer.", "没有这位客户。")
}

fn caps_of(rule: &Rule, facts: &Facts) -> impl Iterator<Item = Tally> {
    rule.tallies(facts.customer, facts.day).into_iter().map(|(cap, _)| cap)
}

/// Returns what is known of an event and of the customer as it is at `at`.
fn facts(
    tx: &mut Tx,
    program: &Program,
    (customer, at): (Option<CustomerId>, DateTime<Utc>),
    event: &Event,
) -> Result<Facts> {
    let zone = program.terms()?.zone;
    let mut facts = Facts {
        trigger: event.trigger,
        at: event.occurred_at,
        day: event.occurred_at.with_timezone(&zone).date_naive(),
        customer,
        tier_percent: 100,
        order: event.order.clone(),
        words: event.words.clone(),
        numbers: event.numbers.clone(),
    };
    let Some(id) = customer else { return Ok(facts) };
    let found = customers::profile(tx, id);
    let profile =
        found.map_err(|error| if matches!(error, Error::NotFound(_)) { unknown() } else { error })?;
    let tier = tiers::on_view(tx, program, id, (at, at))?.standing.tier;
    facts.tier_percent = tier.multiplier_percent;
    let own = [
        (Fact::Tier, Some(tier.code)),
        (Fact::Region, profile.region.clone()),
        (Fact::ValueGrade, Some(profile.value_grade.code().to_owned())),
        (Fact::CustomerKind, Some(profile.kind.code().to_owned())),
        (Fact::Gender, profile.gender.map(|gender| gender.code().to_owned())),
    ];
    facts.words.extend(own.into_iter().filter_map(|(fact, word)| Some((fact, word?))));
    facts.words.extend(profile.tags_at(at).into_iter().map(|tag| (Fact::Tag, tag)));
    Ok(facts)
}
