//! Phones and e-mails: whose they are.

use crate::{
    customers::domain::{CustomerId, MatchedOn, normalised_email, normalised_phone},
    platform::{
        db::{Tx, static_query},
        http::problem::Result,
    },
};
use diesel::{
    RunQueryDsl,
    sql_types::{Nullable, Text, Uuid as SqlUuid},
};

static_query! {
    /// Finds live customers with one of the addresses.
    struct ByContact { phone: Option<String> => Nullable<Text>, email: Option<String> => Nullable<Text> } -> SqlUuid =
        "SELECT DISTINCT p.customer_id FROM customer_contact_point p JOIN customer c ON c.id = p.customer_id \
         WHERE c.status = 'active' AND ((p.kind = 'phone' AND p.normalised = $phone) \
         OR (p.kind = 'email' AND p.normalised = $email)) ORDER BY p.customer_id LIMIT 20"
}

/// Returns the live customers with the same normalised phone or e-mail, at most 20.
pub fn by_contact(tx: &mut Tx, phone: Option<&str>, email: Option<&str>) -> Result<Vec<CustomerId>> {
    let phone = phone.map(normalised_phone);
    let email = email.map(normalised_email);
    if phone.is_none() && email.is_none() {
        return Ok(Vec::new());
    }
    Ok(ByContact { phone, email }.load(tx)?)
}

/// Another live customer with the same address.
#[derive(Clone, Debug, diesel::Queryable)]
pub struct Duplicate {
    pub id: CustomerId,
    pub number: String,
    pub name: String,
    pub matched_on: MatchedOn,
}

static_query! {
    /// Finds other live customers with one of the addresses; a phone says more than an e-mail.
    struct Duplicates { id: CustomerId => SqlUuid } -> (SqlUuid, Text, Text, Text) =
        "SELECT DISTINCT ON (c.id) c.id, c.number, c.name, p.kind \
         FROM customer_contact_point own \
         JOIN customer_contact_point p ON p.kind = own.kind AND p.normalised = own.normalised AND p.customer_id <> $id \
         JOIN customer c ON c.id = p.customer_id \
         WHERE own.customer_id = $id AND c.status = 'active' ORDER BY c.id, p.kind DESC LIMIT 20"
}

/// Returns other live customers with one of this one's addresses, at most 20.
pub fn duplicates(tx: &mut Tx, id: CustomerId) -> Result<Vec<Duplicate>> {
    Ok(Duplicates { id }.load(tx)?)
}
