//! Which of two representations a caller wants, for the few operations that have JSON and CSV.

use super::problem::{Error, Result};
use actix_web::{
    HttpRequest,
    http::{StatusCode, header},
};

/// Returns whether CSV is preferred to JSON; refuses with 406 a caller who takes neither.
pub fn prefers_csv(request: &HttpRequest) -> Result<bool> {
    let mut values = request.headers().get_all(header::ACCEPT).peekable();
    if values.peek().is_none() {
        return Ok(false);
    }
    let text: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
    let ranges: Vec<(String, f32)> = text.iter().flat_map(|text| text.split(',')).map(range).collect();
    let json = quality(&ranges, "application", &["json", "problem+json"]);
    let csv = quality(&ranges, "text", &["csv"]);
    if json <= 0.0 && csv <= 0.0 {
        return Err(Error::Http(StatusCode::NOT_ACCEPTABLE, "not_acceptable"));
    }
    Ok(csv > json)
}

fn range(text: &str) -> (String, f32) {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    let stated = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    let quality = stated.map_or(1.0, |q| q.parse().unwrap_or(0.0));
    (name, quality)
}

/// The most exact range that fits decides (RFC 9110, 12.5.1).
fn quality(ranges: &[(String, f32)], family: &str, kinds: &[&str]) -> f32 {
    let exact = |name: &str| kinds.iter().any(|kind| name == format!("{family}/{kind}"));
    let find = |fits: &dyn Fn(&str) -> bool| ranges.iter().find(|(name, _)| fits(name)).map(|(_, q)| *q);
    find(&exact)
        .or_else(|| find(&|name| name == format!("{family}/*")))
        .or_else(|| find(&|name| name == "*/*"))
        .unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn the_most_exact_range_decides() {
        let of = |accept: &str| {
            let request = TestRequest::default().insert_header(("accept", accept)).to_http_request();
            prefers_csv(&request).map_err(|error| error.status().as_u16())
        };
        assert_eq!(of("*/*"), Ok(false));
        assert_eq!(of("text/csv"), Ok(true));
        assert_eq!(of("text/csv, */*;q=0.1"), Ok(true));
        assert_eq!(of("application/json;q=0.5, text/csv;q=0.4"), Ok(false));
        assert_eq!(of("application/problem+json"), Ok(false));
        assert_eq!(of("text/html"), Err(406));
        assert_eq!(of("text/csv;q=0"), Err(406));
        assert_eq!(prefers_csv(&TestRequest::default().to_http_request()).ok(), Some(false));
    }
}
