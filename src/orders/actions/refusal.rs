use crate::{orders::domain::Refusal, platform::http::problem::Error};

impl Refusal {
    /// Returns the refusal of a field.
    pub fn at(self, pointer: &'static str) -> Error {
        let ((en, zh), code) = (words(self), self.code());
        let error = match self {
            Self::ExternalRefTaken => Error::conflict(code, en, zh),
            _ => Error::field(pointer, code, en, zh),
        };
        match self {
            Self::OverRefund { left } => error.with("left", left),
            _ => error,
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        refusal.at("/lines")
    }
}

/// Says it in English and in Chinese.
fn words(refusal: Refusal) -> (String, String) {
    let say = |en: &str, zh: &str| (en.to_owned(), zh.to_owned());
    match refusal {
        Refusal::UnknownCustomer => say("There is no such customer.", "没有这位客户。"),
        Refusal::InTheFuture => say("must not be in the future", "不能是未来时间"),
        Refusal::ExternalRefTaken => {
            say("This reference was recorded before, with other content.", "该编号已记录过，内容不同。")
        }
        Refusal::OutOfRange => {
            say("The amounts, or the sums of their day, are out of range.", "金额或当日合计超出范围。")
        }
        Refusal::UnknownPurchase => say(
            "There is no such purchase; a refund of an unknown one names none.",
            "没有这笔购买；原购买未知时请勿填写。",
        ),
        Refusal::NotAPurchase => say("A refund is not refunded.", "退款不能再退。"),
        Refusal::OtherCustomer => say("The purchase is another customer's.", "该购买属于其他客户。"),
        Refusal::CurrencyMismatch { paid_in } => {
            let code = paid_in.code();
            (format!("The purchase was paid in {code}."), format!("原购买以 {code} 支付。"))
        }
        Refusal::BeforePurchase => say("lies before the purchase", "早于原购买时间"),
        Refusal::OverRefund { left } => (
            format!("Only {left} minor units are left to refund."),
            format!("最多还可退 {left}（最小货币单位）。"),
        ),
    }
}
