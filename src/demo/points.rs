//! What customers earned, spent and hold, and the rewards that it goes for.

use super::{cast::Cast, customers::cycle, system};
use crate::{
    customers::CustomerId,
    loyalty::{
        points::{self, Earn, Redeem, Source},
        rewards::{self, RewardId},
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::{
            body,
            precondition::Expected,
            problem::{Error, Result},
        },
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

/// Kind, name, price and number of what is offered.
const REWARDS: [(&str, &str, i64, Option<i64>); 3] = [
    ("coupon", "50 元代金券", 300, Some(200)),
    ("gift", "双人下午茶", 600, Some(20)),
    ("service", "延迟退房至 15 点", 150, None),
];
const PURCHASES: [(&str, i64); 5] =
    [("客房消费", 680), ("餐厅消费", 240), ("课程报名", 500), ("办卡消费", 1000), ("维修服务", 120)];
/// For how long the holds of the demo stand, in seconds: 7 days.
const HOLD: i64 = 604_800;

/// What one customer does with points, each time some hours later.
struct Saver<'a> {
    tx: &'a mut Tx,
    cast: &'a Cast,
    number: usize,
    customer: CustomerId,
    at: DateTime<Utc>,
}

/// Offers rewards, and lets three customers of four save for them.
pub fn save(tx: &mut Tx, cast: &Cast, customers: &[CustomerId], now: DateTime<Utc>) -> Result<()> {
    let offered = offer(tx, ago(now, 24 * 60))?;
    for (number, customer) in customers.iter().enumerate().filter(|(number, _)| number % 4 != 3) {
        let hours = 24 * 36 + i64::try_from(number).unwrap_or(0);
        let mut saver = Saver { tx, cast, number, customer: *customer, at: ago(now, hours) };
        for time in 0..=number % 3 {
            saver.earn(time)?;
        }
        if matches!(number % 9, 1 | 2) {
            saver.redeem()?;
        }
        // those who earned most
        if let (2, Some(reward)) = (number % 6, cycle(&offered, number / 6)) {
            saver.claim(number / 6, reward)?;
        }
        if number % 9 == 5 {
            saver.hold(now)?;
        }
    }
    Ok(())
}

fn ago(now: DateTime<Utc>, hours: i64) -> DateTime<Utc> {
    now.checked_sub_signed(TimeDelta::hours(hours)).unwrap_or(now)
}

fn offer(tx: &mut Tx, at: DateTime<Utc>) -> Result<Vec<RewardId>> {
    let mut offered = Vec::new();
    for (kind, name, cost, stock) in REWARDS {
        let mut reward = json!({
            "kind": kind, "name": name, "cost": cost, "stock": stock, "per_customer_limit": 3,
        });
        if let (true, Some(members)) = (kind == "coupon", reward.as_object_mut()) {
            members.insert("coupon_validity_days".into(), 60.into());
            members.insert("coupon_prefix".into(), "DEMO".into());
        }
        offered.push(rewards::create(tx, &system(at), &body::of_value(reward)?)?.id);
    }
    Ok(offered)
}

impl Saver<'_> {
    fn agent(&mut self, hours: i64) -> Result<Actor> {
        self.at = self.at.checked_add_signed(TimeDelta::hours(hours)).unwrap_or(self.at);
        Ok(self.cast.agent(self.number)?.at(self.at))
    }

    fn source(&self, what: &str) -> Source {
        Source { system: "shop".into(), id: format!("{what}-{:05}", self.number + 1) }
    }

    /// Earns what a purchase is worth; one of a few is given back in part.
    fn earn(&mut self, time: usize) -> Result<()> {
        let agent = self.agent(190)?;
        let (reason, amount) = cycle(&PURCHASES, self.number + time * 2)
            .ok_or_else(|| Error::internal("a demo without purchases"))?;
        let earn = Earn {
            customer: self.customer,
            amount,
            reason: reason.into(),
            source: self.source(&format!("order{time}")),
            rule: None,
            occurred_at: None,
        };
        let earned = points::earn(self.tx, &agent, None, &earn)?;
        if self.number % 10 == 4 && time == 1 {
            let agent = self.agent(50)?;
            points::reverse(self.tx, &agent, None, earned.entry.id, (Some(amount / 4), "部分退款"))?;
        }
        Ok(())
    }

    fn redeem(&mut self) -> Result<()> {
        let agent = self.agent(72)?;
        let redeem = Redeem {
            customer: self.customer,
            amount: 100,
            reason: "积分抵扣".into(),
            source: Some(self.source("deduction")),
        };
        points::redeem(self.tx, &agent, None, &redeem).map(|_| ())
    }

    /// Holds points for an order that is not paid yet.
    fn hold(&mut self, now: DateTime<Utc>) -> Result<()> {
        self.at = self.at.max(ago(now, 20));
        let agent = self.agent(1)?;
        let held = (80, HOLD, self.source("cart"));
        points::hold(self.tx, &agent, self.customer, held).map(|_| ())
    }

    /// Asks for a reward, which then goes some way.
    fn claim(&mut self, turn: usize, reward: RewardId) -> Result<()> {
        let agent = self.agent(30)?;
        let id = rewards::request(self.tx, &agent, None, reward, self.customer)?.id;
        let agent = self.agent(20)?;
        match turn % 4 {
            0 => Ok(()),
            1 => {
                let words = (&Expected::Any, Some("客户改选其他礼品"));
                rewards::cancel(self.tx, &agent, None, id, words).map(|_| ())
            }
            2 => rewards::confirm(self.tx, &agent, id, &Expected::Any).map(|_| ()),
            _ => {
                rewards::confirm(self.tx, &agent, id, &Expected::Any)?;
                let agent = self.agent(24)?;
                rewards::fulfil(self.tx, &agent, id, &Expected::Any).map(|_| ())
            }
        }
    }
}
