//! The kinds of documents the desk shows, as one table: where they lie, what they are called, what can be done to
//! them by hand in which status.
//!
//! A bill in status DRAFT can be approved (`Status: AUTHORISED`), edited or deleted; an approved one paid, edited or
//! voided. Whether the organisation agrees is its matter: the desk sends the same calls as a client.

/// A kind of document.
pub struct Kind {
    /// In addresses.
    pub word: &'static str,
    /// In headings.
    pub title: &'static str,
    /// Before a number.
    pub one: &'static str,
    /// Of the API.
    pub endpoint: &'static str,
    /// Where several kinds share an endpoint.
    pub filter: Option<&'static str>,
    /// The id's key.
    pub id: &'static str,
    /// The key of what a person calls it by.
    pub name: &'static str,
    /// Ledger lines that come from it.
    pub sources: &'static [&'static str],
    /// Status, what the button says, and the status it asks for.
    pub moves: &'static [(&'static str, &'static str, &'static str)],
    /// In which statuses it can be edited.
    pub edits: &'static [&'static str],
}

const INVOICE_MOVES: &[(&str, &str, &str)] = &[
    ("DRAFT", "Approve", "AUTHORISED"),
    ("DRAFT", "Delete", "DELETED"),
    ("SUBMITTED", "Approve", "AUTHORISED"),
    ("SUBMITTED", "Delete", "DELETED"),
    ("AUTHORISED", "Void", "VOIDED"),
];
const INVOICE_EDITS: &[&str] = &["DRAFT", "SUBMITTED", "AUTHORISED", "PAID"];

/// Every kind, in the order of the navigation.
pub const KINDS: &[Kind] = &[
    Kind {
        word: "invoices",
        title: "Sales invoices",
        one: "Sales invoice",
        endpoint: "Invoices",
        filter: Some("Type==\"ACCREC\""),
        id: "InvoiceID",
        name: "InvoiceNumber",
        sources: &["ACCREC"],
        moves: INVOICE_MOVES,
        edits: INVOICE_EDITS,
    },
    Kind {
        word: "bills",
        title: "Bills",
        one: "Bill",
        endpoint: "Invoices",
        filter: Some("Type==\"ACCPAY\""),
        id: "InvoiceID",
        name: "InvoiceNumber",
        sources: &["ACCPAY"],
        moves: INVOICE_MOVES,
        edits: INVOICE_EDITS,
    },
    Kind {
        word: "credit-notes",
        title: "Credit notes",
        one: "Credit note",
        endpoint: "CreditNotes",
        filter: None,
        id: "CreditNoteID",
        name: "CreditNoteNumber",
        sources: &["ACCRECCREDIT", "ACCPAYCREDIT"],
        moves: INVOICE_MOVES,
        edits: &["DRAFT", "SUBMITTED", "AUTHORISED"],
    },
    Kind {
        word: "purchase-orders",
        title: "Purchase orders",
        one: "Purchase order",
        endpoint: "PurchaseOrders",
        filter: None,
        id: "PurchaseOrderID",
        name: "PurchaseOrderNumber",
        sources: &[],
        moves: &[
            ("DRAFT", "Approve", "AUTHORISED"),
            ("DRAFT", "Delete", "DELETED"),
            ("SUBMITTED", "Approve", "AUTHORISED"),
            ("SUBMITTED", "Delete", "DELETED"),
            ("AUTHORISED", "Mark as billed", "BILLED"),
            ("AUTHORISED", "Delete", "DELETED"),
            ("BILLED", "Delete", "DELETED"),
        ],
        edits: &["DRAFT", "SUBMITTED", "AUTHORISED"],
    },
    Kind {
        word: "quotes",
        title: "Quotes",
        one: "Quote",
        endpoint: "Quotes",
        filter: None,
        id: "QuoteID",
        name: "QuoteNumber",
        sources: &[],
        moves: &[
            ("DRAFT", "Mark as sent", "SENT"),
            ("DRAFT", "Delete", "DELETED"),
            ("SENT", "Accept", "ACCEPTED"),
            ("SENT", "Decline", "DECLINED"),
            ("SENT", "Delete", "DELETED"),
            ("ACCEPTED", "Mark as invoiced", "INVOICED"),
            ("ACCEPTED", "Delete", "DELETED"),
        ],
        edits: &["DRAFT", "SENT"],
    },
    Kind {
        word: "payments",
        title: "Payments",
        one: "Payment",
        endpoint: "Payments",
        filter: None,
        id: "PaymentID",
        name: "Reference",
        sources: &[
            "ACCRECPAYMENT",
            "ACCPAYPAYMENT",
            "ARCREDITPAYMENT",
            "APCREDITPAYMENT",
            "ARPREPAYMENTPAYMENT",
            "APPREPAYMENTPAYMENT",
            "AROVERPAYMENTPAYMENT",
            "APOVERPAYMENTPAYMENT",
        ],
        moves: &[("AUTHORISED", "Delete", "DELETED")],
        edits: &[],
    },
    Kind {
        word: "bank-transactions",
        title: "Bank transactions",
        one: "Bank transaction",
        endpoint: "BankTransactions",
        filter: None,
        id: "BankTransactionID",
        name: "Reference",
        sources: &["CASHREC", "CASHPAID", "TRANSFER"],
        moves: &[("AUTHORISED", "Delete", "DELETED")],
        edits: &[],
    },
    Kind {
        word: "manual-journals",
        title: "Manual journals",
        one: "Manual journal",
        endpoint: "ManualJournals",
        filter: None,
        id: "ManualJournalID",
        name: "Narration",
        sources: &["MANJOURNAL"],
        moves: &[("DRAFT", "Post", "POSTED"), ("DRAFT", "Delete", "DELETED"), ("POSTED", "Void", "VOIDED")],
        edits: &["DRAFT", "POSTED"],
    },
    Kind {
        word: "prepayments",
        title: "Prepayments",
        one: "Prepayment",
        endpoint: "Prepayments",
        filter: None,
        id: "PrepaymentID",
        name: "Reference",
        sources: &["ARPREPAYMENT", "APPREPAYMENT"],
        moves: &[],
        edits: &[],
    },
    Kind {
        word: "overpayments",
        title: "Overpayments",
        one: "Overpayment",
        endpoint: "Overpayments",
        filter: None,
        id: "OverpaymentID",
        name: "Reference",
        sources: &["AROVERPAYMENT", "APOVERPAYMENT"],
        moves: &[],
        edits: &[],
    },
];

/// The kind of that word.
pub fn named(word: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|k| k.word == word)
}

/// The kind a ledger line comes from.
pub fn of_source(source_type: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|k| k.sources.contains(&source_type))
}
