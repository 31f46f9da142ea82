use super::FeedbackOut;
use crate::platform::http::reply::Resource;
use serde::Serialize;
use utoipa::ToSchema;

/// A new feedback, with the customer's token.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RegisteredOut {
    /// The feedback.
    #[serde(flatten)]
    pub feedback: FeedbackOut,
    /// The token of the customer's own window: shown once, null in a replay.
    #[schema(required = true)]
    pub track_token: Option<String>,
}

impl Resource for RegisteredOut {
    fn version(&self) -> Option<i64> {
        self.feedback.version()
    }
    fn location(&self) -> Option<String> {
        self.feedback.location()
    }
    fn shown_once() -> Option<&'static str> {
        Some("track_token")
    }
}

/// A new token for the customer's own window; the old one is over.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TrackTokenOut {
    /// The number of the feedback.
    #[schema(example = "FB-20260109-000001")]
    pub number: String,
    /// The token: shown once, null in a replay.
    #[schema(required = true)]
    pub track_token: Option<String>,
    /// The version of the feedback now.
    pub version: i64,
}

impl Resource for TrackTokenOut {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
    fn shown_once() -> Option<&'static str> {
        Some("track_token")
    }
}
