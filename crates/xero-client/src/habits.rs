//! What each resource lets us do in one call: one table, from API-FACTS 2.3, 2.4 and 4.0.
//!
//! Fifty invoices go in one PUT; accounts and tax rates go one at a time, because Xero silently cuts a list of them to
//! its first element. Not here: building the calls (`call`).

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habit {
    /// The collection's path.
    pub path: &'static str,
    /// Elements in one write.
    pub batch: usize,
    /// Whether a body is a list under the plural; a bare element otherwise.
    pub listed: bool,
    /// The same for an update by id.
    pub listed_updates: bool,
    /// Whether writes take `summarizeErrors`.
    pub summarize: bool,
    /// Whether `unitdp=4` keeps four decimals of a price.
    pub four_decimals: bool,
    /// Whether a POST to the collection takes many elements with their ids.
    pub many_updates: bool,
    /// The page size we ask for, if lists come in pages. Quotes page without a size of ours.
    pub page_size: Option<u32>,
    /// Whether lists take `If-Modified-Since`.
    pub since: bool,
    /// Whether lists take `where`.
    pub filter: bool,
}

const fn habit(path: &'static str) -> Habit {
    Habit {
        path,
        batch: 1,
        listed: true,
        listed_updates: true,
        summarize: false,
        four_decimals: false,
        many_updates: false,
        page_size: None,
        since: false,
        filter: true,
    }
}

/// A document: fifty a write, pages, changes since.
const fn document(path: &'static str, four_decimals: bool) -> Habit {
    Habit {
        batch: 50,
        summarize: true,
        four_decimals,
        many_updates: true,
        page_size: Some(PAGE),
        since: true,
        ..habit(path)
    }
}

const fn bare(path: &'static str) -> Habit {
    Habit { listed: false, listed_updates: false, ..habit(path) }
}

/// Elements a page: the most Xero gives.
pub const PAGE: u32 = 1_000;
/// Pages of quotes have this many (API-FACTS 2.6).
pub const QUOTES_PAGE: u32 = 100;

/// The table.
pub const HABITS: &[Habit] = &[
    document("Contacts", false),
    document("Invoices", true),
    document("CreditNotes", true),
    document("BankTransactions", true),
    Habit { filter: false, ..document("PurchaseOrders", false) },
    document("ManualJournals", false),
    Habit { page_size: Some(QUOTES_PAGE), filter: false, ..document("Quotes", false) },
    Habit { page_size: None, ..document("Items", true) },
    Habit { many_updates: false, ..document("Payments", false) },
    Habit { summarize: true, since: true, ..habit("BatchPayments") },
    Habit { page_size: Some(PAGE), since: true, four_decimals: true, ..habit("Prepayments") },
    Habit { page_size: Some(PAGE), since: true, four_decimals: true, ..habit("Overpayments") },
    Habit { batch: 50, summarize: true, ..habit("Allocations") },
    Habit { many_updates: true, ..habit("TaxRates") },
    Habit { since: true, listed_updates: true, ..bare("Accounts") },
    Habit { since: true, ..habit("Users") },
    Habit { since: true, filter: false, ..habit("Journals") },
    bare("TrackingCategories"),
    bare("Options"),
    bare("Currencies"),
    habit("ContactGroups"),
    Habit { filter: false, ..habit("Organisation") },
    Habit { filter: false, ..habit("Organisation/Actions") },
    Habit { filter: false, ..habit("BrandingThemes") },
    Habit { filter: false, ..habit("History") },
    Habit { filter: false, ..habit("Attachments") },
    Habit { filter: false, ..habit("Reports") },
];

/// The row of a collection. What has no row is sent one at a time and read whole.
#[must_use]
pub fn of(path: &'static str) -> Habit {
    HABITS.iter().copied().find(|row| row.path == path).unwrap_or(habit(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use xero::Resource;

    #[test]
    fn every_resource_has_a_row() {
        let paths = [xero::Invoice::PATH, xero::Account::PATH, xero::Quote::PATH, xero::TaxRate::PATH];
        for path in paths.into_iter().chain(["Options", "Currencies", "Allocations", "Organisation/Actions"])
        {
            assert!(HABITS.iter().any(|row| row.path == path), "{path}");
        }
        assert_eq!(of("Accounts").batch, 1);
        assert_eq!(of("Invoices").batch, 50);
        assert!(!of("Currencies").listed);
    }
}
