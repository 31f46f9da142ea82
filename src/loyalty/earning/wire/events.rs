use super::rules::CurrencyCode;
use crate::{
    customers::CustomerId,
    loyalty::{
        earning::{
            actions::{Earned, Event, Tried},
            domain::{EarningRuleId, Fact, Order, Trigger, Verdict, WhyNotEarned},
        },
        points::{EntryOut, SourceIn},
    },
    platform::{codes::Codes, http::reply::Resource, text::Code, time::Timestamp},
    vocabulary::{Channel, FeedbackType},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

/// One line of an order.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EarningLineIn {
    /// The product.
    #[schema(nullable = false, example = "P-7")]
    pub product: Option<Code>,
    /// Its category.
    #[schema(nullable = false, example = "吸尘器")]
    pub category: Option<Code>,
}

/// An order, as far as points go.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EarningOrderIn {
    /// What was paid, in minor units.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64, example = 19900)]
    pub amount_minor: i64,
    /// In which currency.
    pub currency: CurrencyCode,
    /// By which channel.
    #[schema(nullable = false)]
    pub channel: Option<Channel>,
    /// What was bought.
    #[schema(nullable = false, max_items = 200)]
    pub lines: Option<Vec<EarningLineIn>>,
}

/// An event that is only tried.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct SimulationIn {
    /// Whose points it would earn; left out, somebody's of whom nothing is known.
    #[schema(nullable = false)]
    pub customer_id: Option<CustomerId>,
    /// What happens.
    pub trigger: Trigger,
    /// When; now, when left out.
    #[schema(nullable = false)]
    pub occurred_at: Option<Timestamp>,
    /// The order.
    #[schema(nullable = false)]
    pub order: Option<EarningOrderIn>,
    /// By which channel, where there is no order.
    #[schema(nullable = false)]
    pub channel: Option<Channel>,
    /// The name of an event of another system.
    #[schema(nullable = false, example = "check-in")]
    pub event: Option<Code>,
    /// The type of the feedback.
    #[schema(nullable = false)]
    pub feedback_type: Option<FeedbackType>,
    /// The score of satisfaction.
    #[schema(nullable = false, minimum = 1, maximum = 5)]
    pub score: Option<i64>,
    /// Years since signing up, or of age.
    #[schema(nullable = false, minimum = 0, maximum = 400)]
    pub years: Option<i64>,
}

impl SimulationIn {
    /// Returns the event that it states.
    pub fn event(&self, now: DateTime<Utc>) -> Event {
        let words = [
            (Fact::Channel, self.channel.map(|channel| channel.code().to_owned())),
            (Fact::Event, self.event.as_ref().map(|name| name.0.clone())),
            (Fact::FeedbackType, self.feedback_type.map(|of| of.code().to_owned())),
        ];
        let numbers = [(Fact::Score, self.score), (Fact::Years, self.years)];
        let of_order = self.order.as_ref().and_then(|order| order.channel);
        let of_order = of_order.map(|channel| (Fact::Channel, channel.code().to_owned()));
        Event {
            trigger: self.trigger,
            occurred_at: self.occurred_at.map_or(now, |at| at.0),
            order: self.order.as_ref().map(order),
            words: words.into_iter().filter_map(|(fact, word)| Some((fact, word?))).chain(of_order).collect(),
            numbers: numbers.into_iter().filter_map(|(fact, number)| Some((fact, number?))).collect(),
        }
    }
}

fn order(input: &EarningOrderIn) -> Order {
    let of = |part: fn(&EarningLineIn) -> &Option<Code>| {
        let lines = input.lines.iter().flatten();
        lines.filter_map(|line| part(line).as_ref().map(|code| code.0.clone())).collect()
    };
    Order {
        amount_minor: input.amount_minor,
        currency: input.currency.0.clone(),
        products: of(|line| &line.product),
        categories: of(|line| &line.category),
    }
}

/// An event that earns points by the rules.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct EarningEventIn {
    /// Whose points it earns.
    pub customer_id: CustomerId,
    /// For what: the same source earns by rules once.
    pub source: SourceIn,
    /// What happened.
    pub trigger: Trigger,
    /// When, not in the future; now, when left out.
    #[schema(nullable = false)]
    pub occurred_at: Option<Timestamp>,
    /// The order.
    #[schema(nullable = false)]
    pub order: Option<EarningOrderIn>,
    /// By which channel, where there is no order.
    #[schema(nullable = false)]
    pub channel: Option<Channel>,
    /// The name of an event of another system.
    #[schema(nullable = false, example = "check-in")]
    pub event: Option<Code>,
    /// The type of the feedback.
    #[schema(nullable = false)]
    pub feedback_type: Option<FeedbackType>,
    /// The score of satisfaction.
    #[schema(nullable = false, minimum = 1, maximum = 5)]
    pub score: Option<i64>,
    /// Years since signing up, or of age.
    #[schema(nullable = false, minimum = 0, maximum = 400)]
    pub years: Option<i64>,
}

impl EarningEventIn {
    /// Returns the event that it states, as it could be tried.
    pub fn simulation(&self) -> SimulationIn {
        SimulationIn {
            customer_id: Some(self.customer_id),
            trigger: self.trigger,
            occurred_at: self.occurred_at,
            order: self.order.clone(),
            channel: self.channel,
            event: self.event.clone(),
            feedback_type: self.feedback_type,
            score: self.score,
            years: self.years,
        }
    }
}

/// What one rule says to an event.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EarningVerdictOut {
    /// Which rule.
    pub id: EarningRuleId,
    /// What the ledger calls it.
    #[schema(example = "store-order")]
    pub code: String,
    /// What people call it.
    pub name: String,
    /// Whether it pays.
    pub fired: bool,
    /// Why not; null where it does.
    #[schema(required = true)]
    pub why_not: Option<WhyNotEarned>,
    /// How many points it pays.
    #[schema(example = 199)]
    pub points: i64,
    /// How many of them a cap cut off.
    #[schema(example = 0)]
    pub cut_off: i64,
}

impl From<Verdict<'_>> for EarningVerdictOut {
    fn from(verdict: Verdict<'_>) -> Self {
        let fired = verdict.outcome.ok();
        Self {
            id: verdict.rule.id,
            code: verdict.rule.code.clone(),
            name: verdict.rule.name.clone(),
            fired: fired.is_some(),
            why_not: verdict.outcome.err(),
            points: fired.map_or(0, |fired| fired.points),
            cut_off: fired.map_or(0, |fired| fired.uncapped.saturating_sub(fired.points)),
        }
    }
}

/// What the rules would say to an event.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SimulationOut {
    /// How many points it would earn.
    #[schema(example = 199)]
    pub points: i64,
    /// What each rule says, in the order in which they are asked.
    pub rules: Vec<EarningVerdictOut>,
}

impl From<Tried> for SimulationOut {
    fn from(tried: Tried) -> Self {
        let rules: Vec<EarningVerdictOut> = tried.verdicts().into_iter().map(Into::into).collect();
        Self { points: rules.iter().fold(0, |sum: i64, rule| sum.saturating_add(rule.points)), rules }
    }
}

impl Resource for SimulationOut {}

/// What an event earned.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventEarnedOut {
    /// How many points.
    #[schema(example = 199)]
    pub points: i64,
    /// The entries of the ledger, one for each rule that fired.
    pub entries: Vec<EntryOut>,
    /// What each active rule for this said; null where the source has earned before.
    #[schema(required = true)]
    pub rules: Option<Vec<EarningVerdictOut>>,
}

impl From<Earned> for EventEarnedOut {
    fn from(earned: Earned) -> Self {
        Self {
            points: earned.posted.iter().fold(0, |sum: i64, posted| sum.saturating_add(posted.entry.amount)),
            rules: earned.tried.map(|tried| tried.verdicts().into_iter().map(Into::into).collect()),
            entries: earned.posted.into_iter().map(EntryOut::from).collect(),
        }
    }
}

impl Resource for EventEarnedOut {}
