/// What a clock measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClockKind {
    /// Until the first message to the customer.
    FirstResponse,
    /// Until a department is set.
    Dispatch,
    /// Until a plan is submitted that gets approved.
    Solution,
    /// Until the approver decides.
    Approval,
    /// Until the result is sent.
    Reply,
    /// Until somebody asked the customer how it went.
    Visit,
    /// Until the day's progress note.
    Progress,
    /// Until the customer's verdict.
    Confirmation,
}

impl ClockKind {
    /// Returns the stable code.
    pub fn code(self) -> &'static str {
        match self {
            ClockKind::FirstResponse => "first_response",
            ClockKind::Dispatch => "dispatch",
            ClockKind::Solution => "solution",
            ClockKind::Approval => "approval",
            ClockKind::Reply => "reply",
            ClockKind::Visit => "visit",
            ClockKind::Progress => "progress",
            ClockKind::Confirmation => "confirmation",
        }
    }

    /// Returns whether running out is a breach; a confirmation's end without an answer is T16.
    pub fn can_breach(self) -> bool {
        self != ClockKind::Confirmation
    }
}

/// Which time a clock counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unit {
    /// Every second.
    Clock,
    /// Working time of the holder's calendar.
    Working,
}

impl Unit {
    /// Returns the stable code.
    pub fn code(self) -> &'static str {
        match self {
            Unit::Clock => "clock",
            Unit::Working => "working",
        }
    }
}

/// What a clock shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Waits for its start.
    NotStarted,
    /// Counts.
    Running,
    /// Waits, and keeps what is left.
    Paused,
    /// Was met by its due instant.
    Met,
    /// Was met after it.
    MetLate,
    /// Ran out; still open until its end.
    Breached,
    /// Ended without being met or missed.
    Cancelled,
}

impl State {
    /// Returns the stable code.
    pub fn code(self) -> &'static str {
        match self {
            State::NotStarted => "not_started",
            State::Running => "running",
            State::Paused => "paused",
            State::Met => "met",
            State::MetLate => "met_late",
            State::Breached => "breached",
            State::Cancelled => "cancelled",
        }
    }
}

/// Why a clock waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PauseReason {
    /// A question was sent to the customer.
    AwaitingCustomer,
    /// Somebody outside has to act.
    AwaitingThirdParty,
    /// A plan was submitted; the clock stands provisionally.
    AwaitingApproval,
    /// The item lay in a department that returned it.
    WithDepartment,
}

impl PauseReason {
    /// Returns the stable code.
    pub fn code(self) -> &'static str {
        match self {
            PauseReason::AwaitingCustomer => "awaiting_customer",
            PauseReason::AwaitingThirdParty => "awaiting_third_party",
            PauseReason::AwaitingApproval => "awaiting_approval",
            PauseReason::WithDepartment => "with_department",
        }
    }
}

/// Why a clock is breached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BreachReason {
    /// Its budget ran out.
    Time,
    /// A change left it less than it had used.
    Retargeted,
}

impl BreachReason {
    /// Returns the stable code.
    pub fn code(self) -> &'static str {
        match self {
            BreachReason::Time => "time",
            BreachReason::Retargeted => "retargeted",
        }
    }
}

/// How pressing the feedback is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Priority {
    /// Before all others.
    Urgent,
    /// In its turn.
    Normal,
    /// When there is time.
    Low,
}
