//! Plays each piece of feedback from its registration to where it stands now; the steps themselves in `steps`.

mod steps;

use self::steps::register;
use super::{
    cast::Cast,
    customers::cycle,
    system,
    texts::{WORDS, Words},
};
use crate::{
    customers::CustomerId,
    departments::DepartmentId,
    feedback::{self, FeedbackId},
    platform::{
        auth::Actor,
        db::Tx,
        http::problem::{Error, Result},
    },
    vocabulary::Status,
};
use chrono::{DateTime, TimeDelta, Utc};

/// Where a story ends, and how many days ago it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Registered,
    Dispatched,
    InProgress,
    AwaitingCustomer,
    AwaitingThirdParty,
    PendingApproval,
    Rejected,
    Approved,
    Replied,
    Escalated,
    Satisfied,
    Partly,
    Silent,
    Unresolvable,
    Reopened,
    Merged,
    Cancelled,
}

/// How often each ending is played, how many hours ago the first of them began, and how many hours lie between.
const STORIES: [(End, usize, i64, i64); 17] = [
    (End::Registered, 3, 1, 4),
    (End::Dispatched, 3, 3, 6),
    (End::InProgress, 4, 9, 17),
    (End::AwaitingCustomer, 2, 10, 22),
    (End::AwaitingThirdParty, 2, 13, 26),
    (End::PendingApproval, 3, 12, 9),
    (End::Rejected, 1, 18, 0),
    (End::Approved, 2, 15, 6),
    (End::Replied, 3, 18, 14),
    (End::Escalated, 2, 40, 25),
    (End::Satisfied, 14, 60, 43),
    (End::Partly, 3, 90, 110),
    (End::Silent, 3, 140, 90),
    (End::Unresolvable, 1, 420, 0),
    (End::Reopened, 1, 120, 0),
    (End::Merged, 1, 26, 0),
    (End::Cancelled, 2, 45, 70),
];

/// One story on its way.
struct Story<'a> {
    tx: &'a mut Tx,
    cast: &'a Cast,
    words: &'static Words,
    number: usize,
    id: FeedbackId,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
}

/// Plays all stories; returns how many pieces of feedback there are then.
pub fn all(tx: &mut Tx, cast: &Cast, customers: &[CustomerId], now: DateTime<Utc>) -> Result<usize> {
    let mut number = 0;
    let mut made = 0;
    for (end, times, first, between) in STORIES {
        for time in 0..times {
            let hours = first.saturating_add(i64::try_from(time).unwrap_or(0).saturating_mul(between));
            let at = now.checked_sub_signed(TimeDelta::hours(hours)).unwrap_or(now);
            let who = cycle(customers, number * 5 + 1)
                .ok_or_else(|| Error::internal("a demo without customers"))?;
            let mut story = Story::begin(tx, cast, who, number, at, now)?;
            story.play(end, who)?;
            story.pass(now)?;
            made += if end == End::Merged { 2 } else { 1 };
            number += 1;
        }
    }
    Ok(made)
}

impl<'a> Story<'a> {
    fn begin(
        tx: &'a mut Tx,
        cast: &'a Cast,
        who: CustomerId,
        number: usize,
        at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let place = number * 3 % WORDS.len();
        let words = WORDS.get(place).ok_or_else(|| Error::internal("a demo without words"))?;
        let id = register(tx, cast.agent(number)?, words, who, at)?;
        Ok(Self { tx, cast, words, number, id, at, now })
    }

    fn play(&mut self, end: End, who: CustomerId) -> Result<()> {
        match end {
            End::Registered => Ok(()),
            End::Cancelled => self.cancel(),
            End::Merged => self.merge(who),
            _ => {
                self.dispatch()?;
                if end != End::Dispatched {
                    self.accept()?;
                    self.work(end)?;
                }
                Ok(())
            }
        }
    }

    fn work(&mut self, end: End) -> Result<()> {
        match end {
            End::Dispatched | End::Registered | End::Cancelled | End::Merged => Ok(()),
            End::InProgress => self.note(),
            End::AwaitingCustomer => self.ask(),
            End::AwaitingThirdParty => self.hold(),
            End::PendingApproval => self.propose(),
            End::Rejected => {
                self.propose()?;
                self.reject()
            }
            End::Approved => {
                self.propose()?;
                self.approve()
            }
            _ => {
                self.answer()?;
                self.after_reply(end)
            }
        }
    }

    fn after_reply(&mut self, end: End) -> Result<()> {
        match end {
            End::Replied => Ok(()),
            End::Escalated => self.confirm("dissatisfied", 2, "问题没有真正解决。"),
            End::Partly => self.confirm("satisfied", 3, "处理结果可以接受,但等得太久。"),
            End::Silent => Ok(()),
            End::Unresolvable => {
                for _ in 0..2 {
                    self.confirm("dissatisfied", 1, "仍然不能接受。")?;
                    self.again()?;
                }
                self.confirm("dissatisfied", 1, "仍然不能接受。")?;
                self.conclude()
            }
            End::Reopened => {
                self.confirm("satisfied", 5, "谢谢,处理得很快。")?;
                self.reopen()
            }
            _ => self.confirm("satisfied", 5, "谢谢,处理得很快。"),
        }
    }

    fn agent(&mut self, minutes: i64) -> Result<Actor> {
        let at = self.after(minutes)?;
        Ok(self.cast.agent(self.number)?.at(at))
    }

    fn handler(&mut self, minutes: i64) -> Result<Actor> {
        let (at, department) = (self.after(minutes)?, self.department()?);
        Ok(self.cast.handler(self.number, department)?.at(at))
    }

    fn head(&mut self, minutes: i64) -> Result<Actor> {
        let (at, department) = (self.after(minutes)?, self.department()?);
        Ok(self.cast.head(department)?.at(at))
    }

    fn department(&mut self) -> Result<DepartmentId> {
        let view = feedback::read(self.tx, &system(self.at), self.id)?;
        view.case.row.department_id.ok_or_else(|| Error::internal("a story of the demo without a department"))
    }

    /// Lets time pass, a little more or less each time, and never past now.
    fn after(&mut self, minutes: i64) -> Result<DateTime<Utc>> {
        let varied = minutes.saturating_mul(80 + i64::try_from(self.number * 17 % 50).unwrap_or(0)) / 100;
        let at = self.at.checked_add_signed(TimeDelta::minutes(varied)).unwrap_or(self.now);
        self.pass(at.min(self.now))?;
        Ok(self.at)
    }

    /// Does what the worker would have done until `until`, when it would have done it.
    fn pass(&mut self, until: DateTime<Utc>) -> Result<()> {
        while let Some(at) = self.next_check(until)? {
            feedback::tick(self.tx, self.id, at)?;
            self.at = at.checked_add_signed(TimeDelta::milliseconds(1)).unwrap_or(until);
        }
        self.at = until.max(self.at);
        Ok(())
    }

    fn next_check(&mut self, until: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
        let view = feedback::read(self.tx, &system(self.at), self.id)?;
        let ended = matches!(view.case.row.status, Status::Closed | Status::Merged | Status::Cancelled);
        let due = view.case.row.next_check_at.map(|at| at.max(self.at));
        Ok(due.filter(|at| !ended && *at < until))
    }
}
