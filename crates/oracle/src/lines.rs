//! The lines of statements: `10 JAM @ 7.10 less 5%`, `2 JAM from R-1 2`, `fee F-1 @ 12.00`.

use crate::Oracle;
use crate::accounts::{called, named};
use crate::document::or;
use crate::document::{Document, Kind, Line, Target};
use crate::number::{Outcome, decimal, millionths, places, round};
use crate::read::{WHOLE, after, in_base, net, without_tax, word};

/// What an amount of a document costs: without its tax, and with what of it nobody gives back.
pub fn costing(amount: i128, tax: i128, document: &Document) -> i128 {
    let net = if document.inclusive { without_tax(amount, tax) } else { amount };
    let on_top = if document.inclusive { amount - net } else { round(amount * tax, 100 * WHOLE) };
    let points = document.lost.points.iter().find(|(of, _)| *of == tax);
    match (document.lost.everything, points) {
        (true, _) => net + on_top,
        (false, Some((of, lost))) => net + round(on_top * lost, *of),
        (false, None) => net,
    }
}

impl Oracle {
    pub(crate) fn read_line(&self, words: &[&str], document: &Document, into: Option<&str>) -> Outcome<Line> {
        let mut line = Line {
            item: usize::MAX,
            factor: (1, 1),
            discount: after(words, "less").map_or(Ok(0), millionths)?,
            tax: after(words, "tax").map_or(Ok(0), millionths)?,
            tracking: self.tracking(words)?,
            batch: after(words, "batch").map(str::to_owned),
            expiry: after(words, "expires").map(str::to_owned),
            ..Line::default()
        };
        match document.kind {
            Kind::Order | Kind::Demand | Kind::Quote | Kind::Invoice | Kind::CreditInvoice => {
                let at = words.iter().position(|word| *word == "@").ok_or("a line needs @ price")?;
                line.quantity = millionths(words[0])?;
                line.item = self.item(word(words, at - 1)?)?;
                if at == 3 {
                    line.factor = *self.units.get(words[1]).ok_or("no such unit")?;
                }
                line.price = millionths(word(words, at + 1)?)?;
                line.warehouse = after(words, "to").map(|code| self.place(code)).transpose()?;
                self.price(&mut line, document);
            }
            Kind::Bill => self.read_bill_line(words, document, &mut line)?,
            Kind::Credit => {
                let minor = |text| decimal(text, places(&document.currency) as usize);
                let at = if words[0] == "other" { 2 } else { 3 };
                let mut amount = minor(word(words, at)?)?;
                amount = costing(amount, line.tax, document);
                let amount = in_base(amount, &document.currency, document.rate);
                line.target = match words {
                    ["return" | "price", of, item, ..] => Target::Line(self.line(self.find(of)?, item)?),
                    _ => Target::Account,
                };
                line.amount = amount;
            }
            Kind::Receipt | Kind::Return | Kind::Arrival | Kind::Back | Kind::PutBack | Kind::Lost => {
                line.quantity = millionths(words[0])?;
                let at = self.line(document.of, word(words, 1)?)?;
                line.target = Target::Line(at);
                let of = &self.documents[at.0].lines[at.1];
                line.item = of.item;
                line.lots = self.named(words, words[1])?;
                if [Kind::PutBack, Kind::Lost].contains(&document.kind) {
                    line.warehouse = into.map_or(Ok(of.warehouse), |code| self.place(code).map(Some))?;
                }
                if document.kind == Kind::Receipt {
                    let place = after(words, "into").or(into).map(|code| self.place(code)).transpose()?;
                    line.warehouse = Some(place.or(of.warehouse).unwrap_or(0));
                    line.factor = of.factor;
                }
            }
            Kind::Adjustment => {
                let (account, at) = match words[0] {
                    "account" => (format!("Other accounts ({})", word(words, 1)?), 2),
                    "elsewhere" => ("Other accounts".to_owned(), 1),
                    name => (called(name).ok_or_else(|| format!("no account {name}"))?.to_owned(), 1),
                };
                line.amount = decimal(word(words, at)?, 2)?;
                let plain = ["Opening", "Transfer", "Direct", "Manufacturing", "Accrued"];
                if !plain.iter().any(|name| account.starts_with(name)) {
                    line.account = named(&account, &line.tracking);
                } else {
                    line.account = account;
                }
            }
            Kind::Revaluation => {
                let lot = self.lot(words[0], word(words, 1)?)?;
                line.item = self.lots[lot].item;
                line.lots = vec![(lot, 0)];
                line.amount = decimal(word(words, 2)?, 2)?;
            }
            _ => {
                line.quantity = millionths(words[0])?;
                line.item = self.item(word(words, 1)?.split('#').next().unwrap_or_default())?;
                line.lots = self.named(words, words[1])?;
                match document.kind {
                    Kind::Opening | Kind::Found => line.amount = decimal(word(words, 2)?, 2)?,
                    Kind::Count => line.price = after(words, "@").map_or(Ok(-1), millionths)?,
                    Kind::Make => {
                        line.price = after(words, "@").map_or(Ok(-1), millionths)?;
                        let place = after(words, "out-of").map(|code| self.place(code)).transpose()?;
                        line.warehouse = Some(place.unwrap_or(document.to));
                    }
                    Kind::Consumption => {
                        let place = after(words, "out-of").or(into);
                        let place = place.map(|code| self.place(code)).transpose()?;
                        line.warehouse = place.or(Some(self.place_of_part(document.of, line.item)));
                        line.part = self.part_of(document.of, line.item, line.warehouse);
                    }
                    Kind::VendorShipment => {
                        line.warehouse = Some(document.warehouse);
                        line.target = Target::Line(document.part_of.ok_or("parts are for an order's line")?);
                    }
                    _ => {}
                }
            }
        }
        let follows = [Kind::Bill, Kind::Credit, Kind::Return, Kind::Receipt, Kind::PutBack];
        // Defaults are those of the day on which the document is saved.
        if let Some(item) = self.items.get(line.item).filter(|_| !follows.contains(&document.kind)) {
            let place = match document.kind {
                Kind::Revaluation => Some(self.lots[line.lots[0].0].warehouse),
                Kind::Found | Kind::Count | Kind::WriteOff => Some(document.warehouse),
                Kind::Shipment | Kind::Opening | Kind::Transfer | Kind::Arrival | Kind::Back => None,
                _ => line.warehouse,
            };
            let place = place.map(|place| self.warehouses[place].tracking.clone()).unwrap_or_default();
            let by_hand = [Kind::Found, Kind::Count, Kind::WriteOff, Kind::Revaluation, Kind::Lost];
            let usual = match document.kind {
                kind if by_hand.contains(&kind) => or(&place, &item.tracking),
                _ => or(&item.tracking, &place),
            };
            let ordered = match document.kind {
                Kind::Shipment if document.of != usize::MAX => self.line(document.of, words[1])?,
                _ => (usize::MAX, 0),
            };
            if let Some(order) = self.documents.get(ordered.0) {
                line.tracking = or(&line.tracking, &order.lines[ordered.1].tracking);
            }
            line.tracking = or(&line.tracking, &usual);
        }
        Ok(line)
    }

    fn read_bill_line(&self, words: &[&str], bill: &Document, line: &mut Line) -> Outcome<()> {
        let at = words.iter().position(|word| *word == "@").ok_or("a line needs @ price")?;
        line.price = millionths(word(words, at + 1)?)?;
        line.quantity = WHOLE;
        match words[..at] {
            ["fee", fee] => {
                let fee = self.find(fee)?;
                line.target = Target::Fee(fee);
            }
            ["account", _] => line.target = Target::Account,
            [units, item] => {
                let (order, item) = match item.split_once('/') {
                    Some((order, item)) => (self.find(order)?, item),
                    None => (bill.of, item),
                };
                let of = self.line(order, item)?;
                line.quantity = millionths(units)?;
                line.target = Target::Line(of);
                line.item = self.documents[of.0].lines[of.1].item;
                line.factor = self.documents[of.0].lines[of.1].factor;
                if let Some(receipt) = after(words, "for") {
                    line.receipt = Some(self.line(self.find(receipt)?, item)?);
                }
            }
            _ => return Err("a bill's line is for goods, a fee or an account".into()),
        }
        self.price(line, bill);
        Ok(())
    }

    /// quantity × price less discount in the document's money, then in base: rounded each time.
    fn price(&self, line: &mut Line, document: &Document) {
        let net = net(line.quantity, line.price, line.discount, &document.currency);
        line.gross = net + round(net * line.tax, 100 * WHOLE);
        if document.inclusive {
            line.gross = net;
        }
        line.amount = in_base(costing(net, line.tax, document), &document.currency, document.rate);
    }
}
