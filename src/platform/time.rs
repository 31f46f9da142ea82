//! Instants on the wire: RFC 3339 in UTC with milliseconds, from 1970 to 2200.

use chrono::{
    DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, SubsecRound, TimeDelta, TimeZone,
    Utc,
};
use chrono_tz::{GapInfo, Tz};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use utoipa::openapi::{
    RefOr,
    schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type},
};

/// An instant as it travels. Offsets are accepted and normalised; leap seconds and times outside 1970 to
/// 2200 are refused; what is finer than a millisecond is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub DateTime<Utc>);

impl Timestamp {
    /// Returns the instant that `text` names.
    pub fn parse(text: &str) -> Option<Self> {
        let at = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
        let leap = at.timestamp_subsec_nanos() >= 1_000_000_000;
        ((1970..2200).contains(&at.year()) && !leap).then(|| Self(at.trunc_subsecs(3)))
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("invalid_time"))
    }
}

impl utoipa::PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some(
                "An instant: RFC 3339, from 1970 to 2200. Answers are in UTC with milliseconds.",
            ))
            .examples([serde_json::json!("2026-01-09T09:00:00.000Z")])
            .into()
    }
}

impl utoipa::ToSchema for Timestamp {}

/// Returns the first instant that a clock in `zone` shows as `local`; where the clock was set forward over it, the
/// hour after the gap counts.
pub fn first_instant(zone: Tz, local: NaiveDateTime) -> Option<DateTime<Utc>> {
    let after_gap = || {
        let later = local.checked_add_signed(TimeDelta::hours(1))?;
        zone.from_local_datetime(&later).earliest()
    };
    let at = zone.from_local_datetime(&local).earliest().or_else(after_gap)?;
    Some(at.with_timezone(&Utc))
}

/// Returns the instant at which a local day begins; one that the clocks were set forward over begins with the next.
pub fn start_of_day(zone: Tz, day: NaiveDate) -> DateTime<Utc> {
    let local = day.and_time(NaiveTime::MIN);
    let begin = zone.from_local_datetime(&local).earliest();
    let begin = begin.or_else(|| GapInfo::new(&local, &zone)?.end);
    begin.map_or_else(|| local.and_utc(), |at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::{America, Asia, Pacific};

    fn begins(zone: Tz, day: &str) -> String {
        start_of_day(zone, day.parse().unwrap()).to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    #[test]
    fn a_day_begins_with_the_first_instant_that_its_clocks_show() {
        assert_eq!(begins(Asia::Shanghai, "2026-03-01"), "2026-02-28T16:00:00Z");
        // midnight was skipped, and shown twice
        assert_eq!(begins(America::Sao_Paulo, "2018-11-04"), "2018-11-04T03:00:00Z");
        assert_eq!(begins(America::Havana, "2026-11-01"), "2026-11-01T04:00:00Z");
    }

    #[test]
    fn a_day_that_was_skipped_begins_with_the_next() {
        assert_eq!(begins(Pacific::Apia, "2011-12-29"), "2011-12-29T10:00:00Z");
        assert_eq!(begins(Pacific::Apia, "2011-12-30"), "2011-12-30T10:00:00Z");
        assert_eq!(begins(Pacific::Apia, "2011-12-31"), "2011-12-30T10:00:00Z");
    }
}
