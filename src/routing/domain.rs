use crate::{
    codes,
    departments::DepartmentId,
    id_type,
    vocabulary::{Channel, FeedbackType, Priority, ValueGrade},
};
use serde::{Deserialize, Serialize};

id_type! {
    /// Names a routing rule.
    RuleId
}

/// What a rule asks of the feedback: one of each list; what is empty or absent asks nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conditions {
    /// The type of the feedback.
    pub types: Vec<FeedbackType>,
    /// Its priority.
    pub priorities: Vec<Priority>,
    /// The value grade of the customer.
    pub grades: Vec<ValueGrade>,
    /// The channel of intake.
    pub channels: Vec<Channel>,
    /// How the reference of the product begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_ref_prefix: Option<String>,
    /// A word in subject, description or demand, whatever its case.
    pub keywords: Vec<String>,
}

/// What the feedback is.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its type.
    pub feedback_type: FeedbackType,
    /// Its priority.
    pub priority: Priority,
    /// The value grade of its customer, where there is one.
    pub grade: Option<ValueGrade>,
    /// Its channel of intake.
    pub channel: Channel,
    /// The product that it is about.
    pub product_ref: Option<String>,
    /// Subject, description and demand; keywords are looked for in it.
    pub text: String,
}

/// A rule, as far as routing goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Which one.
    pub id: RuleId,
    /// What people call it.
    pub name: String,
    /// Lower goes first.
    pub order: i32,
    /// What it asks.
    pub conditions: Conditions,
    /// Who takes the feedback.
    pub department_id: DepartmentId,
    /// Whether that department is active.
    pub department_active: bool,
}

codes! {
    /// Why a rule does not take the feedback.
    pub enum WhyNot = "why_rule_not" {
        OtherType = "other_type", "The feedback is of another type", "反馈类型不符";
        OtherPriority = "other_priority", "It has another priority", "优先级不符";
        OtherGrade = "other_grade", "The customer has another grade, or there is none", "客户分层不符";
        OtherChannel = "other_channel", "It came by another channel", "渠道不符";
        OtherProduct = "other_product", "It is about another product, or about none", "产品不符";
        NoKeyword = "no_keyword", "None of the keywords is in it", "未出现关键词";
        DepartmentInactive = "department_inactive", "The rule's department is not active", "规则部门已停用";
        LaterRule = "later_rule", "A rule before it takes the feedback", "已被前面的规则接收";
    }
}

/// Where the feedback goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Routed {
    /// The department.
    pub department_id: DepartmentId,
    /// The rule that says so; none where no rule does.
    pub rule_id: Option<RuleId>,
    /// Whether no rule took it, so that it goes to the service department.
    pub unrouted: bool,
}

/// Judges each rule, in the order given: `None` for the one that takes the feedback, else why it does not.
pub fn judge<'a>(rules: &'a [Rule], facts: &Facts) -> Vec<(&'a Rule, Option<WhyNot>)> {
    let text = facts.text.to_lowercase();
    let mut taken = false;
    let verdict = |rule: &'a Rule| {
        let why = match rule.conditions.mismatch(facts, &text) {
            Some(why) => Some(why),
            None if taken => Some(WhyNot::LaterRule),
            None if !rule.department_active => Some(WhyNot::DepartmentInactive),
            None => None,
        };
        taken |= why.is_none();
        (rule, why)
    };
    rules.iter().map(verdict).collect()
}

impl Conditions {
    /// Returns the first thing asked that the feedback is not; `text` is its text in lower case.
    fn mismatch(&self, facts: &Facts, text: &str) -> Option<WhyNot> {
        let product = facts.product_ref.as_deref().unwrap_or_default();
        let other_product = |prefix: &String| !product.starts_with(prefix.as_str());
        let keyword = |word: &String| text.contains(&word.to_lowercase());
        let missed = [
            (misses(&self.types, Some(facts.feedback_type)), WhyNot::OtherType),
            (misses(&self.priorities, Some(facts.priority)), WhyNot::OtherPriority),
            (misses(&self.grades, facts.grade), WhyNot::OtherGrade),
            (misses(&self.channels, Some(facts.channel)), WhyNot::OtherChannel),
            (self.product_ref_prefix.as_ref().is_some_and(other_product), WhyNot::OtherProduct),
            (!self.keywords.is_empty() && !self.keywords.iter().any(keyword), WhyNot::NoKeyword),
        ];
        missed.into_iter().find(|(missed, _)| *missed).map(|(_, why)| why)
    }
}

fn misses<T: PartialEq>(wanted: &[T], fact: Option<T>) -> bool {
    !wanted.is_empty() && !fact.is_some_and(|fact| wanted.contains(&fact))
}
