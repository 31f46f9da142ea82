use crate::{
    loyalty::rewards::{
        domain::{Refusal, RewardId, RewardKind},
        store::{self, Reward},
        wire::{RewardIn, RewardPatch},
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::{command::Command, precondition::Expected, problem::Result},
        ids,
    },
};

/// Makes a reward; refuses `window_reversed`, `only_for_coupons`.
pub fn create(tx: &mut Tx, actor: &Actor, input: &RewardIn) -> Result<Reward> {
    let new = input.clone().into_reward(RewardId(ids::next()), actor.at);
    check(&new)?;
    store::insert_reward(tx, &new)?;
    Ok(new)
}

/// Changes a reward; refuses `window_reversed`, `only_for_coupons`.
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
    let version = old.version.saturating_add(1);
    let new = Reward { version, updated_at: actor.at, ..with(old) };
    check(&new)?;
    store::save_reward(tx, &new)?;
    Ok(new)
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
