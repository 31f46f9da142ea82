//! When two addresses are the same address, and what a customer may not do.

use crate::{codes, id_type};
use unicode_normalization::UnicodeNormalization;

id_type!(
    /// The id of a customer.
    CustomerId
);
id_type!(
    /// The id of a tag.
    TagId
);
id_type!(
    /// The id of an interaction.
    InteractionId
);

codes! {
    /// Whether a customer is live.
    pub enum CustomerStatus = "customer_status" {
        Active = "active", "Active", "有效";
        Merged = "merged", "Became part of another", "已合并";
        Erased = "erased", "Personal data erased", "已抹除";
    }
}

codes! {
    /// Which address two customers share.
    pub enum MatchedOn = "matched_on" {
        Phone = "phone", "Phone", "电话";
        Email = "email", "E-mail", "邮箱";
    }
}

/// Why a command on a customer is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The customer became part of another.
    #[error("the customer became part of {0}")]
    Merged(CustomerId),
    /// The customer's data were erased.
    #[error("the customer's data were erased")]
    Erased,
    /// Another customer has the external reference.
    #[error("another customer has the external reference")]
    ExternalRefTaken,
    /// Another tag has the name.
    #[error("another tag has the name")]
    TagNameTaken,
    /// Customers have the tag.
    #[error("customers have the tag")]
    TagInUse,
}

impl Refusal {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Merged(_) => "customer_merged",
            Self::Erased => "customer_erased",
            Self::ExternalRefTaken => "external_ref_taken",
            Self::TagNameTaken => "tag_name_taken",
            Self::TagInUse => "tag_in_use",
        }
    }
}

/// Returns the one form of a phone number: digits, with `+` before a country code.
///
/// Full-width digits become plain, separators go, `00` before a country code becomes `+`, and a mobile number of
/// mainland China gets its `+86`, however it was written: `138-0013-8000`, `86 13800138000`, `008613800138000`.
pub fn normalised_phone(phone: &str) -> String {
    let plain: String = phone.nfkc().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let plus = plain.starts_with('+');
    let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
    let (plus, digits) = match digits.strip_prefix("00") {
        Some(rest) if !plus && rest.len() > 5 => (true, rest),
        _ => (plus, digits.as_str()),
    };
    let national = if plus { digits.strip_prefix("86") } else { digits.strip_prefix("86").or(Some(digits)) };
    match national {
        Some(mobile) if is_mainland_mobile(mobile) => format!("+86{mobile}"),
        _ if !plus && is_mainland_mobile(digits) => format!("+86{digits}"),
        _ if plus => format!("+{digits}"),
        _ => digits.to_owned(),
    }
}

fn is_mainland_mobile(digits: &str) -> bool {
    let mut first = digits.bytes();
    digits.len() == 11
        && first.next() == Some(b'1')
        && first.next().is_some_and(|b| (b'3'..=b'9').contains(&b))
}

/// Returns the one form of an e-mail address: NFKC and lower case, also before the `@` (no provider of today
/// tells two people apart by case).
pub fn normalised_email(email: &str) -> String {
    crate::platform::search::fold(email.trim())
}

/// Returns the one form of a tag's name: composed, without spaces around it.
pub fn normalised_tag(name: &str) -> String {
    name.trim().nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_mobile_number_is_the_same_number() {
        let ways = [
            "13800138000",
            "138-0013-8000",
            "138 0013 8000",
            "+86 138 0013 8000",
            "+86(138)00138000",
            "8613800138000",
            "008613800138000",
            "１３８００１３８０００",
            "＋86 13800138000",
        ];
        for way in ways {
            assert_eq!(normalised_phone(way), "+8613800138000", "{way}");
        }
    }

    #[test]
    fn other_numbers_keep_what_tells_them_apart() {
        for (phone, normalised) in [
            ("(010) 8888-8888", "01088888888"),
            ("+1 415 555 0100", "+14155550100"),
            ("001 415 555 0100", "+14155550100"),
            ("400-800-1234", "4008001234"),
            ("95588", "95588"),
            ("00110", "00110"),
            ("86123", "86123"),
            ("+8601088888888", "+8601088888888"),
        ] {
            assert_eq!(normalised_phone(phone), normalised, "{phone}");
        }
    }

    #[test]
    fn an_email_is_the_same_in_any_case_and_width() {
        assert_eq!(normalised_email("Wang.Fang@Example.COM"), "wang.fang@example.com");
        assert_eq!(normalised_email("ｗａｎｇ@example.com"), "wang@example.com");
        assert_eq!(normalised_email("e\u{301}@x.cn"), normalised_email("\u{c9}@x.cn"));
    }

    #[test]
    fn a_tag_is_the_same_however_it_is_composed() {
        assert_eq!(normalised_tag(" Cafe\u{301} "), normalised_tag("Caf\u{e9}"));
    }
}
