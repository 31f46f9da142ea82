use crate::id_type;

id_type! {
    /// Names a calendar.
    CalendarId
}

id_type! {
    /// Names one immutable version of a calendar.
    CalendarVersionId
}
