use super::{Calendars, Clock, ClockKind, Refusal};
use chrono::{DateTime, TimeDelta, Utc};

const MAX_PERCENT: u32 = 1000;
const MAX_LEVEL: u8 = 3;

/// A share of the budget at which somebody hears of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rung {
    /// How much of the budget is used.
    pub percent: u32,
    /// The level that is called; none for a warning to handler and service.
    pub level: Option<u8>,
}

/// What to send at one instant: everything that a change passed at once is one notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// When it is due.
    pub at: DateTime<Utc>,
    /// The marks that it is about, rising.
    pub percents: Vec<u32>,
    /// The highest level among them; a notice raises one level, however many it passed.
    pub level: Option<u8>,
}

/// The marks of a clock, rising.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ladder(Vec<Rung>);

impl Default for Ladder {
    /// Returns the warnings at 50, 75 and 100 percent and the levels at 125, 150 and 200.
    fn default() -> Self {
        let warnings = [50, 75, 100].map(|percent| Rung { percent, level: None });
        let levels =
            [(125, 1), (150, 2), (200, 3)].map(|(percent, level)| Rung { percent, level: Some(level) });
        Ladder(warnings.into_iter().chain(levels).collect())
    }
}

impl Ladder {
    /// Returns a ladder, or refuses one whose percents or levels do not rise.
    pub fn new(rungs: Vec<Rung>) -> Result<Self, Refusal> {
        let percents = rungs.iter().map(|rung| rung.percent);
        let levels = rungs.iter().filter_map(|rung| rung.level);
        let within = percents.clone().all(|percent| (1..=MAX_PERCENT).contains(&percent))
            && levels.clone().all(|level| (1..=MAX_LEVEL).contains(&level));
        if within && percents.is_sorted_by(|a, b| a < b) && levels.is_sorted_by(|a, b| a < b) {
            Ok(Ladder(rungs))
        } else {
            Err(Refusal::InvalidLadder)
        }
    }

    /// Returns the rungs, rising.
    pub fn rungs(&self) -> &[Rung] {
        &self.0
    }

    /// Returns what is due by `now` and not yet sent, oldest first; nothing once the clock is over.
    pub fn due(
        &self,
        clock: &Clock,
        sent: &[u32],
        now: DateTime<Utc>,
        calendars: &dyn Calendars,
    ) -> Vec<Notice> {
        let mut notices: Vec<Notice> = Vec::new();
        for (at, rung) in self.ahead(clock, sent, calendars).filter(|(at, _)| *at <= now) {
            match notices.iter_mut().find(|notice| notice.at == at) {
                Some(notice) => {
                    notice.percents.push(rung.percent);
                    notice.level = notice.level.max(rung.level);
                }
                None => notices.push(Notice { at, percents: vec![rung.percent], level: rung.level }),
            }
        }
        notices.sort_by_key(|notice| notice.at);
        notices
    }

    /// Returns when the sweeper has to look next: at an unsent mark, or just after the due instant.
    ///
    /// It lies in the past when something is owed; none when nothing will ever happen by itself.
    pub fn next_check_at(
        &self,
        clock: &Clock,
        sent: &[u32],
        calendars: &dyn Calendars,
    ) -> Option<DateTime<Utc>> {
        // A clock is breached after its due instant, and instants are whole milliseconds.
        let delay = TimeDelta::milliseconds(i64::from(clock.kind.can_breach()));
        let unbroken = clock.is_open() && clock.breach.is_none();
        let breach =
            clock.due_at(calendars).filter(|_| unbroken).and_then(|due| due.checked_add_signed(delay));
        self.ahead(clock, sent, calendars).map(|(at, _)| at).chain(breach).min()
    }

    /// Yields the unsent rungs of an open clock that it will reach if nothing changes, or has reached.
    fn ahead<'a>(
        &'a self,
        clock: &'a Clock,
        sent: &'a [u32],
        calendars: &'a dyn Calendars,
    ) -> impl Iterator<Item = (DateTime<Utc>, Rung)> + 'a {
        let rungs = self.0.iter().filter(|rung| clock.is_open() && concerns(**rung, clock.kind));
        let unsent = rungs.filter(|rung| !sent.contains(&rung.percent));
        unsent.filter_map(|rung| Some((clock.instant_of_percent(rung.percent, calendars)?, *rung)))
    }
}

/// Tells whether a rung is for clocks of a kind: missed days do not climb singly, and a confirmation has
/// reminders of its own.
fn concerns(rung: Rung, kind: ClockKind) -> bool {
    match kind {
        ClockKind::Confirmation => false,
        ClockKind::Progress => rung.level.is_none(),
        _ => true,
    }
}
