//! Enumerations that travel as codes: one list gives the type, its JSON, its column text and its labels.

/// One value of an enumeration, as `GET /enums` shows it.
#[derive(Clone, Copy, Debug)]
pub struct Label {
    /// The code that travels.
    pub code: &'static str,
    /// The label in English.
    pub en: &'static str,
    /// The label in Chinese.
    pub zh: &'static str,
}

/// An enumeration whose values are codes.
pub trait Codes: Copy + Sized + 'static {
    /// The name of the enumeration, as `GET /enums` shows it.
    const NAME: &'static str;
    /// Every value with its labels, in the order of the documentation.
    const LABELS: &'static [Label];
    /// Every value.
    const ALL: &'static [Self];
    /// Returns the code that travels.
    fn code(self) -> &'static str;
    /// Returns the value of a code.
    fn of(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.code() == code)
    }
}

/// Makes an enumeration of codes: serde, diesel (as text), the schema with its labels, and [`Codes`].
///
/// ```ignore
/// codes! {
///     /// How soon it must be dealt with.
///     pub enum Priority = "priority" {
///         Urgent = "urgent", "Urgent", "紧急";
///         Normal = "normal", "Normal", "普通";
///     }
/// }
/// ```
#[macro_export]
macro_rules! codes {
    ($(#[doc = $doc:literal])+ pub enum $name:ident = $enum:literal {
        $($variant:ident = $code:literal, $en:literal, $zh:literal;)+
    }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
                 diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum $name {
            $(#[doc = concat!($en, " ", $zh)] $variant,)+
        }

        impl $crate::platform::codes::Codes for $name {
            const NAME: &'static str = $enum;
            const LABELS: &'static [$crate::platform::codes::Label] = &[
                $($crate::platform::codes::Label { code: $code, en: $en, zh: $zh },)+
            ];
            const ALL: &'static [Self] = &[$(Self::$variant,)+];
            fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::platform::codes::Codes::code(*self))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str($crate::platform::codes::Codes::code(*self))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let code = std::borrow::Cow::<'de, str>::deserialize(from)?;
                <Self as $crate::platform::codes::Codes>::of(&code)
                    .ok_or_else(|| serde::de::Error::custom("unknown_code"))
            }
        }

        impl diesel::serialize::ToSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>) -> diesel::serialize::Result {
                let code: &'static str = $crate::platform::codes::Codes::code(*self);
                std::io::Write::write_all(out, code.as_bytes())?;
                Ok(diesel::serialize::IsNull::No)
            }
        }

        impl diesel::deserialize::FromSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn from_sql(bytes: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                let code = std::str::from_utf8(bytes.as_bytes())?;
                <Self as $crate::platform::codes::Codes>::of(code)
                    .ok_or_else(|| format!("{code} is no {}", $enum).into())
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                let mut text = String::from(concat!($($doc, "\n",)+).trim());
                for label in <Self as $crate::platform::codes::Codes>::LABELS {
                    text.push_str(&format!("\n- `{}`: {} {}", label.code, label.en, label.zh));
                }
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some([$($code,)+]))
                    .description(Some(text))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
    };
}
