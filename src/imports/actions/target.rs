//! What a row becomes: the body that the create call takes, stored by the action that the create call runs.

use super::super::wire::Shape;
use crate::{
    customers::{self, CustomerIn},
    feedback::{self, FeedbackIn},
    loyalty::{self, OpeningIn},
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
use uuid::Uuid;

/// The checked body of a row.
pub enum Body {
    /// A customer.
    Customer(Box<CustomerIn>),
    /// Feedback.
    Feedback(Box<FeedbackIn>),
    /// An opening balance of points.
    Points(Box<OpeningIn>),
}

/// Returns what the bodies of a kind look like; refuses `unsupported_kind`.
pub fn shape(kind: ImportKind) -> Result<Shape> {
    let document = match kind {
        ImportKind::Customers => schema::document::<CustomerIn>(),
        ImportKind::Feedback => schema::document::<FeedbackIn>(),
        ImportKind::Points => schema::document::<OpeningIn>(),
        ImportKind::Orders => return Err(unsupported()),
    };
    Ok(Shape::of(&document))
}

/// Returns the checked body; names every field that breaks its rules.
pub fn read(kind: ImportKind, value: Value) -> Result<Body> {
    match kind {
        ImportKind::Customers => body::of_value(value).map(Box::new).map(Body::Customer),
        ImportKind::Feedback => body::of_value(value).map(Box::new).map(Body::Feedback),
        ImportKind::Points => body::of_value(value).map(Box::new).map(Body::Points),
        ImportKind::Orders => Err(unsupported()),
    }
}

/// Stores a row; returns the id of what it became.
pub fn store(tx: &mut Tx, actor: &Actor, body: &Body) -> Result<Uuid> {
    match body {
        Body::Customer(input) => customers::create_imported(tx, actor, input).map(|id| id.0),
        Body::Feedback(input) => feedback::register(tx, actor, input).map(|made| made.case.row.id.0),
        Body::Points(input) => loyalty::open_balance(tx, actor, input).map(|posted| posted.entry.id.0),
    }
}

fn unsupported() -> Error {
    let en = "Orders cannot be imported yet.";
    Error::unprocessable("unsupported_kind", en, "暂不支持导入订单。")
}
