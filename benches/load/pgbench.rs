//! The same SQL without us.

use super::cluster::Running;
use std::{fs, process::Command};

/// Runs a script for so long; returns transactions in a second.
pub fn run(cluster: &Running, script: &str, clients: usize, seconds: u64) -> f64 {
    let file = std::env::temp_dir().join(format!("hearback-bench-{}.sql", std::process::id()));
    fs::write(&file, script).unwrap();
    let answer = Command::new(cluster.program("pgbench"))
        .args(["-n", "-M", "prepared", "-j", "2", "-U", "hearback", "-p", "5432"])
        .args(["-c", &clients.to_string(), "-T", &seconds.to_string()])
        .arg("-h")
        .arg(cluster.socket())
        .arg("-f")
        .arg(&file)
        .arg(cluster.database())
        .output()
        .unwrap();
    fs::remove_file(&file).unwrap();
    let text = String::from_utf8_lossy(&answer.stdout).into_owned();
    let tps = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    match tps {
        Some(tps) if answer.status.success() => tps,
        _ => {
            let said = String::from_utf8_lossy(&answer.stderr);
            panic!("pgbench: {}\n{script}", said.lines().take(8).collect::<Vec<_>>().join("\n"))
        }
    }
}
