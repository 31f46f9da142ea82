//! The customers, and a few words that passed.

use super::{
    cast::Cast,
    texts::{COMPANIES, GIVEN, SURNAMES},
};
use crate::{
    customers::{self, CustomerId},
    platform::{db::Tx, http::body, http::problem::Result},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

const PERSONS: usize = 52;
const REGIONS: [&str; 6] = ["310000", "110000", "440100", "440300", "330100", "510100"];
const TAGS: [&[&str]; 5] = [&["老客户"], &["金卡会员", "老客户"], &["新客户"], &["企业协议"], &[]];
const CHANNELS: [&str; 5] = ["phone", "wechat", "email", "app", "sms"];

/// Registers everybody over the months before now.
pub fn register(tx: &mut Tx, cast: &Cast, now: DateTime<Utc>) -> Result<Vec<CustomerId>> {
    let mut made = Vec::new();
    for number in 0..PERSONS.saturating_add(COMPANIES.len()) {
        let days = i64::try_from(number).unwrap_or(0) % 45;
        let at = now.checked_sub_signed(TimeDelta::days(85 - days)).unwrap_or(now);
        let actor = cast.agent(number)?.at(at);
        let registered = customers::create(tx, &actor, &body::of_value(body_of(number))?)?;
        made.push(registered.profile.id);
    }
    Ok(made)
}

fn body_of(number: usize) -> Value {
    let mut customer = json!({
        "kind": "person", "name": name(number),
        "phones": [format!("138{:08}", 12_340_000 + number * 37)],
        "preferred_channel": cycle(&CHANNELS, number),
        "region": cycle(&REGIONS, number), "tags": cycle(&TAGS, number),
        "external_refs": [{ "system": "crm", "id": format!("C{:05}", 10_001 + number) }],
    });
    let company = number.checked_sub(PERSONS).and_then(|n| COMPANIES.get(n));
    if let (Some((name, industry)), Some(members)) = (company, customer.as_object_mut()) {
        members.insert("kind".into(), "company".into());
        members.insert("name".into(), (*name).into());
        members.insert("industry".into(), (*industry).into());
        members.insert("emails".into(), json!([format!("office{number}@example.com")]));
        members.insert("tags".into(), json!(["企业协议"]));
    } else if let (true, Some(members)) = (number.is_multiple_of(3), customer.as_object_mut()) {
        members.insert(
            "birthday".into(),
            format!("19{:02}-{:02}-{:02}", 60 + number % 39, 1 + number % 12, 1 + number % 28).into(),
        );
        members.insert("gender".into(), if number.is_multiple_of(2) { "female" } else { "male" }.into());
    }
    customer
}

fn name(number: usize) -> String {
    let surname = cycle(&SURNAMES, number * 7).unwrap_or_default();
    let given = cycle(&GIVEN, number * 11 + number / 20).unwrap_or_default();
    format!("{surname}{given}")
}

/// Returns the item of a list that goes round.
pub fn cycle<T: Copy>(list: &[T], number: usize) -> Option<T> {
    list.get(number.checked_rem(list.len())?).copied()
}
