use super::Refusal;
use crate::platform::currency::MOST_MINOR;

/// What was bought or given back, on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The product.
    pub product: String,
    /// Its category.
    pub category: String,
    /// How many.
    pub quantity: i64,
    /// What they were sold for.
    pub revenue_minor: i64,
    /// What they cost, if that is known.
    pub cost_minor: Option<i64>,
}

/// The sums of an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// What it was sold for.
    pub revenue: i64,
    /// What is known of its cost.
    pub cost: i64,
    /// The revenue of lines whose cost is not known.
    pub uncosted: i64,
}

impl Amounts {
    /// Returns the sums of some lines; refuses `amount_out_of_range`.
    pub fn of(lines: &[Line]) -> Result<Self, Refusal> {
        let sum = |a: i64, b: i64| a.checked_add(b).filter(|s| *s <= MOST_MINOR).ok_or(Refusal::OutOfRange);
        lines.iter().try_fold(Self::default(), |sums, line| {
            let unknown = if line.cost_minor.is_none() { line.revenue_minor } else { 0 };
            Ok(Self {
                revenue: sum(sums.revenue, line.revenue_minor)?,
                cost: sum(sums.cost, line.cost_minor.unwrap_or(0))?,
                uncosted: sum(sums.uncosted, unknown)?,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(revenue_minor: i64, cost_minor: Option<i64>) -> Line {
        Line { product: "p".into(), category: "c".into(), quantity: 1, revenue_minor, cost_minor }
    }

    #[test]
    fn what_a_line_without_cost_was_sold_for_is_known_apart() {
        let sums = Amounts::of(&[line(500, Some(300)), line(200, None), line(0, Some(10))]);

        assert_eq!(sums, Ok(Amounts { revenue: 700, cost: 310, uncosted: 200 }));
    }

    #[test]
    fn sums_stay_within_what_travels() {
        assert!(Amounts::of(&[line(MOST_MINOR, None)]).is_ok());
        assert_eq!(Amounts::of(&[line(MOST_MINOR, None), line(1, None)]), Err(Refusal::OutOfRange));
        let dear = [line(1, Some(MOST_MINOR)), line(1, Some(1))];
        assert_eq!(Amounts::of(&dear), Err(Refusal::OutOfRange));
    }
}
