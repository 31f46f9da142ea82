use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Points earned less those taken back, by local day, linked accounts included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Days(BTreeMap<NaiveDate, i64>);

impl Days {
    /// Adds what was earned on a day.
    pub fn add(&mut self, day: NaiveDate, earned: i64) {
        let sum = self.0.entry(day).or_default();
        *sum = sum.saturating_add(earned);
    }

    /// Returns what was earned from one day to another, both included.
    pub fn sum(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        if from > to {
            return 0;
        }
        self.0.range(from..=to).fold(0, |sum: i64, (_, earned)| sum.saturating_add(*earned))
    }

    /// Returns the days and what was earned on each.
    pub fn iter(&self) -> impl Iterator<Item = (NaiveDate, i64)> {
        self.0.iter().map(|(day, earned)| (*day, *earned))
    }

    /// Returns the days from one on.
    pub fn since(&self, from: NaiveDate) -> Self {
        Self(self.0.range(from..).map(|(day, earned)| (*day, *earned)).collect())
    }

    /// Returns the most that any window of these days can hold which reaches to the last of them: days leave a
    /// window one after another, and one on which points were taken back may leave it later than their earning.
    pub fn bound(&self) -> i64 {
        let (mut sum, mut most) = (0_i64, 0_i64);
        for earned in self.0.values().rev() {
            sum = sum.saturating_add(*earned);
            most = most.max(sum);
        }
        most
    }
}

impl FromIterator<(NaiveDate, i64)> for Days {
    fn from_iter<I: IntoIterator<Item = (NaiveDate, i64)>>(rows: I) -> Self {
        let mut days = Self::default();
        rows.into_iter().for_each(|(day, earned)| days.add(day, earned));
        days
    }
}
