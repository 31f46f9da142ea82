//! Queries on tiers, on who has had them, and on the points that they follow from.

mod accounts;
mod memberships;
mod portraits;
mod tiers;

pub use accounts::{Watch, due_groups, groups_after, lock_groups, watch};
pub use memberships::{
    MembershipRow, NoticeRow, end, end_floors, household, insert, insert_notice, lock_customer, notices,
    rows_of,
};
pub use portraits::{Portrait, days_as_of, days_of, portraits};
pub use tiers::{TierRow, all, by_code, find, in_use, insert as insert_tier, lock, page, save};
