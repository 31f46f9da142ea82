//! What the environment may say, and what is said of it when it is faulty.

use hearback::platform::config::Config;
use std::time::Duration;

const SECRET: (&str, &str) = ("HEARBACK_SECRET", "x7Qm2-v9Zr4_Lk8Tn3Yw6-Bc1Hd5Fg0Jp");

fn of(variables: &[(&str, &str)]) -> Result<Config, Vec<String>> {
    let owned = variables.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
    Config::of(owned.collect())
}

fn fault(variables: &[(&str, &str)]) -> String {
    of(variables).unwrap_err().join("\n")
}

#[test]
fn an_empty_environment_is_enough() {
    let config = of(&[]).unwrap();

    assert_eq!(config.bind.to_string(), "127.0.0.1:8080");
    assert_eq!(config.drain, Duration::from_secs(5));
    assert!(config.migrate && config.worker && config.cors_origins.is_empty());
}

#[test]
fn all_faults_are_named_at_once_and_no_secret_is() {
    let faults = of(&[
        ("HEARBACK_BIND", "everywhere"),
        ("HEARBACK_SECRET", "changeme-changeme-changeme-changeme"),
        ("HEARBACK_ADMIN_EMAIL", "nobody"),
        ("HEARBACK_ADMIN_PASSWORD", "short"),
        ("HEARBACK_MIGRATE", "perhaps"),
        ("HEARBACK_WRITE_THREADS", "0"),
        ("HEARBACK_DRAIN_SECONDS", "301"),
        ("HEARBACK_CORS_ORIGINS", "https://a.example, *"),
        ("HEARBACK_TRUSTED_PROXIES", "10.0.0.1, nowhere"),
        ("HEARBACK_PASSWORD_COST", "7"),
    ])
    .unwrap_err();

    assert_eq!(faults.len(), 10, "{faults:#?}");
    let text = faults.join("\n");
    assert!(!text.contains("changeme") && !text.contains("short"), "{text}");
}

#[test]
fn a_given_database_demands_a_secret_that_nobody_guesses() {
    let url = ("DATABASE_URL", "postgres://h/d");

    assert!(fault(&[url]).contains("HEARBACK_SECRET is required"));
    assert!(fault(&[url, ("HEARBACK_SECRET", "x7Qm2-v9Zr4")]).contains("32 bytes"));
    assert!(fault(&[url, ("HEARBACK_SECRET", &"a".repeat(64))]).contains("guessed"));
    assert!(of(&[url, SECRET]).is_ok());
}

#[test]
fn secrets_are_not_in_debug() {
    let config = of(&[
        SECRET,
        ("DATABASE_URL", "postgres://u:Pa55-word@h/d"),
        ("HEARBACK_ADMIN_PASSWORD", "Str0ng-word"),
    ])
    .unwrap();

    let shown = format!("{config:?}");

    for secret in [SECRET.1, "Pa55-word", "Str0ng-word"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[cfg(not(any(feature = "system-libpq", feature = "tls-libpq")))]
#[test]
fn a_database_that_demands_tls_is_refused_in_words_when_there_is_none() {
    for mode in ["require", "verify-ca", "verify-full"] {
        let url = format!("postgres://h/d?sslmode={mode}");

        assert!(fault(&[SECRET, ("DATABASE_URL", &url)]).contains("system-libpq"));
    }
    assert!(of(&[SECRET, ("DATABASE_URL", "postgres://h/d?sslmode=prefer")]).is_ok());
}

#[test]
fn a_pooler_is_named_with_the_way_past_it() {
    let pooled = ("DATABASE_URL", "postgres://pooler/d");
    let direct = ("DATABASE_DIRECT_URL", "postgres://database/d");
    let off = ("HEARBACK_STATEMENT_CACHE", "off");

    assert!(fault(&[SECRET, pooled, off]).contains("DATABASE_DIRECT_URL is required"));
    assert!(fault(&[direct]).contains("only with DATABASE_URL"));
    let config = of(&[SECRET, pooled, off, direct]).unwrap();
    assert_eq!(config.database_direct_url.unwrap().0, direct.1);
    assert!(of(&[off]).is_ok());
}
