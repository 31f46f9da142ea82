//! Every audit from the command line, beside a server or without one; writes nothing.

use super::{ServeError, home::Home};
use crate::{
    audits::AUDITS,
    platform::{
        auth::keys::AnchorKeys,
        config::Config,
        db::{Db, DbConfig},
    },
};
use serde_json::json;
use std::io::{self, Write};

/// Runs the audits; prints a line of JSON for each violation, and one for each audit.
pub fn verify(config: Config) -> Result<(), ServeError> {
    let mut home = Home::visit(&config)?;
    home.check()?;
    let db = Db::connect(&DbConfig {
        write_threads: 0,
        read_threads: 0,
        statement_cache: config.statement_cache,
        ..DbConfig::new(home.url())
    });
    let broken = audit(&db);
    drop(db);
    home.close();
    match broken? {
        0 => Ok(()),
        many => Err(ServeError::Violations(many)),
    }
}

fn audit(db: &Db) -> Result<usize, ServeError> {
    let keys = db.read_now(AnchorKeys::read).map_err(ServeError::Audit)?;
    let (mut out, mut broken) = (io::stdout().lock(), 0_usize);
    for audit in AUDITS {
        let found = db.snapshot_now(|tx| (audit.look)(tx, &keys)).map_err(ServeError::Audit)?;
        for one in &found.violations {
            let line = json!({ "audit": audit.name, "rule": one.rule, "subject": one.subject, "detail": one.detail });
            writeln!(out, "{line}")?;
        }
        let many = found.violations.len();
        writeln!(out, "{}", json!({ "audit": audit.name, "checked": found.checked, "violations": many }))?;
        broken = broken.saturating_add(many);
    }
    Ok(broken)
}
