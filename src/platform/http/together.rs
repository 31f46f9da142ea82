//! Hot changes: those that are asked for at the same time are done in one transaction, each with its own
//! idempotency key and its own answer.

use super::{
    command::Command,
    idempotency::Key,
    problem::{Error, Result},
    reply::{Reply, Resource},
};
use crate::platform::{
    auth::{Actor, Caller},
    db::{Batch, Db, Tx, idempotency as kept},
};
use actix_web::http::StatusCode;
use std::{collections::HashSet, marker::PhantomData};

/// Is a change that many ask for at once.
pub trait Together: Sized + Send + 'static {
    /// Is what is asked.
    type Input: Send + Sync + 'static;
    /// Is what is answered.
    type Out: Resource + Send + 'static;

    /// Names the threads, in the log and in the figures.
    const NAME: &'static str;
    /// Is the status of answers that do not say another.
    const STATUS: StatusCode;
    /// Counts the lanes; see [`Batch::LANES`].
    const LANES: usize = 1;

    /// Returns what tells the lane; see [`Batch::lane`].
    fn lane(_input: &Self::Input) -> u64 {
        0
    }

    /// Returns the status of an answer.
    fn status(_out: &Self::Out) -> StatusCode {
        Self::STATUS
    }

    /// Does what is asked and returns what came of each, in order; see [`Batch::run`] for what a refusal may not
    /// have done.
    fn run(tx: &mut Tx, asked: &[(&Actor, &Self::Input)]) -> Result<Vec<Result<Self::Out>>>;
}

impl<T: Send + Sync + 'static> Command<T> {
    /// Does what [`Command::run`] does, together with those who ask for the same at the same time.
    pub async fn run_together<C: Together<Input = T>>(
        self,
        db: &Db,
        caller: &Caller,
    ) -> Result<Reply<C::Out>> {
        let key = self.key.map(|key| key.by(caller.principal()));
        db.submit(Asked::<C> { caller: caller.clone(), input: self.input, key, of: PhantomData }).await
    }
}

/// Is what one caller asks for.
struct Asked<C: Together> {
    caller: Caller,
    input: C::Input,
    key: Option<Key>,
    of: PhantomData<fn() -> C>,
}

impl<C: Together> Batch for Asked<C> {
    type Out = Reply<C::Out>;
    const NAME: &'static str = C::NAME;
    const LANES: usize = C::LANES;

    fn lane(&self) -> u64 {
        C::lane(&self.input)
    }

    fn run(tx: &mut Tx, jobs: &[Self]) -> Result<Vec<Result<Reply<C::Out>>>> {
        let mut answers: Vec<Option<Result<Reply<C::Out>>>> = jobs.iter().map(|_| None).collect();
        loop {
            // of those with the same key one after another: the second finds the answer of the first
            let mut keys = HashSet::new();
            let waiting = jobs.iter().zip(&mut answers).filter(|(_, answer)| answer.is_none());
            let turn: Vec<_> = waiting
                .filter(|(job, _)| {
                    job.key.as_ref().is_none_or(|key| keys.insert((key.principal, &key.route, &key.key)))
                })
                .collect();
            if turn.is_empty() {
                break;
            }
            take_turn(tx, turn)?;
        }
        let unanswered = || Err(Error::internal("a change was not answered"));
        Ok(answers.into_iter().map(|answer| answer.unwrap_or_else(unanswered)).collect())
    }
}

type Turn<'a, C> = (&'a Asked<C>, &'a mut Option<Result<Reply<<C as Together>::Out>>>);

/// Answers those whose keys have their answers, does what the others ask, and keeps their answers.
fn take_turn<C: Together>(tx: &mut Tx, turn: Vec<Turn<'_, C>>) -> Result<()> {
    let keyed = turn.iter().filter_map(|(job, _)| Some((job.key.as_ref()?, job.caller.at)));
    let mut claims = kept::claim_all(tx, &keyed.collect::<Vec<_>>())?.into_iter();
    let mut open = Vec::new();
    for (job, answer) in turn {
        let Some(key) = &job.key else {
            open.push((job, answer));
            continue;
        };
        match claims.next() {
            Some(Ok(None)) => open.push((job, answer)),
            Some(Ok(Some(stored))) => *answer = Some(key.check(&stored).map(|()| Reply::replayed(stored))),
            Some(Err(error)) => *answer = Some(Err(error)),
            None => return Err(Error::internal("a key was not claimed")),
        }
    }
    do_open(tx, open)
}

fn do_open<C: Together>(tx: &mut Tx, open: Vec<Turn<'_, C>>) -> Result<()> {
    let asked: Vec<(&Actor, &C::Input)> = open.iter().map(|(job, _)| (&*job.caller, &job.input)).collect();
    let outs = if asked.is_empty() { Vec::new() } else { C::run(tx, &asked)? };
    if outs.len() != open.len() {
        return Err(Error::internal("a batch must answer each of its members"));
    }
    let mut kept_answers = Vec::new();
    for ((job, answer), out) in open.into_iter().zip(outs) {
        let reply = match out {
            Ok(out) => Ok(Reply::new(C::status(&out), &out)?),
            Err(refusal) => Err(refusal),
        };
        match (&job.key, &reply) {
            (Some(key), Ok(reply)) => kept_answers.push((key, reply.stored(&key.fingerprint)?)),
            // only what was committed is kept: a refused call may be sent again
            (Some(key), Err(_)) => kept::release(tx, key)?,
            (None, _) => {}
        }
        *answer = Some(reply);
    }
    kept::keep_all(tx, kept_answers)
}
