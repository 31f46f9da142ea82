//! From an error to its answer, in the caller's language.

use super::{Error, FieldProblem, Problem, Text};
use crate::platform::http::asked::Asked;
use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use serde_json::Value;

/// Returns the answer to an error, and logs what the caller is not told.
pub fn render(error: &Error, asked: &Asked) -> HttpResponse {
    if let Error::Internal(source) = error {
        log::error!("request_id={} internal error: {}", asked.request_id, chain(source.as_ref()));
    }
    let problem = problem(error, asked);
    let mut answer = HttpResponse::build(error.status());
    answer.insert_header((header::CONTENT_TYPE, "application/problem+json"));
    answer.insert_header((header::CONTENT_LANGUAGE, asked.language.tag()));
    if let Some(wait) = error.retry_after() {
        answer.insert_header((header::RETRY_AFTER, wait.as_secs().max(1).to_string()));
    }
    if error.status() == StatusCode::UNAUTHORIZED {
        answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
    }
    answer.body(serde_json::to_vec(&problem).unwrap_or_default())
}

/// Returns the error that a bare status of the framework stands for.
pub fn of_status(status: StatusCode) -> Error {
    match status {
        StatusCode::UNAUTHORIZED => Error::Unauthenticated,
        StatusCode::FORBIDDEN => Error::Forbidden,
        StatusCode::NOT_FOUND => Error::NotFound("resource"),
        StatusCode::METHOD_NOT_ALLOWED => Error::Http(status, "method_not_allowed"),
        StatusCode::NOT_ACCEPTABLE => Error::Http(status, "not_acceptable"),
        StatusCode::REQUEST_TIMEOUT => Error::Http(status, "request_timeout"),
        StatusCode::PAYLOAD_TOO_LARGE => Error::Http(status, "payload_too_large"),
        StatusCode::URI_TOO_LONG => Error::Http(status, "uri_too_long"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Error::Http(status, "unsupported_media_type"),
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => Error::Http(status, "headers_too_large"),
        StatusCode::SERVICE_UNAVAILABLE => Error::Unavailable,
        status if status.is_client_error() => {
            Error::malformed("malformed_request", "The request is malformed.", "请求格式有误。")
        }
        status => Error::internal(format!("the framework answered {status}")),
    }
}

fn problem(error: &Error, asked: &Asked) -> Problem {
    let language = asked.language;
    let mut problem = Problem {
        r#type: format!("/problems/{}", error.code()),
        title: language.pick(&title(error.status())).to_owned(),
        status: error.status().as_u16(),
        code: error.code().to_owned(),
        detail: language.pick(&detail(error)).to_owned(),
        instance: asked.path.clone(),
        request_id: asked.request_id.clone(),
        errors: Vec::new(),
        current_status: None,
        current_version: None,
        allowed_actions: None,
        count: None,
        shortfall: None,
        left: None,
        merged_into: None,
    };
    match error {
        Error::Invalid(errors) => {
            let one = |e: &super::FieldError| FieldProblem {
                pointer: e.pointer.clone(),
                code: e.code.to_string(),
                detail: language.pick(&e.detail).to_owned(),
            };
            problem.errors = errors.iter().map(one).collect();
        }
        Error::PreconditionFailed { version } => problem.current_version = Some(*version),
        Error::Refused(refused) => {
            problem.errors.extend(refused.pointer.as_ref().map(|pointer| FieldProblem {
                pointer: pointer.clone(),
                code: refused.code.to_owned(),
                detail: language.pick(&refused.text).to_owned(),
            }));
            let extra = |name: &str| refused.extra.get(name);
            problem.current_status = extra("current_status").and_then(Value::as_str).map(str::to_owned);
            problem.current_version = extra("current_version").and_then(Value::as_i64);
            problem.count = extra("count").and_then(Value::as_i64);
            problem.shortfall = extra("shortfall").and_then(Value::as_i64);
            problem.left = extra("left").and_then(Value::as_i64);
            problem.merged_into = extra("merged_into").and_then(Value::as_str).map(str::to_owned);
            problem.allowed_actions =
                extra("allowed_actions").and_then(|v| serde_json::from_value(v.clone()).ok());
        }
        _ => {}
    }
    problem
}

fn title(status: StatusCode) -> Text {
    let (en, zh) = match status.as_u16() {
        400 => ("Malformed request", "请求格式有误"),
        401 => ("Not authenticated", "未登录或凭证无效"),
        403 => ("Not allowed", "没有权限"),
        404 => ("Not found", "未找到"),
        405 => ("Method not allowed", "不支持的方法"),
        406 => ("Not acceptable", "无法提供所需的格式"),
        408 => ("Request too slow", "请求超时"),
        409 => ("Conflict with the present state", "与当前状态冲突"),
        412 => ("Changed meanwhile", "内容已被他人修改"),
        413 => ("Body too large", "请求内容过大"),
        414 => ("Address too long", "请求地址过长"),
        415 => ("Unsupported media type", "不支持的内容类型"),
        422 => ("Rules broken", "内容不符合规则"),
        428 => ("If-Match required", "缺少 If-Match"),
        429 => ("Too many requests", "请求过于频繁"),
        431 => ("Headers too large", "请求头过大"),
        503 => ("Not available for now", "服务暂不可用"),
        _ => ("Something went wrong", "出现错误"),
    };
    Text::new(en, zh)
}

fn detail(error: &Error) -> Text {
    match error {
        Error::Unauthenticated => {
            Text::new("A valid bearer token or API key is needed.", "需要有效的访问令牌或 API 密钥。")
        }
        Error::Forbidden => Text::new("Your role may not do this.", "您的角色无权执行此操作。"),
        Error::NotFound(what) => Text::new(format!("There is no such {what}."), "没有找到该内容。"),
        Error::Malformed { text, .. } => text.clone(),
        Error::Invalid(_) => {
            Text::new("Some fields break their rules; see `errors`.", "部分字段不符合规则，详见 errors。")
        }
        Error::Refused(refused) => refused.text.clone(),
        Error::PreconditionRequired => {
            Text::new("Send the ETag that you read as If-Match.", "请在 If-Match 中发送所读取的 ETag。")
        }
        Error::PreconditionFailed { .. } => Text::new(
            "The row has changed since you read it. Read it again.",
            "内容在您读取之后已被修改，请重新读取。",
        ),
        Error::TooMany { .. } => Text::new("Wait, then try again.", "请稍候再试。"),
        Error::Http(status, _) => http_detail(*status),
        Error::InProgress => Text::new(
            "The first request with this Idempotency-Key is still running.",
            "使用相同 Idempotency-Key 的请求仍在处理中。",
        ),
        Error::Unavailable | Error::Retry => {
            Text::new("The service is not available for now. Try again.", "服务暂不可用，请重试。")
        }
        Error::StorageFull => Text::new("The storage is full.", "存储空间已满。"),
        Error::Internal(_) | Error::Undone => Text::new(
            "Something went wrong on our side. The request id helps to find it.",
            "服务器出现错误，可凭 request_id 查询。",
        ),
    }
}

fn http_detail(status: StatusCode) -> Text {
    match status.as_u16() {
        405 => Text::new("This path does not know this method; see Allow.", "该路径不支持此方法，见 Allow。"),
        406 => Text::new("The answer has no such representation.", "没有所要求的表示形式。"),
        408 => Text::new("The body did not arrive in time.", "请求内容未能及时到达。"),
        413 => Text::new("The body is larger than is allowed here.", "请求内容超过允许的大小。"),
        414 => Text::new("The address is longer than 8 KiB.", "请求地址超过 8 KiB。"),
        415 => Text::new(
            "The body has another media type than this operation reads.",
            "请求内容的类型不受支持。",
        ),
        _ => Text::new("The request was refused.", "请求被拒绝。"),
    }
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
