//! What an error of the database means. diesel names about a dozen conditions and hides the SQLSTATE
//! of all others, so that these are told by their text. Sessions pin `lc_messages` to C for that
//! (only a superuser, or a role granted SET on that parameter, may: else the server's default counts,
//! and it must be English). `tests/api/faults.rs` provokes each text on a live server.

use diesel::result::{DatabaseErrorKind as Kind, Error as DieselError};

use crate::platform::http::problem::{Error, Result};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Meaning {
    Retry,
    Unavailable,
    StorageFull,
    ValueOutOfRange,
    Unknown,
}

const TEXTS: &[(Meaning, &[&str])] = &[
    (Meaning::Retry, &["deadlock detected", "cached plan must not change result type"]),
    (
        Meaning::StorageFull,
        &[
            "No space left on device",
            "could not extend file",
            "could not write to file",
            "Disk quota exceeded",
        ],
    ),
    (
        Meaning::Unavailable,
        &[
            "canceling statement due to",
            "could not obtain lock on",
            "terminating connection",
            "server closed the connection",
            "out of memory",
            "out of shared memory",
        ],
    ),
    (
        Meaning::ValueOutOfRange,
        &[
            "out of range",
            "field overflow",
            "overflows numeric format",
            "invalid byte sequence for encoding",
            "unsupported Unicode escape sequence",
            "value too long for type",
            "Tried to overflow",
            "exceeds btree version",
            "index row requires",
        ],
    ),
];

fn meaning(text: &str) -> Meaning {
    let known = TEXTS.iter().find(|(_, texts)| texts.iter().any(|known| text.contains(known)));
    known.map_or(Meaning::Unknown, |(meaning, _)| *meaning)
}

/// Is the only place where an error of the database becomes one of ours.
impl From<DieselError> for Error {
    fn from(error: DieselError) -> Error {
        match &error {
            DieselError::DatabaseError(Kind::SerializationFailure, _) => Error::Retry,
            DieselError::DatabaseError(Kind::ClosedConnection | Kind::UnableToSendCommand, info) => {
                log::warn!("the connection to the database was lost: {}", info.message().trim_end());
                Error::Unavailable
            }
            DieselError::DatabaseError(Kind::UniqueViolation, _) => conflict(),
            DieselError::DatabaseError(Kind::Unknown, info) => by_text(meaning(info.message()), error),
            DieselError::SerializationError(source) => by_text(meaning(&source.to_string()), error),
            DieselError::InvalidCString(_) => out_of_range(),
            DieselError::BrokenTransactionManager => Error::Unavailable,
            DieselError::RollbackErrorOnCommit { .. } => match error {
                DieselError::RollbackErrorOnCommit { commit_error, .. } => Error::from(*commit_error),
                other => Error::internal(other),
            },
            _ => Error::internal(error),
        }
    }
}

fn by_text(meaning: Meaning, error: DieselError) -> Error {
    match meaning {
        Meaning::Retry => Error::Retry,
        Meaning::ValueOutOfRange => out_of_range(),
        Meaning::Unknown => Error::internal(error),
        Meaning::StorageFull => {
            log::error!("the database is out of storage: {error}");
            Error::StorageFull
        }
        Meaning::Unavailable => {
            log::warn!("the database did not serve a statement: {error}");
            Error::Unavailable
        }
    }
}

fn out_of_range() -> Error {
    Error::malformed(
        "value_out_of_range",
        "A value in this request cannot be stored.",
        "请求中有无法存储的值。",
    )
}

fn conflict() -> Error {
    Error::conflict(
        "conflict",
        "This is already there, or another request came first.",
        "内容已存在,或已被另一请求抢先处理。",
    )
}

/// Answers a violation of the named constraint with the refusal, every other error with its meaning.
pub fn on_constraint<T>(result: diesel::QueryResult<T>, name: &str, refusal: impl Into<Error>) -> Result<T> {
    on_constraints(result, [(name, refusal.into())])
}

/// Answers a violation of any of the named constraints with the refusal beside it.
pub fn on_constraints<T, const N: usize>(
    result: diesel::QueryResult<T>,
    refusals: [(&str, Error); N],
) -> Result<T> {
    let error = match result {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let violated = match &error {
        DieselError::DatabaseError(_, info) => info.constraint_name(),
        _ => None,
    };
    let refusal = refusals.into_iter().find(|(name, _)| Some(*name) == violated);
    Err(refusal.map_or_else(|| Error::from(error), |(_, refusal)| refusal))
}
