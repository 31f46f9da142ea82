//! Passwords: Argon2id, on a few threads of their own, so that logins cannot starve anything else.
//!
//! What is refused takes the time of the costliest hash that was ever seen here, whether there is a hash and
//! whatever it cost: an account from before a change of cost is not told from one that does not exist.

use crate::platform::http::problem::{Error, Result};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use std::{
    collections::HashSet,
    hint,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};
use tokio::sync::oneshot;

/// How many passes over the memory.
const PASSES: u32 = 2;
/// How many logins may wait before more are refused.
const QUEUE: usize = 256;
/// What is hashed with where no hash gives its salt.
const SALT: &[u8] = b"of no hash at all";

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
    params: Params,
    costliest: Arc<AtomicU32>,
}

type Job = Box<dyn FnOnce(&Argon2<'_>) + Send>;

impl Passwords {
    /// Starts the threads; `cost` is the memory of one hash in KiB.
    pub fn start(cost: u32) -> Result<Self> {
        let argon2 = argon2(cost)?;
        let params = argon2.params().clone();
        let costliest = Arc::new(AtomicU32::new(work(&params)));
        let (jobs, waiting) = bounded::<Job>(QUEUE);
        for number in 0..threads() {
            let (argon2, waiting): (_, Receiver<Job>) = (argon2.clone(), waiting.clone());
            thread::Builder::new()
                .name(format!("password-{number}"))
                .spawn(move || waiting.iter().for_each(|job| job(&argon2)))
                .map_err(Error::internal)?;
        }
        Ok(Self { jobs, params, costliest })
    }

    /// Returns the hash of a password, exactly as it was sent.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        self.run(move |argon2| hash(argon2, &password)).await?
    }

    /// Returns whether the password has this hash; a refusal takes as long when there is none.
    pub async fn verify(&self, password: &str, known: Option<&str>) -> Result<bool> {
        let (password, known) = (password.to_owned(), known.map(ToOwned::to_owned));
        let costliest = self.costliest.clone();
        let matches = move |argon2: &Argon2<'_>| {
            let known = known.as_deref().and_then(|known| PasswordHash::new(known).ok());
            if known.as_ref().is_some_and(|k| argon2.verify_password(password.as_bytes(), k).is_ok()) {
                return true;
            }
            let params = known.and_then(|known| Params::try_from(&known).ok());
            let spent = params.map_or(0, |params| work(&params));
            let rest = costliest.fetch_max(spent, Ordering::Relaxed).saturating_sub(spent);
            spend(&password, rest);
            false
        };
        self.run(matches).await
    }

    /// Returns a new hash of a password that is right, when its hash was made under another cost.
    pub async fn renew(&self, password: &str, known: &str) -> Result<Option<String>> {
        let known = PasswordHash::new(known).ok().and_then(|known| Params::try_from(&known).ok());
        let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        if known.is_some_and(|known| cost(&known) == cost(&self.params)) {
            return Ok(None);
        }
        self.hash(password).await.map(Some)
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

/// Returns how many KiB a hash goes over, all passes together: what its time goes by.
fn work(params: &Params) -> u32 {
    params.m_cost().saturating_mul(params.t_cost())
}

/// Goes over so many KiB as a hash would.
fn spend(password: &str, work: u32) {
    if let Ok(argon2) = argon2(work / PASSES) {
        let mut hash = [0; Params::DEFAULT_OUTPUT_LEN];
        argon2.hash_password_into(password.as_bytes(), SALT, &mut hash).ok();
        hint::black_box(hash);
    }
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
