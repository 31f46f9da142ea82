//! How a server stops: it says so first, then finishes what it has begun.

use crate::platform::metrics::Metrics;
use actix_web::{dev::Server, rt};
use std::{io, time::Duration};
use tokio::{
    select,
    signal::unix::{Signal, SignalKind, signal},
};

/// The two signals that end a server.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

#[derive(Clone, Copy, PartialEq)]
enum Asked {
    /// SIGTERM: there is time.
    Politely,
    /// SIGINT: somebody waits at a terminal.
    AtOnce,
}

impl Signals {
    /// Takes both signals over.
    pub fn new() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) -> Asked {
        select! {
            _ = self.terminate.recv() => Asked::Politely,
            _ = self.interrupt.recv() => Asked::AtOnce,
        }
    }
}

/// Serves until a signal comes; goes on for `drain` while `/readyz` says no, so that no balancer sends more;
/// then finishes the requests that run. A second signal ends each wait.
pub async fn until_stopped(
    server: Server,
    mut signals: Signals,
    metrics: &Metrics,
    drain: Duration,
) -> io::Result<()> {
    let handle = server.handle();
    let mut server = rt::spawn(server);
    let asked = select! {
        served = &mut server => return served.unwrap_or_else(|error| Err(io::Error::other(error))),
        asked = signals.next() => asked,
    };
    metrics.drain();
    if asked == Asked::Politely {
        log::info!("draining for {drain:?}");
        select! {
            () = rt::time::sleep(drain) => {}
            _ = signals.next() => {}
        }
    }
    log::info!("stopping: no new connections");
    select! {
        () = handle.stop(true) => {}
        _ = signals.next() => log::warn!("stopping at once"),
    }
    Ok(())
}
