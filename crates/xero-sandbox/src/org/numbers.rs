//! Document numbers: `INV-0001`, `CN-0001`, `PO-0001`, `QU-0001`, each series by itself and skipping taken ones.

use super::{Books, Org};

const SERIES: &[(Books, &str, usize)] = &[
    (Books::Invoices, "INV", 0),
    (Books::CreditNotes, "CN", 1),
    (Books::PurchaseOrders, "PO", 2),
    (Books::Quotes, "QU", 3),
];

impl Org {
    /// The next free number of a series.
    pub(crate) fn next_number(&mut self, books: Books) -> String {
        let Some((_, prefix, at)) = SERIES.iter().find(|s| s.0 == books) else { return String::new() };
        loop {
            let number = format!("{prefix}-{:04}", self.state.meta.next_number[*at]);
            self.state.meta.next_number[*at] += 1;
            if books.table(&self.state).with_key('n', &number.to_lowercase()).next().is_none() {
                return number;
            }
        }
    }
}
