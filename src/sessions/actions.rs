//! Each step of a session, in one short transaction.

use super::{
    domain::{PER_ACCOUNT, PER_NETWORK, REFRESH, Room, WINDOW, room},
    store::{self, RefreshToken, Reservation},
};
use crate::{
    platform::{
        auth::{Actor, keys::random},
        db::Tx,
        http::problem::Result,
        ids,
        jobs::Registry,
    },
    staff::{self, Staff, StaffEventKind, StaffId},
};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

/// What every refresh token begins with.
const PREFIX: &str = "hbr_";

/// A session that goes on, with its next refresh token.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Whose it is.
    pub staff_id: StaffId,
    /// The session.
    pub session: Uuid,
    /// The person's epoch.
    pub epoch: i64,
    /// The refresh token, in clear this once.
    pub refresh_token: String,
}

/// What came of a refresh token.
#[derive(Clone, Debug)]
pub enum Refreshed {
    /// The session goes on.
    Opened(Opened),
    /// The token had been used before: its session is over.
    Reused(Uuid),
    /// It is no token that counts.
    Refused,
}

/// Takes a place for an attempt before anything is verified, so that attempts at once cannot be more than
/// the limits allow.
pub fn reserve(tx: &mut Tx, attempt: &Reservation) -> Result<Room> {
    store::lock_throttle(tx, &format!("login network {}", attempt.network))?;
    store::lock_throttle(tx, &format!("login account {:x?}", attempt.account_hash))?;
    let since = attempt.at.checked_sub_signed(WINDOW).unwrap_or(attempt.at);
    let by_account = store::attempts_on_account(tx, &attempt.account_hash, since, PER_ACCOUNT)?;
    let by_network = store::attempts_from_network(tx, &attempt.network, since, PER_NETWORK)?;
    let rooms = [room(&by_account, PER_ACCOUNT, attempt.at), room(&by_network, PER_NETWORK, attempt.at)];
    let full = rooms.iter().find(|room| matches!(room, Room::Full(_)));
    let perhaps = rooms.iter().find(|room| **room == Room::Perhaps);
    match full.or(perhaps) {
        Some(room) => Ok(*room),
        None => store::insert_reservation(tx, attempt).map(|()| Room::Free),
    }
}

/// Opens a session for a person whose password was right, unless they changed meanwhile; keeps the hash of the
/// same password under the present cost, if there is one.
pub fn open(
    tx: &mut Tx,
    at: DateTime<Utc>,
    known: &Staff,
    renewed: Option<&str>,
    reservation: Uuid,
) -> Result<Option<Opened>> {
    let staff = staff::lock(tx, known.id)?;
    if !staff.active || has_new_password(&staff, known) {
        return Ok(None);
    }
    store::delete_reservation(tx, reservation)?;
    if let Some(hash) = renewed {
        staff::set_password_hash(tx, staff.id, hash)?;
    }
    insert(tx, &staff, ids::next(), at).map(Some)
}

/// Changes a refresh token for the next one; a second use ends the session.
pub fn refresh(tx: &mut Tx, actor: &Actor, token: &str) -> Result<Refreshed> {
    let hash = hashed(token);
    let Some(owner) = store::find_owner(tx, &hash)? else {
        return Ok(Refreshed::Refused);
    };
    // the person first, as whoever ends all their sessions does
    let staff = staff::lock(tx, owner)?;
    let Some(row) = store::lock_token(tx, &hash)? else {
        return Ok(Refreshed::Refused);
    };
    if row.used_at.is_some() && row.revoked_at.is_none() {
        store::end_family(tx, row.family_id, actor.at)?;
        let payload = json!({ "session_id": row.family_id });
        staff::note(tx, actor, owner, StaffEventKind::SessionReused, payload)?;
        return Ok(Refreshed::Reused(row.family_id));
    }
    let counts = row.revoked_at.is_none() && actor.at < row.expires_at && row.epoch == staff.epoch;
    if !counts || !staff.active {
        return Ok(Refreshed::Refused);
    }
    store::set_used(tx, row.id, actor.at)?;
    insert(tx, &staff, row.family_id, actor.at).map(Refreshed::Opened)
}

/// Ends a session.
pub fn end(tx: &mut Tx, session: Uuid, at: DateTime<Utc>) -> Result<()> {
    store::end_family(tx, session, at)
}

/// Sets a new password, ends all sessions and opens a new one; nothing when the person changed meanwhile.
pub fn change_password(
    tx: &mut Tx,
    actor: &Actor,
    known: &Staff,
    hash: &str,
    reservation: Uuid,
) -> Result<Option<Opened>> {
    let staff = staff::lock(tx, known.id)?;
    if !staff.active || has_new_password(&staff, known) {
        return Ok(None);
    }
    store::delete_reservation(tx, reservation)?;
    let staff = staff::set_password(tx, actor, staff, hash)?;
    store::end_all(tx, staff.id, actor.at)?;
    insert(tx, &staff, ids::next(), actor.at).map(Some)
}

/// Adds the sweeping of what is past its time.
pub fn background(registry: Registry) -> Registry {
    registry.every("sessions.sweep", TimeDelta::hours(1), |tx, at| {
        store::sweep(tx, at.checked_sub_signed(WINDOW).unwrap_or(at), at).map(|_| ())
    })
}

/// Returns whether the password is another one: a hash of the same under another cost leaves the epoch as it is.
fn has_new_password(staff: &Staff, known: &Staff) -> bool {
    staff.password_hash != known.password_hash && staff.epoch != known.epoch
}

fn insert(tx: &mut Tx, staff: &Staff, session: Uuid, at: DateTime<Utc>) -> Result<Opened> {
    let refresh_token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random::<32>()?));
    let row = RefreshToken {
        id: ids::next(),
        family_id: session,
        staff_id: staff.id,
        epoch: staff.epoch,
        token_hash: hashed(&refresh_token),
        issued_at: at,
        expires_at: at.checked_add_signed(REFRESH).unwrap_or(at),
        used_at: None,
        revoked_at: None,
    };
    store::insert_token(tx, &row)?;
    Ok(Opened { staff_id: staff.id, session, epoch: staff.epoch, refresh_token })
}

/// Returns the hash under which a secret is kept.
pub fn hashed(text: &str) -> Vec<u8> {
    digest(&SHA256, text.as_bytes()).as_ref().to_vec()
}
