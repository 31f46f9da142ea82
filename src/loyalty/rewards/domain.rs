//! The life of a redemption and of a coupon, cell by cell.

use crate::{codes, id_type};
use chrono::{DateTime, Utc};

id_type! {
    /// Names a reward.
    RewardId
}
id_type! {
    /// Names a redemption.
    RedemptionId
}
id_type! {
    /// Names a coupon.
    CouponId
}

codes! {
    /// What a reward is.
    pub enum RewardKind = "reward_kind" {
        Coupon = "coupon", "Coupon", "优惠券";
        Gift = "gift", "Gift", "礼品";
        Service = "service", "Service", "服务";
        Privilege = "privilege", "Privilege", "特权";
        Donation = "donation", "Donation", "公益捐赠";
    }
}

codes! {
    /// Where a redemption stands.
    pub enum RedemptionState = "redemption_state" {
        Requested = "requested", "Requested", "已申请";
        Confirmed = "confirmed", "Confirmed", "已确认";
        Fulfilled = "fulfilled", "Fulfilled", "已发放";
        Cancelled = "cancelled", "Cancelled", "已取消";
    }
}

codes! {
    /// Where a coupon stands.
    pub enum CouponState = "coupon_state" {
        Issued = "issued", "Issued", "已发放";
        Locked = "locked", "Locked for a purchase", "已锁定";
        Used = "used", "Used", "已使用";
        Expired = "expired", "Expired", "已过期";
        Void = "void", "Void", "已作废";
    }
}

/// What is done with a redemption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Somebody says that it will be handed over.
    Confirm,
    /// It is handed over.
    Fulfil,
    /// It comes to nothing.
    Cancel,
    /// What was given without a price is taken back.
    TakeBack,
}

impl RedemptionState {
    /// Returns where a step leads, if it is possible.
    pub fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Requested, Step::Confirm) => Some(Self::Confirmed),
            (Self::Confirmed, Step::Fulfil) => Some(Self::Fulfilled),
            (Self::Requested | Self::Confirmed, Step::Cancel) => Some(Self::Cancelled),
            (Self::Fulfilled, Step::TakeBack) => Some(Self::Cancelled),
            _ => None,
        }
    }

    /// Returns what can be done next with one that was paid with points, in the words of the path.
    pub fn actions(self) -> Vec<&'static str> {
        let all = [("confirm", Step::Confirm), ("fulfil", Step::Fulfil), ("cancel", Step::Cancel)];
        all.into_iter().filter(|(_, step)| self.after(*step).is_some()).map(|(name, _)| name).collect()
    }
}

/// What is done with a coupon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CouponStep {
    /// Somebody shows its code for a purchase that is not yet sure.
    Lock,
    /// The purchase comes about.
    Use,
    /// The purchase does not.
    Unlock,
    /// It is not to be used any more.
    Void,
    /// Its code is lost, and it gets another.
    RenewCode,
}

impl CouponState {
    /// Returns where one stands at an instant; a lock is a promise and outlives the end of its coupon.
    pub fn at(
        self,
        at: DateTime<Utc>,
        expires_at: Option<DateTime<Utc>>,
        locked_until: Option<DateTime<Utc>>,
    ) -> Self {
        match self {
            Self::Used | Self::Void => self,
            Self::Locked if locked_until.is_some_and(|end| at < end) => Self::Locked,
            _ if expires_at.is_some_and(|end| end <= at) => Self::Expired,
            _ => Self::Issued,
        }
    }

    /// Returns where a step leads.
    pub fn after(self, step: CouponStep) -> Result<Self, Refusal> {
        match (self, step) {
            (Self::Issued, CouponStep::Lock) => Ok(Self::Locked),
            (Self::Issued, CouponStep::RenewCode) | (Self::Locked, CouponStep::Unlock) => Ok(Self::Issued),
            (Self::Locked, CouponStep::Use) => Ok(Self::Used),
            (Self::Issued | Self::Locked, CouponStep::Void) => Ok(Self::Void),
            (Self::Issued, _) => Err(Refusal::CouponNotLocked),
            (Self::Locked, _) => Err(Refusal::CouponLocked),
            (Self::Used, _) => Err(Refusal::CouponUsed),
            (Self::Expired, _) => Err(Refusal::CouponExpired),
            (Self::Void, _) => Err(Refusal::CouponVoid),
        }
    }

    /// Returns what can be done next with it by its id, in the words of the path.
    pub fn actions(self) -> Vec<&'static str> {
        let all = [
            ("use", CouponStep::Use),
            ("unlock", CouponStep::Unlock),
            ("void", CouponStep::Void),
            ("renew-code", CouponStep::RenewCode),
        ];
        all.into_iter().filter(|(_, step)| self.after(*step).is_ok()).map(|(name, _)| name).collect()
    }
}

/// Why something about rewards is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing is left of it.
    #[error("Nothing is left of this reward.|该奖励已无库存。")]
    OutOfStock,
    /// The customer has had as many as anybody may.
    #[error("The customer has redeemed this reward as often as allowed.|该客户已达到兑换次数上限。")]
    LimitReached,
    /// It is too early or too late.
    #[error("The reward is not offered at this time.|当前不在该奖励的兑换时间内。")]
    NotInWindow,
    /// It is offered no more.
    #[error("The reward is not active.|该奖励已停用。")]
    RewardInactive,
    /// The customer's tier is below the one that it is for.
    #[error("The reward is for a higher tier.|客户等级不足。")]
    TierTooLow,
    /// The machine has no such step from here.
    #[error("The present state does not allow this.|当前状态不允许此操作。")]
    InvalidTransition,
    /// It was given for something else, which decides on it.
    #[error("This redemption belongs to its source, which decides on it.|该兑换由其来源业务管理。")]
    BelongsToSource,
    /// The points were paid for a reward.
    #[error(
        "These points were paid for a reward: cancel its redemption.|该积分用于兑换奖励，请取消相应的兑换。"
    )]
    BelongsToRedemption,
    /// The window ends before it begins.
    #[error("must be after available_from|必须晚于开始时间")]
    WindowReversed,
    /// Something about coupons is said of another kind.
    #[error("only a coupon has this|仅优惠券可设置")]
    OnlyForCoupons(&'static str),
    /// Nobody has shown the code.
    #[error("The coupon is not locked.|该优惠券未锁定。")]
    CouponNotLocked,
    /// Somebody else has shown the code.
    #[error("The coupon is locked.|该优惠券已锁定。")]
    CouponLocked,
    /// It was used.
    #[error("The coupon was used.|该优惠券已使用。")]
    CouponUsed,
    /// Its time is over.
    #[error("The coupon has expired.|该优惠券已过期。")]
    CouponExpired,
    /// It was made void.
    #[error("The coupon is void.|该优惠券已作废。")]
    CouponVoid,
}

impl Refusal {
    /// Returns the stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::OutOfStock => "out_of_stock",
            Self::LimitReached => "limit_reached",
            Self::NotInWindow => "not_in_window",
            Self::RewardInactive => "reward_inactive",
            Self::TierTooLow => "tier_too_low",
            Self::InvalidTransition => "invalid_transition",
            Self::BelongsToSource => "belongs_to_source",
            Self::BelongsToRedemption => "belongs_to_redemption",
            Self::WindowReversed => "window_reversed",
            Self::OnlyForCoupons(_) => "only_for_coupons",
            Self::CouponNotLocked => "coupon_not_locked",
            Self::CouponLocked => "coupon_locked",
            Self::CouponUsed => "coupon_used",
            Self::CouponExpired => "coupon_expired",
            Self::CouponVoid => "coupon_void",
        }
    }

    /// Returns the field at fault, where it is one.
    pub fn pointer(self) -> Option<&'static str> {
        match self {
            Self::WindowReversed => Some("/available_until"),
            Self::OnlyForCoupons(pointer) => Some(pointer),
            _ => None,
        }
    }

    /// Returns the sentence in English and in Chinese.
    pub fn texts(self) -> (String, String) {
        let both = self.to_string();
        let (en, zh) = both.split_once('|').unwrap_or((&both, &both));
        (en.to_owned(), zh.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::{CouponState, CouponStep, RedemptionState, Step};
    use crate::platform::codes::Codes;
    use chrono::{DateTime, Utc};

    const STEPS: [Step; 4] = [Step::Confirm, Step::Fulfil, Step::Cancel, Step::TakeBack];
    const COUPON_STEPS: [CouponStep; 5] =
        [CouponStep::Lock, CouponStep::Use, CouponStep::Unlock, CouponStep::Void, CouponStep::RenewCode];

    #[test]
    fn the_life_of_a_redemption_cell_by_cell() {
        let cell = |state: RedemptionState, step| state.after(step).map_or("-", Codes::code);
        let line = |state| STEPS.map(|step| cell(state, step)).join(" ");
        let grid: Vec<String> = RedemptionState::ALL.iter().map(|state| line(*state)).collect();

        assert_eq!(
            grid,
            ["confirmed - cancelled -", "- fulfilled cancelled -", "- - - cancelled", "- - - -"]
        );
    }

    #[test]
    fn the_life_of_a_coupon_cell_by_cell() {
        let cell = |state: CouponState, step| state.after(step).map_or_else(|no| no.code(), Codes::code);
        let line = |state| COUPON_STEPS.map(|step| cell(state, step)).join(" ");
        let grid: Vec<String> = CouponState::ALL.iter().map(|state| line(*state)).collect();

        let ended = |code: &str| [code; 5].join(" ");
        let issued = "locked coupon_not_locked coupon_not_locked void issued".to_owned();
        let locked = "coupon_locked used issued void coupon_locked".to_owned();
        let others = ["coupon_used", "coupon_expired", "coupon_void"].map(ended);
        assert_eq!(grid, [vec![issued, locked], others.to_vec()].concat());
    }

    #[test]
    fn a_lock_outlives_the_end_of_its_coupon_and_no_longer() {
        let at = |hour: u32| format!("2026-01-05T{hour:02}:00:00Z").parse::<DateTime<Utc>>().unwrap();
        let locked = |now| CouponState::Locked.at(now, Some(at(10)), Some(at(11)));

        assert_eq!(
            [locked(at(9)), locked(at(10)), locked(at(11))],
            [CouponState::Locked, CouponState::Locked, CouponState::Expired]
        );
        assert_eq!(CouponState::Issued.at(at(10), Some(at(10)), None), CouponState::Expired);
        assert_eq!(CouponState::Locked.at(at(11), Some(at(12)), Some(at(11))), CouponState::Issued);
        assert_eq!(CouponState::Used.at(at(12), Some(at(10)), None), CouponState::Used);
    }
}
