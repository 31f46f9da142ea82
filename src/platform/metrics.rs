//! What operators watch: request durations by route template, the database's queue, the worker's lag.

use prometheus::{Encoder, HistogramOpts, HistogramVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

/// The figures of one server.
pub struct Metrics {
    registry: Registry,
    requests: HistogramVec,
    database: IntGaugeVec,
    worker_lag: IntGauge,
    draining: AtomicBool,
}

impl Metrics {
    /// Returns figures that start at nothing.
    pub fn new() -> prometheus::Result<Self> {
        let registry = Registry::new();
        let buckets = vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
        let opts = HistogramOpts::new(
            "hearback_http_request_duration_seconds",
            "Duration of requests by route template.",
        );
        let requests = HistogramVec::new(opts.buckets(buckets), &["method", "route", "status"])?;
        let opts = Opts::new("hearback_database", "Database work: queued, busy, threads, connections.");
        let database = IntGaugeVec::new(opts, &["pool", "what"])?;
        let worker_lag =
            IntGauge::new("hearback_worker_lag_seconds", "Age of the oldest job that is due and not done.")?;
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(database.clone()))?;
        registry.register(Box::new(worker_lag.clone()))?;
        Ok(Self { registry, requests, database, worker_lag, draining: AtomicBool::new(false) })
    }

    /// Counts one request.
    pub fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let labels = [method, route, &status.to_string()];
        self.requests.with_label_values(&labels).observe(took.as_secs_f64());
    }

    /// Notes one figure of the database threads.
    pub fn database(&self, pool: &str, what: &str, count: usize) {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        self.database.with_label_values(&[pool, what]).set(count);
    }

    /// Notes the age of the oldest job that is due.
    pub fn worker_lag(&self, seconds: i64) {
        self.worker_lag.set(seconds);
    }

    /// Says that the server is about to stop.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::SeqCst);
    }

    /// Returns whether the server is about to stop.
    pub fn draining(&self) -> bool {
        self.draining.load(Ordering::SeqCst)
    }

    /// Returns all figures in Prometheus' text format.
    pub fn text(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if let Err(error) = TextEncoder::new().encode(&self.registry.gather(), &mut bytes) {
            log::error!("metrics: {error}");
        }
        bytes
    }
}
