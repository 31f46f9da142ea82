use super::{Calendars, Clock, Mode, PauseReason, Segment, Unit};
use crate::calendars::PieceKind;
use crate::codes;
use chrono::{DateTime, Utc};
use uuid::Uuid;

codes! {
    /// What a stretch of a clock was.
    pub enum LineKind = "clock_line" {
        Working = "working", "Working time; it counts", "工作时间";
        OffHours = "off_hours", "Outside working time", "非工作时间";
        Holiday = "holiday", "A holiday", "节假日";
        MakeUpDay = "make_up_day", "Working time of a make-up day; it counts", "调休上班时间";
        ClockTime = "clock_time", "Time of a clock that counts every second", "自然时间";
        Paused = "paused", "The clock waited", "暂停";
    }
}

impl LineKind {
    /// Returns whether such time is charged.
    pub fn counts(self) -> bool {
        matches!(self, LineKind::Working | LineKind::MakeUpDay | LineKind::ClockTime)
    }
}

impl From<PieceKind> for LineKind {
    fn from(kind: PieceKind) -> Self {
        match kind {
            PieceKind::Working => LineKind::Working,
            PieceKind::OffHours => LineKind::OffHours,
            PieceKind::Holiday => LineKind::Holiday,
            PieceKind::MakeUpDay => LineKind::MakeUpDay,
        }
    }
}

/// One line of a clock's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it begins.
    pub from: DateTime<Utc>,
    /// Where it is over.
    pub to: DateTime<Utc>,
    /// What it was.
    pub kind: LineKind,
    /// Why the clock waited.
    pub pause_reason: Option<PauseReason>,
    /// What was counted; the lines add up to the seconds that the clock has used.
    pub seconds: i64,
    /// What was left at the end of the line.
    pub budget_after_seconds: i64,
    /// The department that held the item.
    pub department: Option<Uuid>,
    /// The person who held it.
    pub staff: Option<Uuid>,
}

/// What one holder used of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The department.
    pub department: Option<Uuid>,
    /// The person.
    pub staff: Option<Uuid>,
    /// What was counted while they held it.
    pub seconds: i64,
}

impl Clock {
    /// Returns the account of the clock up to an instant, line by line.
    pub fn explain(&self, now: DateTime<Utc>, calendars: &dyn Calendars) -> Vec<Line> {
        let mut used_ms = 0;
        let mut lines = Vec::new();
        for segment in &self.segments {
            for (from, to, kind) in stretches(segment, now, calendars) {
                let before = used_ms / 1000;
                let counted = if kind.counts() { to.timestamp_millis() - from.timestamp_millis() } else { 0 };
                used_ms += counted;
                // Seconds are cut from the running total: cut line by line they would not add up.
                let seconds = used_ms / 1000 - before;
                let budget_after_seconds = segment.budget_ms / 1000 - used_ms / 1000;
                let pause_reason = segment.pause_reason();
                let (department, staff) = (segment.holder.department, segment.holder.staff);
                lines.push(Line {
                    from,
                    to,
                    kind,
                    pause_reason,
                    seconds,
                    budget_after_seconds,
                    department,
                    staff,
                });
            }
        }
        lines
    }

    /// Returns who used how much up to an instant, in the order in which they first did.
    pub fn time_ledger(&self, now: DateTime<Utc>, calendars: &dyn Calendars) -> Vec<Share> {
        let mut shares: Vec<Share> = Vec::new();
        for line in self.explain(now, calendars).into_iter().filter(|line| line.seconds > 0) {
            let Line { department, staff, seconds, .. } = line;
            match shares.iter_mut().find(|share| (share.department, share.staff) == (department, staff)) {
                Some(share) => share.seconds += seconds,
                None => shares.push(Share { department, staff, seconds }),
            }
        }
        shares
    }
}

type Stretch = (DateTime<Utc>, DateTime<Utc>, LineKind);

fn stretches(segment: &Segment, now: DateTime<Utc>, calendars: &dyn Calendars) -> Vec<Stretch> {
    let (from, to) = (segment.from, segment.to.map_or(now, |to| to.min(now)));
    match (segment.mode, segment.unit) {
        _ if to <= from => Vec::new(),
        (Mode::Paused(_), _) => vec![(from, to, LineKind::Paused)],
        (Mode::Running, Unit::Clock) => vec![(from, to, LineKind::ClockTime)],
        (Mode::Running, Unit::Working) => {
            let pieces = calendars.get(segment.holder.calendar).pieces(from, to);
            pieces.into_iter().map(|piece| (piece.from, piece.to, piece.kind.into())).collect()
        }
    }
}

impl Segment {
    fn pause_reason(&self) -> Option<PauseReason> {
        match self.mode {
            Mode::Running => None,
            Mode::Paused(reason) => Some(reason),
        }
    }
}
