//! What lowers a document besides money: credit notes, prepayments, overpayments and their allocations.
//!
//! Every field is optional, because Xero omits what it likes; names in quotes are Xero's. Validation errors are
//! read by `element`, not here. Not here: what a field means for the books (`plan`).

use super::{BrandingTheme, Contact, Invoice, LineItem, Payment};
use crate::record::record;
use crate::statuses::{
    CreditNoteType, CreditStatus, DocumentStatus, LineAmountTypes, OverpaymentType, PrepaymentType,
};
use crate::{Day, Decimal, Stamp, XeroId};

record! {
    /// A credit note of either side (API-FACTS 4.8).
    pub struct CreditNote {
        kind: CreditNoteType = "Type",
        contact: Box<Contact> = "Contact",
        date: Day = "Date",
        due_date: Day = "DueDate",
        status: DocumentStatus = "Status",
        line_amount_types: LineAmountTypes = "LineAmountTypes",
        line_items: Vec<LineItem> = "LineItems",
        sub_total: Decimal = "SubTotal",
        total_tax: Decimal = "TotalTax",
        total: Decimal = "Total",
        updated_date_utc: Stamp = "UpdatedDateUTC",
        currency_code: String = "CurrencyCode",
        fully_paid_on_date: Day = "FullyPaidOnDate",
        credit_note_id: XeroId<CreditNote> = "CreditNoteID",
        credit_note_number: String = "CreditNoteNumber",
        reference: String = "Reference",
        sent_to_contact: bool = "SentToContact",
        currency_rate: Decimal = "CurrencyRate",
        remaining_credit: Decimal = "RemainingCredit",
        allocations: Vec<Allocation> = "Allocations",
        applied_amount: Decimal = "AppliedAmount",
        payments: Vec<Payment> = "Payments",
        branding_theme_id: XeroId<BrandingTheme> = "BrandingThemeID",
        has_attachments: bool = "HasAttachments",
    }
}

record! {
    /// Credit applied to an invoice (API-FACTS 4.8).
    pub struct Allocation {
        allocation_id: XeroId<Allocation> = "AllocationID",
        invoice: Box<Invoice> = "Invoice",
        overpayment: Box<Overpayment> = "Overpayment",
        prepayment: Box<Prepayment> = "Prepayment",
        credit_note: Box<CreditNote> = "CreditNote",
        amount: Decimal = "Amount",
        date: Day = "Date",
        is_deleted: bool = "IsDeleted",
    }
}

record! {
    /// Money paid before a document; made by a bank transaction (API-FACTS 4.11).
    pub struct Prepayment {
        kind: PrepaymentType = "Type",
        contact: Box<Contact> = "Contact",
        date: Day = "Date",
        status: CreditStatus = "Status",
        line_amount_types: LineAmountTypes = "LineAmountTypes",
        line_items: Vec<LineItem> = "LineItems",
        sub_total: Decimal = "SubTotal",
        total_tax: Decimal = "TotalTax",
        total: Decimal = "Total",
        reference: String = "Reference",
        invoice_number: String = "InvoiceNumber",
        updated_date_utc: Stamp = "UpdatedDateUTC",
        currency_code: String = "CurrencyCode",
        prepayment_id: XeroId<Prepayment> = "PrepaymentID",
        branding_theme_id: XeroId<BrandingTheme> = "BrandingThemeID",
        currency_rate: Decimal = "CurrencyRate",
        remaining_credit: Decimal = "RemainingCredit",
        allocations: Vec<Allocation> = "Allocations",
        payments: Vec<Payment> = "Payments",
        applied_amount: Decimal = "AppliedAmount",
        has_attachments: bool = "HasAttachments",
    }
}

record! {
    /// Money paid beyond a document; made by a bank transaction (API-FACTS 4.11).
    pub struct Overpayment {
        kind: OverpaymentType = "Type",
        contact: Box<Contact> = "Contact",
        date: Day = "Date",
        status: CreditStatus = "Status",
        line_amount_types: LineAmountTypes = "LineAmountTypes",
        line_items: Vec<LineItem> = "LineItems",
        sub_total: Decimal = "SubTotal",
        total_tax: Decimal = "TotalTax",
        total: Decimal = "Total",
        updated_date_utc: Stamp = "UpdatedDateUTC",
        currency_code: String = "CurrencyCode",
        overpayment_id: XeroId<Overpayment> = "OverpaymentID",
        currency_rate: Decimal = "CurrencyRate",
        remaining_credit: Decimal = "RemainingCredit",
        allocations: Vec<Allocation> = "Allocations",
        applied_amount: Decimal = "AppliedAmount",
        payments: Vec<Payment> = "Payments",
        has_attachments: bool = "HasAttachments",
        reference: String = "Reference",
    }
}
