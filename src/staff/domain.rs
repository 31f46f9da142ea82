//! What is true of staff without a database.

use crate::{codes, id_type};
use unicode_normalization::UnicodeNormalization;

id_type! {
    /// Names a member of staff.
    StaffId
}

codes! {
    /// What a member of staff is there for.
    pub enum StaffRole = "staff_role" {
        Admin = "admin", "Administrator", "管理员";
        ServiceAgent = "service_agent", "Service agent", "客服";
        Handler = "handler", "Handler", "处理人";
        DepartmentHead = "department_head", "Department head", "部门负责人";
        Analyst = "analyst", "Analyst", "分析";
    }
}

codes! {
    /// What happened to a member of staff.
    pub enum StaffEventKind = "staff_event_kind" {
        Created = "created", "Created", "已创建";
        Changed = "changed", "Changed", "已修改";
        Activated = "activated", "Activated", "已启用";
        Deactivated = "deactivated", "Deactivated", "已停用";
        PasswordChanged = "password_changed", "Password changed", "密码已修改";
        PasswordReset = "password_reset", "Password reset by an administrator", "密码已重置";
        SessionReused = "session_reused", "A refresh token was used twice", "刷新令牌被重复使用";
        ApiKeyCreated = "api_key_created", "Made an API key", "创建了 API 密钥";
        ApiKeyRevoked = "api_key_revoked", "Revoked an API key", "吊销了 API 密钥";
        AbsenceAdded = "absence_added", "Absence added", "已添加外出";
        AbsenceRemoved = "absence_removed", "Absence removed", "已删除外出";
    }
}

/// Why a change of staff is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Somebody else has this e-mail.
    #[error("the e-mail is taken")]
    EmailTaken,
    /// Without this person nobody could administer.
    #[error("the last administrator")]
    LastAdmin,
    /// Work would be left without anybody: open feedback, and departments that nobody else leads.
    #[error("{feedback} open feedback, {departments} departments")]
    HasOpenFeedback {
        /// How much open feedback the person handles.
        feedback: i64,
        /// How many departments only this person leads.
        departments: i64,
    },
    /// Who stands in must be another active member of staff.
    #[error("the substitute cannot stand in")]
    Substitute,
}

impl Refusal {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmailTaken => "email_taken",
            Self::LastAdmin => "last_admin",
            Self::HasOpenFeedback { .. } => "staff_has_open_feedback",
            Self::Substitute => "unknown_staff",
        }
    }
}

/// Returns the form in which e-mail addresses are compared.
pub fn normalised_email(email: &str) -> String {
    email.trim().nfkc().collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::normalised_email;

    #[test]
    fn an_email_is_the_same_however_it_is_written() {
        for written in [" Anna@Example.COM", "ａｎｎａ@example.com", "anna@EXAMPLE.com "] {
            assert_eq!(normalised_email(written), "anna@example.com");
        }
    }
}
