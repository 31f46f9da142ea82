//! The keys that all servers of one database share: made once, sealed, changed without an interruption.

use super::{seal::Seal, store, store::KeyRow};
use crate::platform::{
    db::{Db, Tx},
    http::{
        page::CursorKey,
        problem::{Error, Result},
    },
    ids,
};
use aws_lc_rs::{
    rand::{SystemRandom, fill},
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{DecodingKey, EncodingKey};
use std::collections::HashMap;
use uuid::Uuid;

/// How long tokens of a retired key are still believed: longer than any of them lives.
const BELIEVED: TimeDelta = TimeDelta::minutes(15);
/// What kinds of keys there are.
const KINDS: &[&str] = &["access", "cursor", "anchor"];

/// Every key, opened.
pub struct Keyring {
    access: (String, EncodingKey),
    believed: HashMap<String, Believed>,
    cursor: CursorKey,
    anchor: (Uuid, Ed25519KeyPair),
    anchors: AnchorKeys,
}

/// The public keys that verify anchors, by id.
#[derive(Clone, Debug)]
pub struct AnchorKeys(HashMap<Uuid, Vec<u8>>);

struct Believed {
    key: DecodingKey,
    x: String,
    until: Option<DateTime<Utc>>,
}

impl Keyring {
    /// Makes the keys that are missing and opens all; any number of servers may do so at once.
    pub fn prepare(db: &Db, seal: &Seal, at: DateTime<Utc>) -> Result<Self> {
        for kind in KINDS {
            let row = fresh(seal, kind, at)?;
            db.write_now(|tx| store::insert_key(tx, &row))?;
        }
        Self::open(&db.read_now(store::keys)?, seal)
    }

    /// Opens the keys of these rows; refuses when they were sealed with another secret.
    pub fn open(rows: &[KeyRow], seal: &Seal) -> Result<Self> {
        let (mut access, mut cursor, mut anchor) = (None, None, None);
        let mut believed = HashMap::new();
        for row in rows {
            let opened = seal.open(&name(&row.kind, row.id), &row.sealed);
            let secret = opened.ok_or_else(|| Error::internal(OTHER_SECRET))?;
            let used = row.retired_at.is_none();
            match (row.kind.as_str(), &row.public_key) {
                ("access", Some(public)) => {
                    believed.insert(row.id.to_string(), Believed::of(public, row.retired_at));
                    access = access.or(used.then(|| (row.id.to_string(), EncodingKey::from_ed_der(&secret))));
                }
                ("anchor", Some(_)) => {
                    let pair = Ed25519KeyPair::from_pkcs8(&secret).ok().filter(|_| used);
                    anchor = anchor.or(pair.map(|pair| (row.id, pair)));
                }
                _ => cursor = cursor.or(used.then(|| CursorKey::new(&secret))),
            }
        }
        let missing = || Error::internal("a signing key is missing");
        Ok(Self {
            access: access.ok_or_else(missing)?,
            believed,
            cursor: cursor.ok_or_else(missing)?,
            anchor: anchor.ok_or_else(missing)?,
            anchors: AnchorKeys::of(rows),
        })
    }

    /// Returns the id and the key that sign access tokens.
    pub fn access(&self) -> (&str, &EncodingKey) {
        (&self.access.0, &self.access.1)
    }

    /// Returns the key that verifies tokens with this `kid`.
    pub fn verifier(&self, kid: &str, at: DateTime<Utc>) -> Option<&DecodingKey> {
        let believed = self.believed.get(kid)?;
        believed.at(at).then_some(&believed.key)
    }

    /// Returns the id and the public key, in base64url, of each key whose tokens count.
    pub fn published(&self, at: DateTime<Utc>) -> Vec<(String, String)> {
        let believed = self.believed.iter().filter(|(_, key)| key.at(at));
        let mut keys: Vec<_> = believed.map(|(kid, key)| (kid.clone(), key.x.clone())).collect();
        keys.sort();
        keys
    }

    /// Returns the key that cursors are sealed with.
    pub fn cursor(&self) -> CursorKey {
        self.cursor.clone()
    }

    /// Returns the signature of `heads`, and the id of the key that made it.
    pub fn sign_anchor(&self, heads: &[u8]) -> (Uuid, Vec<u8>) {
        (self.anchor.0, self.anchor.1.sign(heads).as_ref().to_vec())
    }

    /// Returns what verifies anchors.
    pub fn anchors(&self) -> &AnchorKeys {
        &self.anchors
    }
}

impl AnchorKeys {
    /// Reads the keys, which need no secret.
    pub fn read(tx: &mut Tx) -> Result<Self> {
        Ok(Self::of(&store::keys(tx)?))
    }

    fn of(rows: &[KeyRow]) -> Self {
        let anchors = rows.iter().filter(|row| row.kind == "anchor");
        Self(anchors.filter_map(|row| Some((row.id, row.public_key.clone()?))).collect())
    }

    /// Returns whether the key with this id signed `heads`.
    pub fn verify(&self, key: Uuid, heads: &[u8], signature: &[u8]) -> bool {
        self.0
            .get(&key)
            .is_some_and(|public| UnparsedPublicKey::new(&ED25519, public).verify(heads, signature).is_ok())
    }
}

impl Believed {
    fn of(public: &[u8], retired_at: Option<DateTime<Utc>>) -> Self {
        Self {
            key: DecodingKey::from_ed_der(public),
            x: URL_SAFE_NO_PAD.encode(public),
            until: retired_at.map(|at| at.checked_add_signed(BELIEVED).unwrap_or(at)),
        }
    }

    fn at(&self, at: DateTime<Utc>) -> bool {
        self.until.is_none_or(|until| at < until)
    }
}

/// Puts a new key of this kind in the place of the one in use; tokens of the old one live their time out.
pub fn rotate(tx: &mut Tx, seal: &Seal, kind: &str, at: DateTime<Utc>) -> Result<()> {
    store::retire_key(tx, kind, at)?;
    store::insert_key(tx, &fresh(seal, kind, at)?)
}

const OTHER_SECRET: &str = "HEARBACK_SECRET does not open the signing keys of this database: it is not the one they were sealed with";

fn fresh(seal: &Seal, kind: &str, at: DateTime<Utc>) -> Result<KeyRow> {
    let id = ids::next();
    let (secret, public_key) = match kind {
        "cursor" => (random::<32>()?.to_vec(), None),
        _ => pair()?,
    };
    Ok(KeyRow {
        id,
        kind: kind.to_owned(),
        sealed: seal.seal(&name(kind, id), &secret)?,
        public_key,
        created_at: at,
        retired_at: None,
    })
}

fn pair() -> Result<(Vec<u8>, Option<Vec<u8>>)> {
    let failed = || Error::internal("no key pair could be made");
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| failed())?;
    let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).map_err(|_| failed())?;
    Ok((document.as_ref().to_vec(), Some(pair.public_key().as_ref().to_vec())))
}

/// Returns bytes from the operating system's generator.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    fill(&mut bytes).map_err(|_| Error::internal("the system gives no random bytes"))?;
    Ok(bytes)
}

fn name(kind: &str, id: Uuid) -> String {
    format!("{kind}:{id}")
}
