//! The outermost layer: request id, HEAD, size of the address, panics, problem bodies, headers, log, metrics.

use super::{
    asked::{Asked, Route},
    problem::{self, Error},
};
use crate::platform::{auth::Caller, metrics::Metrics};
use actix_web::{
    HttpMessage, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{ConnectionType, Method, StatusCode, header},
    middleware::Next,
    web::Data,
};
use futures_util::FutureExt;
use std::{fmt, panic::AssertUnwindSafe, time::Instant};

/// The longest address that is read.
const LONGEST_URI: usize = 8 * 1024;

/// Wraps every request.
pub async fn finish(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let started = Instant::now();
    let asked = Asked::by(&request);
    let method = request.method().clone();
    if request.uri().to_string().len() > LONGEST_URI {
        let error = Error::Http(StatusCode::URI_TOO_LONG, "uri_too_long");
        let answer = decorated(problem::render(&error, &asked), &asked);
        return Ok(request.into_response(answer));
    }
    if method == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    request.extensions_mut().insert(asked.clone());
    let draining = request.app_data::<Data<Metrics>>().is_some_and(|m| m.draining());
    let outcome = AssertUnwindSafe(next.call(request)).catch_unwind().await;
    let mut answered = match outcome {
        Ok(Ok(answer)) => render_errors(answer.map_into_boxed_body(), &asked),
        Ok(Err(error)) => return Err(Rendered::of(&of_framework(&error), &asked).into()),
        Err(_) => {
            log::error!("request_id={} a handler panicked", asked.request_id);
            return Err(Rendered::of(&Error::internal("a handler panicked"), &asked).into());
        }
    };
    decorate(answered.response_mut(), &asked);
    if draining {
        let head = answered.response_mut().head_mut();
        head.set_connection_type(ConnectionType::Close);
    }
    note(&answered, &method, &asked, started);
    Ok(answered)
}

/// Gives every answer that stands for an error its problem body.
fn render_errors(answer: ServiceResponse, asked: &Asked) -> ServiceResponse {
    let status = answer.status();
    let is_problem =
        answer.headers().get(header::CONTENT_TYPE).is_some_and(|t| t == "application/problem+json");
    if is_problem || !(status.is_client_error() || status.is_server_error()) {
        return answer;
    }
    let own = answer.response().error().map(|e| match e.as_error::<Error>() {
        Some(own) => problem::render(own, asked),
        None => problem::render(&of_framework(e), asked),
    });
    let mut rendered = own.unwrap_or_else(|| problem::render(&problem::of_status(status), asked));
    for name in [
        header::ALLOW,
        header::VARY,
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
    ] {
        if let Some(value) = answer.headers().get(&name) {
            rendered.headers_mut().insert(name, value.clone());
        }
    }
    answer.into_response(rendered)
}

fn of_framework(error: &actix_web::Error) -> Error {
    problem::of_status(error.as_response_error().status_code())
}

fn decorated(mut answer: HttpResponse, asked: &Asked) -> HttpResponse {
    decorate(&mut answer, asked);
    answer
}

fn decorate(answer: &mut HttpResponse, asked: &Asked) {
    let headers = answer.headers_mut();
    if let Ok(id) = header::HeaderValue::from_str(&asked.request_id) {
        headers.insert(header::HeaderName::from_static("x-request-id"), id);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
    if !asked.path.starts_with("/docs") {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            header::HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
        );
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("private, no-cache"));
    }
}

/// Counts the request and writes its one line.
fn note(answer: &ServiceResponse, method: &Method, asked: &Asked, started: Instant) {
    let request = answer.request();
    let route = Route::of(request).0;
    let route = if route.is_empty() { "unmatched" } else { &route };
    let (status, took) = (answer.status().as_u16(), started.elapsed());
    if let Some(metrics) = request.app_data::<Data<Metrics>>() {
        metrics.request(method.as_str(), route, status, took);
    }
    let caller = request.extensions().get::<Caller>().map(|c| c.principal().to_string());
    log::info!(
        "request_id={} method={method} route={route} status={status} ms={:.1} caller={}",
        asked.request_id,
        took.as_secs_f64() * 1000.0,
        caller.as_deref().unwrap_or("-"),
    );
}

/// An error that already has its whole answer, for where the request itself is gone.
struct Rendered {
    status: StatusCode,
    answer: std::sync::Mutex<Option<Answer>>,
}

type Answer = (Vec<(header::HeaderName, header::HeaderValue)>, Vec<u8>);

impl Rendered {
    fn of(error: &Error, asked: &Asked) -> Self {
        let answer = decorated(problem::render(error, asked), asked);
        let headers = answer.headers().iter().map(|(n, v)| (n.clone(), v.clone())).collect();
        let body = answer.into_body().try_into_bytes().map(|b| b.to_vec()).unwrap_or_default();
        Self { status: error.status(), answer: std::sync::Mutex::new(Some((headers, body))) }
    }
}

impl fmt::Debug for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rendered({})", self.status)
    }
}

impl fmt::Display for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.status.fmt(f)
    }
}

impl ResponseError for Rendered {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        let rendered = self.answer.lock().unwrap_or_else(|e| e.into_inner()).take();
        let (headers, body) = rendered.unwrap_or_default();
        for header in headers {
            answer.insert_header(header);
        }
        answer.body(body)
    }
}
