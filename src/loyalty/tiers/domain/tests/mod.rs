mod ahead;

use super::*;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

const CODES: [(&str, i64); 4] = [("member", 0), ("silver", 1000), ("gold", 5000), ("diamond", 20000)];

fn rules(zone: &str, window: &str) -> Rules {
    let tier = |(rank, (code, threshold)): (i32, (&str, i64))| Tier {
        id: id(rank),
        code: code.to_owned(),
        rank,
        threshold,
        multiplier_percent: 100,
        active: true,
    };
    Rules {
        zone: zone.parse().unwrap(),
        window: window.parse().unwrap(),
        grace_days: 30,
        downgrade: Downgrade::OneDown,
        notice_days: vec![30, 7],
        tiers: (0..).zip(CODES).map(tier).collect(),
    }
}

fn shanghai() -> Rules {
    rules("Asia/Shanghai", "rolling:12")
}

fn id(rank: i32) -> TierId {
    TierId(Uuid::from_u128(u128::try_from(rank).unwrap()))
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn days(rows: &[(&str, i64)]) -> Days {
    rows.iter().map(|(on, earned)| (day(on), *earned)).collect()
}

fn code(rules: &Rules, row: &Membership) -> String {
    let tier = &rules.tier(row.tier).unwrap().code;
    let until = row.end().map_or("-".to_owned(), |end| end.to_rfc3339());
    format!("{tier} {} {} {until}", row.state, row.since.to_rfc3339())
}

fn told(rules: &Rules, last: Option<&Membership>, days: &Days, now: &str) -> Vec<String> {
    catch_up(rules, last, days, at(now)).iter().map(|row| code(rules, row)).collect()
}

#[test]
fn a_threshold_raises_at_once_and_to_the_end_of_the_next_cycle() {
    let earned = days(&[("2026-01-05", 1000)]);
    let now = "2026-01-05T02:00:00Z";

    let rolling = told(&shanghai(), None, &earned, now);
    let fixed = told(&rules("Asia/Shanghai", "fixed:01-01"), None, &earned, now);

    assert_eq!(rolling, ["silver active 2026-01-05T02:00:00+00:00 2027-01-05T16:00:00+00:00"]);
    assert_eq!(fixed, ["silver active 2026-01-05T02:00:00+00:00 2027-12-31T16:00:00+00:00"]);
    assert!(told(&shanghai(), None, &days(&[("2026-01-05", 999)]), now).is_empty());
}

#[test]
fn the_window_ends_today_and_forgets_the_same_day_a_year_ago() {
    let rules = shanghai();
    let earned = days(&[("2025-01-05", 700), ("2025-01-06", 300), ("2026-01-05", 600)]);

    assert_eq!(rules.qualifying(&earned, day("2026-01-04")), 1000);
    assert_eq!(rules.qualifying(&earned, day("2026-01-05")), 900);
    assert_eq!(rules.qualifying(&earned, day("2026-01-06")), 600);
}

#[test]
fn local_days_decide_where_clocks_are_set_forward_and_back() {
    let new_york = rules("America/New_York", "rolling:12");
    // 23:30 on 7 March and 00:30 on 8 March 2026, when clocks go forward at 2
    assert_eq!(new_york.day(at("2026-03-08T04:30:00Z")), day("2026-03-07"));
    assert_eq!(new_york.day(at("2026-03-08T05:30:00Z")), day("2026-03-08"));
    let silver = catch_up(&new_york, None, &days(&[("2026-03-08", 1000)]), at("2026-03-08T12:00:00Z"));
    // the day after 8 March 2027 begins at UTC-5, for clocks go forward on the 14th
    assert_eq!(silver[0].valid_until, Some(at("2027-03-09T05:00:00Z")));
    // 30 local days of grace over the change are 30 days less an hour
    let grace = catch_up(&new_york, Some(&silver[0]), &Days::default(), at("2027-03-10T00:00:00Z"));
    assert_eq!(grace[0].valid_until, Some(at("2027-04-08T04:00:00Z")));
}

fn gold() -> Membership {
    Membership {
        tier: id(2),
        state: TierState::Active,
        since: at("2025-03-09T04:00:00Z"),
        valid_until: Some(at("2026-03-09T16:00:00Z")),
        ended_at: None,
    }
}

#[test]
fn what_is_earned_again_is_renewed_without_a_gap() {
    let earned = days(&[("2025-06-01", 5000)]);

    let renewed = told(&shanghai(), Some(&gold()), &earned, "2026-03-09T16:00:00Z");

    assert_eq!(renewed, ["gold active 2026-03-09T16:00:00+00:00 2027-03-09T16:00:00+00:00"]);
    assert!(told(&shanghai(), Some(&gold()), &earned, "2026-03-09T15:59:59Z").is_empty());
}

#[test]
fn what_is_not_earned_again_is_kept_through_grace_and_then_goes_down() {
    let rules = shanghai();
    let requalify = Rules { downgrade: Downgrade::Requalify, ..shanghai() };
    let none = Days::default();
    let grace = "gold grace 2026-03-09T16:00:00+00:00 2026-04-08T16:00:00+00:00";

    assert_eq!(told(&rules, Some(&gold()), &none, "2026-04-08T15:59:59Z"), [grace]);
    let down = told(&rules, Some(&gold()), &none, "2026-04-08T16:00:00Z");
    assert_eq!(down, [grace, "silver active 2026-04-08T16:00:00+00:00 2027-04-08T16:00:00+00:00"]);
    let again = told(&requalify, Some(&gold()), &none, "2026-04-08T16:00:00Z");
    assert_eq!(again, [grace, "member active 2026-04-08T16:00:00+00:00 -"]);
    let silver = days(&[("2026-01-01", 1200)]);
    let again = told(&requalify, Some(&gold()), &silver, "2026-04-08T16:00:00Z");
    assert_eq!(again[1], down[1]);
}

#[test]
fn a_fixed_cycle_is_judged_by_its_own_points_after_grace_too() {
    let rules = Rules { downgrade: Downgrade::Requalify, ..rules("Asia/Shanghai", "fixed:01-01") };
    let gold = Membership { valid_until: Some(at("2025-12-31T16:00:00Z")), ..gold() };
    let last_year = days(&[("2025-07-01", 4000)]);

    let down = told(&rules, Some(&gold), &last_year, "2026-02-01T00:00:00Z");

    assert_eq!(down[1], "silver active 2026-01-30T16:00:00+00:00 2026-12-31T16:00:00+00:00");
}

#[test]
fn a_late_worker_posts_what_a_punctual_one_would_have() {
    let rules = shanghai();
    let earned = days(&[("2025-05-01", 1000), ("2026-05-02", 1000)]);
    let late = catch_up(&rules, Some(&gold()), &earned, at("2028-07-01T00:00:00Z"));

    let mut punctual: Vec<Membership> = Vec::new();
    let mut now = at("2026-03-01T00:00:00Z");
    while now <= at("2028-07-01T00:00:00Z") {
        let last = punctual.last().cloned().unwrap_or_else(gold);
        punctual.extend(catch_up(&rules, Some(&last), &earned, now));
        now += chrono::TimeDelta::hours(4);
    }

    assert_eq!(late, punctual);
    assert_eq!(late.last().unwrap().tier, id(0));
}

#[test]
fn who_earns_enough_in_grace_has_the_tier_again() {
    let rules = shanghai();
    let grace = catch_up(&rules, Some(&gold()), &Days::default(), at("2026-03-20T00:00:00Z"));
    let earned = days(&[("2026-03-20", 5000)]);

    let again = told(&rules, grace.last(), &earned, "2026-03-20T03:00:00Z");

    assert_eq!(again, ["gold active 2026-03-20T03:00:00+00:00 2027-03-20T16:00:00+00:00"]);
}

#[test]
fn a_floor_lifts_and_never_holds_down() {
    let rules = shanghai();
    let floor = Membership {
        state: TierState::Manual,
        since: at("2026-01-01T00:00:00Z"),
        valid_until: Some(at("2026-02-01T00:00:00Z")),
        ..gold()
    };
    let rows = [floor];
    let at_noon = |day: &str, earned: i64| {
        let now = at(&format!("{day}T04:00:00Z"));
        let found = standing(&rules, &rows, &days(&[("2026-01-02", earned)]), (now, false)).unwrap();
        (found.tier.code, found.state)
    };

    assert_eq!(at_noon("2026-01-02", 0), ("gold".into(), TierState::Manual));
    assert_eq!(at_noon("2026-01-02", 20000), ("diamond".into(), TierState::Active));
    assert_eq!(at_noon("2026-02-02", 0), ("member".into(), TierState::Active));
    let found = standing(&rules, &rows, &Days::default(), (at("2026-01-10T00:00:00Z"), false)).unwrap();
    let end = found.projected.unwrap();
    assert_eq!((end.tier.code.as_str(), end.at, end.lower), ("member", at("2026-02-01T00:00:00Z"), true));
}

#[test]
fn the_projection_is_what_then_comes() {
    let rules = shanghai();
    for earned in [0, 1500, 5000] {
        let earned = days(&[("2026-02-01", earned)]);
        let found = standing(&rules, &[gold()], &earned, (at("2026-03-01T00:00:00Z"), false)).unwrap();
        let end = found.projected.unwrap();

        let then = standing(&rules, &[gold()], &earned, (end.at, false)).unwrap();

        assert_eq!(end.tier, then.tier);
        assert_eq!(end.lower, then.tier.rank < found.tier.rank);
    }
}

#[test]
fn the_customer_is_told_before_grace_and_at_its_beginning() {
    let rules = shanghai();
    let gold = gold();
    let due = |now: &str| dues(&rules, Some(&gold), &Days::default(), at(now));
    // 30 and 7 local days before 10 March
    assert_eq!(due("2026-01-01T00:00:00Z"), (Some(at("2026-02-07T16:00:00Z")), None));
    assert_eq!(due("2026-02-07T16:00:00Z"), (Some(at("2026-03-02T16:00:00Z")), Some(30)));
    assert_eq!(due("2026-03-05T00:00:00Z"), (Some(at("2026-03-09T16:00:00Z")), Some(7)));
    let grace = catch_up(&rules, Some(&gold), &Days::default(), at("2026-03-09T16:00:00Z"));
    assert_eq!(
        dues(&rules, grace.last(), &Days::default(), at("2026-03-09T16:00:00Z")),
        (Some(at("2026-04-08T16:00:00Z")), Some(0))
    );
    assert_eq!(dues(&rules, None, &Days::default(), at("2026-03-09T16:00:00Z")), (None, None));
}

#[test]
fn the_bound_holds_whichever_days_leave_the_window() {
    let earned =
        days(&[("2025-03-01", -400), ("2025-06-01", 900), ("2025-07-01", -300), ("2025-08-01", 100)]);
    let rules = shanghai();
    let mut today = day("2025-08-01");
    while today < day("2026-09-01") {
        assert!(rules.qualifying(&earned, today) <= earned.bound(), "{today}");
        today = today.succ_opt().unwrap();
    }
    assert_eq!(earned.bound(), 700);
}

#[test]
fn thresholds_rise_from_nothing() {
    let with = |thresholds: [i64; 4]| {
        let mut rules = shanghai();
        for (tier, threshold) in rules.tiers.iter_mut().zip(thresholds) {
            tier.threshold = threshold;
        }
        check(&rules.tiers)
    };
    assert_eq!(with([0, 1, 2, 3]), Ok(()));
    assert_eq!(with([0, 5, 5, 6]), Err(Refusal::ThresholdsNotRising));
    assert_eq!(with([1, 5, 6, 7]), Err(Refusal::NoBase));
}

#[test]
fn windows_are_written_in_one_way() {
    for text in ["rolling:12", "rolling:60", "fixed:01-01", "fixed:12-28"] {
        assert_eq!(text.parse::<Window>().unwrap().to_string(), text);
    }
    for text in ["rolling:0", "rolling:61", "rolling:012", "fixed:1-1", "fixed:02-29", "fixed:13-01", "x"] {
        assert!(text.parse::<Window>().is_err(), "{text}");
    }
}
