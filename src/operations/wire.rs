//! What probes are told.

use serde::Serialize;
use utoipa::ToSchema;

/// A server that is well.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthOut {
    /// `live` or `ready`; whoever is neither gets another status.
    #[schema(example = "ready")]
    pub status: &'static str,
}
