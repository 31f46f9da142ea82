//! Background work that happens once: rows of `job`, claimed with a lease, by any number of servers.
//!
//! - A worker claims what is due in a short transaction that skips rows others are looking at, and writes its
//!   own lease into the row. Every result is written only while that lease still stands there: whoever was
//!   suspended past its lease comes back to a refused result, and its transaction is undone.
//! - A server that dies leaves its lease behind; another takes the job over when the lease has run out.
//! - There is one open job of a kind for a subject. To enqueue it again moves it to the earlier time, or, while
//!   it runs, makes it run once more afterwards: no wish is lost.
//! - A job that fails comes back later and later, and is parked after [`MOST_ATTEMPTS`] with its error; periodic
//!   jobs are never parked.
//! - Job rows are locked last, after all others.
//!
//! What is true about time never depends on any of this: a late worker delays a notice and decides nothing.

mod housekeeping;
mod registry;
mod run;
mod store;
mod threads;
mod worker;

pub use self::{
    housekeeping::housekeeping,
    registry::{Outcome, Registry},
    run::Run,
    store::{Job, JobState, enqueue, page, retry},
    threads::Handle,
    worker::Worker,
};

/// How often a job is tried before it is parked.
pub const MOST_ATTEMPTS: i32 = 12;
