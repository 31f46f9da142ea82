//! Named threads that serve one bounded queue. The queue's bound is the bulkhead, and the deadline sits
//! on the answer: a database that hangs costs these threads, never a request's thread.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender};
use r2d2::Pool;
use tokio::{sync::oneshot, time::timeout};

use super::{
    DbConfig, Tx,
    session::{Manager, Mode, Place},
};
use crate::platform::http::problem::{Error, Result};

/// Connections beyond one for each thread: for work that runs on its caller's thread.
const SPARE_CONNECTIONS: usize = 4;
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(2);
const LOG_INTERVAL: Duration = Duration::from_secs(10);

type Job = Box<dyn FnOnce(&mut Place) + Send>;

/// Is a queue, the threads that serve it and their connections.
pub(super) struct Crew {
    name: &'static str,
    jobs: Sender<Job>,
    pool: Pool<Manager>,
    threads: usize,
    busy: Arc<AtomicUsize>,
    deadline: Duration,
}

/// Counts what a crew is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CrewStatus {
    /// Names the crew: `write`, `read`, `list`, or a kind of job that is done in batches.
    pub name: &'static str,
    /// Counts the jobs that wait for a thread.
    pub queued: usize,
    /// Counts the threads at work.
    pub busy: usize,
    /// Counts all threads.
    pub threads: usize,
    /// Counts the open connections.
    pub connections: u32,
}

impl Crew {
    pub(super) fn start(name: &'static str, url: &str, threads: usize, config: &DbConfig) -> Crew {
        let mode = if name == "write" { Mode::Write } else { Mode::Read };
        let pool = pool(Manager::new(url, config, mode), threads.saturating_add(SPARE_CONNECTIONS));
        let (jobs, queue) = crossbeam_channel::bounded::<Job>(config.queue.max(1));
        let busy = Arc::new(AtomicUsize::new(0));
        for number in 0..threads {
            let (queue, busy, place) = (queue.clone(), busy.clone(), Place::new(&pool));
            let thread = thread::Builder::new().name(format!("db-{name}-{number}"));
            if let Err(error) = thread.spawn(move || serve(&queue, &busy, place)) {
                log::error!("cannot start a thread for the database: {error}");
            }
        }
        Crew { name, jobs, pool, threads, busy, deadline: config.deadline }
    }

    /// Queues the work and awaits its answer, but not for ever.
    pub(super) async fn submit<T: Send + 'static>(
        &self,
        mode: Mode,
        work: impl Fn(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |place| {
            if !answer.is_closed() {
                answer.send(place.run(mode, &work).map_err(Error::from)).ok();
            }
        });
        queue_up(self.name, &self.jobs, job)?;
        answer_within(self.deadline, answered).await
    }

    /// Runs the work on this thread.
    pub(super) fn run<T>(&self, mode: Mode, work: &dyn Fn(&mut Tx) -> Result<T>) -> Result<T> {
        Ok(Place::new(&self.pool).run(mode, work)?)
    }

    pub(super) fn status(&self) -> CrewStatus {
        CrewStatus {
            name: self.name,
            queued: self.jobs.len(),
            busy: self.busy.load(Ordering::Relaxed),
            threads: self.threads,
            connections: self.pool.state().connections,
        }
    }
}

/// Queues a job, unless the queue is full.
pub(super) fn queue_up<J>(name: &str, queue: &Sender<J>, job: J) -> Result<()> {
    queue.try_send(job).map_err(|_| {
        log::warn!("the queue of the {name} threads is full");
        Error::Unavailable
    })
}

/// Awaits an answer, but not for ever.
pub(super) async fn answer_within<T>(
    deadline: Duration,
    answered: oneshot::Receiver<Result<T>>,
) -> Result<T> {
    match timeout(deadline, answered).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(Error::Unavailable),
        Err(_) => {
            log::warn!("the database gave no answer within {deadline:?}");
            Err(Error::Unavailable)
        }
    }
}

fn serve(queue: &Receiver<Job>, busy: &AtomicUsize, mut place: Place) {
    while let Ok(job) = queue.recv() {
        busy.fetch_add(1, Ordering::Relaxed);
        job(&mut place);
        busy.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Makes connections when they are asked for, so that an absent database stops nobody from starting.
/// The test at check-out is paid once for each connection: the threads keep theirs.
pub(super) fn pool(manager: Manager, most: usize) -> Pool<Manager> {
    Pool::builder()
        .max_size(u32::try_from(most.max(1)).unwrap_or(u32::MAX))
        .min_idle(Some(0))
        .test_on_check_out(true)
        .connection_timeout(CONNECTION_TIMEOUT)
        .error_handler(Box::new(Complaints::default()))
        .build_unchecked(manager)
}

/// Writes one line now and then, as r2d2 tries again and again.
#[derive(Debug, Default)]
struct Complaints(Mutex<Option<Instant>>);

impl<E: std::fmt::Display> r2d2::HandleError<E> for Complaints {
    fn handle_error(&self, error: E) {
        let Ok(mut last) = self.0.lock() else { return };
        if last.is_none_or(|last| last.elapsed() > LOG_INTERVAL) {
            *last = Some(Instant::now());
            log::warn!("cannot connect to the database: {}", error.to_string().trim_end());
        }
    }
}
