//! Natural batching: a thread takes everything that was queued while it was busy and does it with one
//! statement and one commit. Nobody waits for a batch to fill: a job that comes alone is done alone, at once.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    iter, slice,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use crossbeam_channel::{Receiver, Sender};
use r2d2::Pool;
use tokio::sync::oneshot;

use super::{
    CrewStatus, DbConfig, Tx,
    crew::{answer_within, pool, queue_up},
    session::{Failure, Manager, Mode, Place},
};
use crate::platform::http::problem::{Error, Result};

/// The most jobs of one batch.
const MOST: usize = 256;

/// Is a hot job, as a value: those that wait at the same time are done together.
///
/// Each job fails alone. When a batch as a whole fails, be it by an error of the database or by a panic, it is undone
/// and every job of it runs again by itself, in order. Only a connection that is lost in the commit fails all of a
/// batch with `unavailable`, as nobody knows whether they were done.
pub trait Batch: Sized + Send + 'static {
    /// Is what a job is answered.
    type Out: Send + 'static;

    /// Names the threads, in the log and in the figures.
    const NAME: &'static str;

    /// Says whether batches only read: then they are no transactions, and see what is committed.
    const READ: bool = false;

    /// Counts the lanes: threads, each with a connection of its own.
    const LANES: usize = 1;

    /// Returns what tells the job's lane. Jobs of one lane are done in the order in which they came, and never at
    /// the same time: lanes by customer keep batches from waiting for each other's rows.
    fn lane(&self) -> u64 {
        0
    }

    /// Does the jobs in one transaction and returns what came of each, in their order.
    ///
    /// Whoever refuses a job must have written nothing of it, as the batch is committed with the others. An error
    /// instead of the list undoes the batch. It runs again whenever PostgreSQL asks for that, so that nothing but SQL
    /// may happen in it.
    fn run(tx: &mut Tx, jobs: &[Self]) -> Result<Vec<Result<Self::Out>>>;
}

/// Is all the lanes there are. Those of a kind start with its first job.
pub(super) struct Batches {
    config: DbConfig,
    kinds: RwLock<HashMap<TypeId, Arc<dyn Kind>>>,
}

/// Is the lanes of some kind of job.
trait Kind: Any + Send + Sync {
    fn status(&self) -> CrewStatus;
}

struct Lanes<B: Batch> {
    queues: Vec<Sender<Waiting<B>>>,
    pool: Pool<Manager>,
    busy: Arc<AtomicUsize>,
}

/// Is a job, and where its answer is awaited.
struct Waiting<B: Batch> {
    job: B,
    answer: Answer<B>,
}

type Answer<B> = oneshot::Sender<Result<<B as Batch>::Out>>;

impl Batches {
    pub(super) fn new(config: &DbConfig) -> Batches {
        Batches { config: config.clone(), kinds: RwLock::default() }
    }

    /// Queues the job in its lane and awaits its answer, but not for ever.
    pub(super) async fn submit<B: Batch>(&self, job: B) -> Result<B::Out> {
        let lanes = self.lanes::<B>()?;
        let (answer, answered) = oneshot::channel();
        let lane = job.lane().checked_rem(u64::try_from(lanes.queues.len()).unwrap_or_default());
        let lane = lane.and_then(|lane| usize::try_from(lane).ok()).unwrap_or_default();
        let queue = lanes.queues.get(lane).ok_or(Error::Unavailable)?;
        queue_up(B::NAME, queue, Waiting { job, answer })?;
        drop(lanes);
        answer_within(self.config.deadline, answered).await
    }

    pub(super) fn status(&self) -> Vec<CrewStatus> {
        let kinds = self.kinds.read().unwrap_or_else(PoisonError::into_inner);
        let mut status: Vec<CrewStatus> = kinds.values().map(|kind| kind.status()).collect();
        status.sort_by_key(|status| status.name);
        status
    }

    fn lanes<B: Batch>(&self) -> Result<Arc<Lanes<B>>> {
        let known =
            self.kinds.read().unwrap_or_else(PoisonError::into_inner).get(&TypeId::of::<B>()).cloned();
        let lanes: Arc<dyn Any + Send + Sync> = match known {
            Some(lanes) => lanes,
            None => {
                let mut kinds = self.kinds.write().unwrap_or_else(PoisonError::into_inner);
                let start = || -> Arc<dyn Kind> { Arc::new(Lanes::<B>::start(&self.config)) };
                kinds.entry(TypeId::of::<B>()).or_insert_with(start).clone()
            }
        };
        lanes.downcast().map_err(|_| Error::internal("lanes of another kind of job"))
    }
}

impl<B: Batch> Lanes<B> {
    fn start(config: &DbConfig) -> Lanes<B> {
        let pool = pool(Manager::new(&config.url, config, mode::<B>()), B::LANES);
        let busy = Arc::new(AtomicUsize::new(0));
        let lane = |number: usize| {
            let (jobs, queue) = crossbeam_channel::bounded(config.queue.max(1));
            let (busy, place) = (busy.clone(), Place::new(&pool));
            let thread = thread::Builder::new().name(format!("db-{}-{number}", B::NAME));
            if let Err(error) = thread.spawn(move || serve::<B>(&queue, &busy, place)) {
                log::error!("cannot start a thread for the database: {error}");
            }
            jobs
        };
        Lanes { queues: (0..B::LANES.max(1)).map(lane).collect(), pool, busy }
    }
}

impl<B: Batch> Kind for Lanes<B> {
    fn status(&self) -> CrewStatus {
        CrewStatus {
            name: B::NAME,
            queued: self.queues.iter().map(Sender::len).sum(),
            busy: self.busy.load(Ordering::Relaxed),
            threads: self.queues.len(),
            connections: self.pool.state().connections,
        }
    }
}

fn mode<B: Batch>() -> Mode {
    if B::READ { Mode::Read } else { Mode::Write }
}

fn serve<B: Batch>(queue: &Receiver<Waiting<B>>, busy: &AtomicUsize, mut place: Place) {
    while let Ok(first) = queue.recv() {
        busy.fetch_add(1, Ordering::Relaxed);
        let waiting = iter::once(first).chain(queue.try_iter()).take(MOST);
        let awaited = waiting.filter(|waiting| !waiting.answer.is_closed());
        let (jobs, answers): (Vec<B>, Vec<Answer<B>>) = awaited.map(|w| (w.job, w.answer)).unzip();
        if !jobs.is_empty() {
            settle(&mut place, &jobs, answers);
        }
        busy.fetch_sub(1, Ordering::Relaxed);
    }
}

fn settle<B: Batch>(place: &mut Place, jobs: &[B], answers: Vec<Answer<B>>) {
    let results = match run(place, jobs) {
        Ok(results) => results,
        Err(failure) if jobs.len() == 1 => vec![Err(failure.into())],
        Err(Failure::Undone(error)) => {
            log::warn!("{} jobs of {} run one by one, as together they failed: {error}", jobs.len(), B::NAME);
            let awaited = iter::zip(jobs, answers).filter(|(_, answer)| !answer.is_closed());
            return awaited.for_each(|(job, answer)| settle(place, slice::from_ref(job), vec![answer]));
        }
        Err(Failure::Lost(error)) => {
            log::warn!("{} jobs of {} were lost with their connection: {error}", jobs.len(), B::NAME);
            jobs.iter().map(|_| Err(Error::Unavailable)).collect()
        }
    };
    for (answer, result) in iter::zip(answers, results) {
        answer.send(result).ok(); // whoever has gone needs none
    }
}

fn run<B: Batch>(place: &mut Place, jobs: &[B]) -> Result<Vec<Result<B::Out>>, Failure> {
    place.run(mode::<B>(), &|tx| {
        let results = B::run(tx, jobs)?;
        match results.len() == jobs.len() {
            true => Ok(results),
            false => Err(Error::internal("a batch must answer each of its jobs")),
        }
    })
}
