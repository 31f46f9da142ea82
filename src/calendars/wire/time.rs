use crate::{
    calendars::{CalendarVersionId, Piece, PieceKind},
    platform::{http::reply::Resource, time::Timestamp},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which stretch of time is asked about.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WorkingTimeQuery {
    /// Where it begins.
    pub from: Timestamp,
    /// Where it is over, exclusive; at most 400 days later.
    pub to: Timestamp,
}

/// The working time of a stretch, and how the stretch divides.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WorkingTimeOut {
    /// Where it begins.
    pub from: Timestamp,
    /// Where it is over, exclusive.
    pub to: Timestamp,
    /// The version of the calendar that was asked.
    pub calendar_version_id: CalendarVersionId,
    /// The working time in whole seconds.
    #[schema(example = 28800)]
    pub seconds: i64,
    /// The stretch, cut by kind.
    pub pieces: Vec<WorkingTimePiece>,
}

/// A stretch of one kind.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WorkingTimePiece {
    /// Where it begins.
    pub from: Timestamp,
    /// Where it is over, exclusive.
    pub to: Timestamp,
    /// What it is.
    pub kind: PieceKind,
    /// Whether it is working time.
    pub counts: bool,
    /// How long it is, in whole seconds.
    #[schema(example = 10800)]
    pub seconds: i64,
}

impl From<Piece> for WorkingTimePiece {
    fn from(piece: Piece) -> Self {
        Self {
            from: piece.from.into(),
            to: piece.to.into(),
            kind: piece.kind,
            counts: piece.kind.counts(),
            seconds: (piece.to - piece.from).num_seconds(),
        }
    }
}

impl Resource for WorkingTimeOut {}
