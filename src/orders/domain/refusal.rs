use crate::platform::currency::Currency;

/// Why an order is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such customer.
    #[error("there is no such customer")]
    UnknownCustomer,
    /// It lies in the future.
    #[error("it lies in the future")]
    InTheFuture,
    /// Another one has the reference.
    #[error("the reference was recorded before with other content")]
    ExternalRefTaken,
    /// The sums are out of range.
    #[error("the sums are out of range")]
    OutOfRange,
    /// There is no such purchase.
    #[error("there is no such purchase")]
    UnknownPurchase,
    /// What is to be refunded is a refund itself.
    #[error("a refund is not refunded")]
    NotAPurchase,
    /// The purchase is somebody else's.
    #[error("the purchase is another customer's")]
    OtherCustomer,
    /// The purchase was paid in another currency.
    #[error("the purchase was paid in {}", paid_in.code())]
    CurrencyMismatch {
        /// In which.
        paid_in: Currency,
    },
    /// The purchase came later.
    #[error("it lies before the purchase")]
    BeforePurchase,
    /// More than is left of the purchase.
    #[error("only {left} is left to refund")]
    OverRefund {
        /// What is left.
        left: i64,
    },
}

impl Refusal {
    /// Returns the stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownCustomer => "unknown_customer",
            Self::InTheFuture => "in_the_future",
            Self::ExternalRefTaken => "external_ref_taken",
            Self::OutOfRange => "amount_out_of_range",
            Self::UnknownPurchase => "unknown_order",
            Self::NotAPurchase => "not_a_purchase",
            Self::OtherCustomer => "different_customer",
            Self::CurrencyMismatch { .. } => "currency_mismatch",
            Self::BeforePurchase => "before_purchase",
            Self::OverRefund { .. } => "over_refund",
        }
    }
}
