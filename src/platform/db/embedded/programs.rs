//! Which PostgreSQL programs are installed, and which of them suit a data directory.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{Options, PgError};

const ROOTS: [&str; 4] = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt", "/usr"];

/// Is one installation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Programs {
    pub major: u32,
    pub folder: PathBuf,
}

/// Returns the programs and the data directory that belong together, made or not.
///
/// A data directory belongs to one major version: where its own programs are gone, a new directory
/// is made beside it and nothing is lost.
pub(super) fn choose(options: &Options, base: &Path) -> Result<(Programs, PathBuf), PgError> {
    let installed = installed(options);
    let newest = installed.iter().max().ok_or(PgError::NotFound)?;
    let data = base.join("data");
    let Some(major) = version_of(&data) else {
        return Ok((newest.clone(), data));
    };
    if let Some(programs) = installed.iter().find(|programs| programs.major == major) {
        return Ok((programs.clone(), data));
    }
    let other = base.join(format!("data-{}", newest.major));
    log::warn!(
        "{} belongs to PostgreSQL {major}, which is not installed: using {} with PostgreSQL {}",
        data.display(),
        other.display(),
        newest.major
    );
    Ok((newest.clone(), other))
}

fn version_of(data: &Path) -> Option<u32> {
    fs::read_to_string(data.join("PG_VERSION")).ok()?.trim().parse().ok()
}

fn installed(options: &Options) -> Vec<Programs> {
    if let Some(folder) = &options.programs {
        return programs_in(folder).into_iter().collect();
    }
    let usual = ROOTS.into_iter().flat_map(versions_under);
    let on_path = options.path.iter().cloned();
    usual.chain(pg_config()).chain(on_path).filter_map(|folder| programs_in(&folder)).collect()
}

/// Returns `15/bin`, `pgsql-15/bin` and `postgresql@15/bin` below a folder.
fn versions_under(root: &str) -> Vec<PathBuf> {
    let versioned = |name: &str| {
        let version = name.trim_start_matches("postgresql@").trim_start_matches("pgsql-");
        version.parse::<u32>().is_ok()
    };
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    entries.filter(|e| e.file_name().to_str().is_some_and(versioned)).map(|e| e.path().join("bin")).collect()
}

fn pg_config() -> Option<PathBuf> {
    let answer = Command::new("pg_config").arg("--bindir").output().ok()?;
    Some(PathBuf::from(String::from_utf8(answer.stdout).ok()?.trim()))
}

/// Asks the server for its version: `postgres (PostgreSQL) 15.20 (Debian ..)`.
fn programs_in(folder: &Path) -> Option<Programs> {
    if !folder.join("initdb").exists() {
        return None;
    }
    let answer = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
    let text = String::from_utf8(answer.stdout).ok()?;
    let version = text.split(") ").nth(1)?;
    let digits = version.split(|c: char| !c.is_ascii_digit()).next()?;
    Some(Programs { major: digits.parse().ok()?, folder: folder.to_owned() })
}
