//! The private PostgreSQL among other processes, other versions and the files of its own past.

use super::Victim;
use diesel::{Connection, PgConnection};
use hearback::platform::db::embedded::{self, Cluster, Options};
use std::{
    fs,
    os::unix::{fs::MetadataExt, process::CommandExt},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

#[test]
fn a_second_server_is_told_who_is_there() {
    let victim = Victim::start();

    let busy = Cluster::start(&victim.options).unwrap_err().to_string();

    assert!(busy.contains(&std::process::id().to_string()), "{busy}");
}

#[test]
fn a_postgres_that_was_left_behind_is_ended() {
    let mut victim = Victim::start();
    let program = fs::read_link(format!("/proc/{}/exe", victim.cluster.as_ref().unwrap().pid())).unwrap();
    victim.cluster.as_mut().unwrap().stop();
    let data = victim.options.base.join("data");
    let owner = fs::metadata(&data).unwrap();
    let mut left = Command::new(program);
    left.arg("-D").arg(&data).arg("-k").arg(victim.options.base.join("run"));
    left.args(["-c", "listen_addresses="]).current_dir(&data);
    left.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut left = left.uid(owner.uid()).gid(owner.gid()).spawn().unwrap();
    let start = Instant::now();
    while PgConnection::establish(&victim.url()).is_err() {
        assert!(start.elapsed() < Duration::from_secs(20));
        thread::sleep(Duration::from_millis(20));
    }
    let reaper = thread::spawn(move || left.wait());

    victim.restart();

    victim.connect();
    assert!(reaper.join().unwrap().is_ok());
}

#[test]
fn what_is_missing_or_too_long_is_said() {
    let base = tempfile::tempdir().unwrap();
    let fault = |options: Options| Cluster::start(&options).unwrap_err().to_string();
    let missing =
        Options { base: base.path().join("other"), programs: Some("/nowhere".into()), ..Default::default() };
    assert!(fault(missing).contains("apt-get install postgresql"));
    let long = Options { base: base.path().join("x".repeat(120)), ..Default::default() };
    assert!(fault(long).contains("too long"));
}

#[test]
fn data_of_another_version_and_foreign_folders_stay_as_they_are() {
    let mut victim = Victim::start();
    victim.cluster.as_mut().unwrap().stop();
    let base = victim.options.base.clone();
    fs::write(base.join("data/PG_VERSION"), "9\n").unwrap();

    victim.restart();

    victim.connect();
    assert_eq!(fs::read_to_string(base.join("data/PG_VERSION")).unwrap(), "9\n");
    let foreign = Options { base: base.join("home"), ..Default::default() };
    fs::create_dir_all(base.join("home/data/precious")).unwrap();
    let refused = Cluster::start(&foreign).unwrap_err().to_string();
    assert!(refused.contains("no PostgreSQL data"), "{refused}");
    assert!(base.join("home/data/precious").exists());
}

#[test]
fn an_initdb_cut_short_is_done_again() {
    let mut victim = Victim::start();
    victim.cluster.as_mut().unwrap().stop();
    let base = victim.options.base.clone();
    fs::write(base.join("data.unfinished"), "").unwrap();
    fs::remove_file(base.join("data/PG_VERSION")).unwrap();

    victim.restart();

    victim.connect();
    assert!(!base.join("data.unfinished").exists());
}

#[test]
fn the_supervisor_leaves_when_nobody_is_there() {
    let folder = tempfile::Builder::new().prefix("hb").tempdir_in("/tmp").unwrap();
    let options = Options { base: folder.path().into(), ..Default::default() };

    embedded::supervise(&options).unwrap();

    assert!(!folder.path().join("ready").exists());
}
