//! Who is let in, and what proves it.

use super::{
    api_key,
    keys::{self, Keyring},
    passwords::Passwords,
    principal::Principal,
    registry::{LEASE, Registry, Verdict},
    seal::Seal,
    store::{self, KeyRow},
    tokens::{self, Claims, Verified},
};
use crate::platform::{
    clock::Clock,
    db::{Db, Tx, listener::Listener},
    http::problem::{Error, Result},
};
use chrono::{DateTime, Utc};
use std::sync::{Arc, RwLock};
use uuid::Uuid;

/// Lets in who has a valid token or key.
pub struct Gate {
    inner: Arc<Inner>,
    db: Db,
    passwords: Passwords,
    verified: Arc<Verified>,
    _listener: Listener,
}

/// What the gate shares with the listener's thread.
pub(super) struct Inner {
    pub(super) registry: Registry,
    pub(super) clock: Arc<Clock>,
    pub(super) seal: Seal,
    pub(super) verified: Arc<Verified>,
    pub(super) keys: RwLock<Arc<Keyring>>,
}

/// Who was let in, and by which session.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// Who it is.
    pub principal: Arc<Principal>,
    /// The session of a person; none for a program.
    pub session: Option<Uuid>,
}

/// What has changed about who may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// A member of staff.
    Staff(Uuid),
    /// An API key.
    ApiKey(Uuid),
    /// A session has ended.
    Session(Uuid),
}

impl Gate {
    pub(super) fn new(inner: Arc<Inner>, db: Db, passwords: Passwords, listener: Listener) -> Self {
        Self { verified: inner.verified.clone(), inner, db, passwords, _listener: listener }
    }

    /// Returns who `token` proves to call.
    pub async fn admit(&self, token: &str, at: DateTime<Utc>) -> Result<Admitted> {
        if token.starts_with(api_key::PREFIX) {
            let hash = api_key::hash_of(token).ok_or(Error::Unauthenticated)?;
            return self.program(hash, at).await;
        }
        let claims = self.verified.claims(&self.inner.keys(), token, at);
        let claims = claims.ok_or(Error::Unauthenticated)?;
        let mut verdict = self.inner.registry.person(&claims);
        if !self.inner.registry.is_current() || matches!(verdict, Verdict::Unknown) {
            self.read_person(claims.clone()).await?;
            verdict = self.inner.registry.person(&claims);
        }
        Ok(Admitted { principal: admitted(verdict)?, session: Some(claims.sid) })
    }

    /// Returns a new access token, and how many seconds it lives.
    pub fn issue(&self, staff: Uuid, session: Uuid, epoch: i64, at: DateTime<Utc>) -> Result<(String, i64)> {
        let claims = Claims::new(staff, session, epoch, at);
        Ok((tokens::issue(&self.inner.keys(), &claims)?, tokens::LIFETIME))
    }

    /// Returns what hashes and verifies passwords.
    pub fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    /// Returns the keys in use.
    pub fn keys(&self) -> Arc<Keyring> {
        self.inner.keys()
    }

    /// Puts a new key in the place of the one that signs access tokens; those it signed live their time out.
    pub fn rotate_keys(&self, tx: &mut Tx, at: DateTime<Utc>) -> Result<()> {
        keys::rotate(tx, &self.inner.seal, "access", at)
    }

    /// Makes a committed change bite: here at once, and by the time this returns on every other server.
    pub async fn settle(&self, changed: Changed) {
        let inner = self.inner.clone();
        let read = self.db.read(move |tx| {
            match changed {
                Changed::Staff(id) => inner.registry.take_people(store::people(tx, Some(id))?),
                Changed::ApiKey(id) => inner.registry.take_programs(store::programs(tx, Some(id))?),
                Changed::Session(id) => inner.registry.end([id]),
            }
            Ok(())
        });
        if read.await.is_err() {
            self.inner.registry.doubt();
        }
        tokio::time::sleep(LEASE).await;
    }

    async fn program(&self, hash: Vec<u8>, at: DateTime<Utc>) -> Result<Admitted> {
        let registry = &self.inner.registry;
        let mut verdict = registry.program(&hash, at);
        if !registry.is_current() || matches!(verdict, Verdict::Unknown) {
            let (inner, wanted) = (self.inner.clone(), hash.clone());
            self.db
                .read(move |tx| {
                    inner.registry.take_programs(store::program_by_hash(tx, &wanted)?);
                    Ok(())
                })
                .await?;
            verdict = registry.program(&hash, at);
        }
        let principal = admitted(verdict)?;
        if let super::Who::ApiKey(id) = principal.who {
            registry.note_use(id, at);
        }
        Ok(Admitted { principal, session: None })
    }

    async fn read_person(&self, claims: Arc<Claims>) -> Result<()> {
        let inner = self.inner.clone();
        self.db
            .read(move |tx| {
                inner.registry.take_people(store::people(tx, Some(claims.sub))?);
                if store::is_session_ended(tx, claims.sid)? {
                    inner.registry.end([claims.sid]);
                }
                Ok(())
            })
            .await
    }
}

impl Inner {
    /// Returns the keys in use.
    pub(super) fn keys(&self) -> Arc<Keyring> {
        self.keys.read().unwrap_or_else(|e| e.into_inner()).clone()
    }

    /// Takes over the keys of these rows.
    pub(super) fn open_keys(&self, rows: &[KeyRow]) -> Result<()> {
        let keys = Arc::new(Keyring::open(rows, &self.seal)?);
        *self.keys.write().unwrap_or_else(|e| e.into_inner()) = keys;
        self.verified.forget();
        Ok(())
    }
}

fn admitted(verdict: Verdict) -> Result<Arc<Principal>> {
    match verdict {
        Verdict::Admitted(principal) => Ok(principal),
        Verdict::Refused | Verdict::Unknown => Err(Error::Unauthenticated),
    }
}
