//! Which rows of feedback somebody may see.

use crate::{
    platform::auth::Scope,
    schema::{department_tree, dispatch, feedback},
};
use diesel::{
    dsl::{auto_type, exists},
    prelude::*,
};
use uuid::Uuid;

/// Returns the condition that a row was ever given to a department or one below it.
#[auto_type(no_type_alias)]
pub fn given_to(department: Uuid) -> _ {
    let below = department_tree::table
        .filter(department_tree::ancestor_id.eq(department))
        .select(department_tree::descendant_id);
    exists(
        dispatch::table
            .filter(dispatch::feedback_id.eq(feedback::id))
            .filter(dispatch::department_id.eq_any(below)),
    )
}

/// Returns whether `scope` sees all rows, and else the department that it is bound to.
pub(super) fn bounds(scope: Scope) -> (bool, Uuid) {
    match scope {
        Scope::All => (true, Uuid::nil()),
        Scope::Department(department) => (false, department),
        Scope::Nothing => (false, Uuid::nil()),
    }
}

/// Returns the department whose rows alone `scope` sees; none where it sees all.
pub fn only(scope: Scope) -> Option<Uuid> {
    let (all, department) = bounds(scope);
    (!all).then_some(department)
}
