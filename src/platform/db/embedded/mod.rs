//! A private PostgreSQL, run as a child of this process: for whoever has no database yet, and for tests.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::Child,
    thread,
    time::{Duration, Instant},
};

mod evict;
mod os;
mod programs;
mod server;

const START_LIMIT: Duration = Duration::from_secs(60);
const SOCKET: &str = ".s.PGSQL.5432";
/// What `sockaddr_un` can hold.
const SOCKET_PATH_LIMIT: usize = 107;
/// Says where the cluster lives and how it runs.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Holds `data/`, `run/` and `lock`; the account of PostgreSQL must be able to reach it.
    pub base: PathBuf,
    /// Says whether data must survive a crash of the machine.
    pub durable: bool,
    /// Is the folder of the PostgreSQL programs, where that is known.
    pub programs: Option<PathBuf>,
    /// Lists folders where programs may be too, as in `PATH`.
    pub path: Vec<PathBuf>,
}

/// Says why there is no private PostgreSQL.
#[derive(Debug, thiserror::Error)]
pub enum PgError {
    /// Says that nothing is installed.
    #[error(
        "no PostgreSQL server programs found (looked in PG_BIN_DIR, /usr/lib/postgresql, pg_config and PATH): \
         install them (Debian and Ubuntu: apt-get install postgresql; macOS: brew install postgresql), \
         or set DATABASE_URL to a running server"
    )]
    NotFound,
    /// Says who is there already.
    #[error("another process (pid {0}) already uses the data directory")]
    Busy(String),
    /// Says that a socket cannot be made there.
    #[error("the path {0} is too long for a Unix socket: choose a shorter data directory")]
    TooLong(PathBuf),
    /// Says that the place is taken by something else.
    #[error("{0} exists and holds no PostgreSQL data: choose another base directory")]
    Foreign(PathBuf),
    /// Says which program failed, and how.
    #[error("{0} failed: {1}")]
    Tool(&'static str, String),
    /// Says what the file system refused.
    #[error("the private PostgreSQL's files: {0}")]
    Io(#[from] io::Error),
}

/// Is a running PostgreSQL, stopped when dropped.
#[derive(Debug)]
pub struct Cluster {
    child: Child,
    place: Place,
    _lock: File,
}

/// Is where a cluster lives and how it is run.
#[derive(Debug)]
struct Place {
    base: PathBuf,
    programs: PathBuf,
    data: PathBuf,
    durable: bool,
}

impl Cluster {
    /// Makes the cluster if it is not there, and starts it.
    ///
    /// Call it from a thread that lives as long as the process: PostgreSQL stops when that thread ends.
    pub fn start(options: &Options) -> Result<Cluster, PgError> {
        let account = os::service_account();
        server::make_folder(&options.base, 0o755, None)?;
        let base = options.base.canonicalize()?;
        let socket = base.join("run").join(SOCKET);
        if socket.as_os_str().len() > SOCKET_PATH_LIMIT {
            return Err(PgError::TooLong(socket));
        }
        let lock = occupy(&base.join("lock"))?;
        let (programs, data) = programs::choose(options, &base)?;
        let bin = &programs.folder;
        server::make_folder(&base.join("run"), 0o755, account)?;
        if !data.join("PG_VERSION").exists() || server::unfinished(&data).exists() {
            server::initialise(bin, &base, &data, account, options.durable)?;
        }
        let place = Place { base, data, programs: programs.folder, durable: options.durable };
        let mut cluster = Cluster { child: place.spawn()?, place, _lock: lock };
        cluster.await_ready()?;
        Ok(cluster)
    }

    /// Starts it again if it has gone, and says whether it had; call it from the thread that started it.
    pub fn revive(&mut self) -> Result<bool, PgError> {
        if self.child.try_wait()?.is_none() {
            return Ok(false);
        }
        self.child = self.place.spawn()?;
        self.await_ready()?;
        Ok(true)
    }

    /// Returns the address of one of its databases.
    pub fn url(&self, db: &str) -> String {
        url(&self.place.base, db)
    }

    /// Returns the process id of its postmaster.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Shuts it down and waits until it is gone.
    pub fn stop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            os::interrupt(i32::try_from(self.child.id()).unwrap_or_default());
            self.child.wait().ok();
        }
    }

    /// Waits until postmaster.pid says "ready", which is what `pg_ctl -w` looks at.
    fn await_ready(&mut self) -> Result<(), PgError> {
        let start = Instant::now();
        let pid = self.child.id().to_string();
        loop {
            let state = fs::read_to_string(self.place.data.join("postmaster.pid")).unwrap_or_default();
            let mut lines = state.lines().map(str::trim);
            if lines.next() == Some(&pid) && lines.nth(6) == Some("ready") {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                return Err(PgError::Tool("postgres", format!("{status}\n{}", self.last_words())));
            }
            if start.elapsed() > START_LIMIT {
                return Err(PgError::Tool("postgres", format!("not ready after {START_LIMIT:?}")));
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(self.place.base.join("postgres.log")).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines.get(lines.len().saturating_sub(8)..).unwrap_or_default().join("\n")
    }
}

impl Place {
    /// Ends what an earlier run left behind, and starts the server.
    fn spawn(&self) -> Result<Child, PgError> {
        evict::evict(&self.data, &self.base.join("run").join(SOCKET))?;
        let account = os::service_account();
        server::spawn(&self.programs, &self.base, &self.data, account, self.durable)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Returns the address of a database of the cluster in a base directory, which must be absolute.
pub fn url(base: &Path, db: &str) -> String {
    let folder = base.join("run");
    let encode = |byte: &u8| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(*byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    let encoded: String = folder.as_os_str().as_encoded_bytes().iter().map(encode).collect();
    format!("postgresql://hearback@{encoded}:5432/{db}")
}

/// Serves a throw-away cluster until no test process has held the lock on `DIR/users` for two seconds.
pub fn supervise(options: &Options) -> Result<(), PgError> {
    let dir = &options.base;
    let mut cluster = Cluster::start(options)?;
    fs::write(dir.join("ready"), cluster.pid().to_string())?;
    let users = os::open(&dir.join("users"))?;
    let mut idle = 0;
    while idle < 4 {
        thread::sleep(Duration::from_millis(500));
        idle = if os::try_lock(&users) { idle + 1 } else { 0 };
        os::unlock(&users);
    }
    os::lock(&users); // nobody may come in while it stops
    fs::remove_file(dir.join("ready"))?;
    cluster.stop();
    Ok(())
}

fn occupy(path: &Path) -> Result<File, PgError> {
    let lock = os::open(path)?;
    if !os::try_lock(&lock) {
        return Err(PgError::Busy(fs::read_to_string(path)?.trim().to_owned()));
    }
    fs::write(path, std::process::id().to_string())?;
    Ok(lock)
}
