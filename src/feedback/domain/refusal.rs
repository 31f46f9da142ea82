/// Why a step is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The machine has no such step from here.
    #[error("the present status does not allow this|当前状态不允许此操作")]
    InvalidTransition,
    /// Somebody else's step.
    #[error("this step is for somebody else|此操作应由其他人执行")]
    NotYours,
    /// The proposer decides on the own plan.
    #[error("nobody decides on their own plan|不能审批自己提出的方案")]
    OwnPlan,
    /// Another handler has it.
    #[error("another handler has taken it|已由其他处理人受理")]
    HandledByOther,
    /// The handler is not active staff of the department.
    #[error("the handler must be active staff of the department|处理人必须是该部门的在职人员")]
    HandlerNotInDepartment,
    /// Nobody else could approve.
    #[error("there is nobody else to approve the plan|没有其他可以审批的人员")]
    NoApprover,
    /// It was handed to those who have it already.
    #[error("name another department or another handler|请指定其他部门或处理人")]
    NothingToTransfer,
    /// After the plan only the handler may change.
    #[error(
        "at this stage only the handler can change, within the department|此阶段只能在本部门内更换处理人"
    )]
    TransferWithinDepartment,
    /// Too late to reopen.
    #[error("the time for reopening is over|已超过可重新打开的期限")]
    ReopenWindowOver,
    /// A closed case of this outcome is reopened by service alone.
    #[error("only service may reopen this|只有客服可以重新打开")]
    ReopenByServiceOnly,
    /// The answer cannot change any more.
    #[error("the answer is final|答复已锁定")]
    AnswerLocked,
    /// There is no reply to answer.
    #[error("there is no reply to answer|没有可确认的回复")]
    NothingToConfirm,
    /// A dissatisfied customer with a good score.
    #[error("a dissatisfied customer gives 1 to 3|不满意时评分应为 1 至 3")]
    ScoreContradictsVerdict,
    /// The handler left.
    #[error(
        "the handler or the department is no longer active: dispatch instead|处理人或部门已停用，请重新分派"
    )]
    HandlerInactive,
    /// A reply went out, or it is not the first round.
    #[error("a case that was replied to cannot be cancelled|已回复的反馈不能撤销")]
    AlreadyReplied,
    /// From work on only withdrawal cancels.
    #[error("work has begun: only the customer's withdrawal cancels it|已开始处理，仅客户撤回时可撤销")]
    OnlyWithdrawn,
    /// Levels are left.
    #[error("there is a higher level to escalate to|尚可继续升级")]
    NotMaxLevel,
    /// Too few rounds had replies.
    #[error("replies of two earlier rounds are needed|需要先有两轮回复")]
    TooFewRounds,
    /// Of another customer.
    #[error("both must be of the same customer|必须属于同一客户")]
    DifferentCustomer,
    /// The target is closed or the same.
    #[error("the target must be another open feedback|目标必须是另一个未关闭的反馈")]
    TargetNotOpen,
    /// A pause that is too long.
    #[error("a pause is at most the working days that the settings allow|挂起时间超过允许的工作日数")]
    HoldTooLong,
    /// A time that is over.
    #[error("must be in the future|必须是将来的时间")]
    NotInFuture,
    /// A time to come.
    #[error("must not be in the future|不能是将来的时间")]
    InFuture,
    /// Another channel without a reason.
    #[error("say why it is not the channel that the customer chose|请说明为何不使用客户选择的渠道")]
    ChannelReasonRequired,
    /// Points for nobody.
    #[error("compensation needs a customer|补偿需要关联客户")]
    CompensationNeedsCustomer,
    /// The priority is that already.
    #[error("it has this priority already|已是该优先级")]
    SamePriority,
    /// The type is fixed by now.
    #[error("the type is fixed once work has begun|开始处理后不能更改类型")]
    TypeFixed,
    /// Another state was reported before.
    #[error("another state of this delivery was reported before|此前已报告过其他送达状态")]
    DeliveryReported,
    /// Delivery of a reply that is past.
    #[error("only the last reply's delivery can be reported|只能报告最后一次回复的送达情况")]
    NotLastReply,
}

impl Refusal {
    /// Returns the stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidTransition => "invalid_transition",
            Self::NotYours => "forbidden",
            Self::OwnPlan => "approver_is_proposer",
            Self::HandledByOther => "handled_by_other",
            Self::HandlerNotInDepartment => "handler_not_in_department",
            Self::NoApprover => "no_approver",
            Self::NothingToTransfer => "nothing_to_transfer",
            Self::TransferWithinDepartment => "transfer_within_department",
            Self::ReopenWindowOver => "reopen_window_over",
            Self::ReopenByServiceOnly => "reopen_by_service_only",
            Self::AnswerLocked => "answer_locked",
            Self::NothingToConfirm => "nothing_to_confirm",
            Self::ScoreContradictsVerdict => "score_contradicts_verdict",
            Self::HandlerInactive => "handler_inactive",
            Self::AlreadyReplied => "already_replied",
            Self::OnlyWithdrawn => "only_withdrawn",
            Self::NotMaxLevel => "not_max_level",
            Self::TooFewRounds => "too_few_rounds",
            Self::DifferentCustomer => "different_customer",
            Self::TargetNotOpen => "target_not_open",
            Self::HoldTooLong => "hold_too_long",
            Self::NotInFuture => "not_in_future",
            Self::InFuture => "in_future",
            Self::ChannelReasonRequired => "channel_reason_required",
            Self::CompensationNeedsCustomer => "compensation_needs_customer",
            Self::SamePriority => "same_priority",
            Self::TypeFixed => "type_fixed",
            Self::DeliveryReported => "delivery_reported",
            Self::NotLastReply => "not_last_reply",
        }
    }

    /// Returns the field at fault, where it is one: the refusal is 422 then.
    pub fn pointer(self) -> Option<&'static str> {
        match self {
            Self::HandlerNotInDepartment => Some("/handler_id"),
            Self::NothingToTransfer => Some("/handler_id"),
            Self::ScoreContradictsVerdict => Some("/score"),
            Self::HoldTooLong | Self::NotInFuture => Some("/expected_at"),
            Self::InFuture => Some("/received_at"),
            Self::ChannelReasonRequired => Some("/channel_reason"),
            Self::CompensationNeedsCustomer => Some("/compensation"),
            Self::SamePriority => Some("/priority"),
            _ => None,
        }
    }

    /// Returns the sentence in English and in Chinese.
    pub fn texts(self) -> (String, String) {
        let both = self.to_string();
        let (en, zh) = both.split_once('|').unwrap_or((&both, &both));
        (en.to_owned(), zh.to_owned())
    }
}
