use super::{
    domain::{AdjustmentId, AdjustmentState, Refusal, decide},
    store::{self, Adjustment},
};
use crate::{
    customers::{self, CustomerId},
    loyalty::{
        points::{self, Posted},
        program,
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::{
            precondition::Expected,
            problem::{Error, Result},
        },
        ids,
    },
    staff::StaffId,
};

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::OwnRequest => Self::conflict(
                "own_request",
                "Somebody else decides on what you asked for.",
                "不能审批自己提交的申请。",
            ),
            Refusal::Decided => {
                Self::conflict("already_decided", "This request was decided on.", "该申请已处理。")
            }
        }
    }
}

/// What came of an adjustment.
#[derive(Debug)]
pub enum Adjusted {
    /// It is booked.
    Booked(Box<Posted>),
    /// It waits for a second person.
    Waiting(Box<Adjustment>),
}

/// Adjusts a balance, or asks a second person to where the amount is above the program's limit.
pub fn adjust(
    tx: &mut Tx,
    actor: &Actor,
    key: Option<&str>,
    customer: CustomerId,
    (amount, reason): (i64, &str),
) -> Result<Adjusted> {
    let limit = program::current(tx)?.adjustment_limit;
    if limit.is_none_or(|limit| amount.saturating_abs() <= limit) {
        let posted = points::adjust(tx, actor, key, customer, (amount, reason))?;
        return Ok(Adjusted::Booked(Box::new(posted)));
    }
    let found = customers::find(tx, customer)?.ok_or(Error::NotFound("customer"))?;
    customers::require_live_customer(&found)?;
    let row = Adjustment {
        id: AdjustmentId(ids::next()),
        customer_id: customer,
        amount,
        reason: reason.to_owned(),
        state: AdjustmentState::Pending,
        requested_by: actor.who.id(),
        requested_by_kind: actor.who.kind().to_owned(),
        requested_at: actor.at,
        decided_by: None,
        decided_at: None,
        comment: None,
        entry_id: None,
        version: 1,
    };
    store::insert(tx, &row)?;
    Ok(Adjusted::Waiting(Box::new(row)))
}

/// Books what somebody else asked for; refuses `own_request`, `already_decided`, and what an adjustment refuses.
pub fn approve(
    tx: &mut Tx,
    actor: &Actor,
    key: Option<&str>,
    id: AdjustmentId,
    (expected, comment): (&Expected, Option<&str>),
) -> Result<Adjustment> {
    let (row, me) = open(tx, actor, id, expected)?;
    let posted = points::adjust(tx, actor, key, row.customer_id, (row.amount, &row.reason))?;
    let entry_id = Some(posted.entry.id);
    close(tx, actor, Adjustment { entry_id, state: AdjustmentState::Approved, ..row }, me, comment)
}

/// Turns down what somebody else asked for; refuses `own_request`, `already_decided`.
pub fn reject(
    tx: &mut Tx,
    actor: &Actor,
    id: AdjustmentId,
    (expected, comment): (&Expected, &str),
) -> Result<Adjustment> {
    let (row, me) = open(tx, actor, id, expected)?;
    close(tx, actor, Adjustment { state: AdjustmentState::Rejected, ..row }, me, Some(comment))
}

fn open(tx: &mut Tx, actor: &Actor, id: AdjustmentId, expected: &Expected) -> Result<(Adjustment, StaffId)> {
    let row = store::lock(tx, id)?;
    expected.check(row.version)?;
    let me = actor.staff().ok_or(Error::Forbidden)?;
    decide(row.requested_by == Some(me), row.state)?;
    Ok((row, StaffId(me)))
}

fn close(
    tx: &mut Tx,
    actor: &Actor,
    row: Adjustment,
    me: StaffId,
    comment: Option<&str>,
) -> Result<Adjustment> {
    let row = Adjustment {
        decided_by: Some(me),
        decided_at: Some(actor.at),
        comment: comment.map(str::to_owned),
        version: row.version.saturating_add(1),
        ..row
    };
    store::save(tx, &row)?;
    Ok(row)
}
