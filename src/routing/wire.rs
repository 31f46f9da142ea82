use super::{Facts, Rule, RuleId, RuleRow, WhyNot, domain::Conditions, store};
use crate::{
    departments::DepartmentId,
    page_of,
    platform::{
        http::{body::present, problem::Result, reply::Resource},
        text::{Code, LongText, Name},
        time::Timestamp,
    },
    text_type,
    vocabulary::{Channel, FeedbackType, Priority, ValueGrade},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

text_type!(
    /// A word or a few that stand in the text of feedback.
    Keyword, 100, lines = false
);

/// What a rule asks of the feedback: one of each list; what is empty or null asks nothing. In a patch what is left
/// out stays as it is.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoutingConditionsIn {
    /// The type of the feedback.
    #[schema(nullable = false, max_items = 20)]
    pub types: Option<Vec<FeedbackType>>,
    /// Its priority.
    #[schema(nullable = false, max_items = 20)]
    pub priorities: Option<Vec<Priority>>,
    /// The value grade of the customer.
    #[schema(nullable = false, max_items = 20)]
    pub grades: Option<Vec<ValueGrade>>,
    /// The channel of intake.
    #[schema(nullable = false, max_items = 20)]
    pub channels: Option<Vec<Channel>>,
    /// How the reference of the product begins.
    #[serde(default, deserialize_with = "present")]
    pub product_ref_prefix: Option<Option<Code>>,
    /// One of these stands in subject, description or demand, whatever its case.
    #[schema(nullable = false, max_items = 100)]
    pub keywords: Option<Vec<Keyword>>,
}

/// A new routing rule.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RoutingRuleIn {
    /// What people call it; no two rules share it.
    #[schema(example = "投诉 → 售后服务部")]
    pub name: Name,
    /// Lower goes first; of equal ones the older.
    #[schema(minimum = 0, maximum = 1000000, example = 20)]
    pub order: i32,
    /// What it asks; left out, it takes all feedback.
    #[schema(nullable = false)]
    pub conditions: Option<RoutingConditionsIn>,
    /// Who takes the feedback; active now.
    pub department_id: DepartmentId,
}

/// What is to change in a routing rule.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
pub struct RoutingRulePatch {
    /// What people call it; no two rules share it.
    #[schema(nullable = false)]
    pub name: Option<Name>,
    /// Lower goes first; of equal ones the older.
    #[schema(nullable = false, minimum = 0, maximum = 1000000)]
    pub order: Option<i32>,
    /// What it asks.
    #[schema(nullable = false)]
    pub conditions: Option<RoutingConditionsIn>,
    /// Who takes the feedback; active now.
    #[schema(nullable = false)]
    pub department_id: Option<DepartmentId>,
}

/// What a rule asks of the feedback: one of each list; what is empty or null asks nothing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RoutingConditionsOut {
    /// The type of the feedback.
    pub types: Vec<FeedbackType>,
    /// Its priority.
    pub priorities: Vec<Priority>,
    /// The value grade of the customer.
    pub grades: Vec<ValueGrade>,
    /// The channel of intake.
    pub channels: Vec<Channel>,
    /// How the reference of the product begins.
    #[schema(required = true)]
    pub product_ref_prefix: Option<String>,
    /// One of these stands in subject, description or demand, whatever its case.
    pub keywords: Vec<String>,
}

impl From<Conditions> for RoutingConditionsOut {
    fn from(asked: Conditions) -> Self {
        Self {
            types: asked.types,
            priorities: asked.priorities,
            grades: asked.grades,
            channels: asked.channels,
            product_ref_prefix: asked.product_ref_prefix,
            keywords: asked.keywords,
        }
    }
}

/// A routing rule as it is now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RoutingRuleOut {
    /// Which one.
    pub id: RuleId,
    /// What people call it.
    #[schema(example = "投诉 → 售后服务部")]
    pub name: String,
    /// Lower goes first; of equal ones the older.
    #[schema(example = 20)]
    pub order: i32,
    /// What it asks.
    pub conditions: RoutingConditionsOut,
    /// Who takes the feedback.
    pub department_id: DepartmentId,
    /// Whether it is asked.
    pub active: bool,
    /// Grows with every change; also the `ETag`.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
}

impl RoutingRuleOut {
    /// Returns a rule as it travels.
    pub fn of(row: RuleRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            name: row.name,
            order: row.position,
            conditions: store::conditions_of(row.conditions)?.into(),
            department_id: row.department_id,
            active: row.active,
            version: row.version,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        })
    }
}

impl Resource for RoutingRuleOut {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/routing-rules/{}", self.id))
    }
}

page_of!(
    /// A page of rules, in the order in which they are asked.
    RoutingRulePage,
    RoutingRuleOut
);

/// Which rules are wanted.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RoutingRuleFilter {
    /// Only those that are asked, or only those that are not.
    #[param(nullable = false)]
    pub active: Option<bool>,
    /// Only those that give feedback to this department.
    #[param(nullable = false)]
    pub department_id: Option<DepartmentId>,
}

/// Feedback, as far as rules ask.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RoutingTestIn {
    /// Its type.
    pub r#type: FeedbackType,
    /// Its channel of intake.
    pub channel: Channel,
    /// Its priority; left out, the one that a registration would give it.
    #[schema(nullable = false)]
    pub priority: Option<Priority>,
    /// The value grade of its customer.
    #[schema(nullable = false)]
    pub grade: Option<ValueGrade>,
    /// What it is about, in a line.
    #[schema(nullable = false)]
    pub subject: Option<Name>,
    /// What happened.
    #[schema(nullable = false)]
    pub description: Option<LongText>,
    /// What the customer wants.
    #[schema(nullable = false)]
    pub demand: Option<LongText>,
    /// The product that it is about.
    #[schema(nullable = false)]
    pub product_ref: Option<Code>,
    /// Whether somebody may come to harm.
    #[schema(nullable = false)]
    pub safety_risk: Option<bool>,
    /// Whether a whole batch has the problem.
    #[schema(nullable = false)]
    pub batch_problem: Option<bool>,
    /// Whether the public may take it up.
    #[schema(nullable = false)]
    pub public_opinion_risk: Option<bool>,
}

impl RoutingTestIn {
    /// Returns what rules are asked about.
    pub fn facts(&self) -> Facts {
        let texts = [self.subject.as_deref(), self.description.as_deref(), self.demand.as_deref()];
        let text: Vec<&str> = texts.into_iter().flatten().collect();
        Facts {
            feedback_type: self.r#type,
            priority: self.priority.unwrap_or_else(|| self.default_priority()),
            grade: self.grade,
            channel: self.channel,
            product_ref: self.product_ref.as_ref().map(ToString::to_string),
            text: text.join("\n"),
        }
    }

    fn default_priority(&self) -> Priority {
        let risks = [self.safety_risk, self.batch_problem, self.public_opinion_risk];
        match self.r#type {
            _ if risks.contains(&Some(true)) => Priority::Urgent,
            FeedbackType::Complaint | FeedbackType::Inquiry => Priority::Normal,
            FeedbackType::Suggestion | FeedbackType::Praise => Priority::Low,
        }
    }
}

/// Where the feedback would go, and what each rule says.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RoutingTestOut {
    /// The department that would take it.
    pub department_id: DepartmentId,
    /// The rule that says so; null where no rule takes it.
    #[schema(required = true)]
    pub rule_id: Option<RuleId>,
    /// Whether no rule takes it, so that it goes to the department `service`.
    pub unrouted: bool,
    /// The active rules, in the order in which they are asked.
    pub rules: Vec<RoutingVerdictOut>,
}

impl Resource for RoutingTestOut {}

/// What one rule says.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RoutingVerdictOut {
    /// Which rule.
    pub id: RuleId,
    /// What people call it.
    pub name: String,
    /// Lower goes first.
    pub order: i32,
    /// Who takes what it takes.
    pub department_id: DepartmentId,
    /// Whether it takes the feedback.
    pub taken: bool,
    /// Why it does not; null for the one that does.
    #[schema(required = true)]
    pub why_not: Option<WhyNot>,
}

impl From<(&Rule, Option<WhyNot>)> for RoutingVerdictOut {
    fn from((rule, why_not): (&Rule, Option<WhyNot>)) -> Self {
        Self {
            id: rule.id,
            name: rule.name.clone(),
            order: rule.order,
            department_id: rule.department_id,
            taken: why_not.is_none(),
            why_not,
        }
    }
}
