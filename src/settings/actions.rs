use super::{Settings, store, wire::SettingsPatch};
use crate::{
    calendars,
    platform::{
        auth::Actor,
        db::Tx,
        http::{
            command::Command,
            problem::{Error, Result},
        },
    },
};
use chrono_tz::Tz;

/// Changes the settings.
pub fn update(tx: &mut Tx, actor: &Actor, command: &Command<SettingsPatch>) -> Result<Settings> {
    let old = store::lock(tx)?;
    command.expected.check(old.version)?;
    let new = Settings {
        version: old.version.saturating_add(1),
        updated_at: actor.at,
        ..patched(&old, &command.input)
    };
    if new.time_zone.parse::<Tz>().is_err() {
        return Err(unknown_zone());
    }
    if i64::from(new.question_reminder_hours) > i64::from(new.question_timeout_days).saturating_mul(24) {
        let en = "lies after the end of the wait, question_timeout_days";
        return Err(Error::field(
            "/question_reminder_hours",
            "reminder_after_timeout",
            en,
            "晚于等待期限 question_timeout_days",
        ));
    }
    if new.calendar_id != old.calendar_id {
        calendars::require_active(tx, new.calendar_id)?;
    }
    store::save(tx, &new, unknown_zone())?;
    Ok(new)
}

fn unknown_zone() -> Error {
    let en = "is no zone of the IANA zone database";
    Error::field("/time_zone", "unknown_time_zone", en, "未知时区")
}

fn patched(old: &Settings, patch: &SettingsPatch) -> Settings {
    let text = |new: Option<&str>, old: &String| new.map_or_else(|| old.clone(), str::to_owned);
    let mut types = patch.no_approval_types.clone().unwrap_or_else(|| old.no_approval_types.clone());
    types.sort_unstable();
    types.dedup();
    Settings {
        name: text(patch.name.as_deref(), &old.name),
        time_zone: text(patch.time_zone.as_deref(), &old.time_zone),
        currency: text(patch.currency.as_deref(), &old.currency),
        calendar_id: patch.calendar_id.unwrap_or(old.calendar_id),
        auto_dispatch: patch.auto_dispatch.unwrap_or(old.auto_dispatch),
        no_approval_types: types,
        reopen_window_days: patch.reopen_window_days.unwrap_or(old.reopen_window_days),
        confirmation_hours: patch.confirmation_hours.unwrap_or(old.confirmation_hours),
        question_reminder_hours: patch.question_reminder_hours.unwrap_or(old.question_reminder_hours),
        question_timeout_days: patch.question_timeout_days.unwrap_or(old.question_timeout_days),
        max_hold_working_days: patch.max_hold_working_days.unwrap_or(old.max_hold_working_days),
        warn_at_percent: patch.warn_at_percent.clone().unwrap_or_else(|| old.warn_at_percent.clone()),
        ladder_percent: patch.ladder_percent.clone().unwrap_or_else(|| old.ladder_percent.clone()),
        ..old.clone()
    }
}
