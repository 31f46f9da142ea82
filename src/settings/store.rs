use crate::{
    calendars::CalendarId,
    platform::{
        db::{Tx, on_constraint},
        http::problem::{Error, Result},
    },
    schema::settings,
    vocabulary::FeedbackType,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;

/// The organisation's settings: one row.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = settings, check_for_backend(diesel::pg::Pg))]
pub struct Settings {
    /// What the organisation is called.
    pub name: String,
    /// Whose midnight begins a day.
    pub time_zone: String,
    /// ISO 4217.
    pub currency: String,
    /// The calendar of whoever names none.
    pub calendar_id: CalendarId,
    /// Whether a registration dispatches by itself.
    pub auto_dispatch: bool,
    /// The types whose plans need no approval.
    pub no_approval_types: Vec<FeedbackType>,
    /// How long after its closing feedback can be opened again.
    pub reopen_window_days: i32,
    /// How long a reply waits for the customer's verdict.
    pub confirmation_hours: i32,
    /// When a question is asked once more.
    pub question_reminder_hours: i32,
    /// When a question is given up.
    pub question_timeout_days: i32,
    /// How long one wait for a third party may be.
    pub max_hold_working_days: i32,
    /// At which shares of a budget somebody is warned.
    pub warn_at_percent: Vec<i32>,
    /// At which shares of a budget levels 1, 2 and 3 are called.
    pub ladder_percent: Vec<i32>,
    /// Grows with every change.
    pub version: i64,
    /// When they changed last.
    pub updated_at: DateTime<Utc>,
}

impl Settings {
    /// Returns the organisation's zone; UTC if the zone database has lost it.
    pub fn zone(&self) -> Tz {
        self.time_zone.parse().unwrap_or(Tz::UTC)
    }
}

/// Returns the settings as they are now.
pub fn current(tx: &mut Tx) -> Result<Settings> {
    let found = settings::table.select(Settings::as_select()).first(tx).optional()?;
    found.ok_or_else(|| Error::internal("the database has no settings"))
}

/// Returns the settings and holds them until the transaction is over.
pub fn lock(tx: &mut Tx) -> Result<Settings> {
    let query = settings::table.select(Settings::as_select()).for_update();
    query.first(tx).optional()?.ok_or_else(|| Error::internal("the database has no settings"))
}

/// Writes the settings; refuses a zone that the database does not know.
pub fn save(tx: &mut Tx, row: &Settings, unknown_zone: Error) -> Result<()> {
    let update = diesel::update(settings::table).set(row).execute(tx);
    on_constraint(update, "settings_time_zone_check", unknown_zone).map(|_| ())
}

/// Writes the first settings.
pub fn insert(tx: &mut Tx, row: &Settings) -> Result<()> {
    diesel::insert_into(settings::table).values(row).execute(tx)?;
    Ok(())
}
