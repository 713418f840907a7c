//! What hangs on a document: files and notes.
//!
//! Every field is optional, because Xero omits what it likes; names in quotes are Xero's. Validation errors are
//! read by `element`, not here. Not here: what a field means for the books (`plan`).

use crate::record::record;
use crate::{Stamp, XeroId};

record! {
    /// A file at a document (API-FACTS 4.15).
    pub struct Attachment {
        attachment_id: XeroId<Attachment> = "AttachmentID",
        file_name: String = "FileName",
        url: String = "Url",
        mime_type: String = "MimeType",
        content_length: i64 = "ContentLength",
        include_online: bool = "IncludeOnline",
    }
}

record! {
    /// A note or an event in a document's history (API-FACTS 4.15).
    pub struct HistoryRecord {
        details: String = "Details",
        changes: String = "Changes",
        user: String = "User",
        date_utc: Stamp = "DateUTC",
    }
}
