//! From texts to values: what each kind of variable may hold.

use crate::platform::db::embedded::Options;
use std::{collections::BTreeMap, path::PathBuf, time::Duration};

/// Reads values and collects faults.
pub(super) struct Reader {
    pub variables: BTreeMap<String, String>,
    pub faults: Vec<String>,
}

impl Reader {
    pub fn text(&self, name: &str) -> Option<String> {
        self.variables.get(name).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty())
    }

    pub fn parsed<T: std::str::FromStr>(&mut self, name: &str, default: T) -> T {
        match self.text(name).map(|text| text.parse()) {
            None => default,
            Some(Ok(value)) => value,
            Some(Err(_)) => {
                self.faults.push(format!("{name} has a value that cannot be read"));
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
        text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
    }

    pub fn parsed_list<T: std::str::FromStr>(&mut self, name: &str) -> Vec<T> {
        let read: Vec<Result<T, _>> = self.list(name).iter().map(|part| part.parse()).collect();
        if read.iter().any(Result::is_err) {
            self.faults.push(format!("{name} has an entry that cannot be read"));
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
        let base = self.text("XDG_DATA_HOME").unwrap_or_else(|| format!("{home}/.local/share"));
        PathBuf::from(base).join("hearback")
    }
}
