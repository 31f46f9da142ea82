use super::wire::{TrackAnswerIn, TrackConfirmIn, TrackOut, TrackReopenIn};
use crate::{
    feedback::{self, AnswerIn, ConfirmIn, FeedbackId, ReasonIn},
    platform::{
        auth::{Actor, Caller},
        clock::Clock,
        db::{Db, Tx},
        http::{
            asked::Asked,
            command::Command,
            path::Path,
            problem::{Error, Result},
            reply::Reply,
        },
    },
};
use actix_web::{FromRequest, HttpRequest, dev::Payload, get, http::StatusCode, post, web::Data};
use serde::de::DeserializeOwned;
use std::{future::Future, pin::Pin};
use utoipa::ToSchema;
use validator::Validate;

/// The customer who holds the token of the feedback that the path names.
pub struct Customer {
    caller: Caller,
    id: FeedbackId,
}

impl FromRequest for Customer {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let number = Path::<String>::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let number = number.await?.0;
            let part = || Error::internal("the application lacks a part");
            let db = request.app_data::<Data<Db>>().cloned().ok_or_else(part)?;
            let at = request.app_data::<Data<Clock>>().ok_or_else(part)?.now();
            let token =
                request.headers().get("x-track-token").and_then(|v| v.to_str().ok()).map(str::to_owned);
            let token = token.filter(|token| !token.is_empty()).ok_or(Error::NotFound("feedback"))?;
            let id = db.read(move |tx| feedback::opened(tx, &number, &token)).await?;
            let actor = Actor::customer(at, Asked::of(&request).request_id);
            Ok(Self { caller: Caller::customer(actor), id })
        })
    }
}

impl Customer {
    /// Runs one change of the customer and shows where the case stands then.
    async fn change<T, W>(self, db: &Db, command: Command<T>, work: W) -> Result<Reply<TrackOut>>
    where
        T: ToSchema + DeserializeOwned + Validate + Send + Sync + 'static,
        W: Fn(&mut Tx, &Actor, FeedbackId, &Command<T>) -> Result<()> + Send + Sync + 'static,
    {
        let id = self.id;
        command
            .run(db, &self.caller, StatusCode::OK, move |tx, actor, command| {
                let shown = feedback::window(tx, actor, id)?.id;
                work(tx, actor, shown, command)?;
                feedback::window(tx, actor, id).map(TrackOut::from)
            })
            .await
    }
}

/// Look at a case
///
/// State, promised time, question, reply. Number and token open it together; a merged number shows the survivor.
#[utoipa::path(
    tag = "track",
    params(
        ("number" = String, Path, description = "The number of the feedback.", max_length = 40, pattern = "^FB-[0-9]{8}-[0-9]{6,}$", example = "FB-20260109-000001"),
        ("X-Track-Token" = String, Header, description = "The token that the customer was given.", min_length = 1, max_length = 200),
    ),
    responses((status = 200, description = "Where the case stands.", body = TrackOut)),
    security(()),
)]
#[get("/track/{number}")]
pub async fn get_track(customer: Customer, db: Data<Db>) -> Result<Reply<TrackOut>> {
    let window = db.snapshot(move |tx| feedback::window(tx, &customer.caller, customer.id)).await?;
    Reply::ok(&TrackOut::from(window))
}

/// Say whether you are satisfied
///
/// Satisfied closes the case; dissatisfied escalates it, or reopens it when it is closed. Refuses: 409
/// `invalid_transition`, `answer_locked`, `nothing_to_confirm`, 422 `score_contradicts_verdict`.
#[utoipa::path(
    tag = "track",
    params(
        ("number" = String, Path, description = "The number of the feedback.", max_length = 40, pattern = "^FB-[0-9]{8}-[0-9]{6,}$", example = "FB-20260109-000001"),
        ("X-Track-Token" = String, Header, description = "The token that the customer was given.", min_length = 1, max_length = 200),
    ),
    request_body = TrackConfirmIn,
    responses((status = 200, description = "Where the case stands now.", body = TrackOut)),
    security(()),
)]
#[post("/track/{number}/confirm")]
pub async fn confirm_track(
    customer: Customer,
    db: Data<Db>,
    command: Command<TrackConfirmIn>,
) -> Result<Reply<TrackOut>> {
    customer
        .change(&db, command, |tx, actor, id, command| {
            let body = ConfirmIn {
                verdict: command.verdict,
                score: command.score,
                comment: command.comment.clone(),
                evidence: None,
            };
            feedback::confirm(tx, actor, id, &body, &command.expected).map(|_| ())
        })
        .await
}

/// Answer a question
///
/// Accepted in every status; while a question waits it lets the work go on.
#[utoipa::path(
    tag = "track",
    params(
        ("number" = String, Path, description = "The number of the feedback.", max_length = 40, pattern = "^FB-[0-9]{8}-[0-9]{6,}$", example = "FB-20260109-000001"),
        ("X-Track-Token" = String, Header, description = "The token that the customer was given.", min_length = 1, max_length = 200),
    ),
    request_body = TrackAnswerIn,
    responses((status = 200, description = "Where the case stands now.", body = TrackOut)),
    security(()),
)]
#[post("/track/{number}/answer")]
pub async fn answer_track(
    customer: Customer,
    db: Data<Db>,
    command: Command<TrackAnswerIn>,
) -> Result<Reply<TrackOut>> {
    customer
        .change(&db, command, |tx, actor, id, command| {
            let body = AnswerIn { text: command.text.clone() };
            feedback::customer_answer(tx, actor, id, &body, &command.expected).map(|_| ())
        })
        .await
}

/// Reopen a case
///
/// Within the reopen window, with a reason. Refuses: 409 `invalid_transition`, `reopen_window_over`,
/// `reopen_by_service_only`.
#[utoipa::path(
    tag = "track",
    params(
        ("number" = String, Path, description = "The number of the feedback.", max_length = 40, pattern = "^FB-[0-9]{8}-[0-9]{6,}$", example = "FB-20260109-000001"),
        ("X-Track-Token" = String, Header, description = "The token that the customer was given.", min_length = 1, max_length = 200),
    ),
    request_body = TrackReopenIn,
    responses((status = 200, description = "Where the case stands now.", body = TrackOut)),
    security(()),
)]
#[post("/track/{number}/reopen")]
pub async fn reopen_track(
    customer: Customer,
    db: Data<Db>,
    command: Command<TrackReopenIn>,
) -> Result<Reply<TrackOut>> {
    customer
        .change(&db, command, |tx, actor, id, command| {
            let body = ReasonIn { reason: command.reason.clone() };
            feedback::reopen(tx, actor, id, &body, &command.expected).map(|_| ())
        })
        .await
}
