//! One feedback while somebody acts on it: read under a lock, changed in memory, stored as a whole.

use super::{line::Line, rules::Rules};
use crate::{
    feedback::{
        domain::FeedbackId,
        store::{self, Detail, Event, EventText, Feedback, NewNotice, NewNotification, StoredClock},
    },
    platform::{
        auth::{Scope, Who},
        chain,
        db::Tx,
        http::problem::Result,
        ids,
    },
    sla::Holder,
    staff::StaffId,
    vocabulary::Status,
};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// One feedback with its clocks, and what an action has done to it so far.
#[derive(Clone, Debug)]
pub struct Case {
    /// Where it stands.
    pub row: Feedback,
    /// What was said.
    pub detail: Detail,
    /// All its clocks, oldest first.
    pub clocks: Vec<StoredClock>,
    /// What it is judged by.
    pub rules: Rules,
    pub(super) detail_changed: bool,
    events: Vec<Event>,
    texts: Vec<EventText>,
    notifications: Vec<NewNotification>,
    notices: Vec<NewNotice>,
}

impl Case {
    /// Returns the case of rows that were just read or made.
    pub fn of(row: Feedback, detail: Detail, clocks: Vec<StoredClock>, rules: Rules) -> Self {
        Self {
            row,
            detail,
            clocks,
            rules,
            detail_changed: false,
            events: Vec::new(),
            texts: Vec::new(),
            notifications: Vec::new(),
            notices: Vec::new(),
        }
    }

    /// Reads one that `scope` may see, as it is stored.
    pub fn read(tx: &mut Tx, scope: Scope, id: FeedbackId) -> Result<Self> {
        let (row, detail) = store::find(tx, scope, id)?;
        Self::with_clocks(tx, row, detail)
    }

    /// Locks one that `scope` may see until the transaction ends.
    pub fn lock(tx: &mut Tx, scope: Scope, id: FeedbackId) -> Result<Self> {
        let (row, detail) = store::lock(tx, scope, id)?;
        Self::with_clocks(tx, row, detail)
    }

    /// Returns the case of rows with their clocks and rules.
    pub fn with_clocks(tx: &mut Tx, row: Feedback, detail: Detail) -> Result<Self> {
        let clocks = store::clocks_of(tx, row.id)?;
        let rules = Rules::load(tx, &row, &clocks)?;
        Ok(Self::of(row, detail, clocks, rules))
    }

    /// Returns who holds the case now, and whose working time counts for new clocks.
    pub fn holder(&self) -> Holder {
        Holder {
            calendar: self.rules.calendars.present,
            department: self.row.department_id.map(|id| id.0),
            staff: self.row.handler_id.map(|id| id.0),
        }
    }

    /// Moves to `status` at `at` and writes the history of it.
    pub fn go(&mut self, status: Status, step: Line<'_>) -> Result<()> {
        let from = self.row.status;
        if from != status {
            self.row.status_since = step.at;
            (self.row.waits_since, self.row.waits_until) = (None, None);
        }
        self.row.status = status;
        self.push(Some(from), step)
    }

    /// Writes history without a change of status.
    pub fn note(&mut self, step: Line<'_>) -> Result<()> {
        self.push(Some(self.row.status), step)
    }

    /// Writes the first line of history.
    pub fn begin(&mut self, step: Line<'_>) -> Result<()> {
        self.push(None, step)
    }

    fn push(&mut self, from: Option<Status>, step: Line<'_>) -> Result<()> {
        let seq = self.row.last_seq.saturating_add(1);
        let mut payload = match step.facts {
            Value::Object(facts) => facts,
            _ => Map::new(),
        };
        for (name, text) in step.words {
            let (salt, hash) = chain::salted(text)?;
            payload.insert(name.into(), json!({ "sha256": hash }));
            let (name, text) = (name.to_owned(), Some(text.to_owned()));
            self.texts.push(EventText { feedback_id: self.row.id, seq, name, salt, text });
        }
        let mut event = Event {
            feedback_id: self.row.id,
            seq,
            kind: step.kind,
            from_status: from,
            to_status: self.row.status,
            actor_kind: actor_kind(step.who).to_owned(),
            actor_id: actor_id(step.who),
            at: step.at,
            payload: Value::Object(payload),
            prev_hash: self.row.last_hash.clone(),
            hash: Vec::new(),
        };
        event.hash = chain::link(&event.prev_hash, &hashed(&event))?;
        self.row.last_seq = seq;
        self.row.last_hash = event.hash.clone();
        self.events.push(event);
        Ok(())
    }

    /// Tells a member of staff; with a key, once for that key.
    pub fn tell(&mut self, staff: StaffId, kind: &str, key: Option<String>, at: DateTime<Utc>) {
        let mut detail = json!({ "number": self.row.number, "priority": self.row.priority });
        if let (Some(due), Some(members)) = (self.row.next_due_at, detail.as_object_mut()) {
            members.insert("next_due_at".into(), json!(crate::platform::time::Timestamp(due)));
        }
        self.notifications.push(NewNotification {
            id: ids::next(),
            staff_id: staff,
            kind: kind.to_owned(),
            feedback_id: Some(self.row.id),
            dedupe_key: key.map(|key| format!("{}:{key}", self.row.id)),
            detail,
            at,
        });
    }

    /// Puts down what the customer is to be told over the channel of the reply.
    pub fn tell_customer(&mut self, kind: &str, at: DateTime<Utc>) {
        self.notices.push(NewNotice {
            id: ids::next(),
            feedback_id: self.row.id,
            kind: kind.to_owned(),
            channel: self.detail.reply_channel,
            round: self.row.round,
            at,
            detail: json!({}),
        });
    }

    /// Marks that `detail` is to be stored too.
    pub fn detail_mut(&mut self) -> &mut Detail {
        self.detail_changed = true;
        &mut self.detail
    }

    /// Returns whether anything happened since it was read.
    pub fn has_changed(&self) -> bool {
        !self.events.is_empty() || self.clocks.iter().any(|clock| clock.dirty) || !self.notices.is_empty()
    }

    /// Stores everything that happened, as of `at`. The version grows with the history: what the worker notes of
    /// clocks and messages changes nothing that a caller could overwrite.
    pub fn save(&mut self, tx: &mut Tx, at: DateTime<Utc>) -> Result<()> {
        self.refresh_times(at);
        if !self.events.is_empty() || self.detail_changed {
            self.row.version = self.row.version.saturating_add(1);
            self.row.updated_at = at.max(self.row.updated_at);
        }
        store::save(tx, &self.row)?;
        if self.detail_changed {
            store::save_detail(tx, &self.detail)?;
        }
        self.save_rest(tx, at)
    }

    /// Stores new cases with everything that hangs on them, and takes their numbers; `tokens` are the words by
    /// which a case is found.
    pub fn insert_all(
        tx: &mut Tx,
        mut cases: Vec<&mut Self>,
        tokens: impl Fn(&Self) -> String,
    ) -> Result<()> {
        let new: Vec<store::NewCase<'_>> = cases.iter().map(|case| case.as_new(tokens(case))).collect();
        let numbers = store::insert(tx, &new)?;
        for (case, number) in cases.iter_mut().zip(numbers) {
            case.row.number = number;
            case.forget();
        }
        Ok(())
    }

    fn as_new(&self, tokens: String) -> store::NewCase<'_> {
        let at = self.row.registered_at;
        store::NewCase {
            row: &self.row,
            detail: &self.detail,
            tokens,
            events: &self.events,
            clocks: &self.clocks,
            notices: &self.notices,
            notifications: &self.notifications,
            day: at.with_timezone(&self.rules.config.settings.zone()).date_naive(),
            at,
            calendars: &self.rules.calendars,
        }
    }

    /// Stores what hangs on the two rows of the case.
    fn save_rest(&mut self, tx: &mut Tx, at: DateTime<Utc>) -> Result<()> {
        store::insert_events(tx, &self.events, &self.texts)?;
        store::save_clocks(tx, self.row.id, &self.clocks, at, &self.rules.calendars)?;
        store::insert_notifications(tx, &self.notifications)?;
        store::insert_notices(tx, &self.notices)?;
        self.forget();
        Ok(())
    }

    /// Forgets what was just stored.
    fn forget(&mut self) {
        self.events.clear();
        self.texts.clear();
        self.notifications.clear();
        self.notices.clear();
        self.clocks.iter_mut().for_each(|clock| clock.dirty = false);
        self.detail_changed = false;
    }
}

/// Returns what of an event enters its hash.
pub fn hashed(event: &Event) -> Value {
    json!({
        "feedback_id": event.feedback_id,
        "seq": event.seq,
        "kind": event.kind,
        "from": event.from_status,
        "to": event.to_status,
        "actor_kind": event.actor_kind,
        "actor_id": event.actor_id,
        "at": crate::platform::time::Timestamp(event.at),
        "payload": event.payload,
    })
}

fn actor_kind(who: Who) -> &'static str {
    match who {
        Who::Staff(_) => "staff",
        Who::ApiKey(_) => "api_key",
        Who::Customer => "customer",
        Who::System => "system",
    }
}

fn actor_id(who: Who) -> Option<Uuid> {
    match who {
        Who::Staff(id) | Who::ApiKey(id) => Some(id),
        Who::Customer | Who::System => None,
    }
}
