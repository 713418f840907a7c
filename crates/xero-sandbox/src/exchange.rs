//! What passes between the door (HTTP, sign-in, limits) and the core of one organisation: a [`Call`] goes in, an
//! [`Answer`] comes out, and [`Notice`]s say what webhooks should tell.
//!
//! Example: `PUT Invoices` with a body becomes `Call { method: Put, path: "Invoices", … }`; the answer is status
//! 200, `application/json; charset=utf-8` and the bytes Xero would send; one notice INVOICE CREATE waits.
//!
//! By the time a call is made the door has dealt with token, tenant, scope, limits, idempotency and `Accept`.
//! Not here: signing and delivering webhooks, headers of limits.

use jiff::Timestamp;

/// The verb of a call. PUT creates, POST creates or updates (API-FACTS 2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Method {
    /// Reading.
    Get,
    /// Creating.
    Put,
    /// Creating or updating.
    Post,
    /// Deleting.
    Delete,
}

/// The role of the connecting user, which decides about lock dates and reports (API-FACTS 4.15, 6.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Role {
    /// Adviser (`FINANCIALADVISER`): may post before the period lock date, has every right.
    #[default]
    Adviser,
    /// Standard with the reports permission.
    StandardWithReports,
    /// Standard without it: ManualJournals, Journals and Reports answer 403.
    Standard,
    /// Invoice only: as Standard here.
    InvoiceOnly,
    /// Read only: as Standard here; the core refuses its writes with 403.
    ReadOnly,
}

impl Role {
    /// May read reports, journals and manual journals.
    #[must_use]
    pub fn reads_reports(self) -> bool {
        matches!(self, Role::Adviser | Role::StandardWithReports)
    }
}

/// Who is connected.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct UserRef {
    /// Shown in history records, e.g. `Demo User`.
    pub name: String,
    /// What the user may do.
    pub role: Role,
}

impl UserRef {
    /// An adviser called "Demo User".
    #[must_use]
    pub fn adviser() -> Self {
        UserRef { name: "Demo User".into(), role: Role::Adviser }
    }
}

/// The tier of the calling app; `/Journals` is refused below Advanced (API-FACTS 4.13).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum AppTier {
    /// 1,000 calls a day.
    #[default]
    Starter,
    /// 5,000 calls a day.
    Core,
    /// Plus.
    Plus,
    /// Advanced: the general ledger feed.
    Advanced,
    /// Enterprise.
    Enterprise,
}

/// One HTTP-like call on the accounting API of one organisation, after sign-in, scope, limits and idempotency were
/// dealt with.
#[derive(Clone, Debug)]
pub struct Call {
    /// The verb.
    pub method: Method,
    /// After `/api.xro/2.0/`, percent-decoded segment by segment, e.g. `Invoices/1234-…/Attachments/a.pdf`; a slash
    /// within a segment stays `%2F`: `Items/A%2F1` is the item `A/1`.
    pub path: String,
    /// Decoded pairs; names are compared ignoring case.
    pub query: Vec<(String, String)>,
    /// The parsed `If-Modified-Since` header.
    pub if_modified_since: Option<Timestamp>,
    /// The `Content-Type` header of the body: an attachment's MIME type.
    pub content_type: Option<String>,
    /// `Accept` asked for `application/pdf` (one invoice, quote, credit note or purchase order).
    pub wants_pdf: bool,
    /// The body as it came.
    pub body: Vec<u8>,
    /// Who is connected.
    pub user: UserRef,
    /// The name of the calling app: `ProviderName` of the envelope.
    pub app_name: String,
    /// The tier of the calling app.
    pub tier: AppTier,
}

impl Call {
    /// A call without query or body, by an app of tier Core called "Millbook sandbox".
    #[must_use]
    pub fn new(method: Method, path: &str, user: UserRef) -> Self {
        Call {
            method,
            path: path.to_owned(),
            query: Vec::new(),
            if_modified_since: None,
            content_type: None,
            wants_pdf: false,
            body: Vec::new(),
            user,
            app_name: "Millbook sandbox".to_owned(),
            tier: AppTier::Core,
        }
    }

    /// The same call with one more query pair.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same call with a JSON body.
    #[must_use]
    pub fn body(mut self, json: impl Into<Vec<u8>>) -> Self {
        self.body = json.into();
        self.content_type = Some("application/json".to_owned());
        self
    }

    /// The value of a query parameter, its name compared ignoring case; empty counts as absent.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

/// What the core answers: the door adds the headers of limits and sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Content type with charset where Xero has one; `text/html; charset=utf-8` for a 404; the attachment's own.
    pub content_type: String,
    /// The bytes.
    pub body: Vec<u8>,
    /// Further headers.
    pub headers: Vec<(String, String)>,
}

/// The resources webhooks tell of (API-FACTS 5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Category {
    /// Contacts.
    Contact,
    /// Sales invoices and bills.
    Invoice,
    /// Credit notes.
    CreditNote,
    /// Prepayments.
    Prepayment,
    /// Overpayments.
    Overpayment,
}

impl Category {
    /// As `eventCategory` spells it, e.g. `CREDITNOTE`.
    #[must_use]
    pub fn event_category(self) -> &'static str {
        match self {
            Category::Contact => "CONTACT",
            Category::Invoice => "INVOICE",
            Category::CreditNote => "CREDITNOTE",
            Category::Prepayment => "PREPAYMENT",
            Category::Overpayment => "OVERPAYMENT",
        }
    }

    /// The endpoint of `resourceUrl`, e.g. `CreditNotes`.
    #[must_use]
    pub fn endpoint(self) -> &'static str {
        match self {
            Category::Contact => "Contacts",
            Category::Invoice => "Invoices",
            Category::CreditNote => "CreditNotes",
            Category::Prepayment => "Prepayments",
            Category::Overpayment => "Overpayments",
        }
    }
}

/// What happened to it. Archive, void and delete are updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum EventType {
    /// Made.
    Create,
    /// Changed.
    Update,
}

impl EventType {
    /// As `eventType` spells it.
    #[must_use]
    pub fn event_type(self) -> &'static str {
        match self {
            EventType::Create => "CREATE",
            EventType::Update => "UPDATE",
        }
    }
}

/// One thing a webhook should tell. The organisation collects them, the door drains and delivers them.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Notice {
    /// Which resource.
    pub category: Category,
    /// What happened.
    pub event: EventType,
    /// Its id, as Xero writes ids.
    pub resource_id: String,
    /// When.
    pub at: Timestamp,
    /// `data{Type, Status}` of credit-note events: e.g. (`ACCRECCREDIT`, `AUTHORISED`).
    pub kind_and_status: Option<(String, String)>,
}
