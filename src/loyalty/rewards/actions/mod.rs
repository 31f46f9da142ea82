//! What is done with rewards, one function a command.

mod catalogue;
mod coupons;
mod gifts;
mod redemptions;

pub use catalogue::{create, set_active, update};
pub use coupons::{lock_coupon, renew_code, step_coupon, use_coupon};
pub use gifts::{give, release, require_offered, reserve, take_back};
pub use redemptions::{cancel, confirm, fulfil, request, require_unbound};

use super::{domain::Refusal, store::Redemption};
use crate::platform::{auth::Actor, http::problem::Error};

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let (en, zh) = refusal.texts();
        match refusal.pointer() {
            Some(pointer) => Self::field(pointer, refusal.code(), en, zh),
            None => Self::conflict(refusal.code(), en, zh),
        }
    }
}

/// Returns the redemption after a step of `actor`.
fn stepped(row: Redemption, actor: &Actor) -> Redemption {
    Redemption {
        actor_kind: actor.who.kind().to_owned(),
        actor_id: actor.who.id(),
        version: row.version.saturating_add(1),
        ..row
    }
}
