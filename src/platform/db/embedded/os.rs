//! What the standard library does not do: locks, signals, accounts. All the unsafe code of this room.

use std::{
    ffi::CStr,
    fs::{File, OpenOptions},
    io,
    os::{
        fd::AsRawFd,
        unix::{fs::OpenOptionsExt, process::CommandExt},
    },
    path::Path,
    process::Command,
};

/// Is a user and a group.
pub(super) type Account = (u32, u32);

/// Returns the account that PostgreSQL, which refuses root, runs under when we are root.
pub(super) fn service_account() -> Option<Account> {
    #[expect(unsafe_code, reason = "geteuid has no preconditions")]
    let root = unsafe { libc::geteuid() } == 0;
    root.then(|| [c"postgres", c"nobody"].into_iter().find_map(account).unwrap_or((65534, 65534)))
}

fn account(name: &CStr) -> Option<Account> {
    #[expect(unsafe_code, reason = "the name ends in NUL; the answer is null or valid until the next call")]
    unsafe { libc::getpwnam(name.as_ptr()).as_ref() }.map(|entry| (entry.pw_uid, entry.pw_gid))
}

/// Opens a file to lock, which is made if needed.
pub(super) fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).truncate(false).read(true).write(true).mode(0o666).open(path)
}

/// Tries to become the only holder of the file's lock.
pub(super) fn try_lock(file: &File) -> bool {
    flock(file, libc::LOCK_EX | libc::LOCK_NB)
}

/// Waits to become the only holder of the file's lock.
pub(super) fn lock(file: &File) -> bool {
    flock(file, libc::LOCK_EX)
}

/// Lets the lock go.
pub(super) fn unlock(file: &File) -> bool {
    flock(file, libc::LOCK_UN)
}

fn flock(file: &File, operation: i32) -> bool {
    #[expect(unsafe_code, reason = "the descriptor is open as long as the file is borrowed")]
    let answer = unsafe { libc::flock(file.as_raw_fd(), operation) };
    answer == 0
}

/// Asks a PostgreSQL to shut down fast.
pub(super) fn interrupt(pid: i32) {
    signal(pid, libc::SIGINT);
}

/// Ends a process at once.
pub(super) fn kill(pid: i32) {
    signal(pid, libc::SIGKILL);
}

fn signal(pid: i32, signal: i32) {
    if pid > 1 {
        #[expect(
            unsafe_code,
            reason = "kill has no preconditions; the pid names one process, never a group"
        )]
        unsafe {
            libc::kill(pid, signal)
        };
    }
}

/// Binds the life of a child to ours: Ctrl-C goes to us alone, and if we are killed it shuts down.
#[cfg(target_os = "linux")]
pub(super) fn tie_to_us(command: &mut Command) {
    let us = i32::try_from(std::process::id()).unwrap_or_default();
    #[expect(unsafe_code, reason = "only async-signal-safe calls between fork and exec")]
    unsafe {
        command.pre_exec(move || {
            libc::setsid();
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGINT);
            if libc::getppid() == us { Ok(()) } else { Err(io::Error::from_raw_os_error(libc::ESRCH)) }
        })
    };
}

/// Leaves Ctrl-C to us; a server that outlives us is stopped at the next start.
#[cfg(not(target_os = "linux"))]
pub(super) fn tie_to_us(command: &mut Command) {
    command.process_group(0);
}
