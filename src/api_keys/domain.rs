//! What is true of API keys without a database.

use crate::id_type;

id_type! {
    /// Names an API key.
    ApiKeyId
}

/// How many characters of a key are shown, to tell it from others.
pub const SHOWN: usize = 13;

/// Returns the place of the first scope that no key can have.
pub fn unknown_scope(wanted: &[String], known: &[String]) -> Option<usize> {
    wanted.iter().position(|scope| !known.contains(scope))
}

#[cfg(test)]
mod tests {
    use super::unknown_scope;

    #[test]
    fn a_scope_is_known_by_its_whole_name() {
        let known = ["customers:read".to_owned(), "orders:write".to_owned()];
        let wanted = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        assert_eq!(unknown_scope(&wanted(&["orders:write", "customers:read"]), &known), None);
        assert_eq!(unknown_scope(&wanted(&["orders:write", "orders:*"]), &known), Some(1));
        assert_eq!(unknown_scope(&wanted(&["admin"]), &known), Some(0));
    }
}
