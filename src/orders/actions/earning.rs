//! What the points program hears of orders: a purchase earns by the rules, and what is refunded of it is taken back.

use crate::{
    loyalty::{
        Source,
        earning::{self, Event, Fact, Trigger},
        points,
    },
    orders::{
        domain::{Line, OrderId, OrderKind},
        store::New,
    },
    platform::{auth::Actor, codes::Codes, db::Tx, http::problem::Result},
};

/// Tells the points program of a new order.
pub fn heard(tx: &mut Tx, actor: &Actor, new: &New) -> Result<()> {
    match new.order.kind {
        OrderKind::Purchase => earn(tx, actor, new),
        OrderKind::Refund => take_back(tx, actor, new),
    }
}

/// By which a purchase earns once.
fn source_id(id: OrderId) -> String {
    format!("order:{id}")
}

fn earn(tx: &mut Tx, actor: &Actor, new: &New) -> Result<()> {
    let of = |part: fn(&Line) -> &String| new.lines.iter().map(|line| part(line).clone()).collect();
    let order = earning::Order {
        amount_minor: new.order.revenue_minor,
        currency: new.order.currency.clone(),
        products: of(|line| &line.product),
        categories: of(|line| &line.category),
    };
    let event = Event {
        order: Some(order),
        words: vec![(Fact::Channel, new.order.channel.code().to_owned())],
        ..Event::of(Trigger::Order, new.order.occurred_at)
    };
    earning::happened(tx, actor, (new.owner, source_id(new.order.id)), &event)
}

/// Takes back the share of what the purchase earned that goes with all that was refunded of it.
fn take_back(tx: &mut Tx, actor: &Actor, new: &New) -> Result<()> {
    let Some((id, taken)) = new.order.refund_of_id.zip(new.taken) else { return Ok(()) };
    let source = Source { system: earning::OWN_SYSTEM.to_owned(), id: source_id(id) };
    for earned in points::earned_by_rules(tx, new.owner, &source)? {
        let total = taken.share_of(earned.entry.amount);
        points::reverse_up_to(tx, actor, earned.entry.id, (total, "退款"))?;
    }
    Ok(())
}
