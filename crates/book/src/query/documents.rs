//! What documents post by themselves in Xero: bills, credits and invoices, one after the other (POST-1.1, POST-6, POST-7), and
//! what stood there before it was adopted (REC-5).
//!
//! Bill B-1 of 100.00 is Purchases +100.00 on its day. Per key and day the amounts sum to what the ledger has in the section
//! "document". Not here: what journals post (`explain`).

use money::Amount;

use crate::adjusting::Adjustment;
use crate::book::{Book, Work};
use crate::content::Content;
use crate::day::Day;
use crate::documents;
use crate::ids::DocumentId;
use crate::posting::{Key, Section};
use crate::stock::Direction;

impl Book {
    /// Document, account, day and amount (debit, or credit below zero) of everything that documents post by themselves.
    pub fn posted_by_documents(&self) -> Vec<(DocumentId, Key, Day, Amount)> {
        let mut fork = self.clone();
        fork.work = Work::default();
        let mut found = Vec::new();
        for number in 0..fork.documents.len() {
            let document = DocumentId(u32::try_from(number).unwrap_or(u32::MAX));
            let posts = match &fork.documents[number].content {
                Content::Bill(_) | Content::SupplierCredit(_) | Content::Invoice(_) => true,
                Content::PurchaseOrder(order) => order.invoice.is_some(),
                Content::AdjustingEntry(entry) => entry.kind == Adjustment::Adopted,
                _ => false,
            };
            if !posts {
                continue;
            }
            documents::post(&mut fork, document, Direction::Assert);
            let posted = std::mem::take(&mut fork.work.posted);
            for ((day, rule, debit, credit), amount) in posted.into_lines() {
                if rule.row().section == Section::Document {
                    found.push((document, fork.ledger.name(debit).clone(), day, amount));
                    found.push((document, fork.ledger.name(credit).clone(), day, -amount));
                }
            }
        }
        found
    }
}
