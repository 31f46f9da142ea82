//! When points end, by hand.

use super::{Activation, At, Settings, Validity};
use chrono_tz::Tz;

fn ends(zone: Tz, validity: Validity, activated: &str) -> Option<String> {
    let settings = Settings { zone, validity, ..Settings::default() };
    let (_, end) = settings.at_once(activated.parse().unwrap());
    end.map(|at| at.to_rfc3339().replace("+00:00", "Z"))
}

/// Looks at the end in UTC of what is activated at noon of a day in UTC.
#[track_caller]
fn assert_ends(validity: Validity, day: &str, end: &str) {
    let found = ends(Tz::UTC, validity, &format!("{day}T12:00:00Z")).unwrap();
    assert_eq!(found, format!("{end}T00:00:00Z"), "{validity:?} from {day}");
}

#[test]
fn some_points_never_end() {
    assert_eq!(ends(Tz::UTC, Validity::Never, "2026-03-01T00:00:00Z"), None);
}

#[test]
fn points_of_days_live_so_many_whole_days() {
    assert_ends(Validity::Days(1), "2026-03-01", "2026-03-03");
    assert_ends(Validity::Days(30), "2026-01-31", "2026-03-03");
    assert_ends(Validity::Days(30), "2028-01-31", "2028-03-02");
    assert_ends(Validity::Days(365), "2026-12-31", "2028-01-01");
}

#[test]
fn points_of_months_end_after_the_same_day() {
    assert_ends(Validity::Months(1), "2026-03-15", "2026-04-16");
    assert_ends(Validity::Months(12), "2026-03-15", "2027-03-16");
    // the last day of a shorter month
    assert_ends(Validity::Months(1), "2026-01-31", "2026-03-01");
    assert_ends(Validity::Months(1), "2028-01-31", "2028-03-01");
    assert_ends(Validity::Months(1), "2026-03-31", "2026-05-01");
    assert_ends(Validity::Months(1), "2026-01-30", "2026-03-01");
    assert_ends(Validity::Months(12), "2028-02-29", "2029-03-01");
    assert_ends(Validity::Months(48), "2028-02-29", "2032-03-01");
    assert_ends(Validity::Months(12), "2027-02-28", "2028-02-29");
    assert_ends(Validity::Months(1), "2026-12-31", "2027-02-01");
}

#[test]
fn points_may_end_with_a_month() {
    assert_ends(Validity::EndOfMonth(0), "2026-03-01", "2026-04-01");
    assert_ends(Validity::EndOfMonth(0), "2026-03-31", "2026-04-01");
    assert_ends(Validity::EndOfMonth(1), "2026-01-31", "2026-03-01");
    assert_ends(Validity::EndOfMonth(0), "2028-02-29", "2028-03-01");
    assert_ends(Validity::EndOfMonth(12), "2026-12-31", "2028-01-01");
}

#[test]
fn points_may_end_with_a_year() {
    assert_ends(Validity::EndOfYear(0), "2026-01-01", "2027-01-01");
    assert_ends(Validity::EndOfYear(0), "2026-12-31", "2027-01-01");
    assert_ends(Validity::EndOfYear(2), "2028-02-29", "2031-01-01");
}

#[test]
fn days_are_those_of_the_program() {
    let shanghai = |activated| ends(Tz::Asia__Shanghai, Validity::EndOfMonth(0), activated).unwrap();
    assert_eq!(shanghai("2026-03-31T15:59:59.999Z"), "2026-03-31T16:00:00Z");
    assert_eq!(shanghai("2026-03-31T16:00:00Z"), "2026-04-30T16:00:00Z");
}

#[test]
fn a_day_without_midnight_begins_when_it_begins() {
    // in Brazil clocks went from 24:00 of 3 November 2018 to 01:00
    let gap = ends(Tz::America__Sao_Paulo, Validity::Days(1), "2018-11-02T12:00:00Z").unwrap();
    assert_eq!(gap, "2018-11-04T03:00:00Z");
    // in Cuba clocks went from 01:00 of 4 November 2018 back to 00:00
    let twice = ends(Tz::America__Havana, Validity::Days(1), "2018-11-02T12:00:00Z").unwrap();
    assert_eq!(twice, "2018-11-04T04:00:00Z");
}

#[test]
fn points_earned_wait_as_the_program_says() {
    let of = |activation| {
        let validity = Validity::Days(1);
        let settings = Settings { activation, validity, zone: Tz::UTC, ..Settings::default() };
        settings.earned("2026-03-01T10:00:00Z".parse().unwrap())
    };
    let at = |text: &str| Some(text.parse::<At>().unwrap());

    assert_eq!(of(Activation::Immediate), (at("2026-03-01T10:00:00Z"), at("2026-03-03T00:00:00Z")));
    assert_eq!(of(Activation::Days(7)), (at("2026-03-08T00:00:00Z"), at("2026-03-10T00:00:00Z")));
    assert_eq!(of(Activation::OnConfirm), (None, None));
}
