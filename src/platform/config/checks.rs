//! What the values may not be, each alone and together.

use super::{Config, Secret};
use crate::platform::auth::passwords;
use std::collections::BTreeSet;

/// Secrets that everybody knows.
const WEAK: &[&str] = &["changeme", "secret", "password", "hearback", "0123456789", "abcdefgh"];

/// Returns every fault of `config`; none shows a secret.
pub(super) fn faults(config: &Config) -> Vec<String> {
    [secret(config), pooler(config), tls(config), origins(config), admin(config), cost(config)].concat()
}

fn secret(config: &Config) -> Vec<String> {
    let Some(Secret(secret)) = &config.secret else {
        let needed = config.database_url.is_some();
        return fault(needed, "HEARBACK_SECRET is required with DATABASE_URL");
    };
    let known = WEAK.iter().any(|weak| secret.to_lowercase().contains(weak));
    let letters: BTreeSet<u8> = secret.bytes().collect();
    [
        fault(secret.len() < 32, "HEARBACK_SECRET must have 32 bytes or more"),
        fault(known || letters.len() < 10, "HEARBACK_SECRET can be guessed; take 32 random bytes"),
    ]
    .concat()
}

/// Migrations and the listener need a connection of their own: behind a pooler that shares connections a lock is
/// never released, and what other servers tell is never heard.
fn pooler(config: &Config) -> Vec<String> {
    let pooled = config.database_url.is_some() && !config.statement_cache;
    let text =
        "DATABASE_DIRECT_URL is required with HEARBACK_STATEMENT_CACHE=off: the address past the pooler";
    [
        fault(pooled && config.database_direct_url.is_none(), text),
        fault(
            config.database_url.is_none() && config.database_direct_url.is_some(),
            "DATABASE_DIRECT_URL is of use only with DATABASE_URL",
        ),
    ]
    .concat()
}

/// Says in words what libpq would say in riddles.
fn tls(config: &Config) -> Vec<String> {
    let has_tls = cfg!(any(feature = "system-libpq", feature = "tls-libpq"));
    let urls = [
        ("DATABASE_URL", &config.database_url),
        ("DATABASE_DIRECT_URL", &config.database_direct_url),
        ("DATABASE_READ_URL", &config.database_read_url),
    ];
    let demand = |url: &str| {
        ["require", "verify-ca", "verify-full"]
            .into_iter()
            .find(|mode| url.contains(&format!("sslmode={mode}")))
    };
    urls.into_iter()
        .filter(|_| !has_tls)
        .filter_map(|(name, url)| Some((name, demand(&url.as_ref()?.0)?)))
        .map(|(name, mode)| {
            format!(
                "{name} asks for TLS (sslmode={mode}), and this program was built without it: build it with \
                 `--no-default-features --features system-libpq` (needs libpq-dev) or `tls-libpq` (needs perl \
                 and make)"
            )
        })
        .collect()
}

fn origins(config: &Config) -> Vec<String> {
    let bad = config.cors_origins.iter().filter(|origin| !is_origin(origin));
    bad.map(|origin| format!("HEARBACK_CORS_ORIGINS: {origin} is no origin (https://host)")).collect()
}

fn admin(config: &Config) -> Vec<String> {
    let password = config.admin_password.as_ref().map(|secret| secret.0.as_str());
    let short = password.is_some_and(|password| password.chars().count() < 8);
    // at home everybody may choose what they like
    let common = config.database_url.is_some() && password.is_some_and(passwords::is_common);
    [
        fault(!config.admin_email.contains('@'), "HEARBACK_ADMIN_EMAIL is no e-mail address"),
        fault(short, "HEARBACK_ADMIN_PASSWORD must have 8 characters or more"),
        fault(common, "HEARBACK_ADMIN_PASSWORD is one that everybody tries"),
    ]
    .concat()
}

fn cost(config: &Config) -> Vec<String> {
    let within = (8..=1_048_576).contains(&config.password_cost);
    fault(!within, "HEARBACK_PASSWORD_COST must be from 8 to 1048576")
}

fn fault(is: bool, text: &str) -> Vec<String> {
    is.then(|| text.to_owned()).into_iter().collect()
}

fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '*', ' ', '?', '#', '@']))
}
