//! What a case is judged by: settings, service levels, and the calendars that its clocks name.

use crate::{
    calendars::{self, CalendarVersionId, WorkCalendar},
    departments::{self, DepartmentId},
    feedback::store::{Feedback, StoredClock},
    platform::{db::Tx, http::problem::Result},
    settings::{self, Settings},
    sla::{self, Aim, CalendarKey, Calendars, Ladder, Policy, Rung, Terms},
    vocabulary::{ClockKind, Priority, Status, ValueGrade},
};
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

/// The calendar versions that a case needs.
#[derive(Clone, Debug)]
pub struct Book {
    versions: Arc<BTreeMap<CalendarVersionId, WorkCalendar>>,
    /// The newest version of the present holder's calendar: what new clocks count by.
    pub present: CalendarKey,
    fallback: Arc<WorkCalendar>,
}

impl Calendars for Book {
    fn get(&self, key: CalendarKey) -> &WorkCalendar {
        self.versions
            .get(&CalendarVersionId(key.0))
            .unwrap_or(&self.fallback)
    }
}

impl Book {
    /// Returns the book of the versions in `keys` and of the calendar of `department`.
    pub fn load(
        tx: &mut Tx,
        department: Option<DepartmentId>,
        keys: impl Iterator<Item = CalendarKey>,
    ) -> Result<Self> {
        let present = departments::calendar_of(tx, department)?;
        let mut wanted: Vec<CalendarVersionId> = keys.map(|key| CalendarVersionId(key.0)).collect();
        wanted.push(present);
        wanted.sort();
        wanted.dedup();
        let versions = calendars::load_versions(tx, &wanted)?;
        let fallback = versions.get(&present).cloned();
        let fallback = fallback.ok_or_else(|| {
            crate::platform::http::problem::Error::internal("a calendar version is missing")
        })?;
        Ok(Self {
            versions: Arc::new(versions),
            present: CalendarKey(present.0),
            fallback: Arc::new(fallback),
        })
    }

    /// Returns the calendar of the present holder.
    pub fn present_calendar(&self) -> &WorkCalendar {
        self.get(self.present)
    }
}

/// Everything that a case is judged by.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The organisation's settings.
    pub settings: Arc<Settings>,
    /// Its service levels.
    pub policies: Arc<Vec<Policy>>,
    /// When somebody is warned and who is called.
    pub ladder: Arc<Ladder>,
    /// The calendars.
    pub calendars: Book,
    /// The customer's value grade, which may match a stricter policy.
    pub grade: Option<ValueGrade>,
}

impl Rules {
    /// Reads what a case with `clocks`, held by `department`, is judged by.
    pub fn load(tx: &mut Tx, department: Option<DepartmentId>, clocks: &[StoredClock]) -> Result<Self> {
        let keys = clocks
            .iter()
            .flat_map(|stored| stored.clock.segments.iter().map(|s| s.holder.calendar));
        let calendars = Book::load(tx, department, keys)?;
        let settings = settings::current(tx)?;
        let policies = sla::active_policies(tx)?;
        Ok(Self::of(settings, policies, calendars))
    }

    /// Returns the rules of parts that were just read.
    pub fn of(settings: Settings, policies: Vec<Policy>, calendars: Book) -> Self {
        let ladder = ladder(&settings);
        Self {
            settings: Arc::new(settings),
            policies: Arc::new(policies),
            ladder: Arc::new(ladder),
            calendars,
            grade: None,
        }
    }

    /// Takes the calendar of another department for what starts from here on.
    pub fn move_to(&mut self, tx: &mut Tx, department: Option<DepartmentId>) -> Result<()> {
        let known: Vec<CalendarKey> = self
            .calendars
            .versions
            .keys()
            .map(|id| CalendarKey(id.0))
            .collect();
        self.calendars = Book::load(tx, department, known.into_iter())?;
        Ok(())
    }

    /// Returns the target of a clock that starts now; none for the progress clock, which has its day's length.
    pub fn target(&self, kind: ClockKind, priority: Priority, row: &Feedback) -> Option<Targeted> {
        let winner = self.winner(priority, row);
        let default = Terms::default();
        let terms = winner.map_or(&default, |policy| &policy.terms);
        let day = self.calendars.present_calendar().standard_day_minutes();
        Some(Targeted {
            aim: terms.target(kind, priority)?.aim(day),
            pausable: terms.pausable(kind),
            policy_version_id: winner.map(|policy| policy.version_id.0),
        })
    }

    /// Returns whether the policy starts the visit clock at the reply instead of the registration.
    pub fn visit_starts_at_reply(&self, row: &Feedback) -> bool {
        self.winner(row.priority, row)
            .is_some_and(|policy| policy.terms.visit_starts == sla::VisitStart::RepliedAt)
    }

    /// Returns whether the policy lets a clock of `kind` wait in `status`.
    pub fn pauses(&self, kind: ClockKind, status: Status, row: &Feedback) -> bool {
        let winner = self.winner(row.priority, row);
        winner.map_or_else(
            || Terms::default().pauses(kind, status),
            |policy| policy.terms.pauses(kind, status),
        )
    }

    fn winner(&self, priority: Priority, row: &Feedback) -> Option<&Policy> {
        let facts = sla::Facts {
            feedback_type: row.kind,
            priority,
            grade: self.grade,
            channel: row.channel,
        };
        sla::choose(&self.policies, &facts).winner
    }
}

/// What a clock has to be met within, and who says so.
#[derive(Clone, Copy, Debug)]
pub struct Targeted {
    /// The budget and the time that it counts.
    pub aim: Aim,
    /// Whether the clock may wait for customers and third parties.
    pub pausable: bool,
    /// The policy version; none for the defaults.
    pub policy_version_id: Option<Uuid>,
}

/// Returns the ladder of the settings; the default one where they cannot be climbed.
fn ladder(settings: &Settings) -> Ladder {
    let percent = |p: &i32| u32::try_from(*p).ok();
    let warnings = settings
        .warn_at_percent
        .iter()
        .filter_map(percent)
        .map(|percent| Rung { percent, level: None });
    let levels = settings.ladder_percent.iter().filter_map(percent).zip(1u8..);
    let levels = levels.map(|(percent, level)| Rung {
        percent,
        level: Some(level),
    });
    Ladder::new(warnings.chain(levels).collect()).unwrap_or_default()
}
