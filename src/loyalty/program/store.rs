use crate::{
    loyalty::{
        points::{ConsumptionOrder, ReversalPolicy, Rounding, Terms},
        tiers::{Downgrade, QualifyOn},
    },
    platform::{
        db::Tx,
        http::problem::{Error, Result},
    },
    schema::loyalty_program,
};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};

/// The rules of the points program.
#[derive(Clone, Debug, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = loyalty_program, check_for_backend(Pg))]
pub struct Program {
    /// What other systems call it.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// What a point is called in English.
    pub unit_name: String,
    /// What a point is called in Chinese.
    pub unit_name_zh: String,
    /// Whose midnights end points.
    pub time_zone: String,
    /// How many points one unit of the currency earns.
    pub points_per_currency_unit: i32,
    /// How a part of a point is rounded.
    pub rounding: Rounding,
    /// How long points live.
    pub validity: String,
    /// When earned points become available.
    pub activation: String,
    /// Which lots are spent first.
    pub consumption_order: ConsumptionOrder,
    /// From where a reversed earning is taken back.
    pub reversal_policy: ReversalPolicy,
    /// For how many days points live that come back after their end.
    pub reinstate_grace_days: i32,
    /// The smallest redemption.
    pub min_redeem: i64,
    /// The largest redemption, as a share of what is available.
    pub max_redeem_percent: i32,
    /// Above which amount a second person approves an adjustment.
    #[diesel(treat_none_as_null = true)]
    pub adjustment_limit: Option<i64>,
    /// How much a customer may transfer on one local day.
    #[diesel(treat_none_as_null = true)]
    pub transfer_daily_limit: Option<i64>,
    /// What 1,000 points are worth in minor units of the currency.
    pub value_minor_per_1000_points: i64,
    /// Grows with every change.
    pub version: i64,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
    /// What earns a tier.
    pub qualify_on: QualifyOn,
    /// Which days count for tiers.
    pub qualifying_window: String,
    /// For how many days a tier that was not earned again is kept.
    pub tier_grace_days: i32,
    /// What follows then.
    pub tier_downgrade: Downgrade,
    /// How many days before grace the customer is told.
    pub tier_notice_days: Vec<i32>,
}

impl Program {
    /// Returns what the ledger goes by.
    pub fn terms(&self) -> Result<Terms> {
        let broken = || Error::internal("the points program has rules that cannot be read");
        Ok(Terms {
            zone: self.time_zone.parse().map_err(|_| broken())?,
            validity: self.validity.parse().map_err(|()| broken())?,
            activation: self.activation.parse().map_err(|()| broken())?,
            order: self.consumption_order,
            reversal: self.reversal_policy,
            grace_days: u32::try_from(self.reinstate_grace_days).map_err(|_| broken())?,
            min_redeem: self.min_redeem,
            max_redeem_percent: self.max_redeem_percent.into(),
        })
    }
}

/// Returns the rules as they are now.
pub fn current(tx: &mut Tx) -> Result<Program> {
    let found = loyalty_program::table.select(Program::as_select()).first(tx).optional()?;
    found.ok_or_else(|| Error::internal("the database has no points program"))
}

/// Returns the rules and holds them until the transaction is over.
pub fn lock(tx: &mut Tx) -> Result<Program> {
    Ok(loyalty_program::table.select(Program::as_select()).for_update().first(tx)?)
}

/// Writes the rules.
pub fn save(tx: &mut Tx, program: &Program) -> Result<()> {
    diesel::update(loyalty_program::table).set(program).execute(tx)?;
    Ok(())
}
