//! The journals: by day, section and account.
//!
//! Each document posts by the table of POST in docs/rules.md, one function for each group of rows; a goods receipt debits
//! stock and credits Purchases. The net of a day, section and account is one line.

use std::collections::{BTreeMap, BTreeSet};

use crate::Oracle;
use crate::accounts::{named, rank};
use crate::cost::{Entries, add, later};
use crate::document::{At, Closing, Day, Document, Kind, Target, Tracking, or};
use crate::number::{part, written};
use crate::read::in_base;

/// Sections in the order in which a day prints them.
const SECTIONS: [&str; 6] = ["purchasing", "production", "sales", "stock", "adjustments", "document"];
/// Net cents by day, section and account; and by item what was put on stock on which day.
#[derive(Default)]
pub struct Books {
    lines: BTreeMap<(Day, usize, usize, String), i128>,
    stock: BTreeMap<(usize, usize, Day), i128>,
}

impl Books {
    pub(crate) fn post(&mut self, day: &Day, section: &str, debit: &str, credit: &str, amount: i128) {
        self.put(day, section, debit, amount);
        self.put(day, section, credit, -amount);
    }

    fn put(&mut self, day: &Day, section: &str, account: &str, amount: i128) {
        let section = SECTIONS.iter().position(|name| *name == section).expect("a section");
        let key = (day.clone(), section, rank(account), account.to_owned());
        *self.lines.entry(key).or_insert(0) += amount;
    }

    pub(crate) fn post_all(
        &mut self,
        entries: &Entries,
        section: &str,
        debit: impl Fn(&Day) -> String,
        credit: impl Fn(&Day) -> String,
    ) {
        for (day, amount) in entries {
            self.post(day, section, &debit(day), &credit(day), *amount);
        }
    }
}

/// What orders have taken up and not yet given.
pub const WIP: &str = "Work in progress";

pub fn loss(document: &Document, tracking: &Tracking) -> String {
    let own = document.account.as_ref();
    let account = own.map_or("Inventory loss".to_owned(), |own| format!("Inventory loss ({own})"));
    named(&account, tracking)
}

pub fn minus(entries: &Entries) -> Entries {
    entries.iter().map(|(day, amount)| (day.clone(), -amount)).collect()
}

impl Oracle {
    /// Per day, section and account the net of everything.
    pub(crate) fn journals(&self) -> String {
        let mut books = Books::default();
        for (place, document) in self.documents.iter().enumerate().filter(|(_, document)| document.live()) {
            self.post_document(place, document, &mut books);
            self.post_production(place, &mut books);
            if document.kind == Kind::Adjustment {
                let section = if document.adopted { "document" } else { "adjustments" };
                for line in &document.lines {
                    books.put(&document.day, section, &line.account, line.amount);
                    document
                        .until
                        .iter()
                        .for_each(|day| books.put(day, section, &line.account, -line.amount));
                }
                continue;
            }
            if let Some(total) = document.total {
                let lines: i128 = document.lines.iter().map(|line| line.gross).sum();
                let amount = in_base(total - lines, &document.currency, document.rate);
                books.post(&document.day, "document", "Rounding", "Accounts payable", amount);
            }
            if let Some((day, amount)) = (document.kind == Kind::Fee).then(|| self.own_bill(place)).flatten()
            {
                let purchases = named("Purchases", &document.tracking);
                books.post(&day, "document", &purchases, "Accounts payable", amount);
            }
            for (at, line) in document.lines.iter().enumerate() {
                self.post_takings(document, (place, at), &mut books);
                self.post_closing((place, at), &mut books);
                if let (Kind::Return, Target::Line(receipt)) = (document.kind, line.target) {
                    self.post_return((place, at), receipt, &mut books);
                }
            }
        }
        for lot in (0..self.lots.len()).filter(|lot| self.lots[*lot].quantity > 0) {
            self.post_lot(lot, &mut books);
        }
        self.reclassify(&mut books);
        let mut text = String::new();
        for ((day, section, _, account), amount) in books.lines.iter().filter(|(_, amount)| **amount != 0) {
            let side = if *amount > 0 { "Dr" } else { "Cr" };
            let amount = written(amount.abs(), 2);
            text += &format!("{day}  {:<11}  {account:<26}  {amount:>12} {side}\n", SECTIONS[*section]);
        }
        text
    }

    /// The stock account of an item in a warehouse; what goes there is remembered for reclassification.
    pub(crate) fn stock(&self, item: usize, warehouse: usize, day: &Day) -> String {
        if self.warehouses[warehouse].off_book {
            let since = self.items[item].tracked.iter().rfind(|(since, _)| since <= day);
            let own = since.map(|(_, tracking)| tracking.clone()).unwrap_or_default();
            return named("Off-book expense", &or(&self.warehouses[warehouse].tracking, &own));
        }
        let since = self.items[item].made.iter().rfind(|(since, _)| since <= day);
        if since.is_some_and(|(_, made)| *made) { "Finished goods".into() } else { "Materials".into() }
    }

    /// Adds entries to stock against an account, and remembers them for reclassification.
    fn to_stock(&self, books: &mut Books, lot: usize, entries: &Entries, section: &str, credit: &str) {
        let (item, warehouse) = (self.lots[lot].item, self.lots[lot].warehouse);
        books.post_all(entries, section, |day| self.stock(item, warehouse, day), |_| credit.to_owned());
        self.remember(books, item, warehouse, entries);
    }

    fn remember(&self, books: &mut Books, item: usize, warehouse: usize, entries: &Entries) {
        for (day, amount) in entries {
            *books.stock.entry((item, warehouse, day.clone())).or_insert(0) += amount;
        }
    }

    /// POST-1.1, POST-6, POST-7: what documents post themselves.
    fn post_document(&self, place: usize, document: &Document, books: &mut Books) {
        for (at, line) in document.lines.iter().enumerate() {
            let (mut purchases, mut amount) = (None, line.amount);
            match (document.kind, line.target) {
                (Kind::Bill, Target::Line(order)) if self.on_purchases(order) => {
                    purchases = Some(self.line_tracking(order))
                }
                (Kind::Order, _) if self.on_purchases((place, at)) && document.invoiced.is_some() => {
                    purchases = Some(Tracking::default())
                }
                (Kind::Bill, Target::Fee(fee)) => purchases = Some(self.documents[fee].tracking.clone()),
                (Kind::Credit, Target::Line(at)) => {
                    amount = -amount;
                    let mut order = self.documents[at.0].lines[at.1].target;
                    if let (Kind::Return, Target::Line(receipt)) = (self.documents[at.0].kind, order) {
                        order = self.documents[receipt.0].lines[receipt.1].target;
                    }
                    let own = &self.documents[at.0].lines[at.1].tracking;
                    purchases = match order {
                        Target::Line(order) => {
                            self.on_purchases(order).then(|| or(own, &self.line_tracking(order)))
                        }
                        Target::Fee(fee) => Some(or(own, &self.documents[fee].tracking)),
                        _ => None,
                    };
                }
                (Kind::Invoice | Kind::CreditInvoice, _) => {
                    let amount = if document.kind == Kind::Invoice { amount } else { -amount };
                    let sales = named("Sales", &line.tracking);
                    books.post(&document.day, "document", "Accounts receivable", &sales, amount);
                }
                _ => {}
            }
            if let Some(tracking) = purchases {
                let purchases = named("Purchases", &or(&line.tracking, &tracking));
                books.post(document.bill_day(), "document", &purchases, "Accounts payable", amount);
            }
        }
    }

    /// The tracking of an order's line, or its item's.
    pub(crate) fn line_tracking(&self, (order, line): At) -> Tracking {
        let line = &self.documents[order].lines[line];
        line.tracking.clone()
    }

    /// POST-8.1, POST-10, POST-1.8b: goods that leave.
    fn post_takings(&self, document: &Document, by: At, books: &mut Books) {
        for (lot, _) in self.taken(by) {
            let warehouse = self.lots[lot].warehouse;
            let line = &document.lines[by.1];
            let (section, debit) = match document.kind {
                Kind::Shipment => ("sales", named("Cost of goods sold", &line.tracking)),
                Kind::WriteOff | Kind::Count => ("stock", loss(document, &line.tracking)),
                Kind::Consumption | Kind::VendorShipment => ("production", WIP.to_owned()),
                Kind::Return => {
                    let Target::Line(receipt) = line.target else { continue };
                    let Target::Line(order) = self.documents[receipt.0].lines[receipt.1].target else {
                        continue;
                    };
                    ("purchasing", named("Purchase differences", &self.line_tracking(order)))
                }
                _ => continue,
            };
            let crosses = [Kind::Return, Kind::Consumption, Kind::VendorShipment].contains(&document.kind);
            if self.warehouses[warehouse].off_book && !crosses {
                continue;
            }
            self.to_stock(books, lot, &minus(&self.line_cost(by, Some(lot))), section, &debit);
        }
    }

    /// POST-1.8a: units that went back before their bill; POST-1.8b: what a credit is for.
    fn post_return(&self, (place, at): At, receipt: At, books: &mut Books) {
        let (document, arrived) = (&self.documents[place], &self.documents[receipt.0]);
        let line = &document.lines[at];
        let Target::Line(order) = arrived.lines[receipt.1].target else { return };
        if line.quantity == 0 {
            return;
        }
        let purchases = named("Purchases", &self.line_tracking(order));
        let Some(lot) = self.lots.iter().position(|lot| lot.source == (receipt.0, receipt.1, None)) else {
            return;
        };
        if !document.for_credit {
            let amount = self.estimate_returned(order, line.quantity);
            let mut entries = Entries::from([(arrived.day.clone(), amount)]);
            add(&mut entries, &later(&document.day, &arrived.day), -amount);
            return self.to_stock(books, lot, &entries, "purchasing", &purchases);
        }
        let of_receipt =
            |(_, other): &(usize, &Document)| other.live() && other.kind == Kind::Return && other.for_credit;
        let others = self.documents.iter().enumerate().filter(of_receipt);
        let lines = others.flat_map(|(place, other)| {
            other.lines.iter().enumerate().map(move |(at, line)| ((place, at), line))
        });
        let lines = lines.filter(|(_, other)| other.target == Target::Line(receipt));
        let before: i128 =
            lines.filter(|(other, _)| *other < (place, at)).map(|(_, line)| line.quantity).sum();
        let mut expected = Entries::new();
        for (day, amount) in self.goods(receipt) {
            let amount = part(amount, before, before + line.quantity, self.lots[lot].quantity);
            add(&mut expected, &later(&day, &document.day), amount);
        }
        let credits = self.documents.iter().filter(|credit| credit.live() && credit.kind == Kind::Credit);
        let credits = credits.flat_map(|credit| credit.lines.iter().map(move |line| (&credit.day, line)));
        let credits: Vec<_> =
            credits.filter(|(_, credit)| credit.target == Target::Line((place, at))).collect();
        if let Some(first) = credits.iter().map(|(day, _)| *day).min() {
            for (day, amount) in expected.clone() {
                add(&mut expected, &later(&day, first), -amount);
            }
        }
        for (day, credit) in credits {
            add(&mut expected, &later(day, &document.day), credit.amount);
        }
        let differences = named("Purchase differences", &self.line_tracking(order));
        books.post_all(&expected, "purchasing", |_| purchases.clone(), |_| differences.clone());
    }

    /// POST-1.9: a line closed to Purchase differences, with what is left of its fees.
    fn post_closing(&self, line: At, books: &mut Books) {
        let Some((closed, Closing::ToDifferences)) = self.closing(line) else { return };
        let tracking = self.line_tracking(line);
        let differences = named("Purchase differences", &tracking);
        let purchases = named("Purchases", &tracking);
        for (day, amount) in self.balance(line) {
            books.post(&later(&day, &closed), "purchasing", &differences, &purchases, amount);
        }
        let whole = self.units(line).max(self.received_units(line));
        for (fee, document) in self.documents.iter().enumerate() {
            if document.live() && document.kind == Kind::Fee && document.on.contains(&line.0) {
                let differences = named("Purchase differences", &document.tracking);
                let purchases = named("Purchases", &document.tracking);
                for (day, amount) in self.fee_entries(fee) {
                    let share = self.fee_by_line(fee, line.0, amount)[line.1];
                    books.post(&later(&day, &closed), "purchasing", &differences, &purchases, share);
                    for (receipt, from, to) in self.row(line) {
                        let arrived = self.arrived(receipt).map_or(&closed, |(day, _)| day);
                        let given = later(&day, arrived);
                        let amount = -part(share, from, to, whole);
                        books.post(&later(&given, &closed), "purchasing", &differences, &purchases, amount);
                    }
                }
            }
        }
    }

    /// What a lot's arrival posts, its fees and its revaluations.
    fn post_lot(&self, lot: usize, books: &mut Books) {
        let (place, at, parent) = self.lots[lot].source;
        let document = &self.documents[place];
        let (item, warehouse) = (self.lots[lot].item, self.lots[lot].warehouse);
        let off_book = self.warehouses[warehouse].off_book;
        let cost = self.cost_of_goods(lot);
        match (document.kind, document.lines[at].target) {
            (Kind::Receipt, Target::Line(order)) => {
                self.to_stock(
                    books,
                    lot,
                    &cost,
                    "purchasing",
                    &named("Purchases", &self.line_tracking(order)),
                );
            }
            (Kind::Arrival, _) => {
                let from = self.lots[parent.expect("a part of a lot")].warehouse;
                if !(off_book && self.warehouses[from].off_book) {
                    books.post_all(
                        &cost,
                        "stock",
                        |day| self.stock(item, warehouse, day),
                        |day| self.stock(item, from, day),
                    );
                    self.remember(books, item, warehouse, &cost);
                    self.remember(books, item, from, &minus(&cost));
                }
            }
            (Kind::Back, Target::Line(shipped)) => self.post_back(lot, shipped, &cost, books),
            (Kind::PutBack | Kind::Completion, _) => self.to_stock(books, lot, &cost, "production", WIP),
            (Kind::Opening, _) if !off_book => {
                self.to_stock(books, lot, &cost, "adjustments", "Opening balances")
            }
            (Kind::Found | Kind::Count, _) if !off_book => {
                let gain = named("Inventory gain", &document.lines[at].tracking);
                self.to_stock(books, lot, &cost, "stock", &gain);
            }
            _ => {}
        }
        self.to_stock(books, lot, &self.parts_of(lot), "purchasing", WIP);
        for (fee, day, amount) in self.fees_of(lot) {
            let entries = Entries::from([(day, amount)]);
            if document.kind == Kind::Receipt {
                let purchases = named("Purchases", &self.documents[fee].tracking);
                self.to_stock(books, lot, &entries, "purchasing", &purchases);
            } else if !off_book {
                self.to_stock(books, lot, &entries, "stock", "Transfer orders liability");
            }
        }
        for made in self.revaluations(lot).into_iter().filter(|_| !off_book) {
            let loss = loss(&self.documents[made.by.0], &self.documents[made.by.0].lines[made.by.1].tracking);
            self.to_stock(books, lot, &Entries::from([(made.day, made.amount)]), "stock", &loss);
        }
    }

    /// POST-8.2: goods come back on the side they left, or cross.
    fn post_back(&self, lot: usize, shipped: At, cost: &Entries, books: &mut Books) {
        let line = &self.documents[shipped.0].lines[shipped.1];
        let (item, warehouse, from) =
            (self.lots[lot].item, self.lots[lot].warehouse, self.documents[shipped.0].warehouse);
        let sold = named("Cost of goods sold", &line.tracking);
        match (self.warehouses[from].off_book, self.warehouses[warehouse].off_book) {
            (true, true) => {}
            (true, false) => {
                let stock = |place| move |day: &Day| self.stock(item, place, day);
                books.post_all(cost, "sales", stock(warehouse), stock(from));
                self.remember(books, item, warehouse, cost);
                self.remember(books, item, from, &minus(cost));
            }
            (false, _) => self.to_stock(books, lot, cost, "sales", &sold),
        }
    }

    /// ACC-3, POST-25: when an item becomes made or bought, or gets other options, what stands on the old account is carried
    /// over on that day.
    fn reclassify(&self, books: &mut Books) {
        let places: BTreeSet<(usize, usize)> =
            books.stock.keys().map(|(item, warehouse, _)| (*item, *warehouse)).collect();
        for (item, warehouse) in places {
            let record = &self.items[item];
            let made = record.made.iter().map(|(day, _)| day);
            let days: BTreeSet<&Day> = made.chain(record.tracked.iter().map(|(day, _)| day)).collect();
            let days: Vec<&Day> = days.into_iter().collect();
            for pair in days.windows(2) {
                let [before, now] = [pair[0], pair[1]].map(|day| self.stock(item, warehouse, day));
                let older = books
                    .stock
                    .iter()
                    .filter(|((of, place, on), _)| (*of, *place) == (item, warehouse) && on < pair[1]);
                let amount = older.map(|(_, amount)| amount).sum();
                if before != now {
                    books.post(pair[1], "adjustments", &now, &before, amount);
                }
            }
        }
    }
}
