//! The roles of staff, and of programs.

use crate::codes;

codes! {
    /// What a principal is there for.
    pub enum Role = "role" {
        Admin = "admin", "Administrator", "管理员";
        ServiceAgent = "service_agent", "Service agent", "客服";
        Handler = "handler", "Handler", "处理人";
        DepartmentHead = "department_head", "Department head", "部门负责人";
        Analyst = "analyst", "Analyst", "分析";
        Integrator = "integrator", "Integrator", "集成";
    }
}
