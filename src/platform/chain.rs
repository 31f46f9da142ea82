//! History that cannot be edited: each entry carries the hash of the one before it.
//!
//! The hash of an entry is SHA-256 over the hash before it and the entry's canonical JSON (RFC 8785). The
//! first entry follows the [`genesis`] of its subject, so that no entry can be moved to another subject.

use super::{
    auth::keys::random,
    http::problem::{Error, Result},
};
use aws_lc_rs::digest::{Context, SHA256, digest};
use serde_json::Value;

/// One entry of a chain, as it is stored.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The hash of the entry before.
    pub prev_hash: Vec<u8>,
    /// What the hash is made of.
    pub content: Value,
    /// The entry's own hash.
    pub hash: Vec<u8>,
}

/// Returns what the first entry of a subject, such as `staff:<id>`, follows.
pub fn genesis(subject: &str) -> Vec<u8> {
    digest(&SHA256, format!("hearback:{subject}").as_bytes()).as_ref().to_vec()
}

/// Returns the hash of the entry with this content after the entry with the hash `prev`.
pub fn link(prev: &[u8], content: &Value) -> Result<Vec<u8>> {
    let canonical = serde_json_canonicalizer::to_vec(content).map_err(Error::internal)?;
    let mut context = Context::new(&SHA256);
    context.update(prev);
    context.update(&canonical);
    Ok(context.finish().as_ref().to_vec())
}

/// Returns the place of the first entry that is not what was written; none when the chain is whole.
pub fn verify(subject: &str, entries: &[Entry]) -> Result<Option<usize>> {
    let mut prev = genesis(subject);
    for (place, entry) in entries.iter().enumerate() {
        if entry.prev_hash != prev || entry.hash != link(&prev, &entry.content)? {
            return Ok(Some(place));
        }
        prev.clone_from(&entry.hash);
    }
    Ok(None)
}

/// Returns a random salt and the hash of the salted text, both in hexadecimal: what history keeps of words.
pub fn salted(text: &str) -> Result<(String, String)> {
    let salt = hex(&random::<16>()?);
    let hash = salted_with(&salt, text);
    Ok((salt, hash))
}

/// Returns the hash of a text with a salt that is known.
pub fn salted_with(salt: &str, text: &str) -> String {
    hex(digest(&SHA256, format!("{salt}{text}").as_bytes()).as_ref())
}

/// Returns bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn chain() -> Vec<Entry> {
        let mut prev_hash = genesis("staff:1");
        let mut entries = Vec::new();
        for n in 1..=3 {
            let content = json!({ "seq": n, "kind": "changed" });
            let hash = link(&prev_hash, &content).unwrap();
            entries.push(Entry { prev_hash, content, hash: hash.clone() });
            prev_hash = hash;
        }
        entries
    }

    #[test]
    fn a_whole_chain_verifies_whatever_the_order_of_members() {
        let mut entries = chain();
        assert_eq!(verify("staff:1", &entries).unwrap(), None);
        entries[1].content = json!({ "kind": "changed", "seq": 2 });
        assert_eq!(verify("staff:1", &entries).unwrap(), None);
    }

    #[test]
    fn an_entry_that_is_changed_removed_or_moved_shows() {
        assert_eq!(verify("staff:2", &chain()).unwrap(), Some(0));
        let mut changed = chain();
        changed[1].content = json!({ "seq": 2, "kind": "created" });
        assert_eq!(verify("staff:1", &changed).unwrap(), Some(1));
        let mut shorter = chain();
        shorter.remove(1);
        assert_eq!(verify("staff:1", &shorter).unwrap(), Some(1));
    }

    #[test]
    fn words_are_kept_as_a_hash_that_only_the_salt_repeats() {
        let (salt, hash) = salted("a word").unwrap();
        assert_eq!(salted_with(&salt, "a word"), hash);
        assert_ne!(salted("a word").unwrap().1, hash);
    }
}
