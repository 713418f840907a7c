//! Sales invoices and bills, and the lines all documents share.
//!
//! Every field is optional, because Xero omits what it likes; names in quotes are Xero's. Validation errors are
//! read by `element`, not here. Not here: what a field means for the books (`plan`).

use super::{Account, BrandingTheme, Contact, CreditNote, Item, Overpayment, Payment, Prepayment, Tracking};
use crate::record::record;
use crate::statuses::{DocumentStatus, InvoiceType, LineAmountTypes};
use crate::{Day, Decimal, Stamp, XeroId};

record! {
    /// A sales invoice (ACCREC) or a bill (ACCPAY) (API-FACTS 4.7).
    pub struct Invoice {
        kind: InvoiceType = "Type",
        contact: Box<Contact> = "Contact",
        line_items: Vec<LineItem> = "LineItems",
        date: Day = "Date",
        due_date: Day = "DueDate",
        line_amount_types: LineAmountTypes = "LineAmountTypes",
        invoice_number: String = "InvoiceNumber",
        reference: String = "Reference",
        branding_theme_id: XeroId<BrandingTheme> = "BrandingThemeID",
        url: String = "Url",
        currency_code: String = "CurrencyCode",
        currency_rate: Decimal = "CurrencyRate",
        status: DocumentStatus = "Status",
        sent_to_contact: bool = "SentToContact",
        expected_payment_date: Day = "ExpectedPaymentDate",
        planned_payment_date: Day = "PlannedPaymentDate",
        sub_total: Decimal = "SubTotal",
        total_tax: Decimal = "TotalTax",
        total: Decimal = "Total",
        total_discount: Decimal = "TotalDiscount",
        invoice_id: XeroId<Invoice> = "InvoiceID",
        has_attachments: bool = "HasAttachments",
        is_discounted: bool = "IsDiscounted",
        payments: Vec<Payment> = "Payments",
        prepayments: Vec<Prepayment> = "Prepayments",
        overpayments: Vec<Overpayment> = "Overpayments",
        amount_due: Decimal = "AmountDue",
        amount_paid: Decimal = "AmountPaid",
        fully_paid_on_date: Day = "FullyPaidOnDate",
        amount_credited: Decimal = "AmountCredited",
        updated_date_utc: Stamp = "UpdatedDateUTC",
        credit_notes: Vec<CreditNote> = "CreditNotes",
        rounding_amount: Decimal = "RoundingAmount",
        entered_total: Decimal = "EnteredTotal",
    }
}

record! {
    /// A line of a document. In an update: with an id kept or changed, without one new, left out deleted.
    pub struct LineItem {
        line_item_id: XeroId<LineItem> = "LineItemID",
        description: String = "Description",
        quantity: Decimal = "Quantity",
        unit_amount: Decimal = "UnitAmount",
        item_code: String = "ItemCode",
        account_code: String = "AccountCode",
        account_id: XeroId<Account> = "AccountID",
        tax_type: String = "TaxType",
        tax_amount: Decimal = "TaxAmount",
        item: LineItemItem = "Item",
        line_amount: Decimal = "LineAmount",
        tracking: Vec<Tracking> = "Tracking",
        discount_rate: Decimal = "DiscountRate",
        discount_amount: Decimal = "DiscountAmount",
    }
}

record! {
    /// The item a line names, as Xero echoes it.
    pub struct LineItemItem {
        code: String = "Code",
        name: String = "Name",
        item_id: XeroId<Item> = "ItemID",
    }
}
