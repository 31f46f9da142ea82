//! Where the database is, as libpq is told.

/// Bounds what no server-side limit can: a connection attempt, and a peer that went silently.
pub(super) fn with_limits(url: &str) -> String {
    if url.contains("connect_timeout") {
        return url.to_owned();
    }
    let limits = [
        "connect_timeout=3",
        "keepalives_idle=15",
        "keepalives_interval=5",
        "keepalives_count=3",
        "tcp_user_timeout=20000",
    ];
    match url.contains("://") {
        false => format!("{url} {}", limits.join(" ")),
        true => format!("{url}{}{}", if url.contains('?') { '&' } else { '?' }, limits.join("&")),
    }
}

#[cfg(test)]
mod tests {
    use super::with_limits;

    #[test]
    fn limits_join_every_form_of_address() {
        assert!(with_limits("postgres://h/d").starts_with("postgres://h/d?connect_timeout=3&"));
        assert!(with_limits("postgres://h/d?sslmode=require").contains("require&connect_timeout=3&"));
        assert!(with_limits("host=h dbname=d").starts_with("host=h dbname=d connect_timeout=3 "));
        assert_eq!(with_limits("postgres://h/d?connect_timeout=9"), "postgres://h/d?connect_timeout=9");
    }
}
