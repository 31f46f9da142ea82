//! Every query on orders, usage and their days.

mod days;
mod orders;
mod usage;
mod write;

pub use days::{
    Rollup, Totals, begin_rebuild, broken, end_rebuild, lock_rollup, portion, recount, rollup, set_position,
    totals,
};
pub use orders::{Order, Position, Wanted, find, known, last_purchase, lines, page};
pub use usage::{NewUsage, Usage, WantedUsage, insert_usage, usage_by_refs, usage_page};
pub use write::{New, insert};
