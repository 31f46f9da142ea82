//! A PostgreSQL that outlived its parent, or the files of one that was killed.

use std::{
    fs, io,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use super::{PgError, os};

const PATIENCE: Duration = Duration::from_secs(20);

/// Ends whatever runs in the data directory. We hold its lock, so that nobody is there on purpose.
pub(super) fn evict(data: &Path, socket: &Path) -> Result<(), PgError> {
    let postmaster = pid_in(data);
    let start = Instant::now();
    let mut asked = false;
    loop {
        let left = holders(data, postmaster);
        if left.is_empty() {
            break;
        }
        match postmaster.filter(|pid| left.contains(pid) && start.elapsed() < PATIENCE) {
            Some(pid) if !asked => {
                log::warn!("stopping a PostgreSQL left behind by an earlier run ({pid})");
                os::interrupt(pid);
                asked = true;
            }
            Some(_) => {}
            None => left.into_iter().for_each(os::kill),
        }
        if start.elapsed() > 2 * PATIENCE {
            return Err(PgError::Tool(
                "stopping an old PostgreSQL",
                format!("it still runs in {}", data.display()),
            ));
        }
        thread::sleep(Duration::from_millis(20));
    }
    // PostgreSQL would refuse to start if the pid in these files now belongs to another process of the
    // same user, or to a zombie that nobody reaps (PID 1 of a container).
    for file in [data.join("postmaster.pid"), socket.to_owned(), socket.with_extension("5432.lock")] {
        fs::remove_file(file).or_else(|error| match error.kind() {
            io::ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        })?;
    }
    Ok(())
}

fn pid_in(data: &Path) -> Option<i32> {
    fs::read_to_string(data.join("postmaster.pid")).ok()?.lines().next()?.trim().parse().ok()
}

/// Returns the processes whose working directory is the data directory: a postmaster and its children.
#[cfg(target_os = "linux")]
fn holders(data: &Path, _postmaster: Option<i32>) -> Vec<i32> {
    let pids = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|e| e.file_name().to_str()?.parse().ok());
    pids.filter(|pid: &i32| fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|folder| folder == data))
        .collect()
}

/// Returns the postmaster of the pid file, if a process of that number and name runs.
#[cfg(not(target_os = "linux"))]
fn holders(_data: &Path, postmaster: Option<i32>) -> Vec<i32> {
    let is_postgres = |pid: &i32| {
        let ps = std::process::Command::new("ps").args(["-o", "comm=", "-p", &pid.to_string()]).output();
        ps.is_ok_and(|answer| String::from_utf8_lossy(&answer.stdout).contains("postgres"))
    };
    postmaster.into_iter().filter(is_postgres).collect()
}
