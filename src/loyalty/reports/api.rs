use super::{
    store,
    wire::{BreakageOut, LiabilityOut, MonthParams, MonthsParams, StatementOut},
};
use crate::{
    customers::CustomerId,
    loyalty::program::{self, Program},
    platform::{
        auth::Caller,
        db::Db,
        http::{
            listing::Params,
            path::Path,
            problem::{Error, Result},
            reply::Reply,
        },
        time::start_of_day,
    },
};
use actix_web::{get, web::Data};
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use chrono_tz::Tz;
use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of reports.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(get_statement).service(get_liability).service(get_breakage);
}

/// Shows a customer's points by month
///
/// What there was, what each kind of entry changed, and what there is then. Entries count in the month in which they
/// became true; an entry that is booked for a past day changes that month's statement.
#[utoipa::path(tag = "loyalty",
    params(("id" = CustomerId, Path, description = "The customer."), MonthParams),
    responses((status = 200, description = "The statement.", body = StatementOut)),
    security(("bearer" = ["service_agent", "handler", "department_head", "points:read"])))]
#[get("/customers/{id}/points/statement")]
async fn get_statement(
    caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    params: Params<MonthParams>,
) -> Result<Reply<StatementOut>> {
    let (now, id, asked) = (caller.at, *id, params.0.month);
    let statement = db
        .snapshot(move |tx| {
            let zone = zone(&program::current(tx)?)?;
            let month = month(asked.as_deref(), zone, now)?;
            let (from, to) = (start_of_day(zone, month), start_of_day(zone, next(month)));
            let statement = store::statement(tx, id, from, to, now)?;
            Ok(StatementOut::of(id, month, to <= now, statement))
        })
        .await?;
    Reply::ok(&statement)
}

/// Shows what is owed in points
///
/// Everything that customers can still spend, now, by the month of its last day.
#[utoipa::path(tag = "loyalty",
    responses((status = 200, description = "The liability.", body = LiabilityOut)),
    security(("bearer" = ["analyst"])))]
#[get("/loyalty/liability")]
async fn get_liability(caller: Caller, db: Data<Db>) -> Result<Reply<LiabilityOut>> {
    let now = caller.at;
    let owed = db
        .snapshot_list(move |tx| {
            let program = program::current(tx)?;
            let rows = store::liability(tx, now, program.time_zone)?;
            Ok(LiabilityOut::of(now, program.value_minor_per_1000_points, rows))
        })
        .await?;
    Reply::ok(&owed)
}

/// Shows what expires unused
///
/// Of points that end in each month, what was earned and what of it expired; of months to come what has expired so far.
/// Points that never end are out.
#[utoipa::path(tag = "loyalty", params(MonthsParams),
    responses((status = 200, description = "The breakage.", body = BreakageOut)),
    security(("bearer" = ["analyst"])))]
#[get("/loyalty/breakage")]
async fn get_breakage(
    caller: Caller,
    db: Data<Db>,
    params: Params<MonthsParams>,
) -> Result<Reply<BreakageOut>> {
    let (now, MonthsParams { from, to }) = (caller.at, params.0);
    let breakage = db
        .snapshot_list(move |tx| {
            let zone = zone(&program::current(tx)?)?;
            let last = month(to.as_deref(), zone, now)?;
            let year = last.checked_sub_months(Months::new(11)).unwrap_or(last);
            let first = from.as_deref().map_or(Ok(year), |text| month(Some(text), zone, now))?;
            if first > last {
                let en = "lies after the last month";
                return Err(Error::field("/from", "invalid_range", en, "晚于截止月份"));
            }
            // points whose last day is in a month end with the beginning of the day after
            let day_after = |day: NaiveDate| start_of_day(zone, day.succ_opt().unwrap_or(day));
            let rows = store::breakage(tx, day_after(first), day_after(next(last)), now, zone.to_string())?;
            Ok(BreakageOut::of(now, rows))
        })
        .await?;
    Reply::ok(&breakage)
}

fn zone(program: &Program) -> Result<Tz> {
    Ok(program.terms()?.zone)
}

/// Returns the first day of a month, the present one where none is named.
fn month(asked: Option<&str>, zone: Tz, now: DateTime<Utc>) -> Result<NaiveDate> {
    let today = now.with_timezone(&zone).date_naive();
    let present = today.with_day(1).unwrap_or(today);
    let read = |text: &str| NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok();
    let named = asked.map(|text| read(text).filter(|day| (1970..2200).contains(&day.year())));
    named.unwrap_or(Some(present)).ok_or_else(|| {
        Error::malformed("invalid_parameter", "A month is written YYYY-MM.", "月份格式应为 YYYY-MM。")
    })
}

fn next(month: NaiveDate) -> NaiveDate {
    month.checked_add_months(Months::new(1)).unwrap_or(month)
}
