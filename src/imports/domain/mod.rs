//! What an import is, the steps of its life, and what its file must be.

mod scan;

pub use self::scan::{FileFault, Scanned, Scanner};
use crate::{codes, id_type, vocabulary::ImportStatus};

/// The largest file.
pub const LARGEST_FILE: usize = 64 * 1024 * 1024;
/// The most rows of one file.
pub const MOST_ROWS: i32 = 1_000_000;
/// The most faults of one row that are kept.
pub const MOST_FAULTS: usize = 10;

id_type!(
    /// The id of an import.
    ImportId
);

codes! {
    /// The form of an imported file.
    pub enum ImportFormat = "import_format" {
        Csv = "csv", "CSV with a header", "带表头的 CSV";
        Ndjson = "ndjson", "One JSON object a line", "每行一个 JSON 对象";
    }
}

codes! {
    /// Why an import ended before its end. Rows stored until then stay.
    pub enum ImportFailure = "import_failure" {
        Cancelled = "cancelled", "Cancelled", "已取消";
        Expired = "expired", "A preview that nobody started within seven days", "预检后七天内未开始";
        Internal = "internal", "Given up after repeated failures on our side", "系统多次失败后放弃";
    }
}

codes! {
    /// What can be done with an import.
    pub enum ImportAction = "import_action" {
        Start = "start", "Start", "开始";
        Cancel = "cancel", "Cancel", "取消";
    }
}

/// Returns what can be done with an import that stands here; a dry run is never started.
pub fn allowed_actions(status: ImportStatus, dry_run: bool) -> Vec<ImportAction> {
    match status {
        ImportStatus::Previewed if !dry_run => vec![ImportAction::Start, ImportAction::Cancel],
        ImportStatus::Queued | ImportStatus::Running | ImportStatus::Previewed => vec![ImportAction::Cancel],
        ImportStatus::Done | ImportStatus::Failed => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::codes::Codes;

    #[test]
    fn what_has_ended_cannot_be_moved_and_a_dry_run_never_starts() {
        for status in ImportStatus::ALL {
            for dry_run in [true, false] {
                let allowed = allowed_actions(*status, dry_run);
                let ended = matches!(status, ImportStatus::Done | ImportStatus::Failed);
                assert_eq!(allowed.is_empty(), ended, "{status}");
                let startable = *status == ImportStatus::Previewed && !dry_run;
                assert_eq!(allowed.contains(&ImportAction::Start), startable, "{status}");
            }
        }
    }
}
