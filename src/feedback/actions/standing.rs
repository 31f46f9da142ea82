//! Where the actor stands towards a case: looked up by person, not by the name of a role.

use super::{
    case::Case,
    heads::{first_approver, heads_above, in_charge, rung_acting},
};
use crate::{
    departments::{self, Rung, Stander},
    feedback::{
        domain::{Facts, Refusal, Standing, Step, may},
        store::{self, Plan, Reply, Satisfaction},
    },
    platform::{
        auth::{Actor, Role, Who},
        codes::Codes,
        db::Tx,
        http::problem::{Error, Result},
    },
    staff::{self, Person, StaffId},
    vocabulary::{DeliveryState, PlanState},
};
use chrono::{DateTime, TimeDelta, Utc};

/// Everything that decides what somebody may do with a case now.
pub struct Stance {
    /// Where the actor stands.
    pub standing: Standing,
    /// What the guards ask.
    pub facts: Facts,
    /// The chain of heads, from the department upward.
    pub chain: Vec<Rung>,
    /// The active administrators, oldest first.
    pub admins: Vec<Stander>,
    /// The newest plan.
    pub plan: Option<Plan>,
    /// All replies.
    pub replies: Vec<Reply>,
    /// All questions for satisfaction.
    pub answers: Vec<Satisfaction>,
}

impl Stance {
    /// Looks up where `actor` stands towards `case`.
    pub fn load(tx: &mut Tx, actor: &Actor, case: &Case) -> Result<Self> {
        let department = match case.row.department_id {
            Some(id) => id,
            None => departments::service_department(tx)?,
        };
        let chain = departments::chain(tx, department, actor.at)?;
        let admins = departments::administrators(tx, actor.at)?;
        let plan = store::last_plan(tx, case.row.id)?;
        let replies = store::replies(tx, case.row.id)?;
        let answers = store::satisfactions(tx, case.row.id)?;
        let mut stance = Self {
            standing: Standing::default(),
            facts: facts(case, actor.at, &replies, &answers),
            chain,
            admins,
            plan,
            replies,
            answers,
        };
        stance.facts.handler_active = handler_active(tx, case)?;
        let needs_approval = !case.rules.config.settings.no_approval_types.contains(&case.row.kind);
        stance.facts.in_department =
            case.row.department_id.is_some() && case.row.department_id.map(|id| id.0) == actor.department;
        let me = StaffId(actor.principal());
        stance.facts.second_person = !needs_approval || stance.first_approver(me).is_some();
        stance.facts.other_handler = case.row.handler_id.is_some_and(|id| Some(id.0) != actor.staff());
        stance.standing = stance.standing_of(actor, case);
        stance.standing.head = stance.standing.head || is_called(tx, actor, case)?;
        Ok(stance)
    }

    /// Refuses a step that the actor may not take now; says what is possible instead.
    pub fn require(&self, step: Step, case: &Case) -> Result<()> {
        may(step, self.standing, self.facts).map_err(|refusal| self.refused(refusal, case))
    }

    /// Returns the plan that waits for a decision.
    pub fn pending_plan(&self) -> Option<&Plan> {
        self.plan.as_ref().filter(|plan| plan.state == PlanState::Pending)
    }

    /// Returns what the actor may do now.
    pub fn allowed(&self) -> Vec<Step> {
        Step::ALL.iter().copied().filter(|step| may(*step, self.standing, self.facts).is_ok()).collect()
    }

    /// Returns each step with what blocks it.
    pub fn all(&self) -> Vec<(Step, Option<Refusal>)> {
        Step::ALL.iter().map(|step| (*step, may(*step, self.standing, self.facts).err())).collect()
    }

    /// Turns a refusal into the problem that also says where the case stands.
    pub fn refused(&self, refusal: Refusal, case: &Case) -> Error {
        let allowed: Vec<String> = self.allowed().iter().map(ToString::to_string).collect();
        Error::from(refusal)
            .with("current_status", case.row.status.code())
            .with("current_version", case.row.version)
            .with("allowed_actions", allowed)
    }

    /// Returns who is asked to approve a plan of `proposer`.
    pub fn first_approver(&self, proposer: StaffId) -> Option<Person> {
        first_approver(&self.chain, &self.admins, proposer)
    }

    /// Returns as what somebody stands in the chain.
    pub fn place_of(&self, person: StaffId) -> Option<&'static str> {
        let is = |one: &Stander| one.person.id == person;
        for (place, rung) in self.chain.iter().enumerate() {
            if rung_acting(rung).any(is) {
                let head = rung.head.as_ref().is_some_and(is);
                let deputy = rung.deputy.as_ref().is_some_and(is);
                return Some(match (place, head, deputy) {
                    (0, true, _) => "head",
                    (0, _, true) => "deputy",
                    (0, ..) => "substitute",
                    _ => "head_above",
                });
            }
        }
        self.admins.iter().any(is).then_some("admin")
    }

    /// Returns whom level `level` calls (section 2, invariant 7).
    pub fn level_target(&self, level: i32) -> Option<Person> {
        let heads: Vec<&Stander> =
            self.chain.iter().filter_map(|rung| rung.head.as_ref()).map(in_charge).collect();
        let mut called: Option<StaffId> = None;
        let mut ahead = heads.iter().copied().chain(self.admins.iter()).enumerate();
        let mut found = None;
        for at_level in 1..=level {
            // level 3 is the head of the top department, as far as it lies above level 2
            let from = if at_level == 3 { heads.len().saturating_sub(1) } else { 0 };
            let next = ahead.find(|(place, one)| *place >= from && Some(one.person.id) != called);
            let (_, one) = next?;
            called = Some(one.person.id);
            found = Some(one.person.clone());
        }
        found
    }

    fn standing_of(&self, actor: &Actor, case: &Case) -> Standing {
        let person = actor.staff().map(StaffId);
        let is = |one: &Stander| Some(one.person.id) == person;
        let of_rung = |rung: &Rung| rung_acting(rung).any(is);
        let pending = self.pending_plan();
        let proposer = pending.is_some_and(|plan| Some(plan.proposed_by) == person);
        let asked = pending.and_then(|plan| self.first_approver(plan.proposed_by));
        let works = matches!(actor.role, Some(Role::Handler | Role::DepartmentHead));
        Standing {
            admin: actor.is_admin(),
            service: actor.is_service(),
            integrator: matches!(actor.who, Who::ApiKey(_)),
            customer: actor.who == Who::Customer,
            system: actor.who == Who::System,
            handler: person.is_some() && case.row.handler_id == person,
            department: works && case.row.department_id.is_some_and(|id| Some(id.0) == actor.department),
            head: self.chain.iter().any(of_rung),
            approver: actor.is_admin()
                || asked.is_some_and(|one| Some(one.id) == person)
                || person.is_some_and(|person| heads_above(&self.chain, person)),
            proposer,
            planned: self.plan.as_ref().is_some_and(|plan| Some(plan.proposed_by) == person),
            top: self.chain.last().is_some_and(of_rung),
        }
    }
}

/// Whoever the level has called acts as head of this item, wherever it has gone since (T18).
fn is_called(tx: &mut Tx, actor: &Actor, case: &Case) -> Result<bool> {
    match actor.staff() {
        Some(person) if case.row.escalation_level > 0 => store::is_called(tx, case.row.id, StaffId(person)),
        _ => Ok(false),
    }
}

fn handler_active(tx: &mut Tx, case: &Case) -> Result<bool> {
    let (Some(handler), Some(department)) = (case.row.handler_id, case.row.department_id) else {
        return Ok(false);
    };
    let person = staff::find_active(tx, handler)?;
    let there = person.is_some_and(|person| person.department_id == Some(department));
    Ok(there && departments::is_active(tx, department)?)
}

fn facts(case: &Case, at: DateTime<Utc>, replies: &[Reply], answers: &[Satisfaction]) -> Facts {
    let row = &case.row;
    let sent = |reply: &&Reply| reply.delivery_state != DeliveryState::Failed;
    let mut earlier: Vec<i32> =
        replies.iter().filter(sent).map(|r| r.round).filter(|r| *r < row.round).collect();
    earlier.dedup();
    let days = TimeDelta::days(i64::from(case.rules.config.settings.reopen_window_days));
    let within = |window: TimeDelta| {
        row.closed_at.and_then(|end| end.checked_add_signed(window)).is_some_and(|end| at < end)
    };
    let asked = answers.iter().any(|a| a.round == row.round && !a.void);
    Facts {
        status: row.status,
        outcome: row.outcome,
        round: row.round,
        level: row.escalation_level,
        other_handler: false,
        handler_active: false,
        second_person: true,
        in_department: false,
        answerable: asked && (row.closed_at.is_none() || within(super::settle::LATE_WINDOW)),
        replied: replies.iter().any(|reply| sent(&reply)),
        replied_rounds: earlier.len(),
        reopenable: within(days),
    }
}

/// Returns what `actor` may do with a case that was just registered.
pub fn at_intake(actor: &Actor, case: &Case) -> Vec<Step> {
    let standing = Standing {
        admin: actor.is_admin(),
        service: actor.is_service(),
        integrator: matches!(actor.who, Who::ApiKey(_)),
        ..Standing::default()
    };
    let facts = facts(case, actor.at, &[], &[]);
    Step::ALL.iter().copied().filter(|step| may(*step, standing, facts).is_ok()).collect()
}
