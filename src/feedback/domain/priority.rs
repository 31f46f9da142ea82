use crate::vocabulary::{FeedbackType, Priority, PriorityReason};

/// What makes feedback urgent, whatever its type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Risks {
    /// Somebody may come to harm.
    pub safety: bool,
    /// Many have the same problem.
    pub batch: bool,
    /// It may become a public matter.
    pub public_opinion: bool,
}

/// Returns the default priority with its reasons.
pub fn priority_of(kind: FeedbackType, risks: Risks) -> (Priority, Vec<PriorityReason>) {
    let urgent: Vec<PriorityReason> = [
        (risks.safety, PriorityReason::SafetyRisk),
        (risks.batch, PriorityReason::BatchProblem),
        (risks.public_opinion, PriorityReason::PublicOpinionRisk),
    ]
    .into_iter()
    .filter_map(|(is, reason)| is.then_some(reason))
    .collect();
    if !urgent.is_empty() {
        return (Priority::Urgent, urgent);
    }
    match kind {
        FeedbackType::Complaint => (Priority::Normal, vec![PriorityReason::GeneralComplaint]),
        FeedbackType::Inquiry => (Priority::Normal, vec![PriorityReason::BasicUseOk]),
        FeedbackType::Suggestion | FeedbackType::Praise => (Priority::Low, vec![PriorityReason::BasicUseOk]),
    }
}
