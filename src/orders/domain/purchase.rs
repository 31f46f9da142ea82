use super::{OrderId, Refusal};
use crate::{customers::CustomerId, platform::currency::Currency};
use chrono::{DateTime, Utc};

/// A purchase, and what was taken back of it so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// The order.
    pub id: OrderId,
    /// Whose it is, as recorded.
    pub customer: CustomerId,
    /// When it was.
    pub occurred_at: DateTime<Utc>,
    /// In what it was paid.
    pub currency: Currency,
    /// What was paid.
    pub revenue: i64,
    /// What was refunded of it.
    pub refunded: i64,
    /// How many refunds it has.
    pub refunds: i32,
}

/// What a refund took back of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// How much.
    pub minor: i64,
    /// When the purchase was.
    pub bought_at: DateTime<Utc>,
    /// Whether nothing of the purchase is left now, and something was before.
    pub is_last: bool,
    /// How much was taken back of it by now.
    pub refunded: i64,
    /// Of how much.
    pub revenue: i64,
}

impl Taken {
    /// Returns the part of `whole` that goes with what was taken back by now, rounded down.
    pub fn share_of(&self, whole: i64) -> i64 {
        if self.refunded >= self.revenue {
            return whole;
        }
        let product = i128::from(whole).saturating_mul(i128::from(self.refunded));
        let share = product.checked_div(i128::from(self.revenue)).unwrap_or(0);
        i64::try_from(share).unwrap_or(whole)
    }
}

impl Purchase {
    /// Takes back a part; refuses `currency_mismatch`, `before_purchase` and `over_refund`.
    pub fn refund(&mut self, minor: i64, currency: Currency, at: DateTime<Utc>) -> Result<Taken, Refusal> {
        if currency != self.currency {
            return Err(Refusal::CurrencyMismatch { paid_in: self.currency });
        }
        if at < self.occurred_at {
            return Err(Refusal::BeforePurchase);
        }
        let left = self.revenue.saturating_sub(self.refunded);
        if minor > left {
            return Err(Refusal::OverRefund { left });
        }
        let was_taken_back = self.is_taken_back();
        self.refunded = self.refunded.saturating_add(minor);
        self.refunds = self.refunds.saturating_add(1);
        Ok(Taken {
            minor,
            bought_at: self.occurred_at,
            is_last: self.is_taken_back() && !was_taken_back,
            refunded: self.refunded,
            revenue: self.revenue,
        })
    }

    /// Returns whether nothing of it is left.
    fn is_taken_back(&self) -> bool {
        self.refunds > 0 && self.refunded == self.revenue
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn purchase(revenue: i64) -> Purchase {
        Purchase {
            id: OrderId(Uuid::nil()),
            customer: CustomerId(Uuid::nil()),
            occurred_at: at("2026-01-01T00:00:00Z"),
            currency: Currency::of("CNY").unwrap(),
            revenue,
            refunded: 0,
            refunds: 0,
        }
    }

    #[test]
    fn refunds_take_back_no_more_than_was_paid_and_the_last_one_is_known() {
        let (mut bought, cny) = (purchase(100), Currency::of("CNY").unwrap());
        let later = at("2026-01-02T00:00:00Z");

        assert_eq!(bought.refund(60, cny, later).map(|taken| taken.is_last), Ok(false));
        assert_eq!(bought.refund(41, cny, later), Err(Refusal::OverRefund { left: 40 }));
        assert_eq!(bought.refund(40, cny, later).map(|taken| taken.is_last), Ok(true));
        assert_eq!(bought.refund(0, cny, later).map(|taken| taken.is_last), Ok(false));
        assert_eq!((bought.refunded, bought.refunds), (100, 3));
    }

    #[test]
    fn a_share_is_rounded_down_until_all_is_taken_back() {
        let (mut bought, cny) = (purchase(3), Currency::of("CNY").unwrap());
        let mut share = |whole| {
            let taken = bought.refund(1, cny, bought.occurred_at).unwrap();
            taken.share_of(whole)
        };

        assert_eq!((share(100), share(100), share(100)), (33, 66, 100));
        let most = 9_007_199_254_740_991;
        let taken = purchase(most).refund(most - 1, cny, purchase(0).occurred_at).unwrap();
        assert_eq!(taken.share_of(most), most - 1);
    }

    #[test]
    fn a_gift_is_kept_until_it_is_given_back() {
        let (mut gift, cny) = (purchase(0), Currency::of("CNY").unwrap());

        assert!(!gift.is_taken_back());
        assert_eq!(gift.refund(0, cny, gift.occurred_at).map(|taken| taken.is_last), Ok(true));
    }

    #[test]
    fn a_refund_is_in_the_money_of_its_purchase_and_not_before_it() {
        let (mut bought, cny) = (purchase(100), Currency::of("CNY").unwrap());
        let usd = Currency::of("USD").unwrap();

        assert_eq!(
            bought.refund(1, usd, bought.occurred_at),
            Err(Refusal::CurrencyMismatch { paid_in: cny })
        );
        assert_eq!(bought.refund(1, cny, at("2025-12-31T23:59:59Z")), Err(Refusal::BeforePurchase));
        assert_eq!(bought, purchase(100));
    }
}
