//! Who does something, and when: the first argument of every action.

use super::Role;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Who does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// A member of staff.
    Staff(Uuid),
    /// A program with an API key.
    ApiKey(Uuid),
    /// The customer, by the token of one feedback.
    Customer,
    /// The product itself: a timer or a rule.
    System,
}

impl Who {
    /// Returns the code that history keeps.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Staff(_) => "staff",
            Self::ApiKey(_) => "api_key",
            Self::Customer => "customer",
            Self::System => "system",
        }
    }

    /// Returns the id of the person or program.
    pub fn id(self) -> Option<Uuid> {
        match self {
            Self::Staff(id) | Self::ApiKey(id) => Some(id),
            Self::Customer | Self::System => None,
        }
    }
}

/// Which rows somebody may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All rows.
    All,
    /// What somebody may see by department and by person.
    Part(Sight),
}

/// By what somebody sees some of the rows: department and person, as they stand at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// The person or program.
    pub person: Uuid,
    /// Their department: they see what is or was dispatched to it or one below it.
    pub department: Option<Uuid>,
    /// When: whoever leads a department, or stands in for who does, sees what it sees.
    pub at: DateTime<Utc>,
}

impl Scope {
    /// Returns whether all rows are seen, and else by what some are: as a query takes it.
    pub fn bounds(self) -> (bool, Sight) {
        let nobody = Sight { person: Uuid::nil(), department: None, at: DateTime::<Utc>::UNIX_EPOCH };
        match self {
            Self::All => (true, nobody),
            Self::Part(sight) => (false, sight),
        }
    }
}

/// Who does something, and when. One instant serves the whole request.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Who it is.
    pub who: Who,
    /// The role of staff or of a program; none for the customer and the system.
    pub role: Option<Role>,
    /// The department of staff, or the one that an API key is bound to.
    pub department: Option<Uuid>,
    /// The instant of the request, by the database's clock.
    pub at: DateTime<Utc>,
    /// The request's id; empty for timers.
    pub request_id: String,
}

impl Actor {
    /// Returns the product itself, acting at `at`.
    pub fn system(at: DateTime<Utc>) -> Self {
        Self { who: Who::System, role: None, department: None, at, request_id: String::new() }
    }

    /// Returns the customer, acting at `at`.
    pub fn customer(at: DateTime<Utc>, request_id: String) -> Self {
        Self { who: Who::Customer, role: None, department: None, at, request_id }
    }

    /// Returns the member of staff, if it is one.
    pub fn staff(&self) -> Option<Uuid> {
        match self.who {
            Who::Staff(id) => Some(id),
            _ => None,
        }
    }

    /// Returns the id of the person or program; nil for the customer and the system.
    pub fn principal(&self) -> Uuid {
        match self.who {
            Who::Staff(id) | Who::ApiKey(id) => id,
            Who::Customer | Who::System => Uuid::nil(),
        }
    }

    /// Returns whether the actor is an administrator.
    pub fn is_admin(&self) -> bool {
        self.role == Some(Role::Admin)
    }

    /// Returns whether the actor may do what a service agent may.
    pub fn is_service(&self) -> bool {
        matches!(self.role, Some(Role::Admin | Role::ServiceAgent))
    }

    /// Returns whether the actor takes steps in place of a customer: service, or a program.
    pub fn serves(&self) -> bool {
        self.is_service() || matches!(self.who, Who::ApiKey(_))
    }

    /// Returns which rows of feedback the actor may see.
    pub fn scope(&self) -> Scope {
        match (self.role, self.department) {
            (Some(Role::Handler | Role::DepartmentHead), _) => Scope::Part(self.sight()),
            (Some(Role::Integrator), Some(_)) => Scope::Part(self.sight()),
            _ => Scope::All,
        }
    }

    /// Returns by what the actor sees rows, however many that are.
    pub fn sight(&self) -> Sight {
        Sight { person: self.principal(), department: self.department, at: self.at }
    }
}
