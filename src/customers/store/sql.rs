//! Pieces of SQL that the query builder has no words for.

use crate::{
    customers::domain::CustomerId,
    schema::{customer, sql_types::Tsvector},
};
use chrono::{DateTime, Utc};
use diesel::{
    AppearsOnTable, Expression, SelectableExpression,
    expression::{ValidGrouping, is_aggregate},
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Array, Bool, Text, Timestamptz, Uuid as SqlUuid},
};

/// Makes an expression on `customer` out of a text and the values in it.
macro_rules! expression {
    ($(#[doc = $doc:literal])+ $name:ident { $($field:ident: $rust:ty => $sql:ty),* } -> $type:ty = [$($part:tt)+]) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, QueryId)]
        pub struct $name { $(#[doc = "A value."] pub $field: $rust),* }

        impl Expression for $name {
            type SqlType = $type;
        }
        impl ValidGrouping<()> for $name {
            type IsAggregate = is_aggregate::No;
        }
        impl AppearsOnTable<customer::table> for $name {}
        impl SelectableExpression<customer::table> for $name {}
        impl QueryFragment<Pg> for $name {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> diesel::QueryResult<()> {
                $(expression!(@ self out $part);)+
                Ok(())
            }
        }
    };
    (@ $this:ident $out:ident ($field:ident: $sql:ty)) => { $out.push_bind_param::<$sql, _>(&$this.$field)? };
    (@ $this:ident $out:ident $text:literal) => { $out.push_sql($text) };
}

expression!(
    /// The customer's phones and e-mails, each after its kind and a colon.
    Contacts {} -> Array<Text> = [
        "ARRAY(SELECT p.kind || ':' || p.value FROM customer_contact_point p WHERE p.customer_id = customer.id \
         ORDER BY p.kind, p.position)"
    ]
);

expression!(
    /// The customer's external references, each system before a colon and its id.
    Refs {} -> Array<Text> = [
        "ARRAY(SELECT r.system || ':' || r.external_id FROM customer_external_ref r \
         WHERE r.customer_id = customer.id ORDER BY r.system, r.external_id)"
    ]
);

expression!(
    /// The customer's tags, each after the millisecond of its end, if it has one, and a colon.
    Tags {} -> Array<Text> = [
        "ARRAY(SELECT coalesce(floor(extract(epoch FROM ct.expires_at) * 1000)::bigint::text, '') || ':' || t.name \
         FROM customer_tag ct JOIN tag t ON t.id = ct.tag_id WHERE ct.customer_id = customer.id ORDER BY t.name)"
    ]
);

expression!(
    /// Lexemes, as a vector.
    Lexemes { text: String => Text } -> Tsvector = [(text: Text) "::tsvector"]
);

expression!(
    /// Whether the customer comes after a position in the list, newest first.
    Before { at: DateTime<Utc> => Timestamptz, id: CustomerId => SqlUuid } -> Bool =
        ["(customer.created_at, customer.id) < (" (at: Timestamptz) ", " (id: SqlUuid) ")"]
);

expression!(
    /// Whether the customer comes before a position in the list or is at it, newest first.
    NotAfter { at: DateTime<Utc> => Timestamptz, id: CustomerId => SqlUuid } -> Bool =
        ["(customer.created_at, customer.id) >= (" (at: Timestamptz) ", " (id: SqlUuid) ")"]
);

expression!(
    /// Whether the customer has each term, in one way of writing it or the other.
    HasTerms { terms: Vec<String> => Array<Text>, others: Vec<String> => Array<Text> } -> Bool = [
        "NOT EXISTS (SELECT FROM unnest(" (terms: Array<Text>) ", " (others: Array<Text>) ") AS asked(term, other) \
         WHERE strpos(customer.search_text, term) = 0 AND strpos(customer.search_text, other) = 0)"
    ]
);

expression!(
    /// Whether the customer has a tag whose time is not over.
    HasTag { name: String => Text, at: DateTime<Utc> => Timestamptz } -> Bool = [
        "EXISTS (SELECT FROM customer_tag ct JOIN tag t ON t.id = ct.tag_id WHERE ct.customer_id = customer.id \
         AND t.name = " (name: Text) " AND (ct.expires_at IS NULL OR ct.expires_at > " (at: Timestamptz) "))"
    ]
);
