//! What is done with a customer that concerns more than one slice.

use super::store;
use crate::{
    customers::{self, CustomerId, Interaction, InteractionIn},
    feedback::{self, FeedbackId},
    platform::{
        auth::Actor,
        db::Tx,
        http::{
            precondition::Expected,
            problem::{Error, Result},
        },
    },
};

/// Notes an interaction; one that goes out and refers to feedback is a first response there.
///
/// Refuses `unknown_feedback` where it refers to feedback that is not this customer's.
pub fn note_interaction(
    tx: &mut Tx,
    actor: &Actor,
    id: CustomerId,
    expected: &Expected,
    input: &InteractionIn,
) -> Result<Interaction> {
    let noted = customers::note(tx, actor, id, expected, input)?;
    if let Some(id_of_feedback) = input.feedback_id {
        let known = store::is_feedback_of(tx, id_of_feedback, id, actor.scope())?;
        if !known {
            let (en, zh) = ("There is no such feedback of this customer.", "该客户没有这条反馈。");
            return Err(Error::field("/feedback_id", "unknown_feedback", en, zh));
        }
        feedback::on_interaction(tx, actor, FeedbackId(id_of_feedback), input.direction, input.kind)?;
    }
    Ok(noted)
}
