//! The query of a list: its filter, and where the page begins and ends.

use super::{
    page::{CursorKey, Page},
    problem::{Error, Result},
};
use crate::platform::auth::admitted;
use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use serde::{Serialize, de::DeserializeOwned};
use std::{collections::BTreeMap, future::Future, pin::Pin};
use utoipa::IntoParams;

/// The longest value of a query parameter.
const LONGEST: usize = 1024;

/// What every list takes besides its filter.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct PageParams {
    /// How many rows a page has at most.
    #[param(minimum = 1, maximum = 100, default = 25, nullable = false)]
    limit: Option<i64>,
    /// The `next_cursor` of the page before; bound to filter and sort.
    #[param(min_length = 1, max_length = 1024, nullable = false)]
    cursor: Option<String>,
}

/// A query without paging: unknown and repeated parameters are 400.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Params<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            admitted(&request).await;
            typed(&pairs(request.query_string())?).map(Self)
        })
    }
}

/// A filter `T` and a page.
pub struct Listing<T> {
    /// What is wanted.
    pub filter: T,
    /// How many rows a page has at most.
    pub limit: i64,
    cursor: Option<String>,
    binding: String,
    key: Data<CursorKey>,
}

impl<T> Listing<T> {
    /// Returns the listing, whose cursor is bound to what the body asks for too.
    pub fn bound_to(mut self, asked: &impl Serialize) -> Self {
        self.binding.push_str(&serde_json::to_string(asked).unwrap_or_default());
        self
    }

    /// Returns the position after which the page begins; `None` on the first page.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>> {
        self.cursor.as_deref().map(|cursor| self.key.open(&self.binding, cursor)).transpose()
    }

    /// Returns how many rows to read: one more than the page has tells whether there is a next one.
    pub fn rows(&self) -> i64 {
        self.limit.saturating_add(1)
    }

    /// Returns the page of `rows`, of which `position` gives the keyset.
    pub fn page<R, K: Serialize>(&self, mut rows: Vec<R>, position: impl Fn(&R) -> K) -> Page<R> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let last = rows.last().filter(|_| more);
        let next_cursor = last.map(|row| self.key.seal(&self.binding, &position(row)));
        Page { items: rows, next_cursor }
    }

    /// Returns the page of `rows` after which the list goes on at `next`: where more is looked at than shown.
    pub fn page_until<R, K: Serialize>(&self, rows: Vec<R>, next: Option<K>) -> Page<R> {
        Page { items: rows, next_cursor: next.map(|next| self.key.seal(&self.binding, &next)) }
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Listing<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            admitted(&request).await;
            listing(&request)
        })
    }
}

fn listing<T: DeserializeOwned>(request: &HttpRequest) -> Result<Listing<T>> {
    let mut pairs = pairs(request.query_string())?;
    let limit = match pairs.remove("limit") {
        None => 25,
        Some(text) => {
            let in_range = |n: &i64| (1..=100).contains(n) && text.bytes().all(|b| b.is_ascii_digit());
            text.parse().ok().filter(in_range).ok_or_else(|| invalid("limit"))?
        }
    };
    let cursor = pairs.remove("cursor");
    let key = request.app_data::<Data<CursorKey>>().cloned();
    let key = key.ok_or_else(|| Error::internal("no cursor key"))?;
    let binding = format!("{}?{}", request.path(), serde_urlencoded::to_string(&pairs).unwrap_or_default());
    Ok(Listing { filter: typed(&pairs)?, limit, cursor, binding, key })
}

fn pairs(query: &str) -> Result<BTreeMap<String, String>> {
    let decoded: Vec<(String, String)> = serde_urlencoded::from_str(query).map_err(|_| invalid("query"))?;
    let mut pairs = BTreeMap::new();
    for (name, value) in decoded {
        let unsafe_text = |c: char| c.is_control() || c == '\u{fffd}';
        if value.is_empty() || value.len() > LONGEST || value.contains(unsafe_text) {
            return Err(invalid(&name));
        }
        if pairs.insert(name.clone(), value).is_some() {
            let en = format!("The parameter {name} is given twice.");
            return Err(Error::malformed("repeated_parameter", en, format!("参数 {name} 重复。")));
        }
    }
    Ok(pairs)
}

fn typed<T: DeserializeOwned>(pairs: &BTreeMap<String, String>) -> Result<T> {
    let encoded = serde_urlencoded::to_string(pairs).unwrap_or_default();
    let reader = serde_urlencoded::Deserializer::new(form_pairs(encoded.as_bytes()));
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let text = error.inner().to_string();
        match text.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next()) {
            Some(name) => {
                let en = format!("There is no parameter {name} here.");
                Error::malformed("unknown_parameter", en, format!("没有参数 {name}。"))
            }
            None => invalid(&error.path().to_string()),
        }
    })
}

fn form_pairs(encoded: &[u8]) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(encoded)
}

fn invalid(name: &str) -> Error {
    let en = format!("The parameter {name} has a value that is not allowed.");
    Error::malformed("invalid_parameter", en, format!("参数 {name} 的值无效。"))
}
