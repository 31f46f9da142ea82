//! What the loop tells the points program: that praise or a suggestion was taken up, that a question was answered.

use super::case::Case;
use crate::{
    loyalty::earning::{self, Event, Fact, Trigger},
    platform::{auth::Actor, codes::Codes, db::Tx, http::problem::Result},
    vocabulary::{FeedbackType, Outcome},
};

/// Tells that the case was closed as resolved, where it is praise or a suggestion: once a case.
pub fn adopted(tx: &mut Tx, actor: &Actor, case: &Case) -> Result<()> {
    let is_word = matches!(case.row.kind, FeedbackType::Praise | FeedbackType::Suggestion);
    if !is_word || case.row.outcome != Some(Outcome::Resolved) {
        return Ok(());
    }
    happened(tx, actor, case, (Trigger::FeedbackAdopted, format!("feedback:{}", case.row.id)), None)
}

/// Tells that the customer answered whether the reply is good: once a round.
pub fn answered(tx: &mut Tx, actor: &Actor, case: &Case, score: Option<i16>) -> Result<()> {
    let source = format!("satisfaction:{}:{}", case.row.id, case.row.round);
    happened(tx, actor, case, (Trigger::SurveyAnswered, source), score)
}

fn happened(
    tx: &mut Tx,
    actor: &Actor,
    case: &Case,
    (trigger, source): (Trigger, String),
    score: Option<i16>,
) -> Result<()> {
    let Some(customer) = case.row.customer_id else { return Ok(()) };
    let words = [
        (Fact::Channel, case.row.channel.code().to_owned()),
        (Fact::FeedbackType, case.row.kind.code().to_owned()),
    ];
    let event = Event {
        words: words.into(),
        numbers: score.map(|score| (Fact::Score, i64::from(score))).into_iter().collect(),
        ..Event::of(trigger, actor.at)
    };
    earning::happened(tx, actor, (customer, source), &event)
}
