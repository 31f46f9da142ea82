//! API keys: `hbk_live_`, 192 random bits in base 62, and a checksum that scanners for secrets can verify.

use super::keys::random;
use crate::platform::http::problem::Result;
use aws_lc_rs::digest::{SHA256, digest};

/// What every key begins with.
pub const PREFIX: &str = "hbk_live_";
/// How many characters carry the secret: 33 digits of base 62 hold 192 bits.
const SECRET: usize = 33;
/// How many characters carry the checksum.
const CHECKSUM: usize = 6;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Returns a new key.
pub fn generate() -> Result<String> {
    let secret = base62(&random::<24>()?, SECRET);
    let checksum = checksum(&secret);
    Ok(format!("{PREFIX}{secret}{checksum}"))
}

/// Returns the hash under which a key is stored; nothing when the text is no key.
pub fn hash_of(text: &str) -> Option<Vec<u8>> {
    let body = text.strip_prefix(PREFIX)?;
    let (secret, sum) = body.split_at_checked(SECRET)?;
    let right = body.len() == SECRET.saturating_add(CHECKSUM) && checksum(secret) == sum;
    right.then(|| digest(&SHA256, text.as_bytes()).as_ref().to_vec())
}

fn checksum(secret: &str) -> String {
    let sum = digest(&SHA256, secret.as_bytes());
    let first: Vec<u8> = sum.as_ref().iter().copied().take(4).collect();
    base62(&first, CHECKSUM)
}

/// Returns the number that the bytes are, in base 62, with leading zeros.
fn base62(bytes: &[u8], digits: usize) -> String {
    let mut number = bytes.to_vec();
    let mut text = Vec::with_capacity(digits);
    for _ in 0..digits {
        let mut rest = 0_u32;
        for byte in &mut number {
            let value = rest * 256 + u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or_default();
            rest = value % 62;
        }
        let digit = usize::try_from(rest).ok().and_then(|i| DIGITS.get(i));
        text.push(digit.copied().unwrap_or(b'0'));
    }
    text.reverse();
    String::from_utf8(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{PREFIX, base62, generate, hash_of};
    use std::collections::HashSet;

    #[test]
    fn a_key_with_one_character_changed_is_no_key() {
        let key = generate().unwrap();
        assert!(hash_of(&key).is_some());

        for at in 0..key.len() {
            let mut other = key.clone().into_bytes();
            other[at] = if other[at] == b'x' { b'y' } else { b'x' };
            assert_eq!(hash_of(&String::from_utf8(other).unwrap()), None, "at {at}");
        }
        assert_eq!(hash_of(&key[..key.len() - 1]), None);
        assert_eq!(hash_of(&format!("{key}0")), None);
        assert_eq!(hash_of(""), None);
    }

    #[test]
    fn keys_are_all_different_and_use_every_digit() {
        let keys: HashSet<String> = (0..20_000).map(|_| generate().unwrap()).collect();
        assert_eq!(keys.len(), 20_000);
        for at in PREFIX.len() + 1..PREFIX.len() + 33 {
            let seen: HashSet<u8> = keys.iter().map(|key| key.as_bytes()[at]).collect();
            assert_eq!(seen.len(), 62, "at {at}");
        }
    }

    #[test]
    fn base_62_holds_the_whole_number() {
        assert_eq!(base62(&[0, 61], 3), "00z");
        assert_eq!(base62(&[1, 0], 3), "048");
        assert_eq!(base62(&[255; 24], 33).len(), 33);
    }
}
