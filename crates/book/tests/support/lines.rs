//! Names and lines of statements: which item, lot, document line, warehouse is meant.

use book::*;
use money::{Amount, Currency, Percent, Quantity, Rate, UnitPrice};

use super::{Outcome, Shop, after, day, number, quantity, unreadable};

impl Shop {
    pub fn item(&self, code: &str) -> Outcome<ItemId> {
        let code = code.split('#').next().unwrap_or_default();
        match self.book.items().find(code) {
            Some(id) => Ok(ItemId::new(id)),
            None => unreadable(format!("no item {code}")),
        }
    }

    pub fn warehouse(&self, code: &str) -> Outcome<WarehouseId> {
        match self.book.warehouses().find(code) {
            Some(id) => Ok(WarehouseId::new(id)),
            None => unreadable(format!("no warehouse {code}")),
        }
    }

    pub fn party(&self, code: &str) -> Outcome<PartyId> {
        match self.book.parties().find(code) {
            Some(id) => Ok(PartyId::new(id)),
            None => unreadable(format!("no supplier or customer {code}")),
        }
    }

    pub fn reason(&self, words: &[&str]) -> Outcome<Option<ReasonId>> {
        let Some(code) = after(words, "reason") else { return Ok(None) };
        match self.book.reasons().find(code) {
            Some(id) => Ok(Some(ReasonId::new(id))),
            None => unreadable(format!("no reason {code}")),
        }
    }

    pub fn find(&self, kind: Kind, number: &str) -> Outcome<DocumentId> {
        match self.book.find_document(kind, number) {
            Some(id) => Ok(id),
            None => unreadable(format!("no {} {number}", kind.words())),
        }
    }

    /// A document of any kind by its number.
    pub fn any(&self, number: &str) -> Outcome<DocumentId> {
        let found = Kind::ALL.iter().find_map(|kind| self.book.find_document(*kind, number));
        found.map_or_else(|| unreadable(format!("no document {number}")), Ok)
    }

    /// The line of a document for `JAM`, `JAM#2` for the second such line, or `line-3`.
    pub fn line(&self, document: DocumentId, item: &str) -> Outcome<u16> {
        if let Some(line) = item.strip_prefix("line-") {
            return number::<u16>(line).map(|line| line.saturating_sub(1));
        }
        let (code, which) = item.split_once('#').unwrap_or((item, "1"));
        let which: usize = number(which)?;
        let wanted = self.item(code)?;
        let items = self.items_of(document)?;
        let mut lines = items.iter().enumerate().filter(|(_, item)| **item == wanted).map(|(line, _)| line);
        match lines.nth(which - 1) {
            Some(line) => Ok(line as u16),
            None => unreadable(format!("no line {item}")),
        }
    }

    fn items_of(&self, document: DocumentId) -> Outcome<Vec<ItemId>> {
        let Some(found) = self.book.document(document) else { return unreadable("no such document") };
        let of_order =
            |order: DocumentId, line: u16| self.items_of(order).map(|items| items[usize::from(line)]);
        match found.content() {
            Content::PurchaseOrder(c) => Ok(c.lines.iter().map(|line| line.item).collect()),
            Content::CustomerOrder(c) => Ok(c.lines.iter().map(|line| line.item).collect()),
            Content::Quote(c) => Ok(c.lines.iter().map(|line| line.item).collect()),
            Content::Invoice(c) => Ok(c.lines.iter().map(|line| line.item).collect()),
            Content::Shipment(c) => Ok(c.lines.iter().map(|line| line.item).collect()),
            Content::Transfer(c) => Ok(c.lines.iter().map(|line| line.item).collect()),
            Content::Consumption(c) => Ok(c.lines.iter().map(|line| line.item).collect()),
            Content::VendorShipment(c) => Ok(c.lines.iter().map(|line| line.item).collect()),
            Content::StockEntry(c) => Ok(c.ins.iter().map(|line| line.item).collect()),
            Content::Receipt(c) => c.lines.iter().map(|line| of_order(c.order, line.line)).collect(),
            Content::VendorReturn(c) => c
                .lines
                .iter()
                .map(|line| {
                    self.items_of(line.receipt.document).map(|all| all[usize::from(line.receipt.line)])
                })
                .collect(),
            Content::Bill(c) => {
                let item = |line: &BillLine| match line.target {
                    BillTarget::Order(at) => of_order(at.document, at.line),
                    _ => Ok(ItemId::new(u32::MAX)),
                };
                c.lines.iter().map(item).collect()
            }
            _ => Ok(Vec::new()),
        }
    }

    /// The lot that a document brought of an item: `R-1 JAM`, or `lot 7`.
    pub fn lot(&self, document: &str, item: &str) -> Outcome<LotId> {
        if document == "lot" {
            return number(item).map(LotId::new);
        }
        let (code, which) = item.split_once('#').unwrap_or((item, "1"));
        let (wanted, which): (_, usize) = (self.item(code)?, number(which)?);
        let from = self.any(document)?;
        let brought = self.book.lots().filter(|(_, lot)| lot.from().document == from && lot.item() == wanted);
        let mut brought = brought.filter(|(_, lot)| !lot.quantity().is_zero());
        brought
            .nth(which - 1)
            .map_or_else(|| unreadable(format!("{document} brought no {item}")), |(id, _)| Ok(id))
    }

    /// Lots by hand: `from R-1 5, R-2 7`.
    pub fn takings(&self, words: &[&str], item: &str) -> Outcome<Vec<Taking>> {
        let Some(at) = words.iter().position(|word| *word == "from") else { return Ok(Vec::new()) };
        let mut takings = Vec::new();
        for pair in words[at + 1..].chunks(2) {
            let [document, units] = pair else { return unreadable("lots by hand: from R-1 5, R-2 7") };
            let lot = match document.strip_prefix('@') {
                Some(id) => LotId::new(number(id)?),
                None => self.lot(document, item)?,
            };
            takings.push(Taking { lot, quantity: quantity(units.trim_end_matches(','))? });
        }
        Ok(takings)
    }

    pub fn tracking(&self, words: &[&str]) -> Outcome<Tracking> {
        let mut tracking = Tracking::default();
        let Some(code) = after(words, "tracking") else { return Ok(tracking) };
        for (number, code) in code.split('/').enumerate().take(2) {
            let Some(id) = self.book.tracking_options().find(code) else {
                return unreadable(format!("no option {code}"));
            };
            let option = &self.book.tracking_options()[id];
            let place = usize::try_from(option.category.number()).unwrap_or(number).min(1);
            tracking.0[place] = Some(TrackingOptionId::new(id));
        }
        Ok(tracking)
    }

    /// `in USD at 0.62`
    pub fn currency(&self, words: &[&str]) -> Outcome<(Currency, Option<Rate>)> {
        let currency = match after(words, "in")
            .filter(|word| word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase()))
        {
            Some(code) => number(code)?,
            None => self.book.base(),
        };
        let rate = after(words, "at").map(number).transpose()?;
        Ok((currency, rate))
    }

    pub fn terms(&self, words: &[&str], party: &str) -> Outcome<Terms> {
        let (currency, rate) = self.currency(words)?;
        let reference = after(words, "ref").map(Text::from);
        let prices = if words.contains(&"inclusive") { Prices::Inclusive } else { Prices::Exclusive };
        let (party, day) = (self.party(party)?, day(words[2])?);
        Ok(Terms { party, day, currency, rate, reference, prices, lost_tax: None })
    }

    /// `3 box BOLT @ 1.20 less 10% tax 15% due 2026-04-01 to Annex tracking North`
    pub fn trade_line(&self, words: &[&str]) -> Outcome<TradeLine> {
        let Some(at) = words.iter().position(|word| *word == "@") else {
            return unreadable("a line needs @ price");
        };
        let (unit, item) = match words[1..at] {
            [item] => (None, item),
            [unit, item] => match self.book.units().find(unit) {
                Some(id) => (Some(UnitId::new(id)), item),
                None => return unreadable(format!("no unit {unit}")),
            },
            _ => return unreadable("a line is: quantity, unit if not the stock unit, item, @ price"),
        };
        let percent = |keyword| after(words, keyword).map(number::<Percent>).transpose();
        Ok(TradeLine {
            item: self.item(item)?,
            quantity: quantity(words[0])?,
            unit,
            factor: None,
            price: number::<UnitPrice>(words[at + 1])?,
            discount: percent("less")?.unwrap_or(Percent::ZERO),
            tax: percent("tax")?,
            warehouse: after(words, "to").map(|code| self.warehouse(code)).transpose()?,
            tracking: self.tracking(words)?,
            due: after(words, "due").map(day).transpose()?,
        })
    }

    pub fn amount(&self, text: &str) -> Outcome<Amount> {
        Amount::parse(text, self.book.base()).or_else(|error| unreadable(error.to_string()))
    }

    pub fn receipt_line(
        &self,
        order: DocumentId,
        words: &[&str],
        into: Option<&str>,
    ) -> Outcome<ReceiptLine> {
        let warehouse = after(words, "into").or(into);
        Ok(ReceiptLine {
            line: self.line(order, words[1])?,
            quantity: quantity(words[0])?,
            rejected: after(words, "rejected").map_or(Ok(Quantity::ZERO), quantity)?,
            warehouse: warehouse.map(|code| self.warehouse(code)).transpose()?,
            batch: after(words, "batch").map(Text::from),
            expiry: after(words, "expires").map(day).transpose()?,
        })
    }

    pub fn bill_line(&self, order: Option<DocumentId>, words: &[&str]) -> Outcome<BillLine> {
        let Some(at) = words.iter().position(|word| *word == "@") else {
            return unreadable("a line needs @ price");
        };
        let (target, units) = match words[..at] {
            ["fee", fee] => (BillTarget::Fee(self.find(Kind::Fee, fee)?), Quantity::units(1)),
            ["account", account] => (BillTarget::Expense(account.into()), Quantity::units(1)),
            [units, item] => {
                let (number, item) =
                    item.split_once('/').map_or((None, item), |(order, item)| (Some(order), item));
                let order =
                    number.map(|number| self.find(Kind::PurchaseOrder, number)).transpose()?.or(order);
                let Some(order) = order else {
                    return unreadable("a bill of goods names its order: of PO-1");
                };
                let target = LineRef { document: order, line: self.line(order, item)? };
                (BillTarget::Order(target), quantity(units)?)
            }
            _ => {
                return unreadable("a bill's line is: 10 JAM @ 7.00, fee F-1 @ 12.00 or account 400 @ 30.00");
            }
        };
        let receipt = match (after(words, "for"), &words[..at]) {
            (Some(receipt), [_, item]) => {
                let document = self.find(Kind::Receipt, receipt)?;
                let item = item.split_once('/').map_or(*item, |(_, item)| item);
                Some(LineRef { document, line: self.line(document, item)? })
            }
            _ => None,
        };
        let percent = |keyword| after(words, keyword).map(number::<Percent>).transpose();
        Ok(BillLine {
            target,
            quantity: units,
            price: number(words[at + 1])?,
            discount: percent("less")?.unwrap_or(Percent::ZERO),
            tax: percent("tax")?,
            tracking: self.tracking(words)?,
            receipt,
        })
    }

    pub fn basis(words: &[&str]) -> Outcome<FeeBasis> {
        match after(words, "by") {
            None | Some("value") => Ok(FeeBasis::Value),
            Some("quantity") => Ok(FeeBasis::Quantity),
            Some("weight") => Ok(FeeBasis::Weight),
            Some(other) => unreadable(format!("by {other}: value, quantity or weight")),
        }
    }
}
