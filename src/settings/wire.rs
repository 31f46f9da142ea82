use super::Settings;
use crate::{
    calendars::{CalendarId, ZoneName},
    platform::{http::reply::Resource, text::Name, time::Timestamp},
    vocabulary::FeedbackType,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

/// What is to change in the settings.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
#[validate(schema(function = "in_order"))]
pub struct SettingsPatch {
    /// What the organisation is called.
    #[schema(nullable = false)]
    pub name: Option<Name>,
    /// Whose midnight begins a day: a name of the IANA zone database.
    #[schema(nullable = false, example = "Asia/Shanghai")]
    pub time_zone: Option<ZoneName>,
    /// The organisation's currency: ISO 4217.
    #[schema(nullable = false, pattern = "^[A-Z]{3}$", example = "CNY")]
    pub currency: Option<String>,
    /// The calendar of every department that names none.
    #[schema(nullable = false)]
    pub calendar_id: Option<CalendarId>,
    /// Whether a registration dispatches by itself.
    #[schema(nullable = false)]
    pub auto_dispatch: Option<bool>,
    /// The types whose plans need no approval, as long as they carry no compensation.
    #[schema(nullable = false, max_items = 4)]
    pub no_approval_types: Option<Vec<FeedbackType>>,
    /// For how many days after its closing feedback can be opened again.
    #[schema(nullable = false, minimum = 0, maximum = 3650)]
    pub reopen_window_days: Option<i32>,
    /// For how many hours a reply waits for the customer's verdict.
    #[schema(nullable = false, minimum = 1, maximum = 8760)]
    pub confirmation_hours: Option<i32>,
    /// After how many hours a question to the customer is asked once more.
    #[schema(nullable = false, minimum = 1, maximum = 8760)]
    pub question_reminder_hours: Option<i32>,
    /// After how many days a question to the customer is given up.
    #[schema(nullable = false, minimum = 1, maximum = 365)]
    pub question_timeout_days: Option<i32>,
    /// How many working days one wait for a third party may last.
    #[schema(nullable = false, minimum = 1, maximum = 365)]
    pub max_hold_working_days: Option<i32>,
    /// At which percents of a clock's budget somebody is warned; rising, from 1 to 100.
    #[schema(nullable = false, min_items = 1, max_items = 10, example = json!([50, 75, 100]))]
    #[schema(value_type = Option<Vec<WarnPercent>>)]
    pub warn_at_percent: Option<Vec<i32>>,
    /// At which percents of a clock's budget levels 1, 2 and 3 are called; rising, from 101 to 1000.
    #[schema(nullable = false, min_items = 3, max_items = 3, example = json!([125, 150, 200]))]
    #[schema(value_type = Option<Vec<LadderPercent>>)]
    pub ladder_percent: Option<Vec<i32>>,
}

/// A share of a budget at which somebody is warned.
#[derive(ToSchema)]
#[schema(minimum = 1, maximum = 100)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct WarnPercent(i32);

/// A share of a budget at which a level is called.
#[derive(ToSchema)]
#[schema(minimum = 101, maximum = 1000)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct LadderPercent(i32);

fn in_order(patch: &SettingsPatch) -> Result<(), ValidationError> {
    rising(patch.warn_at_percent.as_deref(), "/warn_at_percent")?;
    rising(patch.ladder_percent.as_deref(), "/ladder_percent")
}

/// Refuses percents that do not rise.
fn rising(percents: Option<&[i32]>, pointer: &'static str) -> Result<(), ValidationError> {
    if percents.is_none_or(|percents| percents.is_sorted_by(|a, b| a < b)) {
        return Ok(());
    }
    let mut fault = ValidationError::new("not_rising").with_message("does not rise|未递增".into());
    fault.add_param("pointer".into(), &pointer);
    Err(fault)
}

/// The organisation's settings.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SettingsOut {
    /// What the organisation is called.
    pub name: String,
    /// Whose midnight begins a day.
    #[schema(example = "Asia/Shanghai")]
    pub time_zone: String,
    /// The organisation's currency: ISO 4217.
    #[schema(example = "CNY")]
    pub currency: String,
    /// The calendar of every department that names none.
    pub calendar_id: CalendarId,
    /// Whether a registration dispatches by itself.
    pub auto_dispatch: bool,
    /// The types whose plans need no approval, as long as they carry no compensation.
    pub no_approval_types: Vec<FeedbackType>,
    /// For how many days after its closing feedback can be opened again.
    #[schema(example = 30)]
    pub reopen_window_days: i32,
    /// For how many hours a reply waits for the customer's verdict.
    #[schema(example = 72)]
    pub confirmation_hours: i32,
    /// After how many hours a question to the customer is asked once more.
    #[schema(example = 48)]
    pub question_reminder_hours: i32,
    /// After how many days a question to the customer is given up.
    #[schema(example = 7)]
    pub question_timeout_days: i32,
    /// How many working days one wait for a third party may last.
    #[schema(example = 10)]
    pub max_hold_working_days: i32,
    /// At which percents of a clock's budget somebody is warned.
    #[schema(example = json!([50, 75, 100]))]
    pub warn_at_percent: Vec<i32>,
    /// At which percents of a clock's budget levels 1, 2 and 3 are called.
    #[schema(example = json!([125, 150, 200]))]
    pub ladder_percent: Vec<i32>,
    /// Grows with every change; also the `ETag`.
    pub version: i64,
    /// When they changed last.
    pub updated_at: Timestamp,
}

impl From<Settings> for SettingsOut {
    fn from(row: Settings) -> Self {
        Self {
            name: row.name,
            time_zone: row.time_zone,
            currency: row.currency,
            calendar_id: row.calendar_id,
            auto_dispatch: row.auto_dispatch,
            no_approval_types: row.no_approval_types,
            reopen_window_days: row.reopen_window_days,
            confirmation_hours: row.confirmation_hours,
            question_reminder_hours: row.question_reminder_hours,
            question_timeout_days: row.question_timeout_days,
            max_hold_working_days: row.max_hold_working_days,
            warn_at_percent: row.warn_at_percent,
            ladder_percent: row.ladder_percent,
            version: row.version,
            updated_at: row.updated_at.into(),
        }
    }
}

impl Resource for SettingsOut {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}
