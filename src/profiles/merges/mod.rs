//! Two records of one customer become one: the merged one stays readable, says into which, and can be parted again.
//!
//! - Feedback, interactions, references, addresses and tags move to the survivor, and back when the merge is undone.
//! - Points move nowhere: the accounts are linked, and read and spent as one.
//! - Orders move nowhere either: reads of the survivor show them, and its days count them.
//! - The survivor's own fields stay as they are.

mod actions;
mod api;
mod store;
mod wire;

use crate::id_type;
use utoipa_actix_web::service_config::ServiceConfig;

id_type! {
    /// Names a merge of two customers.
    MergeId
}

/// Mounts the routes of merges.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(api::merge_customer).service(api::unmerge_customer);
}
