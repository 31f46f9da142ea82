//! What one case is judged by: the configuration, and the calendars that its clocks name.

use super::config::{self, Config};
use crate::{
    calendars::{CalendarVersionId, WorkCalendar},
    departments::DepartmentId,
    feedback::store::{Feedback, StoredClock},
    platform::{db::Tx, http::problem::Result},
    sla::{self, Aim, CalendarKey, Calendars, Ladder, Policy, Terms},
    vocabulary::{ClockKind, Priority, ValueGrade},
};
use std::{
    borrow::Cow,
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};
use uuid::Uuid;

/// The calendar versions that a case needs.
#[derive(Clone, Debug)]
pub struct Book {
    versions: BTreeMap<CalendarVersionId, Arc<WorkCalendar>>,
    /// The newest version of the present holder's calendar: what new clocks count by.
    pub present: CalendarKey,
    calendar: Arc<WorkCalendar>,
}

impl Calendars for Book {
    fn get(&self, key: CalendarKey) -> &WorkCalendar {
        self.versions.get(&CalendarVersionId(key.0)).unwrap_or(&self.calendar)
    }
}

impl Book {
    /// Returns the book of the versions in `keys` and of the present one.
    fn load(
        tx: &mut Tx,
        present: CalendarVersionId,
        keys: impl Iterator<Item = CalendarKey>,
    ) -> Result<Self> {
        let mut wanted: Vec<CalendarVersionId> = keys.map(|key| CalendarVersionId(key.0)).collect();
        wanted.push(present);
        wanted.sort();
        wanted.dedup();
        let mut versions = config::versions(tx, &wanted)?;
        let calendar = match versions.get(&present) {
            Some(calendar) => calendar.clone(),
            None => {
                return Err(crate::platform::http::problem::Error::internal("a calendar version is missing"));
            }
        };
        versions.insert(present, calendar.clone());
        Ok(Self { versions, present: CalendarKey(present.0), calendar })
    }

    /// Returns the calendar of the present holder.
    pub fn present_calendar(&self) -> &WorkCalendar {
        &self.calendar
    }
}

/// Everything that a case is judged by.
#[derive(Clone, Debug)]
pub struct Rules {
    /// What every case is judged by.
    pub config: Arc<Config>,
    /// The calendars.
    pub calendars: Book,
    /// The customer's value grade, which may match a stricter policy.
    pub grade: Option<ValueGrade>,
    /// What the policy versions promise that open clocks still go by though there are newer ones.
    older: BTreeMap<Uuid, Arc<Terms>>,
}

/// What holds where no policy sets a clock.
static DEFAULT: LazyLock<Terms> = LazyLock::new(Terms::default);

impl Rules {
    /// Reads what a case with `clocks`, held by `department`, is judged by.
    pub fn load(tx: &mut Tx, row: &Feedback, clocks: &[StoredClock]) -> Result<Self> {
        let keys = clocks.iter().flat_map(|stored| stored.clock.segments.iter().map(|s| s.holder.calendar));
        let config = Config::current(tx)?;
        let calendars = Book::load(tx, config.calendar_of(row.department_id), keys)?;
        let grade = match row.customer_id {
            Some(id) => crate::customers::find(tx, id)?.map(|customer| customer.value_grade),
            None => None,
        };
        let mut older = BTreeMap::new();
        for version in clocks.iter().filter(|s| s.clock.is_open()).filter_map(|s| s.policy_version_id) {
            if config.policies.iter().all(|policy| policy.version_id.0 != version) {
                older.insert(version, config::terms(tx, version)?);
            }
        }
        Ok(Self { config, calendars, grade, older })
    }

    /// Returns the rules of a case that is only now being made.
    pub fn fresh(tx: &mut Tx, config: Arc<Config>, grade: Option<ValueGrade>) -> Result<Self> {
        let calendars = Book::load(tx, config.calendar_of(None), std::iter::empty())?;
        Ok(Self { config, calendars, grade, older: BTreeMap::new() })
    }

    /// Takes the calendar of another department for what starts from here on.
    pub fn move_to(&mut self, tx: &mut Tx, department: Option<DepartmentId>) -> Result<()> {
        let known: Vec<CalendarKey> = self.calendars.versions.keys().map(|id| CalendarKey(id.0)).collect();
        self.calendars = Book::load(tx, self.config.calendar_of(department), known.into_iter())?;
        Ok(())
    }

    /// Returns the target of a clock that starts now; none for the progress clock, which has its day's length.
    pub fn target(&self, kind: ClockKind, priority: Priority, row: &Feedback) -> Option<Targeted> {
        let winner = self.winner(priority, row);
        let terms = winner.map_or(&*DEFAULT, |policy| &policy.terms);
        let day = self.calendars.present_calendar().standard_day_minutes();
        Some(Targeted {
            aim: terms.target(kind, priority)?.aim(day),
            pausable: terms.pausable(kind),
            policy_version_id: winner.map(|policy| policy.version_id.0),
        })
    }

    /// Returns the target that an open clock of a case has by now; none where no policy sets its length. From the
    /// second round on every dispatch is urgent.
    pub fn target_of(&self, kind: ClockKind, row: &Feedback) -> Option<Targeted> {
        let again = kind == ClockKind::Dispatch && row.round > 1;
        let priority = if again { Priority::Urgent } else { row.priority };
        self.target(kind, priority, row).filter(|_| kind != ClockKind::Confirmation)
    }

    /// Returns whether the policy starts the visit clock at the reply instead of the registration.
    pub fn visit_starts_at_reply(&self, row: &Feedback) -> bool {
        self.winner(row.priority, row)
            .is_some_and(|policy| policy.terms.visit_starts == sla::VisitStart::RepliedAt)
    }

    /// Returns what a clock goes by: the version of its policy that set it, however new others are (rule 8).
    pub fn terms_of(&self, stored: &StoredClock) -> &Terms {
        let Some(version) = stored.policy_version_id else {
            return &DEFAULT;
        };
        let newest = self.config.policies.iter().find(|policy| policy.version_id.0 == version);
        let older = || self.older.get(&version).map(Arc::as_ref);
        newest.map(|policy| &policy.terms).or_else(older).unwrap_or(&DEFAULT)
    }

    /// Returns when a clock warns and climbs: as its policy says, else as the settings say.
    pub fn ladder(&self, stored: &StoredClock, priority: Priority) -> Cow<'_, Ladder> {
        match self.terms_of(stored).warnings(stored.clock.kind, priority) {
            Some(warnings) => Cow::Owned(config::ladder(warnings, &self.config.settings)),
            None => Cow::Borrowed(&self.config.ladder),
        }
    }

    fn winner(&self, priority: Priority, row: &Feedback) -> Option<&Policy> {
        let facts = sla::Facts { feedback_type: row.kind, priority, grade: self.grade, channel: row.channel };
        sla::choose(&self.config.policies, &facts).winner
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
