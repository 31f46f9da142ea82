//! The words that all slices share: codes with their labels, and nothing else.

use crate::codes;

codes! {
    /// By which way a word travels between a customer and the organisation.
    pub enum Channel = "channel" {
        Phone = "phone", "Phone", "电话";
        OnlineService = "online_service", "Online service", "在线客服";
        Email = "email", "E-mail", "邮件";
        WebForm = "web_form", "Web form", "在线表单";
        Wechat = "wechat", "WeChat", "微信";
        App = "app", "App", "App";
        Social = "social", "Social media", "社交媒体";
        Store = "store", "Store", "门店";
        Website = "website", "Website", "网站";
        Visit = "visit", "Visit", "上门";
        Sms = "sms", "SMS", "短信";
        Survey = "survey", "Survey", "问卷";
        Interview = "interview", "Interview", "访谈";
        Api = "api", "API", "接口";
    }
}

codes! {
    /// What kind of feedback it is.
    pub enum FeedbackType = "feedback_type" {
        Inquiry = "inquiry", "Inquiry", "咨询";
        Complaint = "complaint", "Complaint", "投诉";
        Suggestion = "suggestion", "Suggestion", "建议";
        Praise = "praise", "Praise", "表扬";
    }
}

codes! {
    /// How pressing the feedback is.
    pub enum Priority = "priority" {
        Urgent = "urgent", "Urgent", "紧急";
        Normal = "normal", "Normal", "普通";
        Low = "low", "Low", "低优";
    }
}

codes! {
    /// Why the feedback has its priority.
    pub enum PriorityReason = "priority_reason" {
        SafetyRisk = "safety_risk", "Safety risk", "安全风险";
        BatchProblem = "batch_problem", "Batch problem", "批量问题";
        PublicOpinionRisk = "public_opinion_risk", "Public opinion risk", "舆情风险";
        BasicUseOk = "basic_use_ok", "Basic use is not affected", "不影响基本使用";
        GeneralComplaint = "general_complaint", "General complaint", "一般性投诉";
        Manual = "manual", "Set by hand", "人工调整";
    }
}

codes! {
    /// Where the feedback stands in the closed loop.
    pub enum Status = "status" {
        Registered = "registered", "Registered", "已登记";
        Dispatched = "dispatched", "Dispatched", "已分派";
        InProgress = "in_progress", "In progress", "处理中";
        AwaitingCustomer = "awaiting_customer", "Awaiting the customer", "待客户补充";
        AwaitingThirdParty = "awaiting_third_party", "Awaiting a third party", "待第三方";
        PendingApproval = "pending_approval", "Pending approval", "待审批";
        Approved = "approved", "Approved, to be replied", "已批准待回复";
        Replied = "replied", "Replied, to be confirmed", "已回复待确认";
        Escalated = "escalated", "Escalated", "已升级";
        Closed = "closed", "Closed", "已关闭";
        Merged = "merged", "Merged", "已合并";
        Cancelled = "cancelled", "Cancelled", "已撤销";
    }
}

codes! {
    /// How closed feedback ended.
    pub enum Outcome = "outcome" {
        Resolved = "resolved", "Resolved", "已解决";
        AcceptedPartial = "accepted_partial", "Partly accepted", "部分接受";
        NoResponse = "no_response", "Closed without an answer", "未确认关闭";
        Unresolvable = "unresolvable", "Unresolvable", "无法解决";
    }
}

codes! {
    /// What a handling plan proposes to do.
    pub enum Measure = "measure" {
        Answer = "answer", "Answer", "解答";
        Repair = "repair", "Repair", "维修";
        Replace = "replace", "Replace", "换货";
        Refund = "refund", "Refund", "退款";
        Compensation = "compensation", "Compensation", "补偿";
        Improve = "improve", "Improve", "改进";
        Thank = "thank", "Thank", "致谢";
        Other = "other", "Other", "其他";
    }
}

codes! {
    /// What became of a plan that was submitted.
    pub enum ApprovalDecision = "approval_decision" {
        Approved = "approved", "Approved", "同意";
        Rejected = "rejected", "Rejected", "驳回";
        Withdrawn = "withdrawn", "Withdrawn", "撤回";
    }
}

codes! {
    /// Where a handling plan stands.
    pub enum PlanState = "plan_state" {
        Pending = "pending", "Pending approval", "待审批";
        Approved = "approved", "Approved", "已批准";
        Rejected = "rejected", "Rejected", "已驳回";
        Withdrawn = "withdrawn", "Withdrawn", "已撤回";
    }
}

codes! {
    /// Where a compensation stands.
    pub enum CompensationState = "compensation_state" {
        Proposed = "proposed", "Proposed", "已提议";
        Reserved = "reserved", "Reserved", "已预留";
        Issued = "issued", "Issued", "已发放";
        Released = "released", "Released", "已释放";
        Reversed = "reversed", "Reversed", "已冲回";
    }
}

codes! {
    /// What is known about the arrival of a reply.
    pub enum DeliveryState = "delivery_state" {
        Sent = "sent", "Sent", "已发送";
        Delivered = "delivered", "Delivered", "已送达";
        Failed = "failed", "Failed", "发送失败";
    }
}

codes! {
    /// What the customer says of the result.
    pub enum Verdict = "verdict" {
        Satisfied = "satisfied", "Satisfied", "满意";
        Dissatisfied = "dissatisfied", "Dissatisfied", "不满意";
    }
}

codes! {
    /// How much a customer is worth to the organisation.
    pub enum ValueGrade = "value_grade" {
        HighValue = "high_value", "High value", "高价值";
        Potential = "potential", "Potential", "潜力";
        Ordinary = "ordinary", "Ordinary", "普通";
    }
}

codes! {
    /// Where a customer stands in the life of the relation.
    pub enum LifecycleStage = "lifecycle_stage" {
        Prospect = "prospect", "Prospect", "潜在";
        Acquired = "acquired", "Acquired", "获取";
        Developing = "developing", "Developing", "发展";
        Mature = "mature", "Mature", "成熟";
        Declining = "declining", "Declining", "衰退";
        Lost = "lost", "Lost", "流失";
        WonBack = "won_back", "Won back", "挽回";
    }
}

codes! {
    /// Whether the customer is one person or a company.
    pub enum CustomerKind = "customer_kind" {
        Person = "person", "Person", "个人";
        Company = "company", "Company", "企业";
    }
}

codes! {
    /// The gender of a person.
    pub enum Gender = "gender" {
        Female = "female", "Female", "女";
        Male = "male", "Male", "男";
        Other = "other", "Other", "其他";
    }
}

codes! {
    /// How risky dealings with a customer are.
    pub enum RiskLevel = "risk_level" {
        Low = "low", "Low", "低";
        Medium = "medium", "Medium", "中";
        High = "high", "High", "高";
    }
}

codes! {
    /// What a department is there for.
    pub enum DepartmentKind = "department_kind" {
        Product = "product", "Product", "产品";
        KnowledgeBase = "knowledge_base", "Knowledge base", "知识库";
        AfterSales = "after_sales", "After sales", "售后";
        Marketing = "marketing", "Marketing", "市场";
        Sales = "sales", "Sales", "销售";
        Service = "service", "Service", "客服";
        Other = "other", "Other", "其他";
    }
}

codes! {
    /// How a dated exception changes its day.
    pub enum ExceptionKind = "exception_kind" {
        Holiday = "holiday", "Holiday: nobody works", "节假日";
        MakeUpDay = "make_up_day", "Make-up day: people work, whatever the weekday says", "调休上班日";
    }
}

codes! {
    /// What a clock measures.
    pub enum ClockKind = "clock_kind" {
        FirstResponse = "first_response", "First response", "首次响应";
        Dispatch = "dispatch", "Dispatch", "分派";
        Solution = "solution", "Solution", "初步方案";
        Approval = "approval", "Approval", "审批";
        Reply = "reply", "Reply", "结果反馈";
        Visit = "visit", "Visit", "回访确认";
        Progress = "progress", "Daily progress", "每日跟踪";
        Confirmation = "confirmation", "Confirmation", "客户确认";
    }
}

codes! {
    /// What a clock shows.
    pub enum ClockState = "clock_state" {
        NotStarted = "not_started", "Not started", "未开始";
        Running = "running", "Running", "计时中";
        Paused = "paused", "Paused", "已暂停";
        Met = "met", "Met in time", "按时完成";
        MetLate = "met_late", "Met late", "超时完成";
        Breached = "breached", "Breached, still open", "已超时";
        Cancelled = "cancelled", "Cancelled", "已取消";
    }
}

codes! {
    /// Which time a clock counts.
    pub enum ClockUnit = "clock_unit" {
        Clock = "clock", "Clock time", "自然时间";
        Working = "working", "Working time", "工作时间";
    }
}

codes! {
    /// In which form an organisation and a customer met.
    pub enum InteractionKind = "interaction_kind" {
        Call = "call", "Call", "通话";
        Chat = "chat", "Chat", "聊天";
        Mail = "mail", "Mail", "邮件";
        Visit = "visit", "Visit", "拜访";
        Message = "message", "Message", "消息";
        System = "system", "System", "系统";
    }
}

codes! {
    /// From whom to whom an interaction went.
    pub enum Direction = "direction" {
        Inbound = "inbound", "From the customer", "客户发起";
        Outbound = "outbound", "To the customer", "我方发起";
    }
}

codes! {
    /// Who put a tag on a customer.
    pub enum TagSource = "tag_source" {
        Manual = "manual", "By hand", "手工";
        Rule = "rule", "Rule", "规则";
        Import = "import", "Import", "导入";
    }
}

codes! {
    /// What an import brings in.
    pub enum ImportKind = "import_kind" {
        Customers = "customers", "Customers", "客户";
        Orders = "orders", "Orders", "订单";
        Feedback = "feedback", "Feedback", "反馈";
        Points = "points", "Opening balances of points", "积分期初";
    }
}

codes! {
    /// Where an import stands.
    pub enum ImportStatus = "import_status" {
        Queued = "queued", "Queued", "排队中";
        Running = "running", "Running", "进行中";
        Previewed = "previewed", "Previewed", "已预检";
        Done = "done", "Done", "已完成";
        Failed = "failed", "Failed", "已失败";
    }
}
