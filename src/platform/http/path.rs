//! Path parameters: a segment that is no id of the right kind is 400, before anything is asked.

use super::problem::{Error, Result};
use crate::platform::auth::admitted;
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde::de::DeserializeOwned;
use std::{future::Future, ops::Deref, pin::Pin};

/// The typed parameters of the path.
#[derive(Clone, Debug)]
pub struct Path<T>(pub T);

impl<T> Deref for Path<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Path<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            admitted(&request).await;
            of(&request)
        })
    }
}

fn of<T: DeserializeOwned>(request: &HttpRequest) -> Result<Path<T>> {
    let unsafe_segment = |text: &str| text.chars().any(|c| c.is_control() || matches!(c, '/' | '\u{fffd}'));
    if request.match_info().iter().any(|(_, text)| unsafe_segment(text)) {
        return Err(malformed());
    }
    actix_web::web::Path::<T>::extract(request)
        .into_inner()
        .map(|path| Path(path.into_inner()))
        .map_err(|_| malformed())
}

fn malformed() -> Error {
    Error::malformed("invalid_path", "A part of the path has the wrong form.", "路径中有格式错误的部分。")
}
