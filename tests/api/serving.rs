//! How the program starts and stops: as a process of its own, on a private PostgreSQL or a given one.

use crate::support::postgres::Database;
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
const SECRET: &str = "x7Qm2-v9Zr4_Lk8Tn3Yw6-Bc1Hd5Fg0Jp";

/// A data directory for a private PostgreSQL, gone with the test.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        // in /tmp: a socket's path must be short, and PostgreSQL's own account must reach it
        let folder = tempfile::Builder::new().prefix("hb-").tempdir_in("/tmp").unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn postmaster(&self) -> i32 {
        let file = fs::read_to_string(self.path().join("data/postmaster.pid")).unwrap();
        file.lines().next().unwrap().trim().parse().unwrap()
    }
}

/// A program that runs, killed with the test.
struct Server {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
    _folder: TempDir,
}

impl Server {
    fn start(variables: &[(&str, &str)]) -> Self {
        Self::start_on(free_address(), variables)
    }

    fn start_on(address: SocketAddr, variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let file = File::create(&log).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_hearback"));
        for (name, _) in hearback::platform::config::VARIABLES {
            if *name != "PG_BIN_DIR" {
                command.env_remove(name);
            }
        }
        command
            .env("HEARBACK_BIND", address.to_string())
            .env("HEARBACK_DRAIN_SECONDS", "0")
            .env("HEARBACK_PASSWORD_COST", "8")
            .envs(variables.iter().copied())
            .stdout(file.try_clone().unwrap())
            .stderr(file);
        Self {
            child: command.spawn().unwrap(),
            address,
            log,
            _folder: folder,
        }
    }

    fn in_home(home: &Home) -> Self {
        let data = home.path().to_str().unwrap();
        Self::start(&[("HEARBACK_DATA_DIR", data)])
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Returns the status of a path, 0 while nobody listens.
    fn status(&self, path: &str) -> u16 {
        let ask = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect(self.address)?;
            stream.set_read_timeout(Some(Duration::from_secs(10)))?;
            write!(
                stream,
                "GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            )?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        };
        let answer = ask().unwrap_or_default();
        answer
            .split(' ')
            .nth(1)
            .map_or(0, |status| status.parse().unwrap())
    }

    #[track_caller]
    fn await_status(&mut self, path: &str, wanted: u16) {
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
    fn await_words(&self, words: &str) {
        let start = Instant::now();
        while !self.said().contains(words) {
            assert!(start.elapsed() < PATIENCE, "no word of {words}: {}", self.said());
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn signal(&self, name: &str) {
        signal(i32::try_from(self.child.id()).unwrap(), name);
    }

    fn await_end(&mut self) -> ExitStatus {
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

fn signal(pid: i32, name: &str) {
    let sent = Command::new("kill")
        .args([format!("-{name}"), pid.to_string()])
        .status();
    assert!(sent.unwrap().success());
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

#[test]
fn a_fresh_machine_needs_nothing_and_data_is_kept_whatever_ends_the_server() {
    let home = Home::new();

    let mut first = Server::in_home(&home);
    first.await_status("/readyz", 200);
    let secret = fs::read_to_string(home.path().join("secret")).unwrap();
    let mode = fs::metadata(home.path().join("secret"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!((secret.len(), mode & 0o777), (64, 0o600));
    assert!(!first.said().contains(&secret), "{}", first.said());

    let mut second = Server::in_home(&home);
    assert_eq!(second.await_end().code(), Some(1));
    assert!(
        second.said().contains("already uses the data directory"),
        "{}",
        second.said()
    );

    first.signal("KILL");
    first.await_end();
    let mut third = Server::in_home(&home);
    third.await_status("/readyz", 200);
    assert_eq!(fs::read_to_string(home.path().join("secret")).unwrap(), secret);

    signal(home.postmaster(), "KILL");
    third.await_words("it runs again");
    third.await_status("/readyz", 200);

    third.signal("TERM");
    assert_eq!(third.await_end().code(), Some(0));
    assert!(!home.path().join("data/postmaster.pid").exists());
}

#[test]
fn a_server_that_is_asked_to_stop_says_so_while_it_still_serves() {
    let database = Database::new();
    let mut server = Server::start(&[
        ("DATABASE_URL", &database.url),
        ("HEARBACK_SECRET", SECRET),
        ("HEARBACK_DRAIN_SECONDS", "60"),
    ]);
    server.await_status("/readyz", 200);

    server.signal("TERM");
    server.await_status("/readyz", 503);
    assert_eq!(server.status("/livez"), 200);

    server.signal("TERM"); // whoever asks twice is in a hurry
    assert_eq!(server.await_end().code(), Some(0));
}

#[test]
fn six_servers_that_start_together_on_an_empty_database_all_come_up() {
    let database = Database::empty();
    let variables = [
        ("DATABASE_URL", database.url.as_str()),
        ("HEARBACK_SECRET", SECRET),
    ];

    let mut servers: Vec<Server> = (0..6).map(|_| Server::start(&variables)).collect();

    for server in &mut servers {
        server.await_status("/readyz", 200);
    }
}

#[test]
fn a_taken_port_is_one_clear_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let home = Home::new();
    let data = home.path().to_str().unwrap();

    let mut server = Server::start_on(taken.local_addr().unwrap(), &[("HEARBACK_DATA_DIR", data)]);

    assert_eq!(server.await_end().code(), Some(1));
    assert_eq!(server.said().lines().count(), 1, "{}", server.said());
    assert!(server.said().contains("HEARBACK_BIND"), "{}", server.said());
    assert!(!home.path().join("data").exists());
}

#[test]
fn a_faulty_configuration_starts_nothing_and_names_every_fault() {
    let mut server = Server::start(&[
        ("DATABASE_URL", "postgres://h/d"),
        ("HEARBACK_WORKER", "perhaps"),
        ("HEARBACK_DRAIN_SECONDS", "soon"),
    ]);

    assert_eq!(server.await_end().code(), Some(2));
    for name in ["HEARBACK_SECRET", "HEARBACK_WORKER", "HEARBACK_DRAIN_SECONDS"] {
        assert!(server.said().contains(name), "{}", server.said());
    }
}

#[test]
fn a_missing_postgresql_is_named_with_what_to_install() {
    let home = Home::new();
    let data = home.path().to_str().unwrap();

    let mut server = Server::start(&[("HEARBACK_DATA_DIR", data), ("PG_BIN_DIR", "/nowhere")]);

    assert_eq!(server.await_end().code(), Some(1));
    assert!(
        server.said().contains("apt-get install postgresql"),
        "{}",
        server.said()
    );
}

#[test]
fn a_database_that_lets_nobody_in_is_one_clear_line() {
    let database = Database::empty();
    let url = format!("{}-that-is-not-there", database.url);

    let mut server = Server::start(&[("DATABASE_URL", &url), ("HEARBACK_SECRET", SECRET)]);

    assert_eq!(server.await_end().code(), Some(1));
    assert!(server.said().contains("does not exist"), "{}", server.said());
}

#[test]
fn an_old_schema_is_not_touched_when_migrating_is_off() {
    let database = Database::empty();

    let mut server = Server::start(&[
        ("DATABASE_URL", &database.url),
        ("HEARBACK_SECRET", SECRET),
        ("HEARBACK_MIGRATE", "off"),
    ]);

    assert_eq!(server.await_end().code(), Some(1));
    assert!(server.said().contains("hearback migrate"), "{}", server.said());
}
