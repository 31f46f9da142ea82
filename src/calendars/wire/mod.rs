//! Calendars as they travel.

mod days;
mod time;

pub use days::*;
pub use time::*;

use super::{Calendar, CalendarId, Interval, Week};
use crate::{
    page_of,
    platform::{
        http::{problem::Result, reply::Resource},
        text::Name,
        time::Timestamp,
    },
    text_type,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{
    IntoParams, ToSchema,
    openapi::schema::{ArrayBuilder, ObjectBuilder, Type},
};
use validator::Validate;

/// A stretch of one local day: two times of day, the second later; the end may be `24:00`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkInterval(pub (String, String));

impl From<Interval> for WorkInterval {
    fn from(interval: Interval) -> Self {
        Self(interval.into())
    }
}

impl utoipa::PartialSchema for WorkInterval {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        let time = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"));
        ArrayBuilder::new()
            .items(time)
            .min_items(Some(2))
            .max_items(Some(2))
            .description(Some(
                "A stretch of one local day: two times of day, the second later; the end may be `24:00`.",
            ))
            .examples([json!(["09:00", "12:00"])])
            .into()
    }
}

impl ToSchema for WorkInterval {}

text_type!(
    /// A name of the IANA zone database.
    ZoneName, 64, lines = false
);

/// The working hours of each weekday; a day that is left out has none in a new calendar, and stays as it is in a
/// patch.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WeekIn {
    /// Monday's.
    #[schema(nullable = false, max_items = 24)]
    pub mon: Option<Vec<WorkInterval>>,
    /// Tuesday's.
    #[schema(nullable = false, max_items = 24)]
    pub tue: Option<Vec<WorkInterval>>,
    /// Wednesday's.
    #[schema(nullable = false, max_items = 24)]
    pub wed: Option<Vec<WorkInterval>>,
    /// Thursday's.
    #[schema(nullable = false, max_items = 24)]
    pub thu: Option<Vec<WorkInterval>>,
    /// Friday's.
    #[schema(nullable = false, max_items = 24)]
    pub fri: Option<Vec<WorkInterval>>,
    /// Saturday's.
    #[schema(nullable = false, max_items = 24)]
    pub sat: Option<Vec<WorkInterval>>,
    /// Sunday's.
    #[schema(nullable = false, max_items = 24)]
    pub sun: Option<Vec<WorkInterval>>,
}

/// The working hours of each weekday.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WeekOut {
    /// Monday's.
    pub mon: Vec<WorkInterval>,
    /// Tuesday's.
    pub tue: Vec<WorkInterval>,
    /// Wednesday's.
    pub wed: Vec<WorkInterval>,
    /// Thursday's.
    pub thu: Vec<WorkInterval>,
    /// Friday's.
    pub fri: Vec<WorkInterval>,
    /// Saturday's.
    pub sat: Vec<WorkInterval>,
    /// Sunday's.
    pub sun: Vec<WorkInterval>,
}

impl From<&Week> for WeekOut {
    fn from(week: &Week) -> Self {
        let hours = |day: &[Interval]| day.iter().copied().map(WorkInterval::from).collect();
        Self {
            mon: hours(&week.mon),
            tue: hours(&week.tue),
            wed: hours(&week.wed),
            thu: hours(&week.thu),
            fri: hours(&week.fri),
            sat: hours(&week.sat),
            sun: hours(&week.sun),
        }
    }
}

/// A new calendar.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CalendarIn {
    /// What people call it; no two calendars share it.
    #[schema(example = "标准工作日历")]
    pub name: Name,
    /// Whose midnight begins a day.
    #[schema(example = "Asia/Shanghai")]
    pub time_zone: ZoneName,
    /// The working hours of each weekday; at least one has some.
    pub weekly: WeekIn,
    /// How many working minutes count as one working day.
    #[schema(minimum = 1, maximum = 1440, example = 480)]
    pub standard_day_minutes: u32,
}

/// What is to change in a calendar.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
pub struct CalendarPatch {
    /// What people call it; no two calendars share it.
    #[schema(nullable = false)]
    pub name: Option<Name>,
    /// Whose midnight begins a day.
    #[schema(nullable = false)]
    pub time_zone: Option<ZoneName>,
    /// The working hours of the weekdays that are named.
    #[schema(nullable = false)]
    pub weekly: Option<WeekIn>,
    /// How many working minutes count as one working day.
    #[schema(nullable = false, minimum = 1, maximum = 1440)]
    pub standard_day_minutes: Option<u32>,
}

/// A calendar as it is now; its exceptions are a list of their own.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CalendarOut {
    /// Which one.
    pub id: CalendarId,
    /// What people call it.
    #[schema(example = "标准工作日历")]
    pub name: String,
    /// Whose midnight begins a day.
    #[schema(example = "Asia/Shanghai")]
    pub time_zone: String,
    /// The working hours of each weekday.
    pub weekly: WeekOut,
    /// How many working minutes count as one working day.
    #[schema(example = 480)]
    pub standard_day_minutes: i32,
    /// Whether departments and settings may name it.
    pub active: bool,
    /// Grows with every change, exceptions included; also the `ETag`.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
}

impl CalendarOut {
    /// Returns the calendar as it travels.
    pub fn of(row: Calendar) -> Result<Self> {
        Ok(Self {
            weekly: WeekOut::from(&row.week()?),
            id: row.id,
            name: row.name,
            time_zone: row.time_zone,
            standard_day_minutes: row.standard_day_minutes,
            active: row.active,
            version: row.version,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        })
    }
}

impl Resource for CalendarOut {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/calendars/{}", self.id))
    }
}

page_of!(
    /// A page of calendars, oldest first.
    CalendarPage,
    CalendarOut
);

/// Which calendars are wanted.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CalendarFilter {
    /// Only those that may be named, or only those that may not.
    #[param(nullable = false)]
    pub active: Option<bool>,
}
