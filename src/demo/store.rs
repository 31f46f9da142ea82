//! Whether the demo may come in.

use crate::platform::{
    db::{Tx, static_query},
    http::problem::Result,
};
use diesel::{prelude::*, sql_types::Bool};

static_query! {
    struct TakeTurn {} -> Bool = "SELECT pg_advisory_xact_lock(hashtext('demo')) IS NULL"
}

static_query! {
    struct IsEmpty {} -> Bool = "SELECT NOT EXISTS (SELECT 1 FROM customer) AND NOT EXISTS (SELECT 1 FROM feedback)"
}

/// Waits for other demos, and returns whether there are no customers and no feedback yet.
pub fn take_empty(tx: &mut Tx) -> Result<bool> {
    TakeTurn {}.get_result::<bool>(tx)?;
    Ok(IsEmpty {}.get_result(tx)?)
}
