//! Orders that are decided together: each sees those before it.

use super::{Asked, Recorded, owners::Owners};
use crate::{
    customers::CustomerId,
    orders::{
        domain::{Amounts, Line, OrderId, OrderKind, Purchase, Reference, Refusal, Taken},
        store::{self, New, Order},
        wire::OrderIn,
    },
    platform::{
        currency::Currency,
        db::Tx,
        http::problem::{Error, Result},
        ids,
    },
};
use std::collections::HashMap;

/// What is known while orders are decided.
pub struct Book {
    owners: Owners,
    orders: HashMap<OrderId, (Order, Vec<Line>)>,
    by_ref: HashMap<Reference, OrderId>,
    purchases: HashMap<OrderId, Purchase>,
    new: Vec<New>,
}

/// The purchase that a refund names, and where it does.
type Of = Option<(OrderId, &'static str)>;

fn named_purchases(asked: &[Asked<'_>]) -> (Vec<OrderId>, Vec<Reference>) {
    let ids = asked.iter().filter_map(|one| one.input.refund_of);
    let own = asked.iter().filter_map(|one| one.reference.clone());
    let refunded = asked.iter().filter_map(|one| one.input.refund_of_ref.as_ref().map(|by| by.pair()));
    (ids.collect(), own.chain(refunded).collect())
}

impl Book {
    /// Locks everybody whom the orders are of, and reads what is known of what they name.
    pub fn open(tx: &mut Tx, asked: &[Asked<'_>]) -> Result<Self> {
        let (ids, references) = named_purchases(asked);
        let before = store::known(tx, &ids, &references)?;
        let named: Vec<_> =
            asked.iter().map(|one| (one.input.customer_id, one.input.customer_ref.as_ref())).collect();
        let others: Vec<CustomerId> = before.iter().map(|order| order.customer_id).collect();
        let owners = Owners::lock(tx, &named, &others)?;
        // what others did until the locks were had
        let known = store::known(tx, &ids, &references)?;
        if known.iter().any(|order| !owners.knows(order.customer_id)) {
            return Err(Error::Retry);
        }
        let mut lines = store::lines(tx, &known.iter().map(|order| order.id).collect::<Vec<_>>())?;
        let mut book = Self {
            owners,
            orders: HashMap::new(),
            by_ref: HashMap::new(),
            purchases: HashMap::new(),
            new: Vec::new(),
        };
        for order in known {
            let lines = lines.remove(&order.id).unwrap_or_default();
            book.add(order, lines)?;
        }
        Ok(book)
    }

    /// Records an order, or says why not. An error outside means that all must begin again.
    pub fn record(&mut self, one: &Asked<'_>) -> Result<Result<Recorded>> {
        let found = one.reference.as_ref().and_then(|reference| self.by_ref.get(reference));
        let recorded = match found.and_then(|id| self.orders.get(id)) {
            Some((order, lines)) if self.is_same(one.input, order, lines) => {
                Ok(Recorded { order: order.clone(), lines: lines.clone(), new: false })
            }
            Some(_) => Err(Refusal::ExternalRefTaken.at("/external_ref")),
            None => self.decide(one),
        };
        match recorded {
            Err(Error::Retry) => Err(Error::Retry),
            recorded => Ok(recorded),
        }
    }

    /// Returns what is to be stored.
    pub fn close(self) -> Vec<New> {
        self.new
    }

    fn add(&mut self, order: Order, lines: Vec<Line>) -> Result<()> {
        self.by_ref.extend(order.reference().map(|reference| (reference, order.id)));
        if order.kind == OrderKind::Purchase {
            let currency = Currency::of(&order.currency);
            let purchase = Purchase {
                id: order.id,
                customer: order.customer_id,
                occurred_at: order.occurred_at,
                currency: currency.ok_or_else(|| Error::internal("an order in no known currency"))?,
                revenue: order.revenue_minor,
                refunded: order.refunded_minor.unwrap_or(0),
                refunds: order.refunds.unwrap_or(0),
            };
            self.purchases.insert(order.id, purchase);
        }
        self.orders.insert(order.id, (order, lines));
        Ok(())
    }

    fn decide(&mut self, one: &Asked<'_>) -> Result<Recorded> {
        let input = one.input;
        if input.occurred_at.0 > one.actor.at {
            return Err(Refusal::InTheFuture.at("/occurred_at"));
        }
        let lines = input.lines();
        let sums = Amounts::of(&lines).map_err(|refusal| refusal.at("/lines"))?;
        let of = self.refunded_by(input)?;
        let (customer_id, owner) = self.customer(input, of)?;
        let taken = self.take(input, of, sums.revenue)?;
        let (external_system, external_id) = one.reference.clone().unzip();
        let order = Order {
            id: OrderId(ids::next()),
            customer_id,
            kind: input.kind,
            refund_of_id: of.map(|(id, _)| id),
            occurred_at: input.occurred_at.0,
            channel: input.channel,
            place: input.place.as_ref().map(|place| place.0.clone()),
            currency: input.currency.code().to_owned(),
            revenue_minor: sums.revenue,
            cost_minor: sums.cost,
            uncosted_minor: sums.uncosted,
            external_system,
            external_id,
            recorded_by_kind: one.actor.who.kind().to_owned(),
            recorded_by: one.actor.who.id(),
            recorded_at: one.actor.at,
            refunded_minor: None,
            refunds: None,
        };
        self.add(order.clone(), lines.clone())?;
        self.new.push(New { order: order.clone(), owner, lines: lines.clone(), taken });
        Ok(Recorded { order, lines, new: true })
    }

    /// Returns the purchase that a refund names; refuses `unknown_order` and `not_a_purchase`.
    fn refunded_by(&self, input: &OrderIn) -> Result<Of> {
        let (id, pointer) = match (input.refund_of, &input.refund_of_ref) {
            (Some(id), _) => (Some(id), "/refund_of"),
            (None, Some(by)) => (self.by_ref.get(&by.pair()).copied(), "/refund_of_ref"),
            (None, None) => return Ok(None),
        };
        let known = id.and_then(|id| self.orders.get(&id));
        let (order, _) = known.ok_or_else(|| Refusal::UnknownPurchase.at(pointer))?;
        if order.kind != OrderKind::Purchase {
            return Err(Refusal::NotAPurchase.at(pointer));
        }
        Ok(Some((order.id, pointer)))
    }

    /// Returns whose the order is, and in whose days it counts: a refund is always its purchase's customer's.
    fn customer(&self, input: &OrderIn, of: Of) -> Result<(CustomerId, CustomerId)> {
        let named = (input.customer_id, input.customer_ref.as_ref());
        let purchase = of.and_then(|(id, pointer)| Some((self.purchases.get(&id)?, pointer)));
        let Some((purchase, pointer)) = purchase else {
            let id = self.owners.live(named)?;
            return Ok((id, id));
        };
        if (named.0.is_some() || named.1.is_some())
            && !self.owners.are_one(self.owners.live(named)?, purchase.customer)
        {
            return Err(Refusal::OtherCustomer.at(pointer));
        }
        Ok((purchase.customer, self.owners.owner(purchase.customer)?))
    }

    /// Takes back of the purchase what is refunded.
    fn take(&mut self, input: &OrderIn, of: Of, minor: i64) -> Result<Option<Taken>> {
        let Some(purchase) = of.and_then(|(id, _)| self.purchases.get_mut(&id)) else { return Ok(None) };
        let taken = purchase.refund(minor, input.currency, input.occurred_at.0);
        let taken = taken.map_err(|refusal| match refusal {
            Refusal::CurrencyMismatch { .. } => refusal.at("/currency"),
            Refusal::BeforePurchase => refusal.at("/occurred_at"),
            refusal => refusal.at("/lines"),
        })?;
        if let Some((order, _)) = self.orders.get_mut(&purchase.id) {
            (order.refunded_minor, order.refunds) = (Some(purchase.refunded), Some(purchase.refunds));
        }
        Ok(Some(taken))
    }

    /// Returns whether an order that is known by this reference says the same.
    fn is_same(&self, input: &OrderIn, order: &Order, lines: &[Line]) -> bool {
        let named = (input.customer_id, input.customer_ref.as_ref());
        let is_named = named.0.is_some() || named.1.is_some();
        let customer = self.owners.named(named).map(|id| self.owners.are_one(id, order.customer_id));
        let of = match (input.refund_of, &input.refund_of_ref) {
            (None, Some(by)) => self.by_ref.get(&by.pair()).copied(),
            (id, _) => id,
        };
        let is_of = of.is_some() || !input.names_purchase();
        (!is_named || customer == Some(true))
            && is_of
            && of == order.refund_of_id
            && input.kind == order.kind
            && input.occurred_at.0 == order.occurred_at
            && input.channel == order.channel
            && input.place.as_deref() == order.place.as_deref()
            && input.currency.code() == order.currency
            && input.lines() == lines
    }
}
