//! Documents without ledger effect: purchase orders and quotes.
//!
//! Every field is optional, because Xero omits what it likes; names in quotes are Xero's. Validation errors are
//! read by `element`, not here. Not here: what a field means for the books (`plan`).

use super::{BrandingTheme, Contact, LineItem};
use crate::record::record;
use crate::statuses::{LineAmountTypes, PurchaseOrderStatus, QuoteLineAmountTypes, QuoteStatus};
use crate::{Day, Decimal, Stamp, XeroId};

record! {
    /// A purchase order (API-FACTS 4.9). A deleted one keeps its number.
    pub struct PurchaseOrder {
        contact: Box<Contact> = "Contact",
        line_items: Vec<LineItem> = "LineItems",
        date: Day = "Date",
        delivery_date: Day = "DeliveryDate",
        line_amount_types: LineAmountTypes = "LineAmountTypes",
        purchase_order_number: String = "PurchaseOrderNumber",
        reference: String = "Reference",
        branding_theme_id: XeroId<BrandingTheme> = "BrandingThemeID",
        currency_code: String = "CurrencyCode",
        status: PurchaseOrderStatus = "Status",
        sent_to_contact: bool = "SentToContact",
        delivery_address: String = "DeliveryAddress",
        attention_to: String = "AttentionTo",
        telephone: String = "Telephone",
        delivery_instructions: String = "DeliveryInstructions",
        expected_arrival_date: Day = "ExpectedArrivalDate",
        purchase_order_id: XeroId<PurchaseOrder> = "PurchaseOrderID",
        currency_rate: Decimal = "CurrencyRate",
        sub_total: Decimal = "SubTotal",
        total_tax: Decimal = "TotalTax",
        total: Decimal = "Total",
        total_discount: Decimal = "TotalDiscount",
        has_attachments: bool = "HasAttachments",
        updated_date_utc: Stamp = "UpdatedDateUTC",
    }
}

record! {
    /// A quote (API-FACTS 4.14). Its tax type is not taken from the account.
    pub struct Quote {
        quote_id: XeroId<Quote> = "QuoteID",
        quote_number: String = "QuoteNumber",
        reference: String = "Reference",
        terms: String = "Terms",
        contact: Box<Contact> = "Contact",
        line_items: Vec<LineItem> = "LineItems",
        date: Day = "Date",
        expiry_date: Day = "ExpiryDate",
        status: QuoteStatus = "Status",
        currency_code: String = "CurrencyCode",
        currency_rate: Decimal = "CurrencyRate",
        sub_total: Decimal = "SubTotal",
        total_tax: Decimal = "TotalTax",
        total: Decimal = "Total",
        total_discount: Decimal = "TotalDiscount",
        title: String = "Title",
        summary: String = "Summary",
        branding_theme_id: XeroId<BrandingTheme> = "BrandingThemeID",
        updated_date_utc: Stamp = "UpdatedDateUTC",
        line_amount_types: QuoteLineAmountTypes = "LineAmountTypes",
    }
}
