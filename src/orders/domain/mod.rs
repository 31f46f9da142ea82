//! What an order is, and what a refund may take back.

mod amounts;
mod purchase;
mod refusal;

pub use self::{
    amounts::{Amounts, Line},
    purchase::{Purchase, Taken},
    refusal::Refusal,
};

use crate::{codes, id_type};

id_type!(
    /// The id of an order.
    OrderId
);
id_type!(
    /// The id of a usage event.
    UsageId
);

codes! {
    /// Whether money came in or went back.
    pub enum OrderKind = "order_kind" {
        Purchase = "purchase", "Purchase", "购买";
        Refund = "refund", "Refund", "退款";
    }
}

/// What something is called in another system: system and id.
pub type Reference = (String, String);
