//! From texts to values: what each kind of variable may hold, and what the values may not be together.

use super::{Config, Secret};
use crate::platform::{auth::passwords, db::embedded::Options};
use std::{collections::BTreeMap, path::PathBuf, time::Duration};

/// Secrets that everybody knows.
const WEAK: &[&str] = &[
    "changeme",
    "secret",
    "password",
    "hearback",
    "0123456789",
    "abcdefgh",
];

/// Reads values and collects faults.
pub(super) struct Reader {
    pub variables: BTreeMap<String, String>,
    pub faults: Vec<String>,
}

impl Reader {
    pub fn text(&self, name: &str) -> Option<String> {
        self.variables
            .get(name)
            .map(|v| v.trim().to_owned())
            .filter(|v| !v.is_empty())
    }

    pub fn parsed<T: std::str::FromStr>(&mut self, name: &str, default: T) -> T {
        match self.text(name).map(|text| text.parse()) {
            None => default,
            Some(Ok(value)) => value,
            Some(Err(_)) => {
                self.faults
                    .push(format!("{name} has a value that cannot be read"));
                default
            }
        }
    }

    pub fn number(&mut self, name: &str, default: usize, least: usize, most: usize) -> usize {
        let value = self.parsed(name, default);
        if !(least..=most).contains(&value) {
            self.faults.push(format!("{name} must be from {least} to {most}"));
        }
        value
    }

    pub fn seconds(&mut self, name: &str, default: u64, most: u64) -> Duration {
        let value = self.parsed(name, default);
        if value > most {
            self.faults.push(format!("{name} must be from 0 to {most}"));
        }
        Duration::from_secs(value)
    }

    pub fn switch(&mut self, name: &str) -> bool {
        match self.text(name).as_deref() {
            None | Some("on") => true,
            Some("off") => false,
            Some(_) => {
                self.faults.push(format!("{name} must be `on` or `off`"));
                true
            }
        }
    }

    pub fn list(&self, name: &str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        text.split(',')
            .map(|part| part.trim().to_owned())
            .filter(|part| !part.is_empty())
            .collect()
    }

    pub fn parsed_list<T: std::str::FromStr>(&mut self, name: &str) -> Vec<T> {
        let read: Vec<Result<T, _>> = self.list(name).iter().map(|part| part.parse()).collect();
        if read.iter().any(Result::is_err) {
            self.faults
                .push(format!("{name} has an entry that cannot be read"));
        }
        read.into_iter().flatten().collect()
    }

    pub fn programs(&self) -> Options {
        let path = self.variables.get("PATH").map(std::env::split_paths);
        Options {
            programs: self.text("PG_BIN_DIR").map(PathBuf::from),
            path: path.into_iter().flatten().collect(),
            ..Options::default()
        }
    }

    pub fn default_data_dir(&self) -> PathBuf {
        // the account that PostgreSQL runs under cannot pass root's home
        if self.text("HOME").as_deref().is_none_or(|home| home == "/root") {
            return PathBuf::from("/var/lib/hearback");
        }
        let home = self.text("HOME").unwrap_or_default();
        let base = self
            .text("XDG_DATA_HOME")
            .unwrap_or_else(|| format!("{home}/.local/share"));
        PathBuf::from(base).join("hearback")
    }

    pub fn check(&mut self, config: &Config) {
        if let Some(Secret(secret)) = &config.secret {
            if secret.len() < 32 {
                self.faults
                    .push("HEARBACK_SECRET must have 32 bytes or more".into());
            }
            let known = WEAK.iter().any(|weak| secret.to_lowercase().contains(weak));
            let distinct = secret.bytes().collect::<std::collections::BTreeSet<_>>().len();
            if known || distinct < 10 {
                self.faults
                    .push("HEARBACK_SECRET can be guessed; take 32 random bytes".into());
            }
        } else if config.database_url.is_some() {
            self.faults
                .push("HEARBACK_SECRET is required with DATABASE_URL".into());
        }
        for (name, url) in [
            ("DATABASE_URL", &config.database_url),
            ("DATABASE_READ_URL", &config.database_read_url),
        ] {
            if let Some(Secret(url)) = url {
                self.check_tls(name, url);
            }
        }
        for origin in &config.cors_origins {
            if !is_origin(origin) {
                self.faults.push(format!(
                    "HEARBACK_CORS_ORIGINS: {origin} is no origin (https://host)"
                ));
            }
        }
        if !config.admin_email.contains('@') {
            self.faults
                .push("HEARBACK_ADMIN_EMAIL is no e-mail address".into());
        }
        if config
            .admin_password
            .as_ref()
            .is_some_and(|p| p.0.chars().count() < 8)
        {
            self.faults
                .push("HEARBACK_ADMIN_PASSWORD must have 8 characters or more".into());
        }
        let common = config
            .admin_password
            .as_ref()
            .is_some_and(|p| passwords::is_common(&p.0));
        if common && config.database_url.is_some() {
            self.faults
                .push("HEARBACK_ADMIN_PASSWORD is one that everybody tries".into());
        }
        if !(8..=1_048_576).contains(&config.password_cost) {
            self.faults
                .push("HEARBACK_PASSWORD_COST must be from 8 to 1048576".into());
        }
    }

    /// Says in words what libpq would say in riddles.
    fn check_tls(&mut self, name: &str, url: &str) {
        let has_tls = cfg!(any(feature = "system-libpq", feature = "tls-libpq"));
        let mut demands = ["require", "verify-ca", "verify-full"]
            .iter()
            .filter(|mode| url.contains(&format!("sslmode={mode}")));
        if let (false, Some(mode)) = (has_tls, demands.next()) {
            self.faults.push(format!(
                "{name} asks for TLS (sslmode={mode}), and this program was built without it: build it with \
                 `--no-default-features --features system-libpq` (needs libpq-dev) or `tls-libpq` (needs perl \
                 and make)"
            ));
        }
    }
}

fn is_origin(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '*', ' ', '?', '#', '@']))
}
