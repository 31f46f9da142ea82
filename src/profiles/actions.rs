//! What is done with a customer that concerns more than one slice.

use super::store;
use crate::{
    customers::{self, CustomerId, Interaction, InteractionIn},
    platform::{
        auth::Actor,
        db::Tx,
        http::{
            precondition::Expected,
            problem::{Error, Result},
        },
    },
};

/// Notes an interaction; refuses `unknown_feedback` where it refers to feedback that is not this customer's.
pub fn note_interaction(
    tx: &mut Tx,
    actor: &Actor,
    id: CustomerId,
    expected: &Expected,
    input: &InteractionIn,
) -> Result<Interaction> {
    let noted = customers::note(tx, actor, id, expected, input)?;
    if let Some(feedback) = input.feedback_id {
        let known = store::is_feedback_of(tx, feedback, id, actor.scope().into())?;
        if !known {
            let (en, zh) = (
                "There is no such feedback of this customer.",
                "该客户没有这条反馈。",
            );
            return Err(Error::field("/feedback_id", "unknown_feedback", en, zh));
        }
    }
    Ok(noted)
}
