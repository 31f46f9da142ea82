//! What time it is: the database's time, carried by a monotonic clock, cut to milliseconds.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use std::{sync::RwLock, time::Instant};

/// The one clock. The server measures its offset to PostgreSQL at start and every 10 s; tests set it.
#[derive(Debug)]
pub struct Clock {
    state: RwLock<State>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// The database said `at` when the monotonic clock said `seen`.
    Running { at: DateTime<Utc>, seen: Instant },
    /// A test holds the time.
    Fixed(DateTime<Utc>),
}

impl Default for Clock {
    fn default() -> Self {
        Self { state: RwLock::new(State::Running { at: Utc::now(), seen: Instant::now() }) }
    }
}

impl Clock {
    /// Returns a clock that stands still until it is set.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self { state: RwLock::new(State::Fixed(at.trunc_subsecs(3))) }
    }

    /// Returns the present instant in whole milliseconds.
    pub fn now(&self) -> DateTime<Utc> {
        match *self.state.read().unwrap_or_else(|e| e.into_inner()) {
            State::Fixed(at) => at,
            State::Running { at, seen } => {
                let passed = TimeDelta::from_std(seen.elapsed()).unwrap_or_default();
                at.checked_add_signed(passed).unwrap_or(at).trunc_subsecs(3)
            }
        }
    }

    /// Takes over what the database said at the monotonic instant `seen`; a fixed clock stays fixed.
    pub fn follow(&self, at: DateTime<Utc>, seen: Instant) {
        let mut state = self.state.write().unwrap_or_else(|e| e.into_inner());
        if let State::Running { .. } = *state {
            *state = State::Running { at, seen };
        }
    }

    /// Moves a fixed clock to `at`; for tests.
    pub fn set(&self, at: DateTime<Utc>) {
        *self.state.write().unwrap_or_else(|e| e.into_inner()) = State::Fixed(at.trunc_subsecs(3));
    }
}
