//! What is sent and read, kind by kind: how a record of Xero's is named, dated and read into what we keep.
//!
//! One row per kind; everything else in this crate is written once for all of them. Not here: what a field means (`plan`).

use plan::{Guid, Held, HeldCredit, HeldItem, HeldJournal, HeldPayment, Lists, reading};
use xero::{
    Allocation, Attachment, BankTransaction, Contact, CreditNote, HistoryRecord, Invoice, Item,
    ManualJournal, Overpayment, Payment, Prepayment, PurchaseOrder, Quote, Resource, Stamp, TrackingOption,
};

/// A kind of record that operations send.
pub(crate) trait Sent: Resource + Send + Sync + 'static {
    /// What people know it by.
    fn name(&self) -> String;

    /// Xero's clock at its last change, where Xero tells.
    fn updated(&self) -> Option<Stamp>;

    /// What it says, if it is a document.
    fn held(&self, lists: &Lists) -> Option<Held>;

    /// What it says, if it is an item.
    fn item(&self, _: &Lists) -> Option<HeldItem> {
        None
    }

    /// The document that it pays and what it says, if it is a payment.
    fn payment(&self, _: &Lists) -> Option<(Guid, HeldPayment)> {
        None
    }

    /// What it says, if it is a journal.
    fn journal(&self, _: &Lists) -> Option<HeldJournal> {
        None
    }

    /// What it says, if it is a prepayment or overpayment, or made one.
    fn credit(&self) -> Option<HeldCredit> {
        None
    }

    /// Whether it is archived.
    fn is_archived(&self) -> bool {
        false
    }
}

/// The first text that is there.
fn first(texts: &[&Option<String>]) -> String {
    texts.iter().find_map(|text| text.as_deref().filter(|text| !text.is_empty())).unwrap_or("?").to_owned()
}

macro_rules! sent {
    ($($kind:ident: $updated:expr, $held:expr, [$($name:ident),+];)+) => {$(
        impl Sent for $kind {
            fn name(&self) -> String {
                first(&[$(&self.$name),+])
            }

            fn updated(&self) -> Option<Stamp> {
                let updated: fn(&$kind) -> Option<Stamp> = $updated;
                updated(self)
            }

            fn held(&self, lists: &Lists) -> Option<Held> {
                let held: fn(&$kind, &Lists) -> Option<Held> = $held;
                held(self, lists)
            }
        }
    )+};
}

sent! {
    TrackingOption: |_| None, |_, _| None, [name];
    Attachment: |_| None, |_, _| None, [file_name];
    HistoryRecord: |note| note.date_utc, |_, _| None, [details];
    Invoice: |invoice| invoice.updated_date_utc, reading::invoice, [invoice_number, reference];
    CreditNote: |note| note.updated_date_utc, reading::credit_note, [credit_note_number, reference];
    PurchaseOrder: |order| order.updated_date_utc, reading::order, [purchase_order_number, reference];
    Quote: |quote| quote.updated_date_utc, reading::quote, [quote_number, reference];
}

impl Sent for Contact {
    fn name(&self) -> String {
        first(&[&self.name, &self.account_number])
    }

    fn updated(&self) -> Option<Stamp> {
        self.updated_date_utc
    }

    fn held(&self, _: &Lists) -> Option<Held> {
        None
    }

    fn is_archived(&self) -> bool {
        self.contact_status == Some(xero::statuses::ContactStatus::Archived)
    }
}

macro_rules! credits {
    ($($kind:ident: $read:path;)+) => {$(
        impl Sent for $kind {
            fn name(&self) -> String {
                first(&[&self.reference])
            }

            fn updated(&self) -> Option<Stamp> {
                self.updated_date_utc
            }

            fn held(&self, _: &Lists) -> Option<Held> {
                None
            }

            fn credit(&self) -> Option<HeldCredit> {
                $read(self)
            }
        }
    )+};
}

credits! {
    BankTransaction: reading::made_credit;
    Prepayment: reading::prepayment;
    Overpayment: reading::overpayment;
}

impl Sent for Allocation {
    fn name(&self) -> String {
        self.amount.map_or_else(|| "?".to_owned(), |amount| format!("allocation {amount}"))
    }

    fn updated(&self) -> Option<Stamp> {
        None
    }

    fn held(&self, _: &Lists) -> Option<Held> {
        None
    }
}

impl Sent for Item {
    fn name(&self) -> String {
        first(&[&self.code, &self.name])
    }

    fn updated(&self) -> Option<Stamp> {
        self.updated_date_utc
    }

    fn held(&self, _: &Lists) -> Option<Held> {
        None
    }

    fn item(&self, lists: &Lists) -> Option<HeldItem> {
        reading::item(self, lists)
    }
}

impl Sent for Payment {
    fn name(&self) -> String {
        let amount = self.amount.map_or_else(String::new, |amount| format!("{amount} "));
        let reference = first(&[&self.reference]);
        format!("payment {amount}{reference}")
    }

    fn updated(&self) -> Option<Stamp> {
        self.updated_date_utc
    }

    fn held(&self, _: &Lists) -> Option<Held> {
        None
    }

    fn payment(&self, lists: &Lists) -> Option<(Guid, HeldPayment)> {
        reading::payment(self, lists)
    }
}

impl Sent for ManualJournal {
    fn name(&self) -> String {
        first(&[&self.narration])
    }

    fn updated(&self) -> Option<Stamp> {
        self.updated_date_utc
    }

    fn held(&self, _: &Lists) -> Option<Held> {
        None
    }

    fn journal(&self, lists: &Lists) -> Option<HeldJournal> {
        reading::journal(self, lists)
    }
}

/// The kind that a path names: its last part that is no id and no name of a file.
pub(crate) fn kind(path: &str) -> &str {
    let path = path.split('?').next().unwrap_or_default();
    let mut parts = path.split('/');
    let (root, below) = (parts.next().unwrap_or_default(), parts.nth(1));
    below.unwrap_or(root)
}

/// Calls a function for the kind that a path names; none for a kind that we never send.
macro_rules! of_kind {
    ($path:expr, $function:ident($($argument:expr),*)) => {
        match $crate::kinds::kind($path) {
            "Contacts" => Some($function::<xero::Contact>($($argument),*)),
            "Items" => Some($function::<xero::Item>($($argument),*)),
            "Options" => Some($function::<xero::TrackingOption>($($argument),*)),
            "Invoices" => Some($function::<xero::Invoice>($($argument),*)),
            "CreditNotes" => Some($function::<xero::CreditNote>($($argument),*)),
            "PurchaseOrders" => Some($function::<xero::PurchaseOrder>($($argument),*)),
            "Quotes" => Some($function::<xero::Quote>($($argument),*)),
            "Payments" => Some($function::<xero::Payment>($($argument),*)),
            "BankTransactions" => Some($function::<xero::BankTransaction>($($argument),*)),
            "Allocations" => Some($function::<xero::Allocation>($($argument),*)),
            "ManualJournals" => Some($function::<xero::ManualJournal>($($argument),*)),
            "Attachments" => Some($function::<xero::Attachment>($($argument),*)),
            "History" => Some($function::<xero::HistoryRecord>($($argument),*)),
            _ => None,
        }
    };
}
pub(crate) use of_kind;

#[cfg(test)]
mod tests {
    use super::kind;

    #[test]
    fn a_path_names_its_kind() {
        for (path, expected) in [
            ("Invoices?summarizeErrors=false&unitdp=4", "Invoices"),
            ("Invoices/254591b2-68c7-403f-91af-e3584f9577fe/History", "History"),
            ("Invoices/254591b2-68c7-403f-91af-e3584f9577fe/Attachments/bill.pdf", "Attachments"),
            ("TrackingCategories/254591b2-68c7-403f-91af-e3584f9577fe/Options", "Options"),
            ("Quotes/254591b2-68c7-403f-91af-e3584f9577fe", "Quotes"),
        ] {
            assert_eq!(kind(path), expected, "{path}");
        }
    }
}
