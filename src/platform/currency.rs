//! Currencies as ISO 4217 names them, and how many digits their minor units have.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use utoipa::openapi::{
    RefOr,
    schema::{ObjectBuilder, Schema, Type},
};

/// The currencies with two digits, by far the most.
const CENTS: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD \
    CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ \
    GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT \
    MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR \
    SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES \
    WST XCD XCG YER ZAR ZMW ZWG ZWL";
/// The currencies without minor units.
const WHOLE: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
/// The currencies with three digits.
const MILLS: &str = "BHD IQD JOD KWD LYD OMR TND";
/// The units of account with four digits.
const FINEST: &str = "CLF UYW";

/// The largest amount that travels: 2^53 - 1.
pub const MOST_MINOR: i64 = 9_007_199_254_740_991;

/// A currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency {
    code: &'static str,
    digits: usize,
}

fn all() -> impl Iterator<Item = Currency> {
    [(WHOLE, 0), (CENTS, 2), (MILLS, 3), (FINEST, 4)]
        .into_iter()
        .flat_map(|(codes, digits)| codes.split_ascii_whitespace().map(move |code| Currency { code, digits }))
}

impl Currency {
    /// Returns the currency with this code.
    pub fn of(code: &str) -> Option<Self> {
        all().find(|currency| currency.code == code)
    }

    /// Returns its code.
    pub fn code(self) -> &'static str {
        self.code
    }

    /// Returns the minor units that a decimal amount such as `29.33` is; none where it is no such amount, is negative,
    /// is finer than the minor unit or larger than what travels.
    pub fn minor_units(self, amount: &str) -> Option<i64> {
        let (whole, fraction) = amount.trim().split_once('.').unwrap_or((amount.trim(), "0"));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let (kept, finer) = fraction.split_at_checked(self.digits).unwrap_or((fraction, ""));
        if !is_number(whole) || !is_number(fraction) || finer.bytes().any(|b| b != b'0') {
            return None;
        }
        let minor = format!("{whole}{kept:0<width$}", width = self.digits);
        minor.parse().ok().filter(|minor| *minor <= MOST_MINOR)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code)
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<'de, str>::deserialize(from)?;
        Self::of(&code).ok_or_else(|| D::Error::custom("unknown_code"))
    }
}

impl utoipa::PartialSchema for Currency {
    fn schema() -> RefOr<Schema> {
        let mut codes: Vec<&str> = all().map(Currency::code).collect();
        codes.sort_unstable();
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(codes))
            .description(Some("A currency: ISO 4217."))
            .examples([serde_json::json!("CNY")])
            .into()
    }
}

impl utoipa::ToSchema for Currency {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_currency_is_there_once() {
        let codes: Vec<&str> = all().map(Currency::code).collect();

        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
        assert!(codes.iter().all(|code| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase())));
    }

    #[test]
    fn an_amount_has_the_digits_of_its_currency() {
        let minor = |code: &str, amount: &str| Currency::of(code).unwrap().minor_units(amount);

        assert_eq!(minor("USD", "29.33"), Some(2933));
        assert_eq!(minor("USD", " 29.3 "), Some(2930));
        assert_eq!(minor("USD", "29"), Some(2900));
        assert_eq!(minor("USD", "29.3300"), Some(2933));
        assert_eq!(minor("USD", "0.00"), Some(0));
        assert_eq!(minor("JPY", "500"), Some(500));
        assert_eq!(minor("JPY", "500.00"), Some(500));
        assert_eq!(minor("KWD", "1.234"), Some(1234));
        assert_eq!(minor("USD", "90071992547409.91"), Some(MOST_MINOR));
        for amount in
            ["", ".", "29.", ".5", "-1", "+1", "1e3", "1,000.00", "29.333", "90071992547409.92", "٣", "$1"]
        {
            assert_eq!(minor("USD", amount), None, "{amount}");
        }
        assert_eq!(minor("JPY", "0.5"), None);
        assert_eq!(Currency::of("usd"), None);
    }
}
