//! Random tokens: 256 bits from the operating system, of which only the hash is stored.

use aws_lc_rs::{digest, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Returns a new token and its hash.
pub fn token() -> (String, Vec<u8>) {
    let mut bytes = [0u8; 32];
    if rand::fill(&mut bytes).is_err() {
        // the operating system has no randomness: two version 4 ids ask it once more, and stop the request
        bytes = [uuid::Uuid::new_v4().into_bytes(), uuid::Uuid::new_v4().into_bytes()]
            .concat()
            .try_into()
            .unwrap_or(bytes);
    }
    let token = URL_SAFE_NO_PAD.encode(bytes);
    let hash = hash(&token);
    (token, hash)
}

/// Returns the hash of a token as it is stored.
pub fn hash(token: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, token.as_bytes()).as_ref().to_vec()
}
