//! The caller: the first argument of every handler, known before any body is read.

use super::{Access, Actor, gate::Gate};
use crate::platform::{
    clock::Clock,
    http::{
        asked::{Asked, Route},
        problem::{Error, Result},
    },
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header, web::Data};
use std::{
    future::{Future, poll_fn},
    ops::Deref,
    pin::Pin,
    sync::Arc,
    task::Poll,
};
use uuid::Uuid;

/// Who is calling, admitted to this operation.
#[derive(Clone, Debug)]
pub struct Caller {
    actor: Arc<Actor>,
    session: Option<Uuid>,
}

impl Caller {
    /// Returns the customer, who was admitted by the token of one feedback and not by a session.
    pub fn customer(actor: Actor) -> Self {
        Self { actor: Arc::new(actor), session: None }
    }

    /// Returns the session that the request came by; none for a program.
    pub fn session(&self) -> Option<Uuid> {
        self.session
    }
}

impl Deref for Caller {
    type Target = Actor;
    fn deref(&self) -> &Actor {
        &self.actor
    }
}

impl FromRequest for Caller {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        request.extensions_mut().insert(Awaited);
        let request = request.clone();
        Box::pin(async move { admit(&request).await })
    }
}

/// Marks a request whose handler asks for its caller.
struct Awaited;

/// Waits until the caller is admitted, where the handler asks for one: nobody who may not come in is told what
/// is wrong with a path, a query or a body.
pub async fn admitted(request: &HttpRequest) {
    // the caller is the handler's first argument, and whatever wakes its future polls all the others too
    poll_fn(|_| {
        let known = request.extensions();
        if known.contains::<Awaited>() && !known.contains::<Caller>() {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    })
    .await;
}

async fn admit(request: &HttpRequest) -> Result<Caller> {
    let gate = part::<Gate>(request)?;
    let access = part::<Access>(request)?;
    let at = part::<Clock>(request)?.now();
    let admitted = gate.admit(bearer(request)?, at).await?;
    let principal = admitted.principal;
    let route = Route::of(request).0;
    // HEAD has become GET before routing
    access.require(request.method().as_str(), &route, principal.role, &principal.scopes)?;
    access.require_query(request.method().as_str(), &route, request.query_string())?;
    request.extensions_mut().insert(principal.enter()?);
    let actor = Actor {
        who: principal.who,
        role: Some(principal.role),
        department: principal.department,
        at,
        request_id: Asked::of(request).request_id,
    };
    let caller = Caller { actor: Arc::new(actor), session: admitted.session };
    request.extensions_mut().insert(caller.clone());
    Ok(caller)
}

fn part<T: 'static>(request: &HttpRequest) -> Result<Data<T>> {
    request.app_data::<Data<T>>().cloned().ok_or_else(|| Error::internal("the application lacks a part"))
}

fn bearer(request: &HttpRequest) -> Result<&str> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let (Some(value), None) = (headers.next(), headers.next()) else {
        return Err(Error::Unauthenticated);
    };
    let (scheme, token) =
        value.to_str().ok().and_then(|v| v.split_once(' ')).ok_or(Error::Unauthenticated)?;
    let token = token.trim();
    if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() {
        Ok(token)
    } else {
        Err(Error::Unauthenticated)
    }
}
