//! Earning rules as JSON.

mod conditions;
mod events;
mod rules;

pub use conditions::{ConditionIn, condition};
pub use events::{EarningEventIn, EventEarnedOut, SimulationIn, SimulationOut};
pub use rules::{
    EarningPointsIn, EarningRuleFilter, EarningRuleIn, EarningRuleOut, EarningRulePage, EarningRulePatch,
};
