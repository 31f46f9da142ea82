//! What a row becomes: the body that the create call takes, stored by the action that the create call runs.

use super::super::{
    store::Import,
    wire::{Path, Shape},
};
use crate::{
    customers::{self, CustomerIn},
    feedback::{self, FeedbackIn},
    loyalty::{self, OpeningIn},
    orders::{self, Asked, OrderIn},
    platform::{
        auth::Actor,
        db::Tx,
        http::{
            body,
            problem::{Error, Result},
            schema,
        },
    },
    vocabulary::ImportKind,
};
use serde_json::Value;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What rows of orders may state besides: decimal amounts.
const AMOUNTS: [&str; 2] = ["lines[0].revenue", "lines[0].cost"];

/// The checked body of a row.
pub enum Body {
    /// A customer.
    Customer(Box<CustomerIn>),
    /// Feedback.
    Feedback(Box<FeedbackIn>),
    /// An opening balance of points.
    Points(Box<OpeningIn>),
    /// An order.
    Order(Box<OrderIn>),
}

/// Returns what the bodies of a kind look like.
pub fn shape(kind: ImportKind) -> Shape {
    match kind {
        ImportKind::Customers => Shape::of(&schema::document::<CustomerIn>()),
        ImportKind::Feedback => Shape::of(&schema::document::<FeedbackIn>()),
        ImportKind::Points => Shape::of(&schema::document::<OpeningIn>()),
        ImportKind::Orders => {
            let order = Shape::of(&schema::document::<OrderIn>());
            let paths = AMOUNTS.iter().filter_map(|path| Path::parse(path));
            // as text, so that no digit is lost
            paths.fold(order, |order, path| order.with(&path, Shape::Text))
        }
    }
}

/// Returns the checked body; names every field that breaks its rules.
pub fn read(kind: ImportKind, mut value: Value) -> Result<Body> {
    match kind {
        ImportKind::Customers => body::of_value(value).map(Box::new).map(Body::Customer),
        ImportKind::Feedback => body::of_value(value).map(Box::new).map(Body::Feedback),
        ImportKind::Points => body::of_value(value).map(Box::new).map(Body::Points),
        ImportKind::Orders => {
            orders::in_minor_units(&mut value).map_err(Error::Invalid)?;
            body::of_value(value).map(Box::new).map(Body::Order)
        }
    }
}

/// Stores rows and returns the ids of what they became. Of what is stored together each is refused alone, and the others
/// count as if it were not there; an error outside says that something is wrong with one of the rows, or with none.
pub fn store_all(
    tx: &mut Tx,
    actor: &Actor,
    import: &Import,
    rows: &[(i32, &Body)],
) -> Result<Vec<Result<Uuid>>> {
    let orders: Option<Vec<(i32, &OrderIn)>> = rows
        .iter()
        .map(|(number, body)| match body {
            Body::Order(input) => Some((*number, &**input)),
            _ => None,
        })
        .collect();
    match orders {
        Some(orders) => store_orders(tx, actor, import, &orders),
        None => rows.iter().map(|(_, body)| store(tx, actor, body).map(Ok)).collect(),
    }
}

fn store(tx: &mut Tx, actor: &Actor, body: &Body) -> Result<Uuid> {
    match body {
        Body::Customer(input) => customers::create_imported(tx, actor, input).map(|id| id.0),
        Body::Feedback(input) => feedback::register(tx, actor, input).map(|made| made.case.row.id.0),
        Body::Points(input) => loyalty::open_balance(tx, actor, input).map(|posted| posted.entry.id.0),
        Body::Order(_) => Err(Error::internal("orders are stored together")),
    }
}

/// Stores orders of customers who are made where they are not known. One without a reference is named after its row.
fn store_orders(
    tx: &mut Tx,
    actor: &Actor,
    import: &Import,
    orders: &[(i32, &OrderIn)],
) -> Result<Vec<Result<Uuid>>> {
    let named = orders.iter().filter_map(|(_, order)| order.customer_ref.as_ref());
    let named: BTreeSet<_> = named.map(|by| (by.system.0.clone(), by.id.0.clone())).collect();
    customers::create_stubs(tx, actor, &named)?;
    let asked: Vec<Asked<'_>> = orders
        .iter()
        .map(|(row, order)| {
            Asked::new(actor, order, Some((format!("import:{}", import.id), row.to_string())))
        })
        .collect();
    let recorded = orders::record_all(tx, &asked, import.run_rules)?;
    Ok(recorded.into_iter().map(|one| one.map(|recorded| recorded.order.id.0)).collect())
}
