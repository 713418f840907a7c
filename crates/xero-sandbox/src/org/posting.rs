//! What documents and their settlement post.
//!
//! Example: a bill of EUR 100 at rate 0.50 posts CREDITORS −200, expense +200. Paid with EUR 100 at 0.40 the bank
//! gives 250, CREDITORS +200, realised currency loss +50. A document's base amounts are each line / rate; what they
//! differ from total / rate goes to ROUNDING.
//! Settling a document in full clears its base amount exactly, in whatever parts it was settled.

use rust_decimal::Decimal;

use super::Org;
use super::amounts::{cents, to_base};
use super::document::{Document, Kind, StockMove};
use super::guid::Guid;
use super::input::ours;
use super::ledger::{LedgerLine, Source};

impl Org {
    /// The account on the other side of a document's lines.
    fn control(&self, document: &Document) -> Guid {
        match document.bank_account {
            Some(bank) if document.kind.banked() => bank,
            _ => self.system_account(if document.kind.sales() { "DEBTORS" } else { "CREDITORS" }),
        }
    }

    /// Brings ledger and stock to what the document's status asks for, and its base amounts up to date.
    pub(crate) fn post_document(
        &mut self,
        document: &mut Document,
        backorders: Backorders,
        now: i64,
    ) -> Result<(), String> {
        if !document.kind.posts() {
            return Ok(());
        }
        self.return_stock(document)?;
        if !document.status.live() {
            self.unpost(document.id, now);
            return Ok(());
        }
        let sign = document.kind.sign();
        document.base_total = to_base(document.total, document.rate);
        let mut lines = vec![LedgerLine::plain(self.control(document), sign * document.base_total)];
        let tax_account = self.system_account("GST");
        let mut tax = Decimal::ZERO;
        for line in document.lines.iter().filter(|l| l.counts()) {
            let net = to_base(line.net(document.line_amounts), document.rate);
            let line_tax = to_base(line.tax, document.rate);
            tax += line_tax;
            lines.push(LedgerLine {
                account: line.account.unwrap_or_default(),
                net: -sign * net,
                tax: -sign * line_tax,
                tax_type: line.tax_type.clone(),
                description: line.description.clone(),
                tracking: line.tracking.clone(),
            });
        }
        if !tax.is_zero() {
            lines.push(LedgerLine::plain(tax_account, -sign * tax));
        }
        self.move_stock(document, backorders, &mut lines)?;
        let source = Source {
            id: document.id,
            kind: document.kind.source_type(),
            date: document.date,
            reference: document.reference.clone(),
        };
        self.post(&source, lines, now);
        Ok(())
    }

    /// Undoes the stock moves of a document.
    fn return_stock(&mut self, document: &mut Document) -> Result<(), String> {
        for step in std::mem::take(&mut document.stock) {
            self.add_stock(step.item, -step.quantity, -step.cost)?;
        }
        Ok(())
    }

    fn add_stock(&mut self, item: Guid, quantity: Decimal, cost: Decimal) -> Result<(), String> {
        let Some(mut item) = self.state.items.get(item).cloned() else { return Ok(()) };
        item.on_hand += quantity;
        item.cost_pool += cost;
        if item.on_hand < Decimal::ZERO {
            return Err(ours(&format!(
                "item {} would have {} on hand: its stock was used by later documents",
                item.code, item.on_hand
            )));
        }
        self.state.items.put(item);
        Ok(())
    }

    /// Tracked items: purchases raise stock at their cost, sales lower it at average cost and post that cost.
    fn move_stock(
        &mut self,
        document: &mut Document,
        backorders: Backorders,
        posted: &mut Vec<LedgerLine>,
    ) -> Result<(), String> {
        let sign = document.kind.sign();
        for line in document.lines.clone() {
            let Some(item) = line.item.and_then(|id| self.state.items.get(id)).cloned() else { continue };
            let (Some(asset), Some(mut quantity)) = (item.asset_account.clone(), line.quantity) else {
                continue;
            };
            let step = if document.kind.sales() {
                let wanted = quantity * sign;
                if wanted > item.on_hand {
                    if backorders == Backorders::Refused {
                        return Err("Insufficient stock. Items are eligible for backorder.".to_owned());
                    }
                    quantity = item.on_hand * sign;
                }
                let average = |quantity: Decimal| {
                    let share = item.cost_pool.checked_mul(quantity)?.checked_div(item.on_hand)?;
                    Some(cents(share))
                };
                let cost = sign * average(quantity.abs()).unwrap_or_default();
                let cogs = item.purchases.cogs_account.as_deref().and_then(|c| self.account_by_code(c));
                let asset = self.account_by_code(&asset);
                posted.push(LedgerLine::plain(cogs.map_or(Guid::ZERO, |a| a.id), cost));
                posted.push(LedgerLine::plain(asset.map_or(Guid::ZERO, |a| a.id), -cost));
                StockMove { item: item.id, quantity: -sign * quantity, cost: -cost }
            } else {
                let net = to_base(line.net(document.line_amounts), document.rate);
                StockMove { item: item.id, quantity: -sign * quantity, cost: -sign * net }
            };
            self.add_stock(step.item, step.quantity, step.cost)?;
            document.stock.push(step);
        }
        Ok(())
    }

    /// What a document's control account carries of `amount` still open, in base currency.
    pub(crate) fn carrying(document: &Document, amount: Decimal) -> Decimal {
        let left = document.base_total - document.base_settled;
        if amount == document.due_amount() {
            return left;
        }
        let part = to_base(amount, document.rate);
        if left >= Decimal::ZERO { part.min(left) } else { part }
    }

    /// The ledger lines by which a document gives up `base` of what it carries.
    pub(crate) fn release(&self, document: &Document, base: Decimal) -> Vec<LedgerLine> {
        let sign = document.kind.sign();
        if !document.kind.prepaid() {
            let account = self.system_account(if document.kind.sales() { "DEBTORS" } else { "CREDITORS" });
            let turned = if document.kind.banked() { sign } else { -sign };
            return vec![LedgerLine::plain(account, turned * base)];
        }
        // A prepayment gives back what its lines posted, in proportion to what is left of each; the last line
        // takes what rounding leaves over.
        let posted = self.live_entry(document.id).map(|e| e.lines.clone()).unwrap_or_default();
        let mut left: Vec<LedgerLine> = posted.into_iter().skip(1).collect();
        let id = document.id.to_string();
        let payments = self.state.payments.with_key('d', &id).filter(|p| !p.deleted).map(|p| p.id);
        let allocations = self.state.allocations.with_key('f', &id).map(|a| a.id);
        for settlement in payments.chain(allocations).filter_map(|id| self.live_entry(id)) {
            for (left, given) in left.iter_mut().zip(&settlement.lines) {
                left.net += given.net;
                left.tax += given.tax;
            }
        }
        let whole: Decimal = left.iter().map(|l| l.net).sum();
        let mut given = Decimal::ZERO;
        let last = left.len().saturating_sub(1);
        for (at, line) in left.iter_mut().enumerate() {
            let wanted = sign * base;
            let share = |of: Decimal| {
                of.checked_mul(wanted).and_then(|v| v.checked_div(whole)).map_or(Decimal::ZERO, cents)
            };
            line.tax = share(line.tax);
            line.net = if at == last { wanted - given } else { share(line.net) };
            given += line.net;
        }
        left
    }

    /// Posts a settlement: the lines that give up, the bank line if money moved, and the realised gain between.
    pub(crate) fn post_settlement(&mut self, source: &Source<'_>, mut lines: Vec<LedgerLine>, now: i64) {
        let rest: Decimal = lines.iter().map(|l| l.net).sum();
        if !rest.is_zero() {
            lines.push(LedgerLine::plain(self.system_account("REALISEDCURRENCYGAIN"), -rest));
        }
        self.post(source, lines, now);
    }

    /// Changes what was paid and credited on a document, and its status with it.
    pub(crate) fn settle(&mut self, id: Guid, step: &Settlement, now: i64) {
        let Some((mut document, table)) = self.document(id) else { return };
        document.paid += step.paid;
        document.credited += step.credited;
        document.base_settled += step.base;
        let done = document.due_amount().is_zero() && document.settled();
        if document.status.live() {
            document.status =
                if done { super::document::Status::Paid } else { super::document::Status::Authorised };
        }
        document.fully_paid_on = done.then_some(step.date.max(document.fully_paid_on.unwrap_or(step.date)));
        document.updated = now;
        self.notify(&document, crate::exchange::EventType::Update, now);
        self.put_document(document, table);
    }
}

/// What one payment or allocation, or its removal (negative), changes on a document.
pub(crate) struct Settlement {
    pub paid: Decimal,
    pub credited: Decimal,
    pub base: Decimal,
    pub date: jiff::civil::Date,
}

/// Whether a sale may take more than there is (`allowBackorders`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backorders {
    Allowed,
    Refused,
}

impl Kind {
    /// The kind of invoice this credit can be set against.
    pub(crate) fn settles(self) -> Kind {
        if self.sales() { Kind::AccRec } else { Kind::AccPay }
    }
}
