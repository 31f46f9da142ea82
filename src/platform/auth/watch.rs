//! Keeps the registry, the keys and the clock true by what PostgreSQL tells.

use super::{gate::Inner, store};
use crate::platform::{
    db::{
        Tx,
        listener::{Round, Watcher},
    },
    http::problem::Result,
};
use chrono::TimeDelta;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// The channel that the triggers tell on.
pub const CHANNEL: &str = "hearback_principals";
/// How often the clock follows the database.
const CLOCK: Duration = Duration::from_secs(10);
/// The longest way of an answer that sets the clock.
const TRUE_WAY: Duration = Duration::from_millis(100);
/// How often the uses of API keys are written down.
const USES: Duration = Duration::from_secs(5);
/// Sessions that ended longer ago have no access tokens left.
const ENDED: TimeDelta = TimeDelta::minutes(15);

/// What the listener's thread does.
pub struct Watch {
    inner: Arc<Inner>,
    clock_set: Option<Instant>,
    uses_written: Instant,
}

impl Watch {
    /// Returns the watch over `inner`.
    pub fn over(inner: Arc<Inner>) -> Self {
        Self { inner, clock_set: None, uses_written: Instant::now() }
    }
}

impl Watcher for Watch {
    fn joined(&mut self, tx: &mut Tx) -> Result<()> {
        self.clock_set = None;
        self.inner.load(tx)
    }

    fn heard(&mut self, tx: &mut Tx, told: &str) -> Result<()> {
        let registry = &self.inner.registry;
        let (what, id) = told.split_once(':').unwrap_or_default();
        let Ok(id) = id.parse() else { return Ok(()) };
        match what {
            "staff" => registry.take_people(store::people(tx, Some(id))?),
            "api_key" => registry.take_programs(store::programs(tx, Some(id))?),
            "session" => registry.end([id]),
            "signing_key" => self.inner.open_keys(&store::keys(tx)?)?,
            _ => {}
        }
        Ok(())
    }

    fn current(&mut self, tx: &mut Tx, round: Round) -> Result<()> {
        self.inner.registry.complete(round.asked);
        let way = round.answered.duration_since(round.asked) / 2;
        // an answer that was long under way says little about the time
        if self.clock_set.is_none_or(|set| set.elapsed() >= CLOCK) && way < TRUE_WAY {
            self.inner.clock.follow(round.at, round.asked + way);
            self.clock_set = Some(round.answered);
        }
        if self.uses_written.elapsed() >= USES {
            store::set_last_used(tx, &self.inner.registry.take_used())?;
            self.uses_written = Instant::now();
        }
        Ok(())
    }
}

impl Inner {
    /// Reads everything that admission needs to know.
    pub(super) fn load(&self, tx: &mut Tx) -> Result<()> {
        let since = self.clock.now().checked_sub_signed(ENDED);
        self.registry.take_people(store::people(tx, None)?);
        self.registry.take_programs(store::programs(tx, None)?);
        self.registry.end(store::sessions_ended(tx, since.unwrap_or_default())?);
        self.open_keys(&store::keys(tx)?)
    }
}
