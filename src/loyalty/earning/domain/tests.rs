use super::*;
use crate::{
    customers::CustomerId,
    loyalty::points::{MOST, Rounding},
};
use uuid::Uuid;

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn rule(number: u128, reward: Reward) -> Rule {
    Rule {
        id: EarningRuleId(Uuid::from_u128(number)),
        code: format!("rule-{number}"),
        name: format!("Rule {number}"),
        trigger: Trigger::Order,
        condition: None,
        reward,
        heeds_tier: false,
        exclusive: false,
        starts_at: None,
        ends_at: None,
        caps: Caps::default(),
        active: true,
    }
}

fn fixed(number: u128, points: i64) -> Rule {
    rule(number, Reward::Fixed(points))
}

fn per(points: i64, per_minor: i64) -> Rule {
    rule(9, Reward::PerAmount { points, per_minor, currency: "CNY".into() })
}

fn order(amount_minor: i64) -> Facts {
    let order = Order {
        amount_minor,
        currency: "CNY".into(),
        products: vec!["P-7".into()],
        categories: vec!["吸尘器".into()],
    };
    Facts {
        trigger: Trigger::Order,
        at: at("2026-01-05T02:00:00Z"),
        day: "2026-01-05".parse().unwrap(),
        customer: Some(CustomerId(Uuid::from_u128(1))),
        tier_percent: 150,
        order: Some(order),
        words: vec![(Fact::Channel, "store".into()), (Fact::Tag, "VIP".into()), (Fact::Tag, "new".into())],
        numbers: vec![(Fact::Score, 5)],
    }
}

/// Returns what each rule pays, or the code of why not.
fn said(rules: &[Rule], facts: &Facts) -> Vec<String> {
    with(rules, facts, &Tallies::new(), Rounding::Floor)
}

fn with(rules: &[Rule], facts: &Facts, tallies: &Tallies, rounding: Rounding) -> Vec<String> {
    let text = |verdict: Verdict<'_>| match verdict.outcome {
        Ok(fired) => fired.points.to_string(),
        Err(why) => why.to_string(),
    };
    evaluate(rules, facts, tallies, rounding).into_iter().map(text).collect()
}

#[test]
fn an_amount_pays_in_proportion_and_is_rounded_once() {
    let tiered = Rule { heeds_tier: true, ..per(1, 100) };
    for (rounding, plain, more) in
        [(Rounding::Floor, "1", "2"), (Rounding::HalfUp, "2", "2"), (Rounding::Ceiling, "2", "3")]
    {
        let found = with(&[per(1, 100), tiered.clone()], &order(150), &Tallies::new(), rounding);
        assert_eq!(found, [plain, more], "{rounding}");
    }
    assert_eq!(said(&[per(1, 100)], &order(99)), ["no_points"]);
    assert_eq!(said(&[per(2, 1)], &order(MOST)), ["out_of_range"]);
    let mut dollars = order(10_000);
    dollars.order.as_mut().unwrap().currency = "USD".into();
    assert_eq!(said(&[per(1, 100)], &dollars), ["other_currency"]);
    assert_eq!(said(&[per(1, 100)], &Facts { order: None, ..order(1) }), ["no_amount"]);
}

#[test]
fn a_rule_says_why_it_pays_nothing() {
    let begins = Rule { starts_at: Some(at("2026-01-05T02:00:00.001Z")), ..fixed(1, 5) };
    let over = Rule { ends_at: Some(at("2026-01-05T02:00:00Z")), ..fixed(2, 5) };
    let off = Rule { active: false, ..fixed(3, 5) };
    let other = Rule { trigger: Trigger::SignUp, ..fixed(4, 5) };
    let words = Condition::Words { field: Fact::Channel, words: vec!["app".into()] };
    let app = Rule { condition: Some(words), ..fixed(5, 5) };

    let found = said(&[begins, over, off, other, app], &order(1));

    assert_eq!(found, ["not_begun", "over", "inactive", "other_trigger", "condition_not_met"]);
}

#[test]
fn one_that_earns_alone_keeps_off_others_and_is_kept_off() {
    let alone = |number| Rule { exclusive: true, ..fixed(number, 50) };
    let doubles = rule(3, Reward::Multiplier { percent: 200 });

    let first = said(&[alone(1), fixed(2, 5), doubles.clone()], &order(1));
    let last = said(&[fixed(2, 5), alone(1), doubles], &order(1));

    assert_eq!(first, ["50", "excluded", "excluded"]);
    assert_eq!(last, ["5", "not_alone", "5"]);
}

#[test]
fn multipliers_add_their_share_of_what_others_pay() {
    let half = rule(1, Reward::Multiplier { percent: 150 });
    let triple = rule(2, Reward::Multiplier { percent: 300 });

    let beside = said(&[half.clone(), fixed(3, 30), fixed(4, 11), triple], &order(1));

    assert_eq!(beside, ["20", "30", "11", "82"]);
    assert_eq!(said(&[half], &order(1)), ["nothing_to_multiply"]);
}

#[test]
fn caps_cut_off_what_is_above_and_then_say_so() {
    let caps = Caps { per_customer: Some(100), per_customer_day: Some(30), total: Some(1000) };
    let capped = Rule { caps, ..fixed(1, 20) };
    let facts = order(1);
    let subject = |customer, day| Subject { rule: capped.id, customer, day };
    let used = |all: i64, own: i64, today: i64| {
        let rows = [
            (subject(None, None), all),
            (subject(facts.customer, None), own),
            (subject(facts.customer, Some(facts.day)), today),
        ];
        with(std::slice::from_ref(&capped), &facts, &rows.into(), Rounding::Floor)
    };

    assert_eq!(used(0, 0, 0), ["20"]);
    assert_eq!(used(0, 0, 25), ["5"]);
    assert_eq!(used(0, 0, 30), ["day_cap"]);
    assert_eq!(used(0, 100, 0), ["customer_cap"]);
    assert_eq!(used(1000, 0, 0), ["total_cap"]);
    assert_eq!(used(993, 0, 0), ["7"]);
}

#[test]
fn a_rule_without_points_keeps_off_nobody() {
    let spent = Rule { exclusive: true, caps: Caps { total: Some(10), ..Caps::default() }, ..fixed(1, 10) };
    let used = [(Subject { rule: spent.id, customer: None, day: None }, 10)].into();

    assert_eq!(with(&[spent, fixed(2, 5)], &order(1), &used, Rounding::Floor), ["total_cap", "5"]);
}

#[test]
fn conditions_hold_over_what_is_known() {
    let facts = order(19900);
    let words = |field, words: &[&str]| Condition::Words {
        field,
        words: words.iter().map(|word| (*word).to_owned()).collect(),
    };
    let range = |field, gte, lt| Condition::Range { field, gte, lt };
    let yes = [
        words(Fact::Tag, &["x", "new"]),
        words(Fact::Product, &["P-7"]),
        words(Fact::Category, &["吸尘器"]),
        words(Fact::Currency, &["CNY"]),
        range(Fact::AmountMinor, Some(19900), Some(19901)),
        range(Fact::Score, None, Some(6)),
    ];
    let no = [
        words(Fact::Region, &["CN-31"]),
        words(Fact::Product, &["P"]),
        range(Fact::AmountMinor, Some(19901), None),
        range(Fact::Years, Some(0), None),
    ];

    assert!(yes.iter().all(|part| part.holds(&facts)));
    assert!(!no.iter().any(|part| part.holds(&facts)));
    assert!(Condition::All { all: yes.into() }.holds(&facts));
    assert!(!Condition::Any { any: no.clone().into() }.holds(&facts));
    assert!(no.into_iter().all(|part| Condition::Not { not: Box::new(part) }.holds(&facts)));
}

#[test]
fn a_condition_is_stored_as_it_travels() {
    let text = r#"{"all":[{"field":"channel","in":["store"]},{"not":{"any":[{"field":"amount_minor","gte":1,"lt":9}]}}]}"#;

    let read: Condition = serde_json::from_str(text).unwrap();

    assert_eq!(serde_json::to_string(&read).unwrap(), text);
    assert_eq!(read.parts(), 5);
    assert!(serde_json::from_str::<Condition>(r#"{"all":[],"x":1}"#).is_err());
}

#[test]
fn what_could_be_too_much_is_refused_before() {
    assert!(fixed(1, MOST).stays_in_range());
    assert!(!Rule { heeds_tier: true, ..fixed(1, MOST) }.stays_in_range());
    assert!(per(1000, 1).stays_in_range());
    assert!(!per(1_000_000, 1).stays_in_range());
}
