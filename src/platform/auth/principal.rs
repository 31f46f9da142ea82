//! A person or a program that has proved who it is.

use super::{Role, Who};
use crate::platform::http::problem::{Error, Result};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use uuid::Uuid;

/// How many requests of one principal run at once.
const AT_ONCE: usize = 256;

/// A person or a program that has proved who it is.
#[derive(Clone, Debug)]
pub struct Principal {
    /// Who it is.
    pub who: Who,
    /// What it is there for.
    pub role: Role,
    /// Its department.
    pub department: Option<Uuid>,
    /// The scopes of an API key.
    pub scopes: Vec<String>,
    /// How many of its requests run; outlives a change of the rest.
    pub(super) running: Arc<AtomicUsize>,
}

/// Counts one request as running until it is dropped.
#[derive(Debug)]
pub struct Running(Arc<AtomicUsize>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Principal {
    /// Counts one more request of this principal; refuses what is more than run at once.
    pub fn enter(&self) -> Result<Running> {
        let running = Running(self.running.clone());
        if self.running.fetch_add(1, Ordering::AcqRel) >= AT_ONCE {
            return Err(Error::TooMany { code: "too_many_at_once", retry_after: Duration::from_secs(1) });
        }
        Ok(running)
    }
}
