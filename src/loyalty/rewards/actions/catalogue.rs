use crate::{
    loyalty::{
        rewards::{
            domain::{Refusal, RewardId, RewardKind},
            store::{self, Reward},
            wire::{RewardIn, RewardPatch},
        },
        tiers,
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::{
            command::Command,
            precondition::Expected,
            problem::{Error, Result},
        },
        ids,
    },
};

/// Makes a reward; refuses `window_reversed`, `only_for_coupons`, `unknown_tier`.
pub fn create(tx: &mut Tx, actor: &Actor, input: &RewardIn) -> Result<Reward> {
    let new = input.clone().into_reward(RewardId(ids::next()), actor.at);
    check(&new)?;
    require_tier(tx, &new)?;
    store::insert_reward(tx, &new)?;
    Ok(new)
}

/// Changes a reward; refuses `window_reversed`, `only_for_coupons`, `unknown_tier`.
pub fn update(tx: &mut Tx, actor: &Actor, id: RewardId, command: &Command<RewardPatch>) -> Result<Reward> {
    change(tx, actor, id, &command.expected, |old| command.input.clone().applied_to(old))
}

/// Offers a reward, or offers it no more.
pub fn set_active(
    tx: &mut Tx,
    actor: &Actor,
    id: RewardId,
    expected: &Expected,
    active: bool,
) -> Result<Reward> {
    change(tx, actor, id, expected, |old| Reward { active, ..old })
}

fn change(
    tx: &mut Tx,
    actor: &Actor,
    id: RewardId,
    expected: &Expected,
    with: impl Fn(Reward) -> Reward,
) -> Result<Reward> {
    let old = store::lock_reward(tx, id)?;
    expected.check(old.version)?;
    let (version, tier) = (old.version.saturating_add(1), old.minimum_tier.clone());
    let new = Reward { version, updated_at: actor.at, ..with(old) };
    check(&new)?;
    if new.minimum_tier != tier {
        require_tier(tx, &new)?;
    }
    store::save_reward(tx, &new)?;
    Ok(new)
}

/// Refuses a reward for a tier that nobody can reach.
fn require_tier(tx: &mut Tx, reward: &Reward) -> Result<()> {
    match &reward.minimum_tier {
        Some(code) if tiers::by_code(tx, code)?.is_none() => {
            Err(Error::field("/minimum_tier", "unknown_tier", "is no active tier", "没有该有效等级"))
        }
        _ => Ok(()),
    }
}

fn check(reward: &Reward) -> Result<()> {
    if reward.available_from.zip(reward.available_until).is_some_and(|(from, until)| from >= until) {
        return Err(Refusal::WindowReversed.into());
    }
    match reward {
        Reward { kind: RewardKind::Coupon, .. } => Ok(()),
        Reward { coupon_prefix: Some(_), .. } => Err(Refusal::OnlyForCoupons("/coupon_prefix").into()),
        Reward { coupon_validity_days: Some(_), .. } => {
            Err(Refusal::OnlyForCoupons("/coupon_validity_days").into())
        }
        _ => Ok(()),
    }
}
