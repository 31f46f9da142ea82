//! The two programs: how `initdb` makes a data directory and how `postgres` is started on it.

use std::{
    fs::{self, OpenOptions, Permissions},
    io,
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use super::{
    PgError,
    os::{self, Account},
};

/// For data that nobody will miss.
const FAST: [&str; 10] = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "shared_buffers=64MB",
    "max_connections=200",
    "checkpoint_timeout=1h",
    "max_wal_size=4GB",
    "wal_level=minimal",
    "max_wal_senders=0",
];

/// Marks a data directory whose making was cut short, which is made again.
pub(super) fn unfinished(data: &Path) -> PathBuf {
    data.with_extension("unfinished")
}

/// Makes the data directory, and touches nothing that it did not make itself.
pub(super) fn initialise(
    bin: &Path,
    base: &Path,
    data: &Path,
    account: Option<Account>,
    durable: bool,
) -> Result<(), PgError> {
    if unfinished(data).exists() && data.exists() {
        fs::remove_dir_all(data)?;
    } else if data.exists() {
        return Err(PgError::Foreign(data.to_owned()));
    }
    fs::write(unfinished(data), "")?;
    make_folder(data, 0o700, account)?;
    let mut initdb = command(&bin.join("initdb"), account, base);
    initdb.args("-U hearback -A trust -E UTF8 --locale=C.UTF-8 --no-instructions -D".split(' '));
    initdb.arg(data).args((!durable).then_some("--no-sync")).stdin(Stdio::null());
    let answer = initdb.output()?;
    if !answer.status.success() {
        let text = [answer.stdout, answer.stderr].concat();
        return Err(PgError::Tool("initdb", String::from_utf8_lossy(&text).into_owned()));
    }
    Ok(fs::remove_file(unfinished(data))?)
}

/// Starts the server on a Unix socket alone: there is no port to collide with.
pub(super) fn spawn(
    bin: &Path,
    base: &Path,
    data: &Path,
    account: Option<Account>,
    durable: bool,
) -> Result<Child, PgError> {
    let log = OpenOptions::new().create(true).append(true).open(base.join("postgres.log"))?;
    let mut server = command(&bin.join("postgres"), account, base);
    server.arg("-D").arg(data).arg("-k").arg(base.join("run"));
    server.args(["-c", "listen_addresses=", "-c", "port=5432", "-c", "unix_socket_permissions=0700"]);
    if !durable {
        server.args(FAST.into_iter().flat_map(|setting| ["-c", setting]));
    }
    server.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    os::tie_to_us(&mut server);
    Ok(server.spawn()?)
}

fn command(program: &Path, account: Option<Account>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env("LC_ALL", "C.UTF-8");
    for name in ["PGDATA", "PGHOST", "PGPORT"] {
        command.env_remove(name);
    }
    if let Some((user, group)) = account {
        command.uid(user).gid(group);
    }
    command
}

pub(super) fn make_folder(path: &Path, mode: u32, account: Option<Account>) -> io::Result<()> {
    fs::create_dir_all(path)?;
    fs::set_permissions(path, Permissions::from_mode(mode))?;
    account.map_or(Ok(()), |(user, group)| chown(path, Some(user), Some(group)))
}
