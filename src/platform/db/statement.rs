//! Hand-written SQL that PostgreSQL plans once: diesel never caches `sql_query` as a prepared
//! statement, but it does cache a type with a static `QueryId`.

/// Declares a type whose `load`, `get_result` and `execute` run one fixed SQL text.
///
/// `$name` in the text is the value of the field `name`; it may stand anywhere, and more than once.
/// A name that is no field, or a field that is not named, does not compile.
///
/// ```ignore
/// static_query! {
///     /// Adds points to an account and returns its new balance.
///     pub struct Earn { customer: i64 => BigInt, points: i32 => Integer } -> BigInt =
///         "UPDATE accounts SET balance = balance + $points WHERE customer_id = $customer RETURNING balance"
/// }
/// let balance: i64 = Earn { customer, points }.get_result(tx)?;
/// ```
macro_rules! static_query {
    (
        $(#[$doc:meta])*
        $vis:vis struct $name:ident $(<$life:lifetime>)? { $($field:ident: $rust:ty => $sql:ty),* $(,)? }
            -> $row:ty = $text:expr
    ) => {
        $(#[$doc])*
        $vis struct $name $(<$life>)? {
            $(#[doc = concat!("Is bound as `$", stringify!($field), "`.")] pub $field: $rust),*
        }

        const _: () = {
            use diesel::{pg::Pg, query_builder::{AstPass, Query, QueryFragment, QueryId}};
            use $crate::platform::db::statement;

            const TEXT: &str = $text;
            const BINDS: &[&str] = &[$(stringify!($field)),*];
            statement::check(TEXT, BINDS);

            /// Names the statement in diesel's cache, whatever the lifetime of its values.
            pub struct Id;

            impl $(<$life>)? QueryId for $name $(<$life>)? {
                type QueryId = Id;
                const HAS_STATIC_QUERY_ID: bool = true;
            }

            impl $(<$life>)? Query for $name $(<$life>)? {
                type SqlType = $row;
            }

            impl $(<$life>)? diesel::RunQueryDsl<diesel::PgConnection> for $name $(<$life>)? {}

            impl $(<$life>)? QueryFragment<Pg> for $name $(<$life>)? {
                fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> diesel::QueryResult<()> {
                    static PARTS: std::sync::LazyLock<Vec<statement::Part>> =
                        std::sync::LazyLock::new(|| statement::split(TEXT, BINDS));
                    for part in PARTS.iter() {
                        out.push_sql(part.text);
                        $(if part.bind == stringify!($field) {
                            out.push_bind_param::<$sql, _>(&self.$field)?;
                        })*
                    }
                    Ok(())
                }
            }
        };
    };
}
pub(crate) use static_query;

/// Is a stretch of SQL and the name of the value that follows it, empty at the end.
pub struct Part {
    /// Is sent as it stands.
    pub text: &'static str,
    /// Is the field to bind after the text.
    pub bind: &'static str,
}

/// Cuts the text at its placeholders.
pub fn split(text: &'static str, binds: &[&'static str]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some((before, after)) = rest.get(from..).and_then(|tail| tail.split_once('$')) {
        let end = from + before.len();
        match binds.iter().find(|bind| is_named(after.as_bytes(), bind.as_bytes())) {
            Some(bind) => {
                parts.push(Part { text: rest.get(..end).unwrap_or_default(), bind });
                rest = after.get(bind.len()..).unwrap_or_default();
                from = 0;
            }
            None => from = end + 1,
        }
    }
    parts.push(Part { text: rest, bind: "" });
    parts
}

/// Refuses, at compile time, a placeholder without a field and a field without a placeholder.
pub const fn check(text: &str, binds: &[&str]) {
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let named = matches!(tail, [b'a'..=b'z', ..]);
        assert!(
            *first != b'$' || !named || names_one_of(tail, binds),
            "the SQL names a value that is no field"
        );
        rest = tail;
    }
    let mut binds = binds;
    while let [bind, others @ ..] = binds {
        assert!(appears(text.as_bytes(), bind), "the SQL does not use one of the fields");
        binds = others;
    }
}

const fn names_one_of(tail: &[u8], mut binds: &[&str]) -> bool {
    while let [bind, others @ ..] = binds {
        if is_named(tail, bind.as_bytes()) {
            return true;
        }
        binds = others;
    }
    false
}

const fn appears(mut text: &[u8], bind: &str) -> bool {
    while let [first, tail @ ..] = text {
        if *first == b'$' && is_named(tail, bind.as_bytes()) {
            return true;
        }
        text = tail;
    }
    false
}

/// Says whether the text begins with the whole name: `$id` does not begin `$ids`.
const fn is_named(mut text: &[u8], mut name: &[u8]) -> bool {
    while let ([a, text_rest @ ..], [b, name_rest @ ..]) = (text, name) {
        if *a != *b {
            return false;
        }
        (text, name) = (text_rest, name_rest);
    }
    name.is_empty() && !matches!(text, [b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_', ..])
}

#[cfg(test)]
mod tests {
    use super::{check, split};

    #[test]
    fn text_is_cut_at_names_and_nowhere_else() {
        const SQL: &str = "SELECT '$.a', $ids::bigint[], $id + $id, $$x$$ -- 5$";
        const BINDS: &[&str] = &["id", "ids"];
        const { check("SELECT '$.a', $ids, $id", BINDS) };

        let parts: Vec<_> = split(SQL, BINDS).into_iter().map(|part| (part.text, part.bind)).collect();

        let expected =
            [("SELECT '$.a', ", "ids"), ("::bigint[], ", "id"), (" + ", "id"), (", $$x$$ -- 5$", "")];
        assert_eq!(parts, expected);
    }
}
