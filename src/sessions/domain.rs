//! What is true of signing in without a database.

use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// Failures further back do not count.
pub const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// How many failures an account may have in the window.
pub const PER_ACCOUNT: usize = 10;
/// How many failures a network may have in the window.
pub const PER_NETWORK: usize = 100;
/// How long a refresh token may be used.
pub const REFRESH: TimeDelta = TimeDelta::days(30);
/// An attempt that is undecided for longer was broken off, and counts as failed.
const UNDECIDED: TimeDelta = TimeDelta::seconds(10);

/// An attempt of late: it failed, or is not decided yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When it was made.
    pub at: DateTime<Utc>,
    /// Whether it is not decided yet.
    pub pending: bool,
}

/// Whether one more attempt may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// It may.
    Free,
    /// Perhaps: attempts that are not decided yet take the last places.
    Perhaps,
    /// Not before this time has passed.
    Full(Duration),
}

/// Returns whether one more attempt may be made at `at`, after these of the window, newest first.
pub fn room(attempts: &[Attempt], limit: usize, at: DateTime<Utc>) -> Room {
    let Some(oldest) = attempts.get(limit.saturating_sub(1)) else {
        return Room::Free;
    };
    let undecided = |one: &Attempt| one.pending && at.signed_duration_since(one.at) < UNDECIDED;
    if attempts.iter().any(undecided) {
        return Room::Perhaps;
    }
    let free = oldest.at.checked_add_signed(WINDOW).unwrap_or(at);
    let wait = free.signed_duration_since(at).to_std().unwrap_or_default();
    Room::Full(Duration::from_secs(wait.as_secs().saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(minutes_ago: i64) -> Attempt {
        Attempt { at: DateTime::UNIX_EPOCH - TimeDelta::minutes(minutes_ago), pending: false }
    }

    #[test]
    fn the_oldest_of_the_last_failures_says_how_long_to_wait() {
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(room(&[failed(1), failed(2)], 3, now), Room::Free);
        let full = room(&[failed(1), failed(2), failed(5)], 3, now);
        assert_eq!(full, Room::Full(Duration::from_secs(601)));
    }

    #[test]
    fn an_undecided_attempt_may_yet_succeed_unless_it_is_old() {
        let now = DateTime::UNIX_EPOCH;
        let pending = |seconds| Attempt { at: now - TimeDelta::seconds(seconds), pending: true };
        assert_eq!(room(&[pending(1), failed(1)], 2, now), Room::Perhaps);
        assert!(matches!(room(&[pending(11), failed(1)], 2, now), Room::Full(_)));
    }
}
