//! What is done with tiers and with who has them.

mod change;
mod manual;
mod rehearse;
mod review;
mod standing;

pub use change::{changed, create, set_active, update};
pub use manual::{disinherit, give, inherit};
pub use rehearse::{Mover, rehearse};
pub use review::{ALL, review, review_after, review_due};
use standing::alone;
pub use standing::{Held, history, of, on_view, reaches};

use super::{
    domain::{Refusal, Rules},
    store,
};
use crate::{
    loyalty::program::Program,
    platform::{
        db::Tx,
        http::problem::{Error, Result},
    },
};

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let (en, zh) = match refusal {
            Refusal::ThresholdsNotRising => ("must rise with the rank", "门槛必须随级别递增"),
            Refusal::NoBase => ("must be 0 for the lowest tier, and only for it", "最低等级的门槛必须为 0"),
        };
        Self::field("/threshold", refusal.code(), en, zh)
    }
}

/// Returns the rules that tiers go by.
pub fn rules(tx: &mut Tx, program: &Program) -> Result<Rules> {
    let broken = || Error::internal("the points program has rules for tiers that cannot be read");
    let days = |days: &i32| u32::try_from(*days).map_err(|_| broken());
    Ok(Rules {
        zone: program.time_zone.parse().map_err(|_| broken())?,
        window: program.qualifying_window.parse().map_err(|()| broken())?,
        grace_days: days(&program.tier_grace_days)?,
        downgrade: program.tier_downgrade,
        notice_days: program.tier_notice_days.iter().map(days).collect::<Result<_>>()?,
        tiers: store::all(tx)?.into_iter().map(Into::into).collect(),
    })
}
