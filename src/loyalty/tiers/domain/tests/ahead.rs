//! What is to come, and what was.

use super::*;

#[test]
fn what_raised_a_tier_does_not_keep_it_whatever_the_months() {
    for months in [1, 6, 12] {
        let window = Window::Rolling(months);
        let mut on = day("2027-01-01");
        while on < day("2029-01-01") {
            let over = window.risen_until(on);
            assert!(window.begins(over.pred_opt().unwrap()) > on, "{months} {on}: {over}");
            assert!(window.begins(window.leaves(on).pred_opt().unwrap()) <= on, "{months} {on}");
            on = on.succ_opt().unwrap();
        }
    }
}

#[test]
fn a_loss_that_leaves_the_window_raises_at_that_midnight() {
    let rules = shanghai();
    let earned = days(&[("2026-01-05", 900), ("2026-01-20", -900), ("2027-01-10", 1000)]);
    let midnight = at("2027-01-19T16:00:00Z");

    assert_eq!(told(&rules, None, &earned, "2027-01-19T15:59:59Z"), Vec::<String>::new());
    assert_eq!(dues(&rules, None, &earned, at("2027-01-10T04:00:00Z")).0, Some(midnight));
    for now in ["2027-01-19T16:00:00Z", "2027-06-01T00:00:00Z"] {
        let new = catch_up(&rules, None, &earned, at(now));
        assert_eq!(new.iter().map(|row| row.since).collect::<Vec<_>>(), [midnight], "{now}");
    }
}

#[test]
fn a_floor_that_lasts_longer_hides_what_time_does_to_an_earned_tier() {
    let rules = shanghai();
    let until = at("2035-01-01T00:00:00Z");
    let floor = Membership { state: TierState::Manual, valid_until: Some(until), ..gold() };
    let found =
        standing(&rules, &[gold(), floor], &Days::default(), (at("2026-03-01T00:00:00Z"), false)).unwrap();

    let end = found.projected.unwrap();
    assert_eq!((end.at, end.lower), (until, true));
    let in_grace = at("2026-03-20T00:00:00Z");
    let floor = Membership { state: TierState::Manual, valid_until: Some(until), ..gold() };
    let found = standing(&rules, &[gold(), floor], &Days::default(), (in_grace, false)).unwrap();
    assert_eq!((found.state, found.valid_until), (TierState::Manual, Some(until)));
}

#[test]
fn the_past_had_the_rules_of_its_time() {
    let rules = shanghai();
    let (earned, then) = (days(&[("2026-01-05", 1000)]), at("2026-01-06T00:00:00Z"));

    let now = standing(&rules, &[], &earned, (then, false)).unwrap();
    let past = standing(&rules, &[], &earned, (then, true)).unwrap();

    assert_eq!((now.tier.code.as_str(), past.tier.code.as_str()), ("silver", "member"));
}
