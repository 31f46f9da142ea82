//! The points ledger without a database: a [`Book`] holds accounts with the lots and holds that matter, and each
//! command posts entries to it, or is refused and changes nothing.

mod account;
mod book;
mod credit;
mod entry;
mod hold;
mod lot;
mod post;
mod refusal;
mod reverse;
mod rise;
mod settle;
mod spend;
mod terms;
mod transfer;

pub use account::{Account, Balance, Expiring};
pub use book::Book;
pub use credit::{Credit, When};
pub use entry::{Allocation, Entry, Origin, Posting, Restoration, Source};
pub use hold::Hold;
pub use lot::{Lot, Place};
pub use post::Part;
pub use refusal::Refusal;
pub use reverse::Debit;
pub use terms::{Activation, Terms, Validity};

use crate::{codes, id_type};

/// The most points that anything may amount to: what JSON numbers carry without loss.
pub const MOST: i64 = 9_007_199_254_740_991;

id_type! {
    /// Names a points account.
    AccountId
}
id_type! {
    /// Names an entry of the ledger.
    EntryId
}
id_type! {
    /// Names a lot.
    LotId
}
id_type! {
    /// Names a hold.
    HoldId
}

codes! {
    /// What an entry of the ledger does.
    pub enum EntryKind = "ledger_entry_kind" {
        Earn = "earn", "Earned", "获取";
        Activate = "activate", "Activated", "生效";
        Redeem = "redeem", "Redeemed", "兑换";
        Expire = "expire", "Expired", "过期";
        AdjustCredit = "adjust_credit", "Adjusted up", "调增";
        AdjustDebit = "adjust_debit", "Adjusted down", "调减";
        ReverseEarn = "reverse_earn", "Earning reversed", "获取冲正";
        ReverseRedeem = "reverse_redeem", "Redemption reversed", "兑换冲正";
        TransferIn = "transfer_in", "Transferred in", "转入";
        TransferOut = "transfer_out", "Transferred out", "转出";
        Debt = "debt", "Points owed", "欠分";
        DebtRepay = "debt_repay", "Debt repaid", "还欠";
        MigrateIn = "migrate_in", "Opening balance", "期初导入";
    }
}

codes! {
    /// Where a hold stands.
    pub enum HoldState = "hold_state" {
        Open = "open", "Open", "冻结中";
        Captured = "captured", "Captured", "已扣减";
        Released = "released", "Released", "已释放";
        Expired = "expired", "Ended by time", "已超时";
    }
}

codes! {
    /// Which lots are spent first.
    pub enum ConsumptionOrder = "consumption_order" {
        ExpiringFirst = "expiring_first", "What expires first", "先到期先用";
        OldestFirst = "oldest_first", "What was available first", "先获得先用";
    }
}

codes! {
    /// From where a reversed earning is taken back.
    pub enum ReversalPolicy = "reversal_policy" {
        LotOnly = "lot_only", "From what is left of it", "仅原批次";
        WithinBalance = "within_balance", "From the balance at most", "余额内";
        AllowNegative = "allow_negative", "The rest is owed", "允许欠分";
    }
}

codes! {
    /// How a part of a point is rounded.
    pub enum Rounding = "rounding" {
        Floor = "floor", "Down", "向下取整";
        HalfUp = "half_up", "Half up", "四舍五入";
        Ceiling = "ceiling", "Up", "向上取整";
    }
}
