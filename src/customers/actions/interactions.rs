//! Interactions: noted, never changed.

use super::lock_live;
use crate::{
    customers::{
        domain::CustomerId,
        store::{self, Interaction, NewInteraction},
        wire::InteractionIn,
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::{
            precondition::Expected,
            problem::{Error, Result},
        },
    },
};

/// Notes what passed between a customer and the organisation; refuses a time in the future.
///
/// Whether the feedback that it refers to is this customer's, and what that changes there, is the caller's to say.
pub fn note(
    tx: &mut Tx,
    actor: &Actor,
    id: CustomerId,
    expected: &Expected,
    input: &InteractionIn,
) -> Result<Interaction> {
    let occurred_at = input.occurred_at.map_or(actor.at, |at| at.0);
    if occurred_at > actor.at {
        return Err(Error::field(
            "/occurred_at",
            "in_the_future",
            "must not be in the future",
            "不能是未来时间",
        ));
    }
    lock_live(tx, id, expected)?;
    let new = NewInteraction {
        customer_id: Some(id),
        feedback_id: input.feedback_id,
        channel: input.channel,
        direction: input.direction,
        kind: input.kind,
        summary: input.summary.0.clone(),
        sentiment: input.sentiment,
        occurred_at,
        staff_id: actor.staff(),
        created_at: actor.at,
    };
    let id = store::note_interaction(tx, new)?;
    store::interaction(tx, id)
}
