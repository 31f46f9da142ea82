//! Lists of customers, newest first, and the search in them.
//!
//! A search must be quick for the rarest word and for the commonest, and no one plan is. In turn:
//! 1. Of the newest thousand customers, in order, those that match: a common word fills its page here.
//! 2. The customers that the index of lexemes names, up to a thousand, then sorted: a rare word ends here. The
//!    fence keeps PostgreSQL from walking all customers in order to find the few.
//! 3. All customers in order until the page is full: the word has matches enough for that to be soon.

use super::{
    profile::{Profile, profiles},
    sql::{Before, HasTag, HasTerms, NotAfter},
};
use crate::{
    customers::{domain::CustomerId, wire::CustomerFilter},
    platform::{
        db::{Tx, static_query},
        http::problem::Result,
        search,
    },
    schema::customer,
};
use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper,
    pg::Pg,
    sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};

/// How many of the newest customers are looked at before the index is asked.
const NEWEST: i64 = 1000;
/// How many matches are sorted.
const MOST_SORTED: i64 = 1000;

type Boxed<'a> =
    customer::BoxedQuery<'a, Pg, diesel::dsl::SqlTypeOf<diesel::helper_types::AsSelect<Profile, Pg>>>;

/// What a page of customers is taken from.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Which customers.
    pub filter: &'a CustomerFilter,
    /// After which position.
    pub after: Option<(DateTime<Utc>, CustomerId)>,
    /// How many rows.
    pub rows: i64,
    /// When it is asked.
    pub at: DateTime<Utc>,
}

/// Returns one page of the customers that are wanted, newest first.
pub fn page(tx: &mut Tx, wanted: Wanted<'_>) -> Result<Vec<Profile>> {
    let terms = Terms::of(wanted.filter.q.as_deref().unwrap_or_default());
    if terms.terms.is_empty() {
        return Ok(in_order(wanted, &terms).load(tx)?);
    }
    let Some(edge) = edge(tx, wanted)? else {
        return Ok(in_order(wanted, &terms).load(tx)?);
    };
    let newest: Vec<Profile> = in_order(wanted, &terms).filter(edge).load(tx)?;
    if full(newest.len(), wanted.rows) {
        return Ok(newest);
    }
    if let Some(query) = &terms.query {
        let (matches, ids): (i64, Vec<CustomerId>) = indexed(wanted, &terms, query).get_result(tx)?;
        if matches <= MOST_SORTED {
            return profiles(tx, &ids);
        }
    }
    Ok(in_order(wanted, &terms).load(tx)?)
}

fn full(found: usize, rows: i64) -> bool {
    i64::try_from(found).is_ok_and(|found| found >= rows)
}

/// Returns where the newest thousand end; `None` where there are fewer.
fn edge(tx: &mut Tx, wanted: Wanted<'_>) -> Result<Option<NotAfter>> {
    let mut query = customer::table.select((customer::created_at, customer::id)).into_boxed();
    if let Some((at, id)) = wanted.after {
        query = query.filter(Before { at, id });
    }
    let query = query.order((customer::created_at.desc(), customer::id.desc())).offset(NEWEST).limit(1);
    let found: Option<(DateTime<Utc>, CustomerId)> = query.first(tx).optional()?;
    Ok(found.map(|(at, id)| NotAfter { at, id }))
}

fn in_order<'a>(wanted: Wanted<'a>, terms: &Terms) -> Boxed<'a> {
    let filter = wanted.filter;
    let mut query = customer::table.select(Profile::as_select()).into_boxed();
    if let Some((at, id)) = wanted.after {
        query = query.filter(Before { at, id });
    }
    if let Some(stage) = filter.lifecycle_stage {
        query = query.filter(customer::lifecycle_stage.eq(stage));
    }
    if let Some(grade) = filter.value_grade {
        query = query.filter(customer::value_grade.eq(grade));
    }
    if let Some(owner) = filter.owner_id {
        query = query.filter(customer::owner_id.eq(owner));
    }
    if let Some(from) = filter.created_from {
        query = query.filter(customer::created_at.ge(from.0));
    }
    if let Some(before) = filter.created_before {
        query = query.filter(customer::created_at.lt(before.0));
    }
    if let Some(name) = filter.tag.clone() {
        query = query.filter(HasTag { name, at: wanted.at });
    }
    if !terms.terms.is_empty() {
        query = query.filter(HasTerms { terms: terms.terms.clone(), others: terms.others.clone() });
    }
    query.order((customer::created_at.desc(), customer::id.desc())).limit(wanted.rows)
}

static_query! {
    /// Counts up to 1,001 customers that the index names, and returns a page of those that match.
    struct Indexed<'a> {
        query: &'a str => Text, terms: &'a [String] => Array<Text>, others: &'a [String] => Array<Text>,
        stage: Option<&'static str> => Nullable<Text>, grade: Option<&'static str> => Nullable<Text>,
        owner: Option<uuid::Uuid> => Nullable<SqlUuid>, tag: Option<&'a str> => Nullable<Text>,
        since: Option<DateTime<Utc>> => Nullable<Timestamptz>, before: Option<DateTime<Utc>> => Nullable<Timestamptz>,
        at: DateTime<Utc> => Timestamptz, paged: bool => Bool, after: DateTime<Utc> => Timestamptz,
        after_id: CustomerId => SqlUuid, rows: i64 => BigInt
    } -> (BigInt, Array<SqlUuid>) =
        "WITH found AS MATERIALIZED (SELECT id, created_at, search_text, lifecycle_stage, value_grade, owner_id \
         FROM customer WHERE search @@ $query::tsquery LIMIT 1001) \
         SELECT (SELECT count(*) FROM found), ARRAY(SELECT f.id FROM found f \
         WHERE NOT EXISTS (SELECT FROM unnest($terms, $others) AS asked(term, other) \
         WHERE strpos(f.search_text, term) = 0 AND strpos(f.search_text, other) = 0) \
         AND ($stage IS NULL OR f.lifecycle_stage = $stage) AND ($grade IS NULL OR f.value_grade = $grade) \
         AND ($owner IS NULL OR f.owner_id = $owner) \
         AND ($since IS NULL OR f.created_at >= $since) AND ($before IS NULL OR f.created_at < $before) \
         AND ($tag IS NULL OR EXISTS (SELECT FROM customer_tag ct JOIN tag t ON t.id = ct.tag_id \
         WHERE ct.customer_id = f.id AND t.name = $tag AND (ct.expires_at IS NULL OR ct.expires_at > $at))) \
         AND (NOT $paged OR (f.created_at, f.id) < ($after, $after_id)) \
         ORDER BY f.created_at DESC, f.id DESC LIMIT $rows)"
}

fn indexed<'a>(wanted: Wanted<'a>, terms: &'a Terms, query: &'a str) -> Indexed<'a> {
    use crate::platform::codes::Codes;
    let filter = wanted.filter;
    let (after, after_id) = wanted.after.unwrap_or((wanted.at, CustomerId(uuid::Uuid::nil())));
    Indexed {
        query,
        terms: &terms.terms,
        others: &terms.others,
        stage: filter.lifecycle_stage.map(Codes::code),
        grade: filter.value_grade.map(Codes::code),
        owner: filter.owner_id.map(|owner| owner.0),
        tag: filter.tag.as_deref(),
        since: filter.created_from.map(|at| at.0),
        before: filter.created_before.map(|at| at.0),
        at: wanted.at,
        paged: wanted.after.is_some(),
        after,
        after_id,
        rows: wanted.rows,
    }
}

/// What is searched for: each term as it was written, and as the digits of a phone number.
struct Terms {
    terms: Vec<String>,
    others: Vec<String>,
    query: Option<String>,
}

impl Terms {
    fn of(words: &str) -> Self {
        let terms = search::terms(words);
        let others: Vec<String> = terms.iter().map(|term| as_digits(term)).collect();
        let asked: Vec<String> = terms.iter().zip(&others).filter_map(|(a, b)| either(a, b)).collect();
        let query = (!asked.is_empty()).then(|| asked.join(" & "));
        Self { terms, others, query }
    }
}

/// Returns the term without the separators of phone numbers, if it looks like one.
fn as_digits(term: &str) -> String {
    let separator = |c: char| matches!(c, '(' | ')' | '-' | '.' | '/');
    let digits = term.chars().filter(char::is_ascii_digit).count();
    let phone = digits >= 3 && term.chars().all(|c| c.is_ascii_digit() || c == '+' || separator(c));
    if phone { term.replace(separator, "") } else { term.to_owned() }
}

fn either(term: &str, other: &str) -> Option<String> {
    let asked = search::query(term)?;
    if term == other {
        return Some(asked);
    }
    Some(format!("(({asked}) | ({}))", search::query(other)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_is_searched_for_with_and_without_separators() {
        assert_eq!(as_digits("138-0013-8000"), "13800138000");
        assert_eq!(as_digits("+86(138)00"), "+8613800");
        assert_eq!(as_digits("a-138"), "a-138");
        assert_eq!(as_digits("1-2"), "1-2");
    }

    #[test]
    fn every_term_is_asked_of_the_index_that_can_be() {
        assert_eq!(Terms::of("王芳 x").query.as_deref(), Some("'王芳'"));
        assert_eq!(Terms::of("010-88").query.as_deref(), Some("(('01' & '10' & '88') | ('0108' & '1088'))"));
        assert_eq!(Terms::of("% _ x").query, None);
    }
}
