use crate::{loyalty::points::domain::Refusal, platform::http::problem::Error};

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let ((en, zh), code) = (words(refusal), refusal.code());
        let error = match refusal {
            Refusal::Incomplete => return Self::internal("a book lacks lots that a command needs"),
            Refusal::HoldEnded
            | Refusal::NotReversible
            | Refusal::AlreadyActive
            | Refusal::SourceAlreadyUsed
            | Refusal::OpenHolds => Self::conflict(code, en, zh),
            _ => Self::field("/amount", code, en, zh),
        };
        match refusal {
            Refusal::InsufficientPoints { shortfall } => error.with("shortfall", shortfall),
            Refusal::OverReversal { left } => error.with("left", left),
            Refusal::CaptureAboveHold { held } => error.with("left", held),
            _ => error,
        }
    }
}

/// Says it in English and in Chinese.
fn words(refusal: Refusal) -> (String, String) {
    let say = |en: String, zh: String| (en, zh);
    match refusal {
        Refusal::InsufficientPoints { shortfall } => {
            say(format!("{shortfall} points are missing."), format!("积分不足，还差 {shortfall}。"))
        }
        Refusal::AmountOutOfRange => say(
            "The amount, or a balance after it, is out of range.".into(),
            "积分数或变动后的余额超出范围。".into(),
        ),
        Refusal::BelowMinimum { least } => say(
            format!("At least {least} points are redeemed at once."),
            format!("单次至少兑换 {least} 积分。"),
        ),
        Refusal::AboveMaximum { most } => say(
            format!("At most {most} points can be redeemed at once."),
            format!("单次最多兑换 {most} 积分。"),
        ),
        Refusal::HoldEnded => say("The hold has ended.".into(), "该冻结已结束。".into()),
        Refusal::CaptureAboveHold { held } => {
            say(format!("Only {held} points are held."), format!("仅冻结了 {held} 积分。"))
        }
        Refusal::OverReversal { left } => {
            say(format!("Only {left} points are left to reverse."), format!("最多可冲正 {left} 积分。"))
        }
        Refusal::NotReversible => {
            say("Entries of this kind are not reversed.".into(), "此类分录不可冲正。".into())
        }
        Refusal::TransferToSelf => say("Both are the same customer.".into(), "不能转给同一客户。".into()),
        Refusal::AlreadyActive => {
            say("There is nothing left to activate.".into(), "没有待生效的积分。".into())
        }
        Refusal::SourceAlreadyUsed => say(
            "This source has earned points before, another amount or for another customer.".into(),
            "该来源已发放过积分，数量或客户不同。".into(),
        ),
        Refusal::OpenHolds => say("A hold lies over both accounts.".into(), "存在跨两个账户的冻结。".into()),
        Refusal::TransferLimit { most } => say(
            format!("At most {most} more points can be transferred today."),
            format!("今日最多还可转出 {most} 积分。"),
        ),
        Refusal::Incomplete => say(refusal.to_string(), refusal.to_string()),
    }
}
