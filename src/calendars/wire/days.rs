use super::{WeekOut, WorkInterval};
use crate::{
    calendars::{CalendarVersionId, DayException, Version, WorkCalendar},
    page_of,
    platform::{
        http::{problem::Result, reply::Resource},
        text::Name,
        time::Timestamp,
    },
    vocabulary::ExceptionKind,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

/// A dated exception: it takes the place of what its date had.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CalendarExceptionIn {
    /// The local date, from 1970 to 2199.
    #[schema(example = "2026-10-01")]
    pub date: NaiveDate,
    /// How the day changes.
    pub kind: ExceptionKind,
    /// The hours of a make-up day; without them it has those of the first working weekday.
    #[schema(nullable = false, min_items = 1, max_items = 24)]
    pub intervals: Option<Vec<WorkInterval>>,
    /// What people call the day.
    #[schema(nullable = false, example = "国庆节")]
    pub name: Option<Name>,
}

/// What comes in: one day as JSON, or a table of days as CSV.
#[derive(Clone, Debug)]
pub enum ExceptionsIn {
    /// One day.
    One(CalendarExceptionIn),
    /// A table of days; the place of each is its place in the table.
    Table(Vec<CalendarExceptionIn>),
}

/// A dated exception.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CalendarExceptionOut {
    /// The local date.
    #[schema(example = "2026-10-01")]
    pub date: NaiveDate,
    /// How the day changes.
    pub kind: ExceptionKind,
    /// The hours of a make-up day; null means those of the first working weekday, or none on a holiday.
    #[schema(required = true)]
    pub intervals: Option<Vec<WorkInterval>>,
    /// What people call the day; may be empty.
    #[schema(example = "国庆节")]
    pub name: String,
}

impl CalendarExceptionOut {
    /// Returns the exception of a date as it travels.
    pub fn of(date: NaiveDate, day: &DayException) -> Self {
        let hours = day.intervals.as_ref();
        Self {
            date,
            kind: day.kind,
            intervals: hours.map(|hours| hours.iter().copied().map(WorkInterval::from).collect()),
            name: day.name.clone(),
        }
    }
}

page_of!(
    /// A page of exceptions, by date.
    CalendarExceptionPage,
    CalendarExceptionOut
);

/// What became of a table of exceptions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CalendarExceptionsImported {
    /// How many days the table named; all of them are set now.
    #[schema(example = 28)]
    pub rows: usize,
    /// The version of the calendar that holds them.
    pub calendar_version_id: CalendarVersionId,
}

/// What setting exceptions answers.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum ExceptionsOut {
    /// One day.
    One(CalendarExceptionOut),
    /// A table.
    Table(CalendarExceptionsImported),
}

impl Resource for ExceptionsOut {}

/// Which exceptions are wanted.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CalendarExceptionFilter {
    /// Only those on or after this date.
    #[serde(rename = "date.gte")]
    #[param(nullable = false)]
    pub from: Option<NaiveDate>,
    /// Only those before this date.
    #[serde(rename = "date.lt")]
    #[param(nullable = false)]
    pub to: Option<NaiveDate>,
}

/// One immutable version of a calendar.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CalendarVersionOut {
    /// Which one: clocks name it.
    pub id: CalendarVersionId,
    /// Its place in the calendar's history, from 1.
    #[schema(example = 3)]
    pub number: i32,
    /// Whose midnight begins a day.
    #[schema(example = "Asia/Shanghai")]
    pub time_zone: String,
    /// The working hours of each weekday.
    pub weekly: WeekOut,
    /// How many working minutes count as one working day.
    #[schema(example = 480)]
    pub standard_day_minutes: u32,
    /// The dated exceptions, by date.
    pub exceptions: Vec<CalendarExceptionOut>,
    /// When it was written.
    pub created_at: Timestamp,
}

impl CalendarVersionOut {
    /// Returns the version as it travels.
    pub fn of(row: Version) -> Result<Self> {
        let (id, number, created_at) = (row.id, row.number, row.created_at.into());
        let content: WorkCalendar = row.calendar()?;
        let exceptions = content.exceptions().iter();
        Ok(Self {
            id,
            number,
            time_zone: content.zone().name().into(),
            weekly: WeekOut::from(content.weekly()),
            standard_day_minutes: content.standard_day_minutes(),
            exceptions: exceptions.map(|(date, day)| CalendarExceptionOut::of(*date, day)).collect(),
            created_at,
        })
    }
}

impl Resource for CalendarVersionOut {}

/// One version of a calendar, in short.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CalendarVersionSummary {
    /// Which one: clocks name it.
    pub id: CalendarVersionId,
    /// Its place in the calendar's history, from 1.
    #[schema(example = 3)]
    pub number: i32,
    /// When it was written.
    pub created_at: Timestamp,
}

page_of!(
    /// A page of versions, newest first.
    CalendarVersionPage,
    CalendarVersionSummary
);

/// Asks for nothing in particular.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnyVersion {}
