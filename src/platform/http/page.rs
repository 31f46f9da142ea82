//! Keyset pages: a list's body, and the opaque cursor that names where the next page begins.

use super::problem::{Error, Result};
use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

/// How many bytes of the seal a cursor carries.
const SEAL: usize = 16;

/// One page of a list.
#[derive(Clone, Debug, Serialize)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; null on the last.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Returns the page with each row turned into another form.
    pub fn map<U>(self, form: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(form).collect(), next_cursor: self.next_cursor }
    }
}

/// The key that cursors are sealed with, the same on all servers of one database.
#[derive(Clone)]
pub struct CursorKey(hmac::Key);

impl CursorKey {
    /// Returns the key made of a secret.
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// Returns the cursor for `position` in the list that `binding` names (its path, filter and sort).
    pub fn seal<K: Serialize>(&self, binding: &str, position: &K) -> String {
        let payload = serde_json::to_vec(position).unwrap_or_default();
        let mut bytes = self.tag(binding, &payload);
        bytes.extend_from_slice(&payload);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Returns the position that `cursor` names; refuses one that was made elsewhere or altered.
    pub fn open<K: DeserializeOwned>(&self, binding: &str, cursor: &str) -> Result<K> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| invalid())?;
        let (tag, payload) = bytes.split_at_checked(SEAL).ok_or_else(invalid)?;
        if !constant_time_eq(tag, &self.tag(binding, payload)) {
            return Err(invalid());
        }
        serde_json::from_slice(payload).map_err(|_| invalid())
    }

    fn tag(&self, binding: &str, payload: &[u8]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(binding.as_bytes());
        context.update(&[0]);
        context.update(payload);
        context.sign().as_ref().iter().copied().take(SEAL).collect()
    }
}

fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(a, b).is_ok()
}

fn invalid() -> Error {
    Error::malformed(
        "invalid_cursor",
        "The cursor does not belong to this list, filter and sort.",
        "游标与该列表、筛选或排序不符。",
    )
}

/// Makes the schema of one list's page, with `$ref`s to its rows.
#[macro_export]
macro_rules! page_of {
    ($(#[doc = $doc:literal])+ $name:ident, $item:ty) => {
        $(#[doc = $doc])+
        #[derive(Debug, serde::Serialize, utoipa::ToSchema)]
        pub struct $name {
            /// The rows.
            pub items: Vec<$item>,
            /// Where the next page begins: send it back as `cursor`. Null on the last page.
            #[schema(required = true)]
            pub next_cursor: Option<String>,
        }

        impl From<$crate::platform::http::page::Page<$item>> for $name {
            fn from(page: $crate::platform::http::page::Page<$item>) -> Self {
                Self { items: page.items, next_cursor: page.next_cursor }
            }
        }
    };
}
