use crate::{
    calendars::{CalendarId, DayException, Interval},
    platform::{
        db::Tx,
        http::problem::{Error, Result},
    },
    schema::calendar_exception,
    vocabulary::ExceptionKind,
};
use chrono::NaiveDate;
use diesel::{prelude::*, upsert::excluded};
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = calendar_exception, check_for_backend(diesel::pg::Pg))]
struct Row {
    calendar_id: CalendarId,
    on_date: NaiveDate,
    kind: ExceptionKind,
    intervals: Option<Value>,
    name: String,
}

impl Row {
    fn of(calendar_id: CalendarId, on_date: NaiveDate, day: &DayException) -> Result<Self> {
        let hours = day.intervals.as_ref().map(serde_json::to_value).transpose();
        Ok(Self {
            calendar_id,
            on_date,
            kind: day.kind,
            intervals: hours.map_err(Error::internal)?,
            name: day.name.clone(),
        })
    }

    fn day(self) -> Result<(NaiveDate, DayException)> {
        let hours = self.intervals.map(serde_json::from_value::<Vec<Interval>>).transpose();
        let intervals = hours.map_err(Error::internal)?;
        let (kind, name) = (self.kind, self.name);
        Ok((self.on_date, DayException { kind, intervals, name }))
    }
}

/// Returns all exceptions of a calendar.
pub fn exceptions(tx: &mut Tx, id: CalendarId) -> Result<BTreeMap<NaiveDate, DayException>> {
    let query = calendar_exception::table.filter(calendar_exception::calendar_id.eq(id));
    let rows = query.select(Row::as_select()).load(tx)?;
    rows.into_iter().map(Row::day).collect()
}

/// Returns the exceptions of `[from, to)` after a date, by date.
pub fn exceptions_page(
    tx: &mut Tx,
    id: CalendarId,
    (from, to): (Option<NaiveDate>, Option<NaiveDate>),
    after: Option<NaiveDate>,
    rows: i64,
) -> Result<Vec<(NaiveDate, DayException)>> {
    let query = calendar_exception::table
        .filter(calendar_exception::calendar_id.eq(id))
        .select(Row::as_select())
        .order(calendar_exception::on_date);
    let mut query = query.limit(rows).into_boxed();
    if let Some(from) = from {
        query = query.filter(calendar_exception::on_date.ge(from));
    }
    if let Some(to) = to {
        query = query.filter(calendar_exception::on_date.lt(to));
    }
    if let Some(after) = after {
        query = query.filter(calendar_exception::on_date.gt(after));
    }
    query.load(tx)?.into_iter().map(Row::day).collect()
}

/// Counts the exceptions of a calendar.
pub fn count_exceptions(tx: &mut Tx, id: CalendarId) -> Result<i64> {
    let query = calendar_exception::table.filter(calendar_exception::calendar_id.eq(id));
    Ok(query.count().get_result(tx)?)
}

/// Writes exceptions, each in place of what its date had.
pub fn save_exceptions(tx: &mut Tx, id: CalendarId, days: &BTreeMap<NaiveDate, DayException>) -> Result<()> {
    let rows: Vec<Row> = days.iter().map(|(date, day)| Row::of(id, *date, day)).collect::<Result<_>>()?;
    // a statement holds at most 65,535 values
    for rows in rows.chunks(5000) {
        diesel::insert_into(calendar_exception::table)
            .values(rows)
            .on_conflict((calendar_exception::calendar_id, calendar_exception::on_date))
            .do_update()
            .set((
                calendar_exception::kind.eq(excluded(calendar_exception::kind)),
                calendar_exception::intervals.eq(excluded(calendar_exception::intervals)),
                calendar_exception::name.eq(excluded(calendar_exception::name)),
            ))
            .execute(tx)?;
    }
    Ok(())
}

/// Takes the exception of a date away, and returns whether there was one.
pub fn delete_exception(tx: &mut Tx, id: CalendarId, date: NaiveDate) -> Result<bool> {
    Ok(diesel::delete(calendar_exception::table.find((id, date))).execute(tx)? > 0)
}
