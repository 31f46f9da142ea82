use super::store::Program;
use crate::{
    calendars::ZoneName,
    loyalty::{
        points::{ConsumptionOrder, ReversalPolicy, Rounding},
        tiers::{Downgrade, QualifyOn},
    },
    platform::{
        http::{body::present, reply::Resource},
        text::{Code, Name},
        time::Timestamp,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

/// What is to change in the program.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
pub struct ProgramPatch {
    /// What other systems call it.
    #[schema(nullable = false)]
    pub code: Option<Code>,
    /// What people call it.
    #[schema(nullable = false)]
    pub name: Option<Name>,
    /// What a point is called in English.
    #[schema(nullable = false)]
    pub unit_name: Option<Name>,
    /// What a point is called in Chinese.
    #[schema(nullable = false)]
    pub unit_name_zh: Option<Name>,
    /// Whose midnights end points: a name of the IANA zone database.
    #[schema(nullable = false, example = "Asia/Shanghai")]
    pub time_zone: Option<ZoneName>,
    /// How many points one unit of the currency earns, where an earning rule does not say.
    #[schema(nullable = false, minimum = 0, maximum = 1_000_000)]
    pub points_per_currency_unit: Option<i32>,
    /// How a part of a point is rounded.
    #[schema(nullable = false)]
    pub rounding: Option<Rounding>,
    /// How long points live: `never`, `days:n`, `months:n`, `end_of_month:n` or `end_of_year:n`, counted from the
    /// local day on which they became available; they end at a local midnight.
    #[schema(
        nullable = false,
        pattern = "^(never|(days|months|end_of_month|end_of_year):(0|[1-9][0-9]{0,4}))$",
        example = "months:12"
    )]
    pub validity: Option<String>,
    /// When earned points become available: `immediate`, `days:n` (at the start of the n-th local day after), or
    /// `on_confirm`.
    #[schema(
        nullable = false,
        pattern = "^(immediate|on_confirm|days:(0|[1-9][0-9]{0,3}))$",
        example = "immediate"
    )]
    pub activation: Option<String>,
    /// Which lots are spent first.
    #[schema(nullable = false)]
    pub consumption_order: Option<ConsumptionOrder>,
    /// From where a reversed earning is taken back.
    #[schema(nullable = false)]
    pub reversal_policy: Option<ReversalPolicy>,
    /// For how many local days points live that come back after their end; 0 for not at all.
    #[schema(nullable = false, minimum = 0, maximum = 3650)]
    pub reinstate_grace_days: Option<i32>,
    /// The smallest redemption, in points.
    #[schema(nullable = false, minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub min_redeem: Option<i64>,
    /// The largest redemption, as a percentage of what is available, rounded down.
    #[schema(nullable = false, minimum = 1, maximum = 100)]
    pub max_redeem_percent: Option<i32>,
    /// Above how many points a second person approves an adjustment; null for never.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub adjustment_limit: Option<Option<i64>>,
    /// How many points a customer may transfer on one local day; null for any.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub transfer_daily_limit: Option<Option<i64>>,
    /// What 1,000 points are worth, in minor units of the organisation's currency.
    #[schema(nullable = false, minimum = 0, maximum = 1_000_000_000)]
    pub value_minor_per_1000_points: Option<i64>,
    /// What earns a tier: only `points` for now, the others are refused (422 `not_supported_yet`).
    #[schema(nullable = false)]
    pub qualify_on: Option<QualifyOn>,
    /// Which days count for tiers: `rolling:n`, n months back from today, or `fixed:MM-DD`, a year from that day on.
    #[schema(
        nullable = false,
        pattern = "^(rolling:[1-9][0-9]?|fixed:[0-9]{2}-[0-9]{2})$",
        example = "rolling:12"
    )]
    pub qualifying_window: Option<String>,
    /// For how many local days a tier that was not earned again is kept; 0 for not at all.
    #[schema(nullable = false, minimum = 0, maximum = 3650)]
    pub tier_grace_days: Option<i32>,
    /// What follows then.
    #[schema(nullable = false)]
    pub tier_downgrade: Option<Downgrade>,
    /// How many days before grace the customer is told of it; at its beginning always.
    #[schema(nullable = false, max_items = 10, example = json!([30, 7]))]
    pub tier_notice_days: Option<Vec<NoticeDays>>,
}

/// How many days before grace, 1 to 365.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(minimum = 1, maximum = 365, example = 30)]
pub struct NoticeDays(pub i32);

impl ProgramPatch {
    /// Returns the program with these changes.
    pub fn applied_to(self, old: Program) -> Program {
        Program {
            code: self.code.map_or(old.code, |new| new.0),
            name: self.name.map_or(old.name, |new| new.0),
            unit_name: self.unit_name.map_or(old.unit_name, |new| new.0),
            unit_name_zh: self.unit_name_zh.map_or(old.unit_name_zh, |new| new.0),
            time_zone: self.time_zone.map_or(old.time_zone, |new| new.0),
            points_per_currency_unit: self.points_per_currency_unit.unwrap_or(old.points_per_currency_unit),
            rounding: self.rounding.unwrap_or(old.rounding),
            validity: self.validity.unwrap_or(old.validity),
            activation: self.activation.unwrap_or(old.activation),
            consumption_order: self.consumption_order.unwrap_or(old.consumption_order),
            reversal_policy: self.reversal_policy.unwrap_or(old.reversal_policy),
            reinstate_grace_days: self.reinstate_grace_days.unwrap_or(old.reinstate_grace_days),
            min_redeem: self.min_redeem.unwrap_or(old.min_redeem),
            max_redeem_percent: self.max_redeem_percent.unwrap_or(old.max_redeem_percent),
            adjustment_limit: self.adjustment_limit.unwrap_or(old.adjustment_limit),
            transfer_daily_limit: self.transfer_daily_limit.unwrap_or(old.transfer_daily_limit),
            value_minor_per_1000_points: self
                .value_minor_per_1000_points
                .unwrap_or(old.value_minor_per_1000_points),
            qualify_on: self.qualify_on.unwrap_or(old.qualify_on),
            qualifying_window: self.qualifying_window.unwrap_or(old.qualifying_window),
            tier_grace_days: self.tier_grace_days.unwrap_or(old.tier_grace_days),
            tier_downgrade: self.tier_downgrade.unwrap_or(old.tier_downgrade),
            tier_notice_days: self
                .tier_notice_days
                .map_or(old.tier_notice_days, |new| new.into_iter().map(|days| days.0).collect()),
            version: old.version,
            updated_at: old.updated_at,
        }
    }
}

/// The rules of the points program.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProgramOut {
    /// What other systems call it.
    #[schema(example = "points")]
    pub code: String,
    /// What people call it.
    #[schema(example = "会员积分")]
    pub name: String,
    /// What a point is called in English.
    #[schema(example = "points")]
    pub unit_name: String,
    /// What a point is called in Chinese.
    #[schema(example = "积分")]
    pub unit_name_zh: String,
    /// Whose midnights end points.
    #[schema(example = "Asia/Shanghai")]
    pub time_zone: String,
    /// How many points one unit of the currency earns, where an earning rule does not say.
    #[schema(example = 1)]
    pub points_per_currency_unit: i32,
    /// How a part of a point is rounded.
    pub rounding: Rounding,
    /// How long points live.
    #[schema(example = "months:12")]
    pub validity: String,
    /// When earned points become available.
    #[schema(example = "immediate")]
    pub activation: String,
    /// Which lots are spent first.
    pub consumption_order: ConsumptionOrder,
    /// From where a reversed earning is taken back.
    pub reversal_policy: ReversalPolicy,
    /// For how many local days points live that come back after their end.
    #[schema(example = 30)]
    pub reinstate_grace_days: i32,
    /// The smallest redemption, in points.
    #[schema(example = 1)]
    pub min_redeem: i64,
    /// The largest redemption, as a percentage of what is available.
    #[schema(example = 100)]
    pub max_redeem_percent: i32,
    /// Above how many points a second person approves an adjustment; null for never.
    #[schema(required = true)]
    pub adjustment_limit: Option<i64>,
    /// How many points a customer may transfer on one local day; null for any.
    #[schema(required = true)]
    pub transfer_daily_limit: Option<i64>,
    /// What 1,000 points are worth, in minor units of the organisation's currency.
    #[schema(example = 1000)]
    pub value_minor_per_1000_points: i64,
    /// What earns a tier.
    pub qualify_on: QualifyOn,
    /// Which days count for tiers.
    #[schema(example = "rolling:12")]
    pub qualifying_window: String,
    /// For how many local days a tier that was not earned again is kept.
    #[schema(example = 30)]
    pub tier_grace_days: i32,
    /// What follows then.
    pub tier_downgrade: Downgrade,
    /// How many days before grace the customer is told of it; at its beginning always.
    #[schema(example = json!([30, 7]))]
    pub tier_notice_days: Vec<i32>,
    /// Grows with every change; also the `ETag`.
    pub version: i64,
    /// When it changed last.
    pub updated_at: Timestamp,
}

impl From<Program> for ProgramOut {
    fn from(row: Program) -> Self {
        Self {
            code: row.code,
            name: row.name,
            unit_name: row.unit_name,
            unit_name_zh: row.unit_name_zh,
            time_zone: row.time_zone,
            points_per_currency_unit: row.points_per_currency_unit,
            rounding: row.rounding,
            validity: row.validity,
            activation: row.activation,
            consumption_order: row.consumption_order,
            reversal_policy: row.reversal_policy,
            reinstate_grace_days: row.reinstate_grace_days,
            min_redeem: row.min_redeem,
            max_redeem_percent: row.max_redeem_percent,
            adjustment_limit: row.adjustment_limit,
            transfer_daily_limit: row.transfer_daily_limit,
            value_minor_per_1000_points: row.value_minor_per_1000_points,
            qualify_on: row.qualify_on,
            qualifying_window: row.qualifying_window,
            tier_grace_days: row.tier_grace_days,
            tier_downgrade: row.tier_downgrade,
            tier_notice_days: row.tier_notice_days,
            version: row.version,
            updated_at: row.updated_at.into(),
        }
    }
}

impl Resource for ProgramOut {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}
