//! Seals the keys that are rows: AES-256-GCM under a key that only `HEARBACK_SECRET` gives.

use crate::platform::http::problem::{Error, Result};
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    hkdf::{self, HKDF_SHA256, Salt},
};

/// Seals and opens what is stored.
pub struct Seal(RandomizedNonceKey);

impl Seal {
    /// Returns the seal that `secret` makes.
    pub fn new(secret: &str) -> Result<Self> {
        let derived = Salt::new(HKDF_SHA256, b"hearback").extract(secret.as_bytes());
        let mut key = [0; 32];
        derived
            .expand(&[b"signing keys 1"], Length)
            .and_then(|okm| okm.fill(&mut key))
            .map_err(|_| Error::internal("the secret gives no key"))?;
        let key = RandomizedNonceKey::new(&AES_256_GCM, &key);
        key.map(Self).map_err(|_| Error::internal("the secret gives no key"))
    }

    /// Returns `plain` sealed; it opens only under the same `name`.
    pub fn seal(&self, name: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let mut bytes = plain.to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(name.as_bytes()), &mut bytes)
            .map_err(|_| Error::internal("a key could not be sealed"))?;
        let mut sealed = nonce.as_ref().to_vec();
        sealed.append(&mut bytes);
        Ok(sealed)
    }

    /// Returns what was sealed under `name`; nothing when the secret or the name is another.
    pub fn open(&self, name: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, bytes) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut bytes = bytes.to_vec();
        let plain = self.0.open_in_place(nonce, Aad::from(name.as_bytes()), &mut bytes).ok()?;
        Some(plain.to_vec())
    }
}

/// How many bytes the derived key has.
struct Length;

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        32
    }
}

#[cfg(test)]
mod tests {
    use super::Seal;

    #[test]
    fn what_is_sealed_opens_only_under_its_name_and_secret() {
        let seal = Seal::new("one").unwrap();
        let sealed = seal.seal("access:1", b"key").unwrap();

        assert_eq!(seal.open("access:1", &sealed).as_deref(), Some(&b"key"[..]));
        assert_eq!(seal.open("access:2", &sealed), None);
        assert_eq!(Seal::new("two").unwrap().open("access:1", &sealed), None);
        assert_eq!(seal.open("access:1", &sealed[..5]), None);
    }
}
