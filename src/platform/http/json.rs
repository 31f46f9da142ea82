//! Strict JSON: one object, no duplicate keys, bounded depth, UTF-8.

use super::problem::{Error, Result};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// The deepest nesting that is read.
const DEEPEST: usize = 32;
const TOO_DEEP: &str = "nested too deep";
const DUPLICATE_KEY: &str = "duplicate key";

/// Returns the one JSON object that `bytes` hold; refuses everything else with 400.
pub fn object(bytes: &[u8]) -> Result<Value> {
    let text = std::str::from_utf8(bytes).map_err(|_| {
        Error::malformed("invalid_encoding", "The body is not UTF-8.", "请求内容不是 UTF-8 编码。")
    })?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Strict { depth: 0 }.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    match value {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err(Error::malformed(
            "not_an_object",
            "The body must be one JSON object.",
            "请求内容必须是一个 JSON 对象。",
        )),
        Err(error) => Err(fault(&error.to_string())),
    }
}

fn fault(text: &str) -> Error {
    if text.starts_with(DUPLICATE_KEY) {
        Error::malformed("duplicate_key", "The body names a key twice.", "请求内容中有重复的键。")
    } else if text.starts_with(TOO_DEEP) || text.starts_with("recursion limit") {
        Error::malformed("too_deep", "The body is nested too deep.", "请求内容嵌套过深。")
    } else {
        Error::malformed("malformed_json", "The body is not valid JSON.", "请求内容不是有效的 JSON。")
    }
}

#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= DEEPEST { Err(E::custom(TOO_DEEP)) } else { Ok(Self { depth: self.depth + 1 }) }
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }
    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let deeper = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(deeper)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let deeper = self.deeper()?;
        let mut map = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            let value = members.next_value_seed(deeper)?;
            if map.insert(key, value).is_some() {
                return Err(A::Error::custom(DUPLICATE_KEY));
            }
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_single_object_is_refused_by_its_own_code() {
        let deep = format!("{}{}{}", r#"{"a":"#.repeat(40), "1", "}".repeat(40));
        let cases: [(&[u8], &str); 8] = [
            (b"", "malformed_json"),
            (b"[1]", "not_an_object"),
            (b"{\"a\":1} {}", "malformed_json"),
            (b"{\"a\":1,\"\\u0061\":2}", "duplicate_key"),
            (b"{\"a\":{\"b\":1,\"b\":2}}", "duplicate_key"),
            (deep.as_bytes(), "too_deep"),
            (b"{\"a\":\"\xff\"}", "invalid_encoding"),
            (b"{\"a\":\"\\ud800\"}", "malformed_json"),
        ];
        for (bytes, code) in cases {
            assert_eq!(object(bytes).unwrap_err().code(), code, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
