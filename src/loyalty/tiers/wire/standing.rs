use crate::{
    customers::CustomerId,
    loyalty::tiers::{
        actions::Held,
        domain::{Membership, Projection, Rules, TierId, TierNoticeId, TierState},
        store::NoticeRow,
    },
    page_of,
    platform::{
        http::reply::Resource,
        text::{Code, Reason},
        time::Timestamp,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

/// Of which instant the tier is wanted.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AsOfParams {
    /// As of which past instant; now, when left out. In the future it is 422 `future_instant`.
    #[param(nullable = false)]
    pub as_of: Option<Timestamp>,
}

/// A tier to be given by hand.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct GiveTierIn {
    /// The code of an active tier.
    #[schema(example = "gold")]
    pub tier: Code,
    /// Why.
    #[schema(example = "战略客户")]
    pub reason: Reason,
    /// Until when; in the future.
    pub until: Timestamp,
}

/// What a tier becomes at its end if nothing more is earned.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TierProjectionOut {
    /// The code of the tier.
    #[schema(example = "silver")]
    pub tier: String,
    /// From when on: the end of validity, and of grace where it is not earned again.
    pub at: Timestamp,
}

/// The tier of a customer at an instant.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CustomerTierOut {
    /// The customer who was asked about.
    pub customer_id: CustomerId,
    /// At which instant.
    pub as_of: Timestamp,
    /// The code of the tier.
    #[schema(example = "gold")]
    pub tier: String,
    /// How the customer has it.
    pub state: TierState,
    /// Since when it is so; null for the lowest tier from the beginning.
    #[schema(required = true)]
    pub since: Option<Timestamp>,
    /// Until when it is valid, or was before grace; null for the lowest tier.
    #[schema(required = true)]
    pub valid_until: Option<Timestamp>,
    /// Until when grace lasts; null outside it.
    #[schema(required = true)]
    pub grace_until: Option<Timestamp>,
    /// The points that count for tiers.
    #[schema(example = 5600)]
    pub qualifying: i64,
    /// The code of the next tier; null for the highest.
    #[schema(required = true, example = "diamond")]
    pub next_tier: Option<String>,
    /// How many points are missing for it.
    #[schema(required = true, example = 14400)]
    pub points_to_next: Option<i64>,
    /// What the tier becomes at its end if nothing more is earned; null for the lowest tier.
    #[schema(required = true)]
    pub projected_tier_at: Option<TierProjectionOut>,
    /// The local day on which it becomes a lower one then; null where it does not.
    #[schema(required = true)]
    pub would_downgrade_on: Option<NaiveDate>,
}

impl CustomerTierOut {
    /// Returns where a customer stands at an instant.
    pub fn of(customer_id: CustomerId, at: DateTime<Utc>, held: Held) -> Self {
        let Held { standing, rules } = held;
        let points_to_next = standing.points_to_next();
        let lower = standing.projected.as_ref().filter(|projected| projected.lower);
        let would_downgrade_on = lower.map(|projected| rules.day(projected.at));
        let projected =
            |Projection { tier, at, .. }: Projection| TierProjectionOut { tier: tier.code, at: at.into() };
        Self {
            customer_id,
            as_of: at.into(),
            tier: standing.tier.code,
            state: standing.state,
            since: standing.since.map(Timestamp),
            valid_until: standing.valid_until.map(Timestamp),
            grace_until: standing.grace_until.map(Timestamp),
            qualifying: standing.qualifying,
            next_tier: standing.next.map(|next| next.code),
            points_to_next,
            projected_tier_at: standing.projected.map(projected),
            would_downgrade_on,
        }
    }
}

impl Resource for CustomerTierOut {}

/// A period in which a customer has, had or will have a tier.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TierHistoryOut {
    /// The code of the tier.
    #[schema(example = "gold")]
    pub tier: String,
    /// How it stands now: `expired` when it is over.
    pub state: TierState,
    /// How it was had: `active`, `grace` or `manual`.
    pub held_as: TierState,
    /// From when on.
    pub since: Timestamp,
    /// Until when, as it was given; null for the lowest tier.
    #[schema(required = true)]
    pub valid_until: Option<Timestamp>,
    /// When it was over, or will be.
    #[schema(required = true)]
    pub until: Option<Timestamp>,
    /// Why it was given by hand.
    #[schema(required = true)]
    pub reason: Option<String>,
}

impl TierHistoryOut {
    /// Returns a period as it looks at an instant.
    pub fn of(rules: &Rules, (row, reason): (Membership, Option<String>), at: DateTime<Utc>) -> Self {
        let is_over = row.end().is_some_and(|end| end <= at);
        Self {
            tier: rules.tier(row.tier).map(|tier| tier.code.clone()).unwrap_or_default(),
            state: if is_over { TierState::Expired } else { row.state },
            held_as: row.state,
            since: row.since.into(),
            valid_until: row.valid_until.map(Timestamp),
            until: row.end().map(Timestamp),
            reason,
        }
    }
}

page_of! {
    /// A page of a customer's tiers.
    TierHistoryPage, TierHistoryOut
}

/// What a customer is to be told of a tier that is about to be lost.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TierNoticeOut {
    /// Which one.
    pub id: TierNoticeId,
    /// Whom.
    pub customer_id: CustomerId,
    /// Of which tier.
    pub tier_id: TierId,
    /// When grace begins, or began.
    pub grace_begins_at: Timestamp,
    /// How many days before that it is to be told; 0 when grace has begun.
    #[schema(example = 30)]
    pub days_before: i32,
    /// How many points were missing to keep it when this was written.
    #[schema(example = 400)]
    pub points_missing: i64,
    /// When it was written.
    pub created_at: Timestamp,
}

impl From<NoticeRow> for TierNoticeOut {
    fn from(row: NoticeRow) -> Self {
        Self {
            id: row.id,
            customer_id: row.customer_id,
            tier_id: row.tier_id,
            grace_begins_at: row.grace_begins_at.into(),
            days_before: row.days_before,
            points_missing: row.points_missing,
            created_at: row.created_at.into(),
        }
    }
}

page_of! {
    /// A page of notices.
    TierNoticePage, TierNoticeOut
}
