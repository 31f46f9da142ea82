//! Orders and usage in JSON.

mod days;
mod order_in;
mod order_out;
mod rows;
mod usage;

pub use days::{RebuildIn, RollupOut};
pub use order_in::{OrderIn, OrderRefIn};
pub use order_out::{OrderFilter, OrderOut, OrderPage, OrderRefOut, RecordedOrderOut};
pub use rows::in_minor_units;
pub use usage::{RecordedUsageOut, UsageFilter, UsageIn, UsageOut, UsagePage};

use crate::{
    customers::{CustomerId, ExternalRef},
    platform::http::problem::{Error, Result as Checked},
};
use validator::ValidationError;

/// Returns a fault of a field that the schema does not find.
fn fault(code: &'static str, pointer: &'static str, texts: &'static str) -> ValidationError {
    let mut fault = ValidationError::new(code).with_message(texts.into());
    fault.add_param("pointer".into(), &pointer);
    fault
}

/// Refuses a body that names its customer twice.
fn named_once(id: Option<CustomerId>, by: Option<&ExternalRef>) -> Result<(), ValidationError> {
    if id.is_some() && by.is_some() {
        let texts = "is named by customer_id already|已由 customer_id 指定";
        return Err(fault("given_twice", "/customer_ref", texts));
    }
    Ok(())
}

/// Refuses a body that names no customer.
fn names_one(id: Option<CustomerId>, by: Option<&ExternalRef>) -> Result<(), ValidationError> {
    if id.is_none() && by.is_none() {
        let texts = "one of customer_id and customer_ref is required|customer_id 与 customer_ref 须填一项";
        return Err(fault("required", "/customer_id", texts));
    }
    named_once(id, by)
}

/// Returns the reference that a filter names by both of its parameters, or neither.
fn both(system: Option<&String>, id: Option<&String>) -> Checked<Option<(String, String)>> {
    let alone = |name: &str, lacks: &str| {
        let en = format!("The parameter {name} needs {lacks} beside it.");
        Error::malformed("invalid_parameter", en, format!("参数 {name} 须与 {lacks} 一起使用。"))
    };
    match (system, id) {
        (Some(system), Some(id)) => Ok(Some((system.clone(), id.clone()))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(alone("external_ref.system", "external_ref.id")),
        (None, Some(_)) => Err(alone("external_ref.id", "external_ref.system")),
    }
}
