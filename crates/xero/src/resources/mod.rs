//! Xero's resources, each as a record whose every field may be absent.
//!
//! `Resource` says where a kind lives (`Invoices`) and which of its fields is its id. A line or an address is a record
//! too, but no resource: it lives only inside one.
//! Not here: reading a whole answer (`envelope`), success and failure (`element`).

mod account;
mod attachment;
mod contact;
mod credit;
mod invoice;
mod item;
mod journal;
mod order;
mod organisation;
mod payment;
mod report;
mod tax;
mod tracking;

pub use account::Account;
pub use attachment::{Attachment, HistoryRecord};
pub use contact::{
    Address, Balance, Balances, BatchPaymentDetails, Contact, ContactGroup, ContactPerson, DefaultTracking,
    Phone,
};
pub use credit::{Allocation, CreditNote, Overpayment, Prepayment};
pub use invoice::{Invoice, LineItem, LineItemItem};
pub use item::{Item, ItemPrice};
pub use journal::{Journal, JournalLine, ManualJournal, ManualJournalLine, Source};
pub use order::{PurchaseOrder, Quote};
pub use organisation::{
    Action, BrandingTheme, Currency, ExternalLink, Organisation, PaymentTerm, PaymentTerms, User,
};
pub use payment::{BankTransaction, BatchPayment, Payment};
pub use report::{AccountBalance, Report, ReportAttribute, ReportCell, ReportRow};
pub use tax::{TaxComponent, TaxRate};
pub use tracking::{Tracking, TrackingCategory, TrackingOption};

use crate::XeroId;
use crate::record::Echo;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A kind of thing that Xero lists under a path of its own.
pub trait Resource: Serialize + DeserializeOwned + Echo + Clone + Send + Sync + std::fmt::Debug {
    /// The key of the list in an answer, and in a request: `Invoices`.
    const PLURAL: &'static str;
    /// The path below the API's root: `Invoices`; `Organisation` differs from its plural.
    const PATH: &'static str;
    /// Whether Xero gives it a GUID. Currencies and history notes have none.
    const IDENTIFIED: bool;

    /// Its id, if the answer has one.
    fn id(&self) -> Option<XeroId<Self>>;

    // Serde's work stands behind these, so that it is compiled here, once for each kind, and not in each crate that sends or
    // reads: what is as short as they are is otherwise inlined into every caller, with all that it calls.

    /// One of them out of JSON.
    ///
    /// # Errors
    /// What can't be read, and where.
    fn from_json(json: &str) -> serde_json::Result<Self>;

    /// A list of them out of JSON.
    ///
    /// # Errors
    /// What can't be read, and where.
    fn list_from_json(json: &str) -> serde_json::Result<Vec<Self>>;

    /// As JSON.
    ///
    /// # Errors
    /// A value that can't be written.
    fn to_json(&self) -> serde_json::Result<String>;
}

macro_rules! resources {
    ($($name:ident $plural:literal $path:literal $($id:ident)?;)+) => {$(
        impl Resource for $name {
            const PLURAL: &'static str = $plural;
            const PATH: &'static str = $path;
            const IDENTIFIED: bool = !concat!($(stringify!($id)),*).is_empty();

            fn id(&self) -> Option<XeroId<Self>> {
                [$(self.$id),*].into_iter().next().flatten()
            }

            #[inline(never)]
            fn from_json(json: &str) -> serde_json::Result<Self> {
                serde_json::from_str(json)
            }

            #[inline(never)]
            fn list_from_json(json: &str) -> serde_json::Result<Vec<Self>> {
                serde_json::from_str(json)
            }

            #[inline(never)]
            fn to_json(&self) -> serde_json::Result<String> {
                serde_json::to_string(self)
            }
        }
    )+};
}

resources! {
    Organisation "Organisations" "Organisation" organisation_id;
    Action "Actions" "Organisation/Actions";
    User "Users" "Users" user_id;
    Currency "Currencies" "Currencies";
    BrandingTheme "BrandingThemes" "BrandingThemes" branding_theme_id;
    Account "Accounts" "Accounts" account_id;
    TaxRate "TaxRates" "TaxRates";
    TrackingCategory "TrackingCategories" "TrackingCategories" tracking_category_id;
    TrackingOption "Options" "Options" tracking_option_id;
    Contact "Contacts" "Contacts" contact_id;
    ContactGroup "ContactGroups" "ContactGroups" contact_group_id;
    Item "Items" "Items" item_id;
    Invoice "Invoices" "Invoices" invoice_id;
    CreditNote "CreditNotes" "CreditNotes" credit_note_id;
    Allocation "Allocations" "Allocations" allocation_id;
    Prepayment "Prepayments" "Prepayments" prepayment_id;
    Overpayment "Overpayments" "Overpayments" overpayment_id;
    PurchaseOrder "PurchaseOrders" "PurchaseOrders" purchase_order_id;
    Quote "Quotes" "Quotes" quote_id;
    Payment "Payments" "Payments" payment_id;
    BatchPayment "BatchPayments" "BatchPayments" batch_payment_id;
    BankTransaction "BankTransactions" "BankTransactions" bank_transaction_id;
    ManualJournal "ManualJournals" "ManualJournals" manual_journal_id;
    Journal "Journals" "Journals" journal_id;
    Attachment "Attachments" "Attachments" attachment_id;
    HistoryRecord "HistoryRecords" "History";
    Report "Reports" "Reports";
}
