use super::{hours, lock, publish, refused};
use crate::{
    calendars::{
        Calendar, CalendarId, DayException,
        domain::Refusal,
        store, table,
        wire::{
            CalendarExceptionIn, CalendarExceptionOut, CalendarExceptionsImported, ExceptionsIn,
            ExceptionsOut,
        },
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::{
            command::Command,
            precondition::Expected,
            problem::{Error, Result},
        },
    },
    vocabulary::ExceptionKind,
};
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

/// How many exceptions a calendar holds at most: each of its versions holds them all.
const MOST_EXCEPTIONS: i64 = 4000;

/// Sets one exception or a table of them, each in place of what its date had: all or none.
pub fn set_exceptions(
    tx: &mut Tx,
    actor: &Actor,
    id: CalendarId,
    command: &Command<ExceptionsIn>,
) -> Result<ExceptionsOut> {
    let days = match &command.input {
        ExceptionsIn::One(day) => checked(std::slice::from_ref(day), |_| String::new())?,
        ExceptionsIn::Table(days) => checked(days, |index| format!("/{index}"))?,
    };
    let calendar = lock(tx, id, &command.expected)?;
    store::save_exceptions(tx, id, &days)?;
    if store::count_exceptions(tx, id)? > MOST_EXCEPTIONS {
        let en = "A calendar holds at most 4000 exceptions.";
        return Err(Error::conflict("too_many_exceptions", en, "一个日历最多 4000 个例外日。"));
    }
    publish(tx, actor, calendar)?;
    match (&command.input, days.first_key_value()) {
        (ExceptionsIn::One(_), Some((date, day))) => {
            Ok(ExceptionsOut::One(CalendarExceptionOut::of(*date, day)))
        }
        _ => Ok(ExceptionsOut::Table(CalendarExceptionsImported {
            rows: days.len(),
            calendar_version_id: store::newest(tx, id)?.id,
        })),
    }
}

/// Takes the exception of a date away.
pub fn remove_exception(tx: &mut Tx, actor: &Actor, id: CalendarId, date: NaiveDate) -> Result<Calendar> {
    let calendar = lock(tx, id, &Expected::Any)?;
    if store::delete_exception(tx, id, date)? {
        publish(tx, actor, calendar)
    } else {
        Err(Error::NotFound("exception"))
    }
}

/// Returns the days by date; `place` says where each begins in the body.
fn checked(
    days: &[CalendarExceptionIn],
    place: impl Fn(usize) -> String,
) -> Result<BTreeMap<NaiveDate, DayException>> {
    let (mut found, mut faults) = (BTreeMap::new(), Vec::new());
    for (index, day) in days.iter().enumerate() {
        match exception(day, &place(index)) {
            Ok(exception) => {
                if found.insert(day.date, exception).is_some() {
                    faults.push(table::named_twice(index));
                }
            }
            // one day alone is refused by the code of its own rule
            Err(error) if days.len() == 1 => return Err(error),
            Err(error) => faults.extend(error.into_fields()?),
        }
    }
    if faults.is_empty() {
        Ok(found)
    } else {
        faults.truncate(100);
        Err(Error::Invalid(faults))
    }
}

fn exception(day: &CalendarExceptionIn, at: &str) -> Result<DayException> {
    if !(1970..2200).contains(&day.date.year()) {
        let en = "is no date from 1970 to 2199";
        return Err(Error::field(format!("{at}/date"), "out_of_range", en, "不是 1970 至 2199 年间的日期"));
    }
    let pointer = format!("{at}/intervals");
    let intervals = match &day.intervals {
        Some(_) if day.kind == ExceptionKind::Holiday => {
            return Err(refused(&pointer, &Refusal::HolidayWithIntervals(day.date)));
        }
        Some(given) => Some(hours(given, &pointer)?),
        None => None,
    };
    let name = day.name.as_ref().map(ToString::to_string).unwrap_or_default();
    Ok(DayException { kind: day.kind, intervals, name })
}
