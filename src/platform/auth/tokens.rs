//! Access tokens: ten minutes, Ed25519, `at+jwt` (RFC 9068); what is not exactly ours is refused.

use super::keys::Keyring;
use crate::platform::{
    http::problem::{Error, Result},
    ids,
};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, RwLock},
};
use uuid::Uuid;

/// How many seconds an access token lives.
pub const LIFETIME: i64 = 600;
/// How many seconds another server's clock may be ahead.
const AHEAD: i64 = 2;
/// The longest text that can be a token.
const LONGEST: usize = 2048;
/// How many verified tokens are remembered.
const REMEMBERED: usize = 20_000;

const ISSUER: &str = "hearback";
const AUDIENCE: &str = "hearback-api";
const TYPE: &str = "at+jwt";

/// What an access token says; every claim is required.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// Whom it is for.
    pub aud: String,
    /// The member of staff.
    pub sub: Uuid,
    /// When it ends, in seconds since 1970.
    pub exp: i64,
    /// When it was issued.
    pub iat: i64,
    /// When it begins.
    pub nbf: i64,
    /// Its own id.
    pub jti: Uuid,
    /// The session that it belongs to.
    pub sid: Uuid,
    /// The epoch of the member of staff when it was issued.
    pub epoch: i64,
}

impl Claims {
    /// Returns the claims of a token issued at `at`.
    pub fn new(staff: Uuid, session: Uuid, epoch: i64, at: DateTime<Utc>) -> Self {
        let now = at.timestamp();
        Self {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: staff,
            exp: now.saturating_add(LIFETIME),
            iat: now,
            nbf: now,
            jti: ids::next(),
            sid: session,
            epoch,
        }
    }

    /// Returns whether the token counts at `at`.
    fn is_timely(&self, at: DateTime<Utc>) -> bool {
        let now = at.timestamp();
        let soon = now.saturating_add(AHEAD);
        now < self.exp
            && self.nbf <= soon
            && self.iat <= soon
            && self.exp.saturating_sub(self.iat) <= LIFETIME
    }
}

static RULES: LazyLock<Validation> = LazyLock::new(|| {
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.set_issuer(&[ISSUER]);
    rules.set_audience(&[AUDIENCE]);
    rules.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    rules.validate_exp = false; // by our own clock, in `is_timely`
    rules
});

/// Returns a signed token that says `claims`.
pub fn issue(keys: &Keyring, claims: &Claims) -> Result<String> {
    let (kid, key) = keys.access();
    encode(&header(kid), claims, key).map_err(Error::internal)
}

/// Returns what a token says that one of our keys has signed and that counts at `at`.
pub fn verify(keys: &Keyring, token: &str, at: DateTime<Utc>) -> Option<Claims> {
    let said = decode_header(token).ok()?;
    let kid = said.kid.clone()?;
    // no `jku`, `jwk`, `crit` or anything else that we do not write
    if said != header(&kid) {
        return None;
    }
    let claims = decode::<Claims>(token, keys.verifier(&kid, at)?, &RULES).ok()?.claims;
    claims.is_timely(at).then_some(claims)
}

fn header(kid: &str) -> Header {
    Header { typ: Some(TYPE.into()), kid: Some(kid.to_owned()), ..Header::new(Algorithm::EdDSA) }
}

/// Verified tokens, so that a signature is checked once.
#[derive(Default)]
pub struct Verified(RwLock<HashMap<String, Arc<Claims>>>);

impl Verified {
    /// Returns what `token` says, when it counts at `at`.
    pub fn claims(&self, keys: &Keyring, token: &str, at: DateTime<Utc>) -> Option<Arc<Claims>> {
        if token.len() > LONGEST {
            return None;
        }
        let known = self.0.read().unwrap_or_else(|e| e.into_inner()).get(token).cloned();
        if let Some(claims) = known {
            return claims.is_timely(at).then_some(claims);
        }
        let claims = Arc::new(verify(keys, token, at)?);
        let mut all = self.0.write().unwrap_or_else(|e| e.into_inner());
        if all.len() >= REMEMBERED {
            all.retain(|_, claims| claims.is_timely(at));
        }
        if all.len() >= REMEMBERED {
            all.clear();
        }
        all.insert(token.to_owned(), claims.clone());
        Some(claims)
    }

    /// Forgets all, for when the keys have changed.
    pub fn forget(&self) {
        self.0.write().unwrap_or_else(|e| e.into_inner()).clear();
    }
}
