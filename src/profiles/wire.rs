//! The overview and the timeline in JSON.

use super::store::{Entry, LastSatisfaction, OpenFeedback};
use crate::{
    codes,
    customers::{CustomerOut, InteractionOut},
    orders::{Order, OrderId, Totals},
    page_of,
    platform::{codes::Codes, http::reply::Resource, time::Timestamp},
    vocabulary::{Channel, Direction, FeedbackType, Outcome, Priority, Status, Verdict},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

codes! {
    /// What an entry of a timeline is.
    pub enum TimelineKind = "timeline_kind" {
        Interaction = "interaction", "Interaction", "互动";
        FeedbackRegistered = "feedback_registered", "Feedback registered", "登记反馈";
        Reply = "reply", "Reply to feedback", "回复反馈";
        FeedbackClosed = "feedback_closed", "Feedback closed", "关闭反馈";
        Purchase = "purchase", "Purchase", "购买";
        Refund = "refund", "Refund", "退款";
    }
}

/// A customer seen from all sides.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OverviewOut {
    /// The customer with its tags, grade and stage.
    pub customer: CustomerOut,
    /// Feedback that is still open, as far as the caller may see it.
    pub open_feedback: OpenFeedbackOut,
    /// What the customer said last of a result; null when the customer never said anything.
    #[schema(required = true)]
    pub last_satisfaction: Option<LastSatisfactionOut>,
    /// What the customer bought, records that became part of this one included.
    pub orders: OrdersOverviewOut,
    /// The last five interactions, latest first.
    pub last_interactions: Vec<InteractionOut>,
}

impl Resource for OverviewOut {}

/// How much feedback is open, and the newest of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenFeedbackOut {
    /// How much is open.
    #[schema(example = 1)]
    pub count: i64,
    /// The newest five, newest first.
    pub newest: Vec<OpenFeedbackItemOut>,
}

/// Feedback that is still open.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenFeedbackItemOut {
    /// The id.
    pub id: Uuid,
    /// The number for people.
    #[schema(example = "FB-20260109-000001")]
    pub number: String,
    /// What kind of feedback it is.
    #[serde(rename = "type")]
    pub kind: FeedbackType,
    /// How pressing it is.
    pub priority: Priority,
    /// Where it stands.
    pub status: Status,
    /// What it is about.
    #[schema(required = true, example = "洗衣机脱水异响")]
    pub subject: Option<String>,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// When the next of its clocks runs out.
    #[schema(required = true)]
    pub next_due_at: Option<Timestamp>,
}

impl From<OpenFeedback> for OpenFeedbackItemOut {
    fn from(row: OpenFeedback) -> Self {
        Self {
            id: row.id,
            number: row.number,
            kind: row.kind,
            priority: row.priority,
            status: row.status,
            subject: row.subject,
            registered_at: row.registered_at.into(),
            next_due_at: row.next_due_at.map(Timestamp),
        }
    }
}

/// What the customer said last of a result.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LastSatisfactionOut {
    /// The feedback.
    pub feedback_id: Uuid,
    /// Its number for people.
    #[schema(example = "FB-20260109-000001")]
    pub feedback_number: String,
    /// Whether the customer was satisfied.
    pub verdict: Verdict,
    /// From 1 to 5.
    #[schema(required = true, minimum = 1, maximum = 5, example = 5)]
    pub score: Option<i32>,
    /// When the customer answered.
    pub answered_at: Timestamp,
}

impl From<LastSatisfaction> for LastSatisfactionOut {
    fn from(row: LastSatisfaction) -> Self {
        Self {
            feedback_id: row.feedback_id,
            feedback_number: row.number,
            verdict: row.verdict,
            score: row.score,
            answered_at: row.answered_at.into(),
        }
    }
}

/// What a customer bought.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrdersOverviewOut {
    /// How many purchases.
    #[schema(example = 3)]
    pub count: i64,
    /// The latest purchase.
    #[schema(required = true)]
    pub last: Option<LastOrderOut>,
    /// What they brought, by currency.
    pub by_currency: Vec<OrderTotalsOut>,
}

impl OrdersOverviewOut {
    /// Returns what a customer bought.
    pub fn of(totals: Vec<Totals>, last: Option<Order>) -> Self {
        Self {
            count: totals.iter().fold(0, |sum, row| sum.saturating_add(row.purchases)),
            last: last.map(LastOrderOut::from),
            by_currency: totals.into_iter().map(OrderTotalsOut::from).collect(),
        }
    }
}

/// The latest purchase.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LastOrderOut {
    /// The id.
    pub id: OrderId,
    /// When it was.
    pub occurred_at: Timestamp,
    /// By which way it came.
    pub channel: Channel,
    /// In what it was paid: ISO 4217.
    #[schema(example = "CNY")]
    pub currency: String,
    /// What was paid, in minor units.
    #[schema(example = 199_900)]
    pub revenue_minor: i64,
}

impl From<Order> for LastOrderOut {
    fn from(order: Order) -> Self {
        Self {
            id: order.id,
            occurred_at: order.occurred_at.into(),
            channel: order.channel,
            currency: order.currency,
            revenue_minor: order.revenue_minor,
        }
    }
}

/// What a customer's purchases brought in one currency.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderTotalsOut {
    /// The currency: ISO 4217.
    #[schema(example = "CNY")]
    pub currency: String,
    /// How many purchases.
    #[schema(example = 3)]
    pub count: i64,
    /// What they brought less what was refunded, in minor units; negative where more went back than is known to have
    /// come.
    #[schema(example = 399_800)]
    pub net_revenue_minor: i64,
}

impl From<Totals> for OrderTotalsOut {
    fn from(row: Totals) -> Self {
        Self {
            currency: row.currency,
            count: row.purchases,
            net_revenue_minor: row.revenue_minor.saturating_sub(row.refunded_minor),
        }
    }
}

/// One entry of a timeline.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TimelineEntryOut {
    /// When it was.
    pub at: Timestamp,
    /// What it is.
    pub kind: TimelineKind,
    /// The id of the interaction, the feedback, the reply or the order.
    pub id: Uuid,
    /// The feedback that it belongs to, if the caller may see it.
    #[schema(required = true)]
    pub feedback_id: Option<Uuid>,
    /// That feedback's number for people.
    #[schema(required = true, example = "FB-20260109-000001")]
    pub feedback_number: Option<String>,
    /// By which way it went or came; null for a closing.
    #[schema(required = true)]
    pub channel: Option<Channel>,
    /// From whom to whom it went; null for a closing and for orders.
    #[schema(required = true)]
    pub direction: Option<Direction>,
    /// An interaction's summary, a feedback's subject, or the first 200 characters of a description, a reply or the
    /// products of an order.
    #[schema(required = true, example = "洗衣机脱水异响")]
    pub text: Option<String>,
    /// How closed feedback ended.
    #[schema(required = true)]
    pub outcome: Option<Outcome>,
    /// What was paid or given back, in minor units; for orders only.
    #[schema(required = true, example = 199_900)]
    pub amount_minor: Option<i64>,
    /// In what it was paid: ISO 4217; for orders only.
    #[schema(required = true, example = "CNY")]
    pub currency: Option<String>,
}

impl From<Entry> for TimelineEntryOut {
    fn from(row: Entry) -> Self {
        Self {
            at: row.at.into(),
            kind: TimelineKind::of(&row.kind).unwrap_or(TimelineKind::Interaction),
            id: row.id,
            feedback_id: row.feedback_id,
            feedback_number: row.feedback_number,
            channel: row.channel,
            direction: row.direction,
            text: row.text,
            outcome: row.outcome,
            amount_minor: row.amount_minor,
            currency: row.currency,
        }
    }
}

page_of!(
    /// A page of a timeline, latest first.
    TimelinePage, TimelineEntryOut
);
