//! Questions about several documents at once: what is left to invoice, and what is summed up for Xero (CNS).

use book::*;
use money::Money;

use super::{Outcome, Shop, day, unreadable};

impl Shop {
    /// `= CO-1  JAM 3, SUGAR -1`: ordered less invoiced.
    pub fn left(&self, name: &str) -> Outcome<String> {
        let id = self.any(name)?;
        let Some(left) = self.book.left_to_invoice(id) else { return unreadable("no order") };
        let all: Vec<String> = left.iter().map(ToString::to_string).collect();
        Ok(format!("= {name}  left {}\n", all.join(", ")))
    }

    fn all_until(&self, until: &str) -> Outcome<Vec<Consolidated>> {
        let sources = self.book.consolidation_sources(day(until)?);
        consolidate(&sources, &self.frozen).or_else(|error| unreadable(error.to_string()))
    }

    /// What is consolidated up to a day was approved, and stays.
    pub fn freeze(&mut self, until: &str) -> Outcome<()> {
        let all = self.all_until(until)?;
        self.frozen.extend(all.iter().map(Consolidated::frozen));
        Ok(())
    }

    fn whose(&self, whose: Whose) -> String {
        match whose {
            Whose::Channel(id) => self.book.channels()[id.number()].code.to_string(),
            Whose::Customer(id) => self.book.parties()[id.number()].code.to_string(),
        }
    }

    fn number_of(&self, id: DocumentId) -> &str {
        self.book.document(id).map_or("?", Document::number)
    }

    /// `= WEB 2026-03-02 to 2026-03-08 invoice 34.50 NZD of I-1, I-2` and its lines: `=   3 JAM tax 15% 34.50`.
    pub fn consolidated_until(&self, until: &str) -> Outcome<String> {
        let mut text = String::new();
        for one in self.all_until(until)? {
            let kind = if one.kind == InvoiceKind::Credit { "credit" } else { "invoice" };
            let sources: Vec<&str> = one.sources.iter().map(|held| self.number_of(held.document)).collect();
            text +=
                &format!("= {} {} to {} {kind} {}", self.whose(one.whose), one.first, one.last, one.total);
            text += &format!(" of {}\n", sources.join(", "));
            for line in &one.lines {
                let item = &self.book.items()[line.by.item.number()].code;
                let tax = line.by.tax.map_or("no tax".to_owned(), |tax| format!("tax {tax}%"));
                let options = line.by.account.tracking.0.iter().flatten();
                let options: Vec<&str> =
                    options.map(|option| &*self.book.tracking_options()[option.number()].code).collect();
                text += &format!("=   {} {item} {tax} {}", line.part.quantity, line.part.gross.number());
                if !options.is_empty() {
                    text += &format!(" [{}]", options.join("/"));
                }
                if let Some(corrects) = line.corrects {
                    text += &format!(" corrects {}", self.number_of(corrects));
                }
                text += "\n";
            }
        }
        Ok(if text.is_empty() { "= nothing to consolidate\n".to_owned() } else { text })
    }

    /// `= WEB 2026-03-04 account 091 50.00 NZD: PY-1, PY-2`
    pub fn takings_until(&self, until: &str) -> Outcome<String> {
        let mut text = String::new();
        for one in self.book.consolidated_payments(day(until)?) {
            let account = one.account.as_deref().unwrap_or("default");
            let payments: Vec<&str> = one.payments.iter().map(|id| self.number_of(*id)).collect();
            let whose = self.whose(one.whose);
            text +=
                &format!("= {whose} {} account {account} {}: {}\n", one.day, one.amount, payments.join(", "));
        }
        Ok(text)
    }

    /// `spread 50.00 I-1 I-2`: `= I-1 11.50, I-2 38.50, over 0.00`.
    pub fn spread_over(&self, words: &[&str]) -> Outcome<String> {
        let amount = Money::parse_in(words[1], self.book.base());
        let amount = amount.or_else(|error| unreadable(error.to_string()))?;
        let mut open = Vec::new();
        for name in &words[2..] {
            let id = self.any(name)?;
            let Some(found) = self.book.settlement(id) else { return unreadable("not paid") };
            let Some(Content::Invoice(invoice)) = self.book.document(id).map(Document::content) else {
                return unreadable("no invoice");
            };
            let outstanding = found.outstanding;
            let outstanding = if invoice.kind == InvoiceKind::Credit { -outstanding } else { outstanding };
            open.push((id, invoice.terms.day, outstanding));
        }
        let (parts, over) = spread(amount, &open).or_else(|error| unreadable(error.to_string()))?;
        let parts: Vec<String> =
            parts.iter().map(|(id, part)| format!("{} {}", self.number_of(*id), part.number())).collect();
        Ok(format!("= {}, over {}\n", parts.join(", "), over.number()))
    }
}
