//! What the customers bought over the weeks before now, and a little that they gave back.

use super::{cast::Cast, customers::cycle};
use crate::{
    customers::CustomerId,
    orders::{self, Asked, OrderIn},
    platform::{
        db::Tx,
        http::{
            body,
            problem::{Error, Result},
        },
        time::Timestamp,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// What there is to buy: product, category, price and cost in minor units.
const PRODUCTS: [(&str, &str, i64, i64); 6] = [
    ("豪华大床房", "客房", 68_800, 31_000),
    ("亲子套房", "客房", 128_800, 62_000),
    ("自助早餐", "餐饮", 9_800, 4_200),
    ("瑜伽课十次卡", "课程", 98_000, 36_000),
    ("羊绒围巾", "商品", 39_900, 15_500),
    ("空调维修", "维修", 26_000, 12_800),
];
const CHANNELS: [&str; 4] = ["store", "app", "website", "phone"];

/// Lets customers buy, some often and some never; returns how many orders there are then.
pub fn sell(tx: &mut Tx, cast: &Cast, customers: &[CustomerId], now: DateTime<Utc>) -> Result<usize> {
    let mut sold = 0;
    for (number, customer) in customers.iter().enumerate() {
        for turn in 0..number % 6 {
            let days = 3 + turn * 7 + number % 7;
            let ago = TimeDelta::days(i64::try_from(days).map_err(Error::internal)?);
            let at = now.checked_sub_signed(ago).unwrap_or(now);
            let input = body::of_value(purchase(*customer, at, number + turn))?;
            let bought = record(tx, cast, number, &input, now)?;
            sold += 1;
            if (number + turn).is_multiple_of(11) {
                let next_day = at.checked_add_signed(TimeDelta::days(1)).unwrap_or(at);
                let input = body::of_value(refund(&bought, next_day, number + turn))?;
                record(tx, cast, number, &input, now)?;
                sold += 1;
            }
        }
    }
    Ok(sold)
}

fn record(
    tx: &mut Tx,
    cast: &Cast,
    number: usize,
    input: &OrderIn,
    now: DateTime<Utc>,
) -> Result<orders::OrderId> {
    let actor = cast.agent(number)?.at(now);
    let recorded = orders::record_all(tx, &[Asked::new(&actor, input, None)], true)?.pop();
    recorded.ok_or_else(|| Error::internal("an order was not answered"))?.map(|one| one.order.id)
}

fn line(number: usize, share: i64) -> Value {
    let (product, category, price, cost) = cycle(&PRODUCTS, number).unwrap_or_default();
    json!([{
        "product": product, "category": category, "quantity": 1,
        "revenue_minor": price / share, "cost_minor": cost / share,
    }])
}

fn purchase(customer: CustomerId, at: DateTime<Utc>, number: usize) -> Value {
    json!({
        "kind": "purchase", "customer_id": customer, "occurred_at": Timestamp(at), "currency": "CNY",
        "channel": cycle(&CHANNELS, number), "lines": line(number, 1),
    })
}

fn refund(purchase: &orders::OrderId, at: DateTime<Utc>, number: usize) -> Value {
    json!({
        "kind": "refund", "refund_of": purchase, "occurred_at": Timestamp(at), "currency": "CNY",
        "channel": cycle(&CHANNELS, number), "lines": line(number, 2),
    })
}
