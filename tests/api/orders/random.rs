//! Random orders against a plain recount: what is summed by day is what a list of all orders says.

use super::{customer, order, purchase, record, refund};
use crate::support::App;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A die that always falls the same.
struct Die(u64);

impl Die {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

/// An order as the test remembers it.
struct Told {
    id: Value,
    customer: usize,
    at: DateTime<Utc>,
    currency: &'static str,
    revenue: i64,
    cost: Option<i64>,
    refunds: Option<usize>,
    is_refund: bool,
}

/// A day: purchases, kept, revenue, cost, uncosted, returned, refunds, refunded, refund cost, refund uncosted.
type Sums = [i64; 10];

/// Returns what lies on each day of each customer, who is part of another or not.
fn recount(told: &[Told], into: &[usize], zone: Tz) -> BTreeMap<(usize, &'static str, NaiveDate), Sums> {
    let mut days: BTreeMap<_, Sums> = BTreeMap::new();
    for (place, one) in told.iter().enumerate() {
        let day = one.at.with_timezone(&zone).date_naive();
        let sums = days.entry((into[one.customer], one.currency, day)).or_default();
        let back: Vec<&Told> = told.iter().filter(|other| other.refunds == Some(place)).collect();
        let returned: i64 = back.iter().map(|other| other.revenue).sum();
        let gone = !back.is_empty() && returned == one.revenue;
        let (cost, uncosted) = (one.cost.unwrap_or(0), if one.cost.is_none() { one.revenue } else { 0 });
        let more = match one.is_refund {
            false => [1, i64::from(!gone), one.revenue, cost, uncosted, returned, 0, 0, 0, 0],
            true => [0, 0, 0, 0, 0, 0, 1, one.revenue, cost, uncosted],
        };
        sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
    }
    days
}

fn lines(days: &BTreeMap<(usize, &'static str, NaiveDate), Sums>, customers: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = days
        .iter()
        .map(|((who, currency, day), sums)| {
            let sums: Vec<String> = sums.iter().map(i64::to_string).collect();
            format!("{} {currency} {day} {}", customers[*who], sums.join(" "))
        })
        .collect();
    lines.sort();
    lines
}

fn stored(app: &App) -> Vec<String> {
    let mut lines = app.texts(
        "SELECT concat_ws(' ', customer_id, currency, local_day, purchases, kept, revenue_minor, cost_minor,
             uncosted_minor, returned_minor, refunds, refunded_minor, refund_cost_minor, refund_uncosted_minor)
         FROM purchase_day",
    );
    lines.sort();
    lines
}

/// Tells the server one more order, drawn at random.
async fn tell(app: &App, die: &mut Die, told: &mut Vec<Told>, customers: &[String], into: &[usize]) {
    let open: Vec<usize> = (0..told.len()).filter(|place| !told[*place].is_refund).collect();
    let of = (!open.is_empty() && die.below(3) == 0).then(|| open[die.below(open.len())]);
    let is_refund = of.is_some() || die.below(10) == 0;
    let live: Vec<usize> = (0..into.len()).filter(|who| into[*who] == *who).collect();
    let customer = of.map_or_else(|| live[die.below(live.len())], |of| told[of].customer);
    let revenue = [0, 1, 500, 1000][die.below(4)];
    let cost = (die.below(2) == 0).then_some(revenue / 2);
    let currency = of.map_or_else(|| ["CNY", "USD"][die.below(2)], |of| told[of].currency);
    let first = of.map_or_else(|| app.now() - TimeDelta::days(6), |of| told[of].at);
    let span = usize::try_from((app.now() - first).num_minutes()).unwrap() + 1;
    let at = first + TimeDelta::minutes(i64::try_from(die.below(span)).unwrap());
    let line = json!({ "product": "a", "category": "b", "quantity": 1, "revenue_minor": revenue });
    let line = super::changed(line, cost.map_or_else(|| json!({}), |cost| json!({ "cost_minor": cost })));
    let with = json!({ "currency": currency, "occurred_at": at, "lines": [line] });
    let body = match of {
        Some(of) => super::changed(refund(0, with), json!({ "refund_of": told[of].id })),
        None if is_refund => super::changed(refund(0, with), json!({ "customer_id": customers[customer] })),
        None => purchase(&customers[customer], with),
    };
    let answer = record(app, body).await;
    let back: i64 = told.iter().filter(|o| of.is_some() && o.refunds == of).map(|o| o.revenue).sum();
    if of.is_some_and(|of| back + revenue > told[of].revenue) {
        answer.expect_problem(422, "over_refund");
        return;
    }
    let id = answer.expect::<Value>(201)["id"].clone();
    told.push(Told { id, customer, at, currency, revenue, cost, refunds: of, is_refund });
}

#[actix_web::test]
async fn days_are_what_a_plain_recount_says() {
    let app = App::start().await;
    let mut customers = Vec::new();
    for _ in 0..4 {
        customers.push(customer(&app).await);
    }
    let (mut die, mut told, mut into) = (Die(20_260_105), Vec::new(), vec![0, 1, 2, 3]);
    for _ in 0..60 {
        tell(&app, &mut die, &mut told, &customers, &into).await;
    }
    let body = json!({ "into_id": customers[0] });
    app.as_agent().post(&format!("/customers/{}/merge", customers[1]), body).await.expect::<Value>(200);
    into[1] = 0;
    for _ in 0..60 {
        tell(&app, &mut die, &mut told, &customers, &into).await;
    }

    let by_plain = |zone| lines(&recount(&told, &into, zone), &customers);
    assert!(told.iter().filter(|one| one.refunds.is_some()).count() > 10, "the die gave few refunds");
    assert_eq!(stored(&app), by_plain(chrono_tz::Asia::Shanghai));
    app.as_admin().post("/orders/rebuild", json!({})).await.expect::<Value>(202);
    app.work();
    assert_eq!(stored(&app), by_plain(chrono_tz::Asia::Shanghai), "a rebuild gives the same");
    let change = json!({ "time_zone": "America/New_York" });
    app.as_admin().if_match("*").patch("/settings", change).await.expect::<Value>(200);
    app.advance(TimeDelta::minutes(1));
    app.work();
    app.work();
    assert_eq!(stored(&app), by_plain(chrono_tz::America::New_York));
    app.as_agent()
        .post(&format!("/customers/{}/unmerge", customers[1]), json!({}))
        .await
        .expect::<Value>(200);
    into[1] = 1;
    assert_eq!(stored(&app), lines(&recount(&told, &into, chrono_tz::America::New_York), &customers));
    for (place, one) in told.iter().enumerate().filter(|(_, one)| !one.is_refund) {
        let back: i64 = told.iter().filter(|o| o.refunds == Some(place)).map(|o| o.revenue).sum();
        assert_eq!(order(&app, &json!({ "id": one.id })).await["refunded_minor"], back);
    }
}
