use super::Trigger;
use crate::{codes, customers::CustomerId};
use chrono::{DateTime, NaiveDate, Utc};

codes! {
    /// What a condition may ask about: words by `in`, numbers by `gte` and `lt`.
    pub enum Fact = "earning_fact" {
        Channel = "channel", "The channel", "渠道";
        AmountMinor = "amount_minor", "The amount in minor units, a number", "金额";
        Currency = "currency", "The currency", "币种";
        Product = "product", "A product of the order", "产品";
        Category = "category", "A category of the order", "品类";
        Tier = "tier", "The customer's tier", "会员等级";
        Tag = "tag", "A tag of the customer", "标签";
        Region = "region", "The customer's region", "地区";
        ValueGrade = "value_grade", "The customer's value grade", "客户分层";
        CustomerKind = "customer_kind", "Person or company", "客户类型";
        Gender = "gender", "The customer's gender", "性别";
        Event = "event", "The name of the event", "事件名称";
        FeedbackType = "feedback_type", "The type of the feedback", "反馈类型";
        Score = "score", "The score of satisfaction, a number", "评分";
        Years = "years", "Years since signing up, or of age, a number", "年数";
    }
}

impl Fact {
    /// Returns whether it is a number.
    pub fn is_number(self) -> bool {
        matches!(self, Self::AmountMinor | Self::Score | Self::Years)
    }
}

/// An amount and what it was for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// In minor units.
    pub amount_minor: i64,
    /// ISO 4217.
    pub currency: String,
    /// Which products.
    pub products: Vec<String>,
    /// Which categories.
    pub categories: Vec<String>,
}

/// What is known of an event and of the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What happened.
    pub trigger: Trigger,
    /// When.
    pub at: DateTime<Utc>,
    /// On which local day.
    pub day: NaiveDate,
    /// Whose points it earns; nobody's where it is only tried.
    pub customer: Option<CustomerId>,
    /// What the customer's tier pays, in percent of the usual.
    pub tier_percent: i32,
    /// The order.
    pub order: Option<Order>,
    /// Words that are known, some more than once.
    pub words: Vec<(Fact, String)>,
    /// Numbers that are known.
    pub numbers: Vec<(Fact, i64)>,
}

impl Facts {
    /// Returns the words of a fact.
    pub fn words(&self, fact: Fact) -> impl Iterator<Item = &str> {
        let order = self.order.iter().flat_map(move |order| match fact {
            Fact::Currency => std::slice::from_ref(&order.currency),
            Fact::Product => &order.products,
            Fact::Category => &order.categories,
            _ => &[],
        });
        let own = self.words.iter().filter(move |(of, _)| *of == fact).map(|(_, word)| word);
        own.chain(order).map(String::as_str)
    }

    /// Returns the number of a fact.
    pub fn number(&self, fact: Fact) -> Option<i64> {
        if fact == Fact::AmountMinor {
            return self.order.as_ref().map(|order| order.amount_minor);
        }
        self.numbers.iter().find(|(of, _)| *of == fact).map(|(_, number)| *number)
    }
}
