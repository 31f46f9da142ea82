//! Who may come in, in memory: true for as long as the listener has lately been heard of.

use super::{
    Role, Who,
    principal::Principal,
    store::{PersonRow, ProgramRow},
    tokens::Claims,
};
use chrono::{DateTime, Utc};
use std::{
    collections::HashMap,
    sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::{Duration, Instant},
};
use uuid::Uuid;

/// How long what is in memory may be believed after it was last known to be complete. Whoever changes it
/// waits as long before the change is confirmed, so that no server admits by what was true before.
pub const LEASE: Duration = Duration::from_millis(150);
/// How long an ended session is remembered: longer than its access tokens live.
const REMEMBERED: Duration = Duration::from_secs(900);

/// What the memory says of a token.
#[derive(Debug)]
pub enum Verdict {
    /// It may come in.
    Admitted(Arc<Principal>),
    /// It may not.
    Refused,
    /// The database must be asked.
    Unknown,
}

/// All principals, and the sessions that ended lately.
#[derive(Default)]
pub struct Registry(RwLock<State>);

#[derive(Default)]
struct State {
    people: HashMap<Uuid, Person>,
    programs: HashMap<Vec<u8>, Program>,
    ended: HashMap<Uuid, Instant>,
    used: HashMap<Uuid, DateTime<Utc>>,
    complete_at: Option<Instant>,
}

struct Person {
    row: PersonRow,
    principal: Arc<Principal>,
}

struct Program {
    row: ProgramRow,
    principal: Arc<Principal>,
}

impl Registry {
    /// Returns whether the memory is complete.
    pub fn is_current(&self) -> bool {
        self.read().complete_at.is_some_and(|at| at.elapsed() < LEASE)
    }

    /// Notes that everything committed before `asked` is in memory.
    pub fn complete(&self, asked: Instant) {
        self.write().complete_at = Some(asked);
    }

    /// Forgets that the memory is complete, until the listener proves it again.
    pub fn doubt(&self) {
        self.write().complete_at = None;
    }

    /// Returns what the memory says of a verified access token.
    pub fn person(&self, claims: &Claims) -> Verdict {
        let state = self.read();
        if state.ended.contains_key(&claims.sid) {
            return Verdict::Refused;
        }
        match state.people.get(&claims.sub) {
            None => Verdict::Unknown,
            Some(known) if claims.epoch > known.row.epoch => Verdict::Unknown,
            Some(known) if known.row.active && claims.epoch == known.row.epoch => {
                Verdict::Admitted(known.principal.clone())
            }
            Some(_) => Verdict::Refused,
        }
    }

    /// Returns what the memory says of the API key with this hash at `at`.
    pub fn program(&self, hash: &[u8], at: DateTime<Utc>) -> Verdict {
        match self.read().programs.get(hash) {
            None => Verdict::Unknown,
            Some(known) if known.row.revoked_at.is_some() => Verdict::Refused,
            Some(known) if known.row.expires_at.is_some_and(|end| end <= at) => Verdict::Refused,
            Some(known) => Verdict::Admitted(known.principal.clone()),
        }
    }

    /// Takes over what the database says of people; a row that is older than the known one is let go.
    pub fn take_people(&self, rows: Vec<PersonRow>) {
        let mut state = self.write();
        for row in rows {
            let known = state.people.get(&row.id);
            if known.is_some_and(|known| known.row.version > row.version) {
                continue;
            }
            let principal = Arc::new(Principal {
                who: Who::Staff(row.id),
                role: row.role,
                department: row.department_id,
                scopes: Vec::new(),
                running: known.map(|k| k.principal.running.clone()).unwrap_or_default(),
            });
            state.people.insert(row.id, Person { row, principal });
        }
    }

    /// Takes over what the database says of API keys.
    pub fn take_programs(&self, rows: Vec<ProgramRow>) {
        let mut state = self.write();
        for row in rows {
            let known = state.programs.get(&row.key_hash);
            if known.is_some_and(|known| known.row.version > row.version) {
                continue;
            }
            let principal = Arc::new(Principal {
                who: Who::ApiKey(row.id),
                role: Role::Integrator,
                department: row.department_id,
                scopes: row.scopes.clone(),
                running: known.map(|k| k.principal.running.clone()).unwrap_or_default(),
            });
            state.programs.insert(row.key_hash.clone(), Program { row, principal });
        }
    }

    /// Remembers sessions that have ended, and forgets those that ended long ago.
    pub fn end(&self, sessions: impl IntoIterator<Item = Uuid>) {
        let (now, mut state) = (Instant::now(), self.write());
        state.ended.retain(|_, since| now.duration_since(*since) < REMEMBERED);
        state.ended.extend(sessions.into_iter().map(|session| (session, now)));
    }

    /// Notes that an API key was used.
    pub fn note_use(&self, id: Uuid, at: DateTime<Utc>) {
        if self.read().used.get(&id).is_some_and(|known| *known >= at) {
            return;
        }
        self.write().used.insert(id, at);
    }

    /// Returns which API keys were used since this was last asked.
    pub fn take_used(&self) -> Vec<(Uuid, DateTime<Utc>)> {
        if self.read().used.is_empty() {
            return Vec::new();
        }
        std::mem::take(&mut self.write().used).into_iter().collect()
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.0.read().unwrap_or_else(|e| e.into_inner())
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.0.write().unwrap_or_else(|e| e.into_inner())
    }
}
