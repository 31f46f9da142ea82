use super::{
    store::{self, Program},
    wire::ProgramPatch,
};
use crate::{
    loyalty::{
        points::{Activation, Validity},
        tiers::{self, Downgrade, QualifyOn, Window},
    },
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

/// Changes the rules of the program.
pub fn update(tx: &mut Tx, actor: &Actor, command: &Command<ProgramPatch>) -> Result<Program> {
    let old = store::lock(tx)?;
    command.expected.check(old.version)?;
    let before = tiers_by(&old);
    let new = Program {
        version: old.version.saturating_add(1),
        updated_at: actor.at,
        ..command.input.clone().applied_to(old)
    };
    if new.time_zone.parse::<Tz>().is_err() {
        let en = "is no zone of the IANA zone database";
        return Err(Error::field("/time_zone", "unknown_time_zone", en, "未知时区"));
    }
    if new.validity.parse::<Validity>().is_err() {
        let en = "is never, or days, months, end_of_month or end_of_year with a number of at most 100 years";
        return Err(Error::field("/validity", "unknown_validity", en, "有效期格式有误或超过 100 年"));
    }
    if new.activation.parse::<Activation>().is_err() {
        let en = "is immediate, on_confirm, or days with a number of at most 1200";
        return Err(Error::field("/activation", "unknown_activation", en, "生效方式格式有误"));
    }
    fits(&new)?;
    store::save(tx, &new)?;
    if before != tiers_by(&new) {
        tiers::changed(tx, actor.at)?;
    }
    Ok(new)
}

/// Returns what tiers go by.
fn tiers_by(program: &Program) -> (String, QualifyOn, String, i32, Downgrade, Vec<i32>) {
    let Program { qualify_on, tier_grace_days, tier_downgrade, .. } = *program;
    let (zone, window) = (program.time_zone.clone(), program.qualifying_window.clone());
    (zone, qualify_on, window, tier_grace_days, tier_downgrade, program.tier_notice_days.clone())
}

/// Refuses what tiers cannot go by.
fn fits(program: &Program) -> Result<()> {
    if program.qualify_on != QualifyOn::Points {
        let en = "counts nothing yet: tiers follow from points";
        return Err(Error::field("/qualify_on", "not_supported_yet", en, "暂不支持，目前仅按积分评定"));
    }
    if program.qualifying_window.parse::<Window>().is_err() {
        return Err(unknown_window());
    }
    Ok(())
}

/// Returns the refusal of a window that counts no days.
pub fn unknown_window() -> Error {
    let en = "is rolling with 1 to 60 months, or fixed with a month and a day up to 28";
    Error::field("/qualifying_window", "unknown_window", en, "统计周期格式有误")
}
