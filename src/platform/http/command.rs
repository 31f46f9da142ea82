//! One change: its body, its precondition and its idempotency key, read and kept in one place.

use super::{
    body,
    idempotency::Key,
    listing::Params,
    precondition::Expected,
    problem::{Error, Result},
    reply::{Reply, Resource},
};
use crate::platform::{
    auth::{Actor, Caller, admitted},
    db::{Db, Tx, idempotency as kept},
};
use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{Method, StatusCode},
};
use serde::{Deserialize, de::DeserializeOwned};
use std::{
    future::Future,
    ops::Deref,
    pin::Pin,
    sync::{Arc, Mutex},
};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

const JSON: &[&str] = &["application/json"];
const PATCH: &[&str] = &["application/merge-patch+json", "application/json"];

/// Whether everything is checked and shown, and nothing written.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DryRun {
    /// Check everything, show the effects, write nothing. The answer is 200, for nothing was made, and no
    /// `Idempotency-Key` is kept.
    #[param(nullable = false)]
    dry_run: Option<bool>,
}

impl DryRun {
    /// Returns whether it is only tried.
    pub fn is_dry(&self) -> bool {
        self.dry_run == Some(true)
    }
}

/// A change that a caller asks for. Dereferences to its body.
#[derive(Clone, Debug)]
pub struct Command<T> {
    /// The body.
    pub input: T,
    /// The versions that the caller is ready to change.
    pub expected: Expected,
    pub(super) key: Option<Key>,
}

impl<T> Deref for Command<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.input
    }
}

impl<T> Command<T> {
    /// Returns a change that no request asks for.
    pub fn direct(input: T) -> Self {
        Self { input, expected: Expected::Any, key: None }
    }

    /// Returns the key that the request came with.
    pub fn key(&self) -> Option<&str> {
        self.key.as_ref().map(|key| key.key.as_str())
    }

    /// Returns the change with what `form` makes of its body.
    pub fn map<U>(self, form: impl FnOnce(T, Option<&str>) -> U) -> Command<U> {
        let Self { input, expected, key } = self;
        let input = form(input, key.as_ref().map(|key| key.key.as_str()));
        Command { input, expected, key }
    }

    /// Returns the change that `request` asks for in another form than one JSON object; `content` is what
    /// tells its body from others.
    pub fn of(request: &HttpRequest, input: T, content: &[u8]) -> Result<Self> {
        Ok(Self {
            input,
            expected: Expected::of(request)?.unwrap_or(Expected::Any),
            key: Key::of(request, content)?,
        })
    }
}

impl<T: Send + Sync + 'static> Command<T> {
    /// Runs `work` in one transaction and answers `status` with what it returns.
    ///
    /// With an `Idempotency-Key` the answer is stored in the same transaction, and the same request again
    /// gets the first answer. Only what was committed is kept: a refused call may be sent again.
    pub async fn run<O, W>(self, db: &Db, caller: &Caller, status: StatusCode, work: W) -> Result<Reply<O>>
    where
        O: Resource + Send + 'static,
        W: Fn(&mut Tx, &Actor, &Self) -> Result<O> + Send + Sync + 'static,
    {
        self.run_either(db, caller, move |tx, actor, command| Ok((status, work(tx, actor, command)?))).await
    }

    /// Runs `work` as [`Command::run`] does, or only rehearses it where the query asks for that.
    pub async fn run_unless_dry<O, W>(
        self,
        query: Params<DryRun>,
        db: &Db,
        caller: &Caller,
        status: StatusCode,
        work: W,
    ) -> Result<Reply<O>>
    where
        O: Resource + Send + 'static,
        W: Fn(&mut Tx, &Actor, &Self) -> Result<O> + Send + Sync + 'static,
    {
        match query.0.is_dry() {
            true => self.rehearse(db, caller, work).await,
            false => self.run(db, caller, status, work).await,
        }
    }

    /// Runs `work` as [`Command::run`] does, answers 200 with what it would have answered, and undoes everything.
    pub async fn rehearse<O, W>(self, db: &Db, caller: &Caller, work: W) -> Result<Reply<O>>
    where
        O: Resource + Send + 'static,
        W: Fn(&mut Tx, &Actor, &Self) -> Result<O> + Send + Sync + 'static,
    {
        let caller = caller.clone();
        let answer = Arc::new(Mutex::new(None));
        let seen = answer.clone();
        let undone: Result<()> = db
            .write(move |tx| {
                let reply = Reply::ok(&work(tx, &caller, &self)?)?;
                *seen.lock().unwrap_or_else(|e| e.into_inner()) = Some(reply);
                Err(Error::Undone)
            })
            .await;
        match (undone, answer.lock().unwrap_or_else(|e| e.into_inner()).take()) {
            (Err(Error::Undone), Some(reply)) => Ok(reply),
            (Err(error), _) => Err(error),
            (Ok(()), _) => Err(Error::internal("a rehearsal was not undone")),
        }
    }

    /// Does what [`Command::run`] does where the work decides the status: made, or changed.
    pub async fn run_either<O, W>(self, db: &Db, caller: &Caller, work: W) -> Result<Reply<O>>
    where
        O: Resource + Send + 'static,
        W: Fn(&mut Tx, &Actor, &Self) -> Result<(StatusCode, O)> + Send + Sync + 'static,
    {
        let caller = caller.clone();
        let answer = move |tx: &mut Tx, caller: &Caller, command: &Self| {
            let (status, out) = work(tx, caller, command)?;
            Reply::new(status, &out)
        };
        db.write(move |tx| match self.key.as_ref().map(|key| key.by(caller.principal())) {
            None => answer(tx, &caller, &self),
            Some(key) => match kept::claim(tx, &key, caller.at)? {
                Some(stored) => key.check(&stored).map(|()| Reply::replayed(stored)),
                None => {
                    let reply = answer(tx, &caller, &self)?;
                    kept::keep(tx, &key, reply.stored(&key.fingerprint)?)?;
                    Ok(reply)
                }
            },
        })
        .await
    }
}

impl<T> Command<T> {
    /// Reads a command of which `parse` understands the body; `media` names the media types that it knows.
    pub async fn read(
        request: &HttpRequest,
        payload: &mut Payload,
        media: &[&str],
        parse: impl Fn(&[u8]) -> Result<T>,
    ) -> Result<Self> {
        admitted(request).await;
        if request.headers().get("idempotency-key").is_none() {
            Key::of(request, &[])?;
        }
        let absent = body::is_absent(request) && parse(b"{}").is_ok();
        let bytes =
            if absent { b"{}".as_slice().into() } else { body::read(request, payload, media).await? };
        let key = Key::of(request, &bytes)?;
        let expected = Expected::of(request)?;
        let input = parse(&bytes)?;
        if request.method() == Method::PATCH && expected.is_none() {
            return Err(Error::PreconditionRequired);
        }
        Ok(Self { input, expected: expected.unwrap_or(Expected::Any), key })
    }
}

impl<T: ToSchema + DeserializeOwned + Validate + 'static> FromRequest for Command<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let media = if request.method() == Method::PATCH { PATCH } else { JSON };
            Self::read(&request, &mut payload, media, body::parse).await
        })
    }
}
