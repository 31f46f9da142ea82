//! What people do in a story, each at its time.

use super::Story;
use crate::{
    customers::CustomerId,
    demo::{cast::Member, texts::Words},
    feedback::{self, FeedbackId},
    platform::{
        db::Tx,
        http::{body, precondition::Expected, problem::Result},
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

impl Story<'_> {
    pub(super) fn dispatch(&mut self) -> Result<()> {
        let agent = self.agent(50)?;
        let input = input(json!({}))?;
        feedback::dispatch(self.tx, &agent, self.id, &input, &Expected::Any).map(|_| ())
    }

    pub(super) fn accept(&mut self) -> Result<()> {
        let handler = self.handler(130)?;
        feedback::accept(self.tx, &handler, self.id, &Expected::Any).map(|_| ())
    }

    pub(super) fn note(&mut self) -> Result<()> {
        let handler = self.handler(240)?;
        let input = input(json!({ "text": "已联系客户核实情况,正在排查原因。", "to_customer": true }))?;
        feedback::progress_note(self.tx, &handler, self.id, &input, &Expected::Any).map(|_| ())
    }

    pub(super) fn ask(&mut self) -> Result<()> {
        let handler = self.handler(200)?;
        let input = input(json!({ "question": "请提供订单号或当时的照片,以便我们核实。" }))?;
        feedback::ask(self.tx, &handler, self.id, &input, &Expected::Any).map(|_| ())
    }

    pub(super) fn hold(&mut self) -> Result<()> {
        let handler = self.handler(220)?;
        let until = self.now.checked_add_signed(TimeDelta::days(2)).unwrap_or(self.now);
        let input =
            input(json!({ "reason": "等待供应商提供检测报告。", "expected_at": until.to_rfc3339() }))?;
        feedback::hold(self.tx, &handler, self.id, &input, &Expected::Any).map(|_| ())
    }

    pub(super) fn propose(&mut self) -> Result<()> {
        let handler = self.handler(300)?;
        let (measure, text) = self.words.plan;
        let input = input(json!({ "measure": measure, "text": text, "basis": self.words.basis }))?;
        feedback::submit_plan(self.tx, &handler, self.id, &input, &Expected::Any).map(|_| ())
    }

    pub(super) fn approve(&mut self) -> Result<()> {
        let head = self.head(100)?;
        let input = input(json!({ "comment": "同意,请尽快回复客户。" }))?;
        feedback::approve(self.tx, &head, self.id, &input, &Expected::Any).map(|_| ())
    }

    pub(super) fn reject(&mut self) -> Result<()> {
        let head = self.head(100)?;
        let input = input(json!({ "comment": "依据不充分,请补充检测记录后再报。" }))?;
        feedback::reject(self.tx, &head, self.id, &input, &Expected::Any).map(|_| ())
    }

    /// Proposes, lets approve, and replies.
    pub(super) fn answer(&mut self) -> Result<()> {
        self.propose()?;
        self.approve()?;
        let handler = self.handler(60)?;
        let input = input(json!({ "text": self.words.reply, "basis": self.words.basis }))?;
        feedback::reply(self.tx, &handler, self.id, &input, &Expected::Any).map(|_| ())
    }

    pub(super) fn confirm(&mut self, verdict: &str, score: i64, comment: &str) -> Result<()> {
        let agent = self.agent(900)?;
        let evidence = "客户来电确认,录音已存档。";
        let input =
            input(json!({ "verdict": verdict, "score": score, "comment": comment, "evidence": evidence }))?;
        feedback::confirm(self.tx, &agent, self.id, &input, &Expected::Any).map(|_| ())
    }

    /// Offers another way after the customer was not satisfied.
    pub(super) fn again(&mut self) -> Result<()> {
        let agent = self.agent(120)?;
        let reason = input(json!({ "reason": "改由负责人牵头重新处理。" }))?;
        feedback::alternative(self.tx, &agent, self.id, &reason, &Expected::Any)?;
        self.answer()
    }

    pub(super) fn conclude(&mut self) -> Result<()> {
        let at = self.after(600)?;
        let director = self.cast.director()?.at(at);
        let input = input(json!({
            "reason": "历次方案均已执行,客户诉求超出合同与法规范围。",
            "text": "您好,我们已多次为您处理,现有方案为合同与法规允许的最大范围,如仍有异议,可向主管部门申诉。",
        }))?;
        feedback::conclude(self.tx, &director, self.id, &input, &Expected::Any).map(|_| ())
    }

    pub(super) fn reopen(&mut self) -> Result<()> {
        let agent = self.agent(2000)?;
        let input = input(json!({ "reason": "客户来电反映同一问题再次出现。" }))?;
        feedback::reopen(self.tx, &agent, self.id, &input, &Expected::Any).map(|_| ())
    }

    pub(super) fn cancel(&mut self) -> Result<()> {
        let agent = self.agent(90)?;
        let reason = if self.number.is_multiple_of(2) { "withdrawn" } else { "invalid" };
        let input = input(json!({ "reason": reason }))?;
        feedback::cancel(self.tx, &agent, self.id, &input, &Expected::Any).map(|_| ())
    }

    /// The customer called twice about the same thing.
    pub(super) fn merge(&mut self, who: CustomerId) -> Result<()> {
        let at = self.after(40)?;
        let agent = self.cast.agent(self.number + 1)?;
        let second = register(self.tx, agent, self.words, who, at)?;
        let agent = self.agent(30)?;
        let input = input(json!({ "into_id": self.id, "reason": "同一客户就同一事项重复来电。" }))?;
        feedback::merge(self.tx, &agent, second, &input, &Expected::Any).map(|_| ())
    }
}

/// Registers what a customer says.
pub(super) fn register(
    tx: &mut Tx,
    agent: &Member,
    words: &Words,
    who: CustomerId,
    at: DateTime<Utc>,
) -> Result<FeedbackId> {
    let input = input(json!({
        "customer_id": who, "channel": words.channel, "type": words.kind, "subject": words.subject,
        "description": words.description, "demand": words.demand,
        "safety_risk": words.subject.contains("食材"),
    }))?;
    Ok(feedback::register(tx, &agent.at(at), &input)?.case.row.id)
}

/// Returns the body of a call, checked as the call would.
fn input<T: utoipa::ToSchema + serde::de::DeserializeOwned + validator::Validate + 'static>(
    value: Value,
) -> Result<T> {
    body::of_value(value)
}
