//! The worker's threads: they poll, and rest when nothing is due.

use super::{Worker, store};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use std::{
    sync::atomic::Ordering,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// How many jobs run at once; work that takes long yields to what is due.
const THREADS: usize = 2;
/// How long a thread rests when nothing is due.
const REST: Duration = Duration::from_millis(250);
/// How long a thread rests when the database is away.
const LONG_REST: Duration = Duration::from_secs(2);
/// How often the lag is measured.
const LAG_INTERVAL: Duration = Duration::from_secs(5);

/// Keeps the threads at work; they stop when it is dropped.
pub struct Handle {
    worker: Worker,
    threads: Vec<JoinHandle<()>>,
    _bell: Sender<()>,
}

impl Handle {
    pub(super) fn start(worker: &Worker) -> Self {
        let (bell, stopped) = crossbeam_channel::bounded(0);
        let spawn = |number| {
            let (worker, stopped) = (worker.clone(), stopped.clone());
            let thread = thread::Builder::new().name(format!("worker-{number}"));
            thread
                .spawn(move || serve(&worker, &stopped, number == 0))
                .map_err(|error| log::error!("cannot start a thread for background work: {error}"))
                .ok()
        };
        Self { worker: worker.clone(), threads: (0..THREADS).filter_map(spawn).collect(), _bell: bell }
    }

    /// Stops after the jobs that are running now, and waits for them at most `patience`; returns whether all
    /// have ended. What has not will be taken over when its lease has run out.
    pub fn stop(self, patience: Duration) -> bool {
        let Self { worker, threads, _bell: bell } = self;
        worker.parts.stopping.store(true, Ordering::Relaxed);
        drop(bell);
        let begun = Instant::now();
        while threads.iter().any(|thread| !thread.is_finished()) {
            if begun.elapsed() > patience {
                return false;
            }
            thread::sleep(Duration::from_millis(10));
        }
        true
    }
}

fn serve(worker: &Worker, stopped: &Receiver<()>, measures: bool) {
    let mut measured: Option<Instant> = None;
    loop {
        let rest = match worker.run_one() {
            Ok(true) => Duration::ZERO,
            Ok(false) => REST,
            Err(error) => {
                log::warn!("background work rests: {error}");
                LONG_REST
            }
        };
        if measures && measured.is_none_or(|at| at.elapsed() > LAG_INTERVAL) {
            measured = Some(Instant::now());
            measure(worker);
        }
        if stopped.recv_timeout(rest) != Err(RecvTimeoutError::Timeout) {
            return;
        }
    }
}

fn measure(worker: &Worker) {
    let parts = &worker.parts;
    let at = parts.clock.now();
    if let Ok(seconds) = parts.db.read_now(|tx| store::lag(tx, &parts.kinds, at)) {
        parts.metrics.worker_lag(seconds);
    }
}
