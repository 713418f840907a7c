//! Causes: why an account has another balance in Xero than by the book, in the order and words of REC-2.
//!
//! Not here: how they are found (`comparisons`, `documents`).

use book::{DocumentId, Text};
use money::Amount;

use crate::subject::Guid;

/// Why an account differs, in the order of REC-2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CauseKind {
    /// The opening: what the book had before the cut-over, and Xero then.
    BeforeCutOver,
    /// It goes by itself, or somebody has to help it.
    NotYetPosted,
    /// It is a draft in Xero, or awaits approval there.
    WaitingForApproval,
    /// The document is otherwise in Xero: amount, rate, account, date, void.
    DocumentDiffers,
    /// The document was deleted or excluded here, or its section is turned off.
    GoneHere,
    /// The bill that somebody makes from an order in Xero isn't linked (SEL-11).
    BillNotLinked,
    /// Somebody changed a journal of ours in Xero (POST-24).
    JournalChanged,
    /// An entry of somebody else's.
    OtherEntry,
    /// It was posted on another day: the period was locked.
    OtherDay,
    /// Foreign money that Xero rounds otherwise (POST-19).
    Conversion,
}

impl CauseKind {
    /// All of them.
    pub const ALL: [CauseKind; 10] = [
        CauseKind::BeforeCutOver,
        CauseKind::NotYetPosted,
        CauseKind::WaitingForApproval,
        CauseKind::DocumentDiffers,
        CauseKind::GoneHere,
        CauseKind::BillNotLinked,
        CauseKind::JournalChanged,
        CauseKind::OtherEntry,
        CauseKind::OtherDay,
        CauseKind::Conversion,
    ];

    /// What people call it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            CauseKind::BeforeCutOver => "before the cut-over",
            CauseKind::NotYetPosted => "not yet posted",
            CauseKind::WaitingForApproval => "waiting for approval in Xero",
            CauseKind::DocumentDiffers => "document differs in Xero",
            CauseKind::GoneHere => "deleted or excluded here",
            CauseKind::BillNotLinked => "bill not linked",
            CauseKind::JournalChanged => "our journal was changed",
            CauseKind::OtherEntry => "other entries in Xero",
            CauseKind::OtherDay => "other day",
            CauseKind::Conversion => "conversion",
        }
    }
}

/// Part of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Which.
    pub kind: CauseKind,
    /// What it is, in a few words.
    pub words: String,
    /// Book less Xero.
    pub amount: Amount,
    /// The document of the book that it is about.
    pub document: Option<DocumentId>,
    /// The thing in Xero that it is about.
    pub xero: Option<Guid>,
    /// What somebody said of it (REC-5).
    pub note: Option<Text>,
    /// The command that shows or repairs it.
    pub command: Option<String>,
}

impl Cause {
    pub(super) fn conversion(amount: Amount) -> Cause {
        let words = "Xero rounds foreign amounts otherwise".to_owned();
        let kind = CauseKind::Conversion;
        Cause { kind, words, amount, document: None, xero: None, note: None, command: None }
    }
}
