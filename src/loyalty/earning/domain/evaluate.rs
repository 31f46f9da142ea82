use super::{Facts, Reward, Rule, Tallies, WhyNotEarned};
use crate::loyalty::points::{MOST, Rounding};

/// What a rule pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fired {
    /// How many points.
    pub points: i64,
    /// How many it would be without caps.
    pub uncapped: i64,
}

/// What one rule says to an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// What it pays, or why nothing.
    pub outcome: Result<Fired, WhyNotEarned>,
}

/// Returns the rules whose own terms an event meets, whatever the others say and caps leave: their caps are to be held.
pub fn candidates<'a>(rules: &'a [Rule], facts: &Facts) -> Vec<&'a Rule> {
    rules.iter().filter(|rule| rule.own(facts).is_none()).collect()
}

/// Returns what each rule says to an event, in the order of the rules.
///
/// A rule that earns alone does so where none before it fired, and keeps off all that come after it. Multipliers come
/// last: each adds its share of what the others pay.
pub fn evaluate<'a>(
    rules: &'a [Rule],
    facts: &Facts,
    tallies: &Tallies,
    rounding: Rounding,
) -> Vec<Verdict<'a>> {
    let (mut fired, mut alone, mut base) = (false, false, 0_i128);
    let mut verdicts: Vec<Verdict<'a>> = Vec::with_capacity(rules.len());
    for rule in rules {
        let outcome = match (rule.own(facts), rule.plain(facts, rounding)) {
            (Some(why), _) => Err(why),
            // decided below
            (None, None) => Err(WhyNotEarned::NothingToMultiply),
            (None, Some(_)) if alone => Err(WhyNotEarned::Excluded),
            (None, Some(_)) if rule.exclusive && fired => Err(WhyNotEarned::NotAlone),
            (None, Some(points)) => rule.capped(facts, tallies, points),
        };
        if let Ok(paid) = outcome {
            (fired, alone) = (true, alone || rule.exclusive);
            base = base.saturating_add(paid.points.into());
        }
        verdicts.push(Verdict { rule, outcome });
    }
    for verdict in &mut verdicts {
        let Reward::Multiplier { percent } = verdict.rule.reward else { continue };
        if verdict.outcome != Err(WhyNotEarned::NothingToMultiply) {
            continue;
        }
        let on_top = i128::from(percent).saturating_sub(100);
        verdict.outcome = match () {
            () if alone => Err(WhyNotEarned::Excluded),
            () if base == 0 => Err(WhyNotEarned::NothingToMultiply),
            () => {
                let points = divided(base.saturating_mul(on_top), 100, rounding);
                verdict.rule.capped(facts, tallies, points)
            }
        };
    }
    verdicts
}

impl Rule {
    /// Returns why the event does not meet the rule's own terms.
    fn own(&self, facts: &Facts) -> Option<WhyNotEarned> {
        let amount = match &self.reward {
            Reward::PerAmount { currency, .. } => match &facts.order {
                None => Some(WhyNotEarned::NoAmount),
                Some(order) if order.currency != *currency => Some(WhyNotEarned::OtherCurrency),
                Some(_) => None,
            },
            _ => None,
        };
        let missed = [
            (!self.active, WhyNotEarned::Inactive),
            (self.trigger != facts.trigger, WhyNotEarned::OtherTrigger),
            (self.starts_at.is_some_and(|start| facts.at < start), WhyNotEarned::NotBegun),
            (self.ends_at.is_some_and(|end| facts.at >= end), WhyNotEarned::Over),
            (self.condition.as_ref().is_some_and(|c| !c.holds(facts)), WhyNotEarned::ConditionNotMet),
        ];
        missed.into_iter().find(|(missed, _)| *missed).map(|(_, why)| why).or(amount)
    }

    /// Returns what the rule pays before caps; none for a multiplier.
    fn plain(&self, facts: &Facts, rounding: Rounding) -> Option<i128> {
        let percent = if self.heeds_tier { i128::from(facts.tier_percent) } else { 100 };
        let (points, amount, per) = match &self.reward {
            Reward::Fixed(points) => (*points, 1, 1),
            Reward::PerAmount { points, per_minor, .. } => {
                (*points, facts.order.as_ref().map_or(0, |order| order.amount_minor), *per_minor)
            }
            Reward::Multiplier { .. } => return None,
        };
        // at most 2^53 x 2^53 x 10^4, which 128 bits hold
        let wanted = i128::from(points).saturating_mul(i128::from(amount)).saturating_mul(percent);
        Some(divided(wanted, i128::from(per).saturating_mul(100), rounding))
    }

    /// Returns what is left of so many points after the caps.
    fn capped(&self, facts: &Facts, tallies: &Tallies, points: i128) -> Result<Fired, WhyNotEarned> {
        let uncapped = i64::try_from(points).ok().filter(|n| *n <= MOST).ok_or(WhyNotEarned::OutOfRange)?;
        if uncapped < 1 {
            return Err(WhyNotEarned::NoPoints);
        }
        let mut points = uncapped;
        for (tally, why) in self.tallies(facts.customer, facts.day) {
            let used = tallies.get(&tally.subject).copied().unwrap_or(0);
            let left = tally.most.saturating_sub(used);
            if left < 1 {
                return Err(why);
            }
            points = points.min(left);
        }
        Ok(Fired { points, uncapped })
    }

    /// Returns whether the rule stays in range for the highest tier and an amount of 10^12 minor units.
    pub fn stays_in_range(&self) -> bool {
        let most = i128::from(MOST);
        let tier = if self.heeds_tier { 100 } else { 1 };
        match &self.reward {
            Reward::Fixed(points) => i128::from(*points).saturating_mul(tier) <= most,
            Reward::PerAmount { points, per_minor, .. } => {
                let wanted = i128::from(*points).saturating_mul(tier).saturating_mul(1_000_000_000_000);
                wanted <= most.saturating_mul(i128::from(*per_minor))
            }
            Reward::Multiplier { .. } => true,
        }
    }
}

/// Returns a quotient of numbers that are not negative, rounded.
fn divided(number: i128, by: i128, rounding: Rounding) -> i128 {
    let up = match rounding {
        Rounding::Floor => 0,
        Rounding::HalfUp => by / 2,
        Rounding::Ceiling => by.saturating_sub(1),
    };
    number.max(0).saturating_add(up).checked_div(by).unwrap_or(0)
}
