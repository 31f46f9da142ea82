//! The program as a process of its own, and the folder that it lives in.

use serde_json::Value;
use std::{
    fs::{self, File, Permissions},
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);

/// A data directory for a private PostgreSQL, gone with the test.
pub struct Home(TempDir);

impl Home {
    pub fn new() -> Self {
        // in /tmp: a socket's path must be short, and PostgreSQL's own account must reach it
        let folder = tempfile::Builder::new().prefix("hb-").tempdir_in("/tmp").unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn postmaster(&self) -> i32 {
        let file = fs::read_to_string(self.path().join("data/postmaster.pid")).unwrap();
        file.lines().next().unwrap().trim().parse().unwrap()
    }
}

/// A program that runs, killed with the test.
pub struct Server {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
    _folder: TempDir,
}

impl Server {
    pub fn start(variables: &[(&str, &str)]) -> Self {
        Self::start_on(free_address(), variables)
    }

    pub fn start_on(address: SocketAddr, variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let file = File::create(&log).unwrap();
        let mut command = program(variables);
        command.env("HEARBACK_BIND", address.to_string()).stdout(file.try_clone().unwrap()).stderr(file);
        Self { child: command.spawn().unwrap(), address, log, _folder: folder }
    }

    pub fn in_home(home: &Home) -> Self {
        let data = home.path().to_str().unwrap();
        Self::start(&[("HEARBACK_DATA_DIR", data)])
    }

    pub fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Returns the status of a path, 0 while nobody listens.
    pub fn status(&self, path: &str) -> u16 {
        let ask = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect(self.address)?;
            stream.set_read_timeout(Some(Duration::from_secs(10)))?;
            write!(stream, "GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        };
        let answer = ask().unwrap_or_default();
        answer.split(' ').nth(1).map_or(0, |status| status.parse().unwrap())
    }

    #[track_caller]
    pub fn await_status(&mut self, path: &str, wanted: u16) {
        let start = Instant::now();
        while self.status(path) != wanted {
            assert!(
                start.elapsed() < PATIENCE && self.child.try_wait().unwrap().is_none(),
                "{path} is not {wanted}: {}",
                self.said()
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    #[track_caller]
    pub fn await_words(&self, words: &str) {
        let start = Instant::now();
        while !self.said().contains(words) {
            assert!(start.elapsed() < PATIENCE, "no word of {words}: {}", self.said());
            thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn signal(&self, name: &str) {
        signal(i32::try_from(self.child.id()).unwrap(), name);
    }

    pub fn await_end(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "it still runs: {}", self.said());
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            self.signal("INT");
            self.child.wait().ok();
        }
    }
}

/// Runs `hearback verify`; returns its exit code and the lines that it printed.
pub fn verify(variables: &[(&str, &str)]) -> (Option<i32>, Vec<Value>) {
    let ended = program(variables).arg("verify").output().unwrap();
    let lines = String::from_utf8(ended.stdout).unwrap();
    (ended.status.code(), lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn program(variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hearback"));
    for (name, _) in hearback::platform::config::VARIABLES {
        if *name != "PG_BIN_DIR" {
            command.env_remove(name);
        }
    }
    command
        .env("HEARBACK_DRAIN_SECONDS", "0")
        .env("HEARBACK_PASSWORD_COST", "8")
        .envs(variables.iter().copied());
    command
}

/// Sends a signal to one process.
pub fn signal(pid: i32, name: &str) {
    let sent = Command::new("kill").args([format!("-{name}"), pid.to_string()]).status();
    assert!(sent.unwrap().success());
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
