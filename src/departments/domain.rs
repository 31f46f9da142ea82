use crate::id_type;

id_type! {
    /// Names a department.
    DepartmentId
}
