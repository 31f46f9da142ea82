//! Rows of imports: amounts as people write them.

use crate::platform::{
    currency::Currency,
    http::problem::{FieldError, Text},
};
use serde_json::{Map, Value};

/// The amounts of a line: as an import may state them, and as an order has them.
const AMOUNTS: [(&str, &str); 2] = [("revenue", "revenue_minor"), ("cost", "cost_minor")];

/// Turns decimal amounts of lines, `revenue` and `cost`, into minor units of the order's currency.
pub fn in_minor_units(body: &mut Value) -> Result<(), Vec<FieldError>> {
    let currency = body.get("currency").and_then(Value::as_str).and_then(Currency::of);
    let lines = body.get_mut("lines").and_then(Value::as_array_mut).into_iter().flatten();
    let mut faults = Vec::new();
    for (number, line) in lines.enumerate().filter_map(|(n, line)| Some((n, line.as_object_mut()?))) {
        for (stated, kept) in AMOUNTS {
            let at = format!("/lines/{number}/{stated}");
            faults.extend(
                turn(line, stated, kept, currency).err().map(|(code, text)| FieldError::new(at, code, text)),
            );
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn turn(
    line: &mut Map<String, Value>,
    stated: &str,
    kept: &str,
    currency: Option<Currency>,
) -> Result<(), (&'static str, Text)> {
    let Some(amount) = line.shift_remove(stated) else { return Ok(()) };
    if line.contains_key(kept) {
        return Err((
            "given_twice",
            Text::new(format!("is given as {kept} too"), format!("已由 {kept} 给出")),
        ));
    }
    let amount = match amount {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        _ => return Err(("wrong_type", Text::new("is a decimal amount", "应为十进制金额"))),
    };
    // an unknown currency is named by its own field
    let Some(currency) = currency else { return Ok(()) };
    let minor = currency.minor_units(&amount).ok_or_else(|| {
        let text = Text::new("is no amount of this currency, such as 29.33", "不是该币种的金额，例如 29.33");
        ("invalid_amount", text)
    })?;
    line.insert(kept.to_owned(), minor.into());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn decimal_amounts_become_minor_units() {
        let mut body = json!({ "currency": "USD", "lines": [
            { "revenue": "29.33", "cost": 10.5 }, { "revenue_minor": 7 }, { "revenue": "0.00" },
        ] });

        in_minor_units(&mut body).unwrap();

        let lines = json!([
            { "revenue_minor": 2933, "cost_minor": 1050 }, { "revenue_minor": 7 }, { "revenue_minor": 0 },
        ]);
        assert_eq!(body["lines"], lines);
    }

    #[test]
    fn what_is_no_amount_is_named() {
        let mut body = json!({ "currency": "JPY", "lines": [
            { "revenue": "0.5" }, { "revenue": "-1" }, { "revenue": "1", "revenue_minor": 1 }, { "revenue": [] },
        ] });

        let faults = in_minor_units(&mut body).unwrap_err();

        let found: Vec<_> = faults.iter().map(|f| (f.pointer.as_str(), f.code.as_ref())).collect();
        let expected = [
            ("/lines/0/revenue", "invalid_amount"),
            ("/lines/1/revenue", "invalid_amount"),
            ("/lines/2/revenue", "given_twice"),
            ("/lines/3/revenue", "wrong_type"),
        ];
        assert_eq!(found, expected);
    }
}
