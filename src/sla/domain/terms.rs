use super::{ClockKind, Priority, Target, TargetUnit, default_target};
use crate::{codes, id_type, vocabulary::Status};
use serde::{Deserialize, Serialize};

id_type! {
    /// Names a policy.
    PolicyId
}

id_type! {
    /// Names one immutable version of a policy.
    PolicyVersionId
}

codes! {
    /// When the visit clock starts.
    pub enum VisitStart = "visit_start" {
        RegisteredAt = "registered_at", "With the registration", "登记时";
        RepliedAt = "replied_at", "With the reply", "回复时";
    }
}

codes! {
    /// In which statuses a policy may let the solution clock wait.
    pub enum PauseStatus = "pause_status" {
        AwaitingCustomer = "awaiting_customer", "Awaiting the customer", "待客户补充";
        AwaitingThirdParty = "awaiting_third_party", "Awaiting a third party", "待第三方";
    }
}

impl From<PauseStatus> for Status {
    fn from(status: PauseStatus) -> Self {
        match status {
            PauseStatus::AwaitingCustomer => Status::AwaitingCustomer,
            PauseStatus::AwaitingThirdParty => Status::AwaitingThirdParty,
        }
    }
}

/// The clocks that a policy promises something about. The progress clock has the length of its day, and how long
/// a confirmation waits is a setting.
pub const PROMISED: [ClockKind; 6] = [
    ClockKind::FirstResponse,
    ClockKind::Dispatch,
    ClockKind::Solution,
    ClockKind::Approval,
    ClockKind::Reply,
    ClockKind::Visit,
];

/// The targets, starts and pauses that a policy promises.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// How long which clock may take; what is absent has its default.
    pub targets: Vec<Promise>,
    /// When the visit clock starts.
    pub visit_starts: VisitStart,
    /// In which statuses the solution clock waits.
    pub pause_statuses: Vec<PauseStatus>,
}

/// How long one clock may take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// Which clock.
    pub clock: ClockKind,
    /// For which priority alone; none for all that have no promise of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// How many.
    pub amount: u32,
    /// Of what.
    pub unit: TargetUnit,
    /// At which percents of the budget somebody is warned, rising; the settings say it where this does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn_at_percent: Option<Vec<i32>>,
}

impl Default for Terms {
    /// Returns the terms where no policy applies.
    fn default() -> Self {
        Terms {
            targets: Vec::new(),
            visit_starts: VisitStart::RegisteredAt,
            pause_statuses: vec![PauseStatus::AwaitingCustomer],
        }
    }
}

impl Terms {
    /// Returns the terms that write the default targets down.
    pub fn written_out() -> Self {
        let promise = |clock, priority: Option<Priority>| {
            let target = default_target(clock, priority.unwrap_or(Priority::Normal))?;
            Some(Promise { clock, priority, amount: target.amount, unit: target.unit, warn_at_percent: None })
        };
        let rows = [
            (ClockKind::FirstResponse, None),
            (ClockKind::Dispatch, Some(Priority::Urgent)),
            (ClockKind::Dispatch, Some(Priority::Low)),
            (ClockKind::Dispatch, None),
            (ClockKind::Solution, Some(Priority::Urgent)),
            (ClockKind::Solution, None),
            (ClockKind::Approval, None),
            (ClockKind::Reply, None),
            (ClockKind::Visit, None),
        ];
        let targets = rows.into_iter().filter_map(|(clock, priority)| promise(clock, priority));
        Terms { targets: targets.collect(), ..Terms::default() }
    }

    /// Returns how long a clock may take; none for the progress clock, which has the length of its day.
    pub fn target(&self, clock: ClockKind, priority: Priority) -> Option<Target> {
        let promised = self
            .promise(clock, priority)
            .map(|promise| Target { amount: promise.amount, unit: promise.unit });
        promised.or_else(|| default_target(clock, priority))
    }

    /// Returns at which percents of its budget a clock warns, where these terms say it.
    pub fn warnings(&self, clock: ClockKind, priority: Priority) -> Option<&[i32]> {
        self.promise(clock, priority)?.warn_at_percent.as_deref()
    }

    /// Returns whether a clock of a kind waits in a status. An approval stops the solution clock in any case.
    pub fn pauses(&self, clock: ClockKind, status: Status) -> bool {
        match clock {
            ClockKind::Solution => self.pause_statuses.iter().any(|waits| Status::from(*waits) == status),
            ClockKind::Progress => status == Status::AwaitingCustomer,
            _ => false,
        }
    }

    /// Returns whether a clock of a kind may wait for customers and third parties.
    pub fn pausable(&self, clock: ClockKind) -> bool {
        match clock {
            ClockKind::Solution => !self.pause_statuses.is_empty(),
            clock => clock == ClockKind::Progress,
        }
    }

    fn promise(&self, clock: ClockKind, priority: Priority) -> Option<&Promise> {
        let find = |wanted: Option<Priority>| {
            let fits = |promise: &&Promise| promise.clock == clock && promise.priority == wanted;
            self.targets.iter().find(fits)
        };
        find(Some(priority)).or_else(|| find(None))
    }
}
