//! Money: payments, batches of them, and bank transactions.
//!
//! Every field is optional, because Xero omits what it likes; names in quotes are Xero's. Validation errors are
//! read by `element`, not here. Not here: what a field means for the books (`plan`).

use super::{Account, Contact, CreditNote, Invoice, LineItem, Overpayment, Prepayment};
use crate::record::record;
use crate::statuses::{
    BankTransactionStatus, BankTransactionType, BatchPaymentType, LineAmountTypes, PaymentStatus, PaymentType,
};
use crate::{Day, Decimal, Stamp, XeroId};

record! {
    /// A payment of exactly one document (API-FACTS 4.10).
    pub struct Payment {
        invoice: Box<Invoice> = "Invoice",
        credit_note: Box<CreditNote> = "CreditNote",
        prepayment: Box<Prepayment> = "Prepayment",
        overpayment: Box<Overpayment> = "Overpayment",
        invoice_number: String = "InvoiceNumber",
        credit_note_number: String = "CreditNoteNumber",
        batch_payment: Box<BatchPayment> = "BatchPayment",
        account: Box<Account> = "Account",
        code: String = "Code",
        date: Day = "Date",
        currency_rate: Decimal = "CurrencyRate",
        amount: Decimal = "Amount",
        bank_amount: Decimal = "BankAmount",
        reference: String = "Reference",
        is_reconciled: bool = "IsReconciled",
        status: PaymentStatus = "Status",
        payment_type: PaymentType = "PaymentType",
        updated_date_utc: Stamp = "UpdatedDateUTC",
        payment_id: XeroId<Payment> = "PaymentID",
        batch_payment_id: XeroId<BatchPayment> = "BatchPaymentID",
        bank_account_number: String = "BankAccountNumber",
        particulars: String = "Particulars",
        details: String = "Details",
        has_account: bool = "HasAccount",
    }
}

record! {
    /// Several payments in one bank line (API-FACTS 4.11).
    pub struct BatchPayment {
        account: Box<Account> = "Account",
        reference: String = "Reference",
        particulars: String = "Particulars",
        code: String = "Code",
        details: String = "Details",
        narrative: String = "Narrative",
        batch_payment_id: XeroId<BatchPayment> = "BatchPaymentID",
        date: Day = "Date",
        amount: Decimal = "Amount",
        payments: Vec<Payment> = "Payments",
        kind: BatchPaymentType = "Type",
        status: PaymentStatus = "Status",
        total_amount: Decimal = "TotalAmount",
        updated_date_utc: Stamp = "UpdatedDateUTC",
        is_reconciled: bool = "IsReconciled",
    }
}

record! {
    /// Money spent or received without a document (API-FACTS 4.11).
    pub struct BankTransaction {
        kind: BankTransactionType = "Type",
        contact: Box<Contact> = "Contact",
        line_items: Vec<LineItem> = "LineItems",
        bank_account: Box<Account> = "BankAccount",
        is_reconciled: bool = "IsReconciled",
        date: Day = "Date",
        reference: String = "Reference",
        currency_code: String = "CurrencyCode",
        currency_rate: Decimal = "CurrencyRate",
        url: String = "Url",
        status: BankTransactionStatus = "Status",
        line_amount_types: LineAmountTypes = "LineAmountTypes",
        sub_total: Decimal = "SubTotal",
        total_tax: Decimal = "TotalTax",
        total: Decimal = "Total",
        bank_transaction_id: XeroId<BankTransaction> = "BankTransactionID",
        prepayment_id: XeroId<Prepayment> = "PrepaymentID",
        overpayment_id: XeroId<Overpayment> = "OverpaymentID",
        updated_date_utc: Stamp = "UpdatedDateUTC",
        has_attachments: bool = "HasAttachments",
    }
}
