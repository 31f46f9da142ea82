//! What customers bought, gave back and used: the ground of satisfaction with money, retention and lifetime value.
//!
//! - Orders and usage events are only ever added. What takes back is a refund, whose amounts are not negative either.
//! - A reference of another system is recorded once: the same again answers the first, anything else is a conflict.
//! - The refunds of a purchase sum to no more than it was: its customer's row is locked, and the database checks it.
//! - An order stays with the customer whom it was recorded of; a refund is always its purchase's customer's. Where that
//!   customer became part of another, reads of the other show it, until they are parted.
//! - What lies on which local day is kept in the transaction of the order, in the days of the customer who stayed. A
//!   change of the organisation's zone lets the worker count all days anew; until it has, days of both zones are there
//!   and `building` says so.
//! - Days are those of the database's zone tables, when they are added to as when they are counted anew.

mod actions;
mod api;
mod domain;
mod store;
mod wire;

pub use self::{
    actions::{Asked, Recorded, audit, rebuilding as background, record_all, regroup},
    api::routes,
    domain::{OrderId, OrderKind, UsageId},
    store::{Order, Totals, last_purchase, totals},
    wire::{OrderIn, in_minor_units},
};
