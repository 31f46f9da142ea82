//! Passwords: Argon2id, on a few threads of their own, so that logins cannot starve anything else.

use crate::platform::http::problem::{Error, Result};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use std::{collections::HashSet, sync::LazyLock, thread};
use tokio::sync::oneshot;

/// How many passes over the memory.
const PASSES: u32 = 2;
/// How many logins may wait before more are refused.
const QUEUE: usize = 256;
/// What unknown accounts are compared with.
const DUMMY: &str = "nobody has this password";

static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Returns whether a password is among the first that are tried.
pub fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let mut letters = lower.chars();
    let first = letters.next();
    COMMON.contains(lower.as_str()) || letters.all(|letter| Some(letter) == first)
}

/// Hashes and verifies passwords.
pub struct Passwords {
    jobs: Sender<Job>,
    dummy: String,
}

type Job = Box<dyn FnOnce(&Argon2<'_>) + Send>;

impl Passwords {
    /// Starts the threads; `cost` is the memory of one hash in KiB.
    pub fn start(cost: u32) -> Result<Self> {
        let argon2 = argon2(cost)?;
        let dummy = hash(&argon2, DUMMY)?;
        let (jobs, waiting) = bounded::<Job>(QUEUE);
        for number in 0..threads() {
            let (argon2, waiting): (_, Receiver<Job>) = (argon2.clone(), waiting.clone());
            thread::Builder::new()
                .name(format!("password-{number}"))
                .spawn(move || waiting.iter().for_each(|job| job(&argon2)))
                .map_err(Error::internal)?;
        }
        Ok(Self { jobs, dummy })
    }

    /// Returns the hash of a password, exactly as it was sent.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        self.run(move |argon2| hash(argon2, &password)).await?
    }

    /// Returns whether the password has this hash; takes as long when there is none.
    pub async fn verify(&self, password: &str, known: Option<&str>) -> Result<bool> {
        let (password, exists) = (password.to_owned(), known.is_some());
        let known = known.unwrap_or(&self.dummy).to_owned();
        let matches = move |argon2: &Argon2<'_>| {
            PasswordHash::new(&known)
                .is_ok_and(|known| argon2.verify_password(password.as_bytes(), &known).is_ok())
        };
        Ok(self.run(matches).await? && exists)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'_>) -> T + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |argon2| {
            if !answer.is_closed() {
                answer.send(work(argon2)).ok();
            }
        });
        self.jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Error::Unavailable,
            TrySendError::Disconnected(_) => Error::internal("the password threads are gone"),
        })?;
        answered.await.map_err(Error::internal)
    }
}

/// Returns the hash of a password, on this thread; for the start of a server.
pub fn hash_now(password: &str, cost: u32) -> Result<String> {
    hash(&argon2(cost)?, password)
}

fn argon2(cost: u32) -> Result<Argon2<'static>> {
    let params = Params::new(cost, PASSES, 1, None).map_err(|e| Error::internal(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn threads() -> usize {
    thread::available_parallelism().map_or(1, |n| n.get().div_ceil(2).min(4))
}

fn hash(argon2: &Argon2<'_>, password: &str) -> Result<String> {
    argon2
        .hash_password(password.as_bytes())
        .map(|hash: PasswordHash| hash.to_string())
        .map_err(|e| Error::internal(e.to_string()))
}
