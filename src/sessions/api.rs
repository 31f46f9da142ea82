//! The operations on sessions.

use super::{
    actions::{self, Opened, Refreshed},
    proof::{Attempt, fail, prove},
    wire::{JsonWebKey, JsonWebKeySet, LoginIn, MeOut, PasswordIn, RefreshIn, SessionOut},
};
use crate::{
    platform::{
        auth::{Actor, Caller, Changed, Gate, Network},
        clock::Clock,
        db::Db,
        http::{
            asked::Asked,
            command::Command,
            problem::{Error, Result, Text},
        },
    },
    staff::{self, StaffId},
};
use actix_web::{
    CustomizeResponder, HttpRequest, HttpResponse, Responder, get,
    http::{StatusCode, header},
    post,
    web::{Data, Json},
};

/// An answer that nobody may keep.
type Unkept<T> = CustomizeResponder<Json<T>>;

/// Signs in
///
/// Only failures count: after 10 for an account or 100 from a network within 15 minutes each further attempt
/// is 429 `too_many_failures`, with a right password too, until `Retry-After` has passed. An unknown account,
/// one that is not active and a wrong password are the same 401 `invalid_credentials`.
#[utoipa::path(tag = "session", request_body = LoginIn,
    responses((status = 200, body = SessionOut)),
    security(()))]
#[post("/auth/login")]
pub async fn login(
    db: Data<Db>,
    gate: Data<Gate>,
    clock: Data<Clock>,
    network: Network,
    command: Command<LoginIn>,
) -> Result<Unkept<SessionOut>> {
    let at = clock.now();
    let attempt = Attempt { email: &command.email, password: &command.password.0, network: &network, at };
    let proof = prove(&db, &gate, &attempt).await?.ok_or_else(invalid_credentials)?;
    let reservation = proof.reservation;
    let renewed = gate.passwords().renew(&command.password.0, &proof.staff.password_hash).await;
    let renewed = renewed.ok().flatten(); // what cannot be renewed now is renewed next time
    let opened =
        db.write(move |tx| actions::open(tx, at, &proof.staff, renewed.as_deref(), reservation)).await?;
    match opened {
        Some(opened) => tokens(&gate, opened, at).map(unkept),
        None => {
            fail(&db, reservation).await?;
            Err(invalid_credentials())
        }
    }
}

/// Continues a session
///
/// Changes a refresh token for new tokens. Each counts once: a second use ends the whole session, and its
/// access tokens are refused from the next request on. What does not count is 401 `invalid_refresh_token`.
#[utoipa::path(tag = "session", request_body = RefreshIn,
    responses((status = 200, body = SessionOut)),
    security(()))]
#[post("/auth/refresh")]
pub async fn refresh(
    request: HttpRequest,
    db: Data<Db>,
    gate: Data<Gate>,
    clock: Data<Clock>,
    command: Command<RefreshIn>,
) -> Result<Unkept<SessionOut>> {
    let actor = Actor { request_id: Asked::of(&request).request_id, ..Actor::system(clock.now()) };
    let at = actor.at;
    let refreshed = db.write(move |tx| actions::refresh(tx, &actor, &command.refresh_token.0)).await?;
    match refreshed {
        Refreshed::Opened(opened) => tokens(&gate, opened, at).map(unkept),
        Refreshed::Reused(session) => {
            log::warn!("a refresh token was used twice: session {session} is over");
            gate.settle(Changed::Session(session)).await;
            Err(invalid_refresh_token())
        }
        Refreshed::Refused => Err(invalid_refresh_token()),
    }
}

/// Signs out
///
/// Ends the session of the access token: it and the session's refresh token are refused from the next request
/// on, by every server.
#[utoipa::path(tag = "session", responses((status = 204, description = "The session is over.")),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst"])))]
#[post("/auth/logout")]
pub async fn logout(caller: Caller, db: Data<Db>, gate: Data<Gate>) -> Result<HttpResponse> {
    let at = caller.at;
    let session = caller.session().ok_or(Error::Forbidden)?;
    db.write(move |tx| actions::end(tx, session, at)).await?;
    gate.settle(Changed::Session(session)).await;
    let mut answer = HttpResponse::NoContent();
    Ok(answer.insert_header((header::CACHE_CONTROL, "no-store")).finish())
}

/// Tells who is signed in
///
/// The person behind the access token.
#[utoipa::path(tag = "session", responses((status = 200, body = MeOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst"])))]
#[get("/auth/me")]
pub async fn get_me(caller: Caller, db: Data<Db>) -> Result<Unkept<MeOut>> {
    let id = StaffId(caller.principal());
    let found = db.read(move |tx| staff::find(tx, id)).await?;
    Ok(unkept(found.ok_or(Error::Unauthenticated)?.into()))
}

/// Changes one's own password
///
/// Ends all sessions of the person, this one too, and answers the tokens of a new one. A wrong
/// `current_password` is 422 `wrong_password` and counts as a failed login.
#[utoipa::path(tag = "session", request_body = PasswordIn, responses((status = 200, body = SessionOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst"])))]
#[post("/auth/password")]
pub async fn change_password(
    caller: Caller,
    db: Data<Db>,
    gate: Data<Gate>,
    network: Network,
    command: Command<PasswordIn>,
) -> Result<Unkept<SessionOut>> {
    let id = StaffId(caller.principal());
    let me = db.read(move |tx| staff::find(tx, id)).await?;
    let me = me.ok_or(Error::Unauthenticated)?;
    let checked = command.new_password.check(Some(&me.email), "/new_password");
    checked.map_err(|_| password_is_email())?;
    let attempt =
        Attempt { email: &me.email, password: &command.current_password.0, network: &network, at: caller.at };
    let proof = prove(&db, &gate, &attempt).await?.ok_or_else(wrong_password)?;
    let hash = gate.passwords().hash(&command.new_password.0).await?;
    let actor = (*caller).clone();
    let opened = db
        .write(move |tx| actions::change_password(tx, &actor, &proof.staff, &hash, proof.reservation))
        .await?;
    let opened = opened.ok_or_else(wrong_password)?;
    gate.settle(Changed::Staff(id.0)).await;
    tokens(&gate, opened, caller.at).map(unkept)
}

/// Publishes the keys of access tokens
///
/// A JSON Web Key Set (RFC 7517): the key in use, and those whose tokens still live.
#[utoipa::path(tag = "session", responses((status = 200, body = JsonWebKeySet)), security(()))]
#[get("/.well-known/jwks.json")]
pub async fn get_keys(
    gate: Data<Gate>,
    clock: Data<Clock>,
) -> Result<CustomizeResponder<Json<JsonWebKeySet>>> {
    let form = |(kid, x)| JsonWebKey { kty: "OKP", crv: "Ed25519", alg: "EdDSA", r#use: "sig", kid, x };
    let keys = gate.keys().published(clock.now()).into_iter().map(form).collect();
    let answer = Json(JsonWebKeySet { keys }).customize();
    Ok(answer.insert_header((header::CACHE_CONTROL, "public, max-age=300")))
}

fn tokens(gate: &Gate, opened: Opened, at: chrono::DateTime<chrono::Utc>) -> Result<SessionOut> {
    let (access_token, expires_in) = gate.issue(opened.staff_id.0, opened.session, opened.epoch, at)?;
    Ok(SessionOut { access_token, refresh_token: opened.refresh_token, token_type: "Bearer", expires_in })
}

fn unkept<T: serde::Serialize>(body: T) -> Unkept<T> {
    Json(body).customize().insert_header((header::CACHE_CONTROL, "no-store"))
}

fn invalid_credentials() -> Error {
    let text = Text::new("The e-mail address or the password is wrong.", "邮箱或密码错误。");
    Error::refused(StatusCode::UNAUTHORIZED, "invalid_credentials", text)
}

fn invalid_refresh_token() -> Error {
    let text = Text::new("Sign in again.", "请重新登录。");
    Error::refused(StatusCode::UNAUTHORIZED, "invalid_refresh_token", text)
}

fn wrong_password() -> Error {
    Error::field("/current_password", "wrong_password", "is not the present password", "与当前密码不符")
}

fn password_is_email() -> Error {
    Error::field("/new_password", "password_is_email", "must not be the e-mail address", "不能与邮箱相同")
}
