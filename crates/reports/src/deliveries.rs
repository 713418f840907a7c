//! Shipped and not invoiced, invoiced and not shipped (REC-4): which goods a customer has and owes us for, and which we owe.
//!
//! Units of shipments meet units of invoices: first the shipment's line that an invoice names, then those of the same customer
//! order's line, then what names nothing, by customer and item, in order of entry. Goods that came back and credited units
//! count on neither side. Twelve shipped, eight invoiced: four are shipped and not invoiced.
//! What is open and what has met are together Cost of goods sold, and Sales.
//! Not here: margins (`margin.rs`). The choices are in docs/decisions/0041-what-meets-what.md.

use std::collections::BTreeMap;

use book::{
    Book, Content, Document, InvoiceKind, Invoiced, ItemId, LineRef, PartyId, Role, Shipped, Stocking,
};
use money::{Amount, Quantity};

use crate::balances::of_role;
use crate::catalogue::Call;
use crate::names;
use crate::table::{Column, Kind, Row, Table, Tie, Value, plus, units};

/// A shipment's line, and how many of its units met an invoice.
struct Goods {
    line: Shipped,
    stayed: Quantity,
    met: Quantity,
}

/// An invoice's line less what was credited of it, and how many of its units met a shipment.
struct Paper {
    line: Invoiced,
    units: Quantity,
    amount: Amount,
    met: Quantity,
}

impl Goods {
    fn open(&self) -> Quantity {
        units(self.stayed, -self.met)
    }

    fn open_cost(&self) -> Amount {
        match self.open().is_zero() {
            true => Amount::ZERO,
            false => money::part(self.line.cost, self.met, self.stayed, self.stayed),
        }
    }
}

impl Paper {
    fn open(&self) -> Quantity {
        units(self.units, -self.met)
    }

    fn open_amount(&self) -> Amount {
        match self.open().is_zero() {
            true => Amount::ZERO,
            false => money::part(self.amount, self.met, self.units, self.units),
        }
    }
}

/// All of them, met.
struct Deliveries {
    goods: Vec<Goods>,
    papers: Vec<Paper>,
    /// What is invoiced for no goods, and credits that name no invoice.
    other: Amount,
}

/// The lines among which units may meet.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Pool {
    Line(LineRef),
    Loose(PartyId, ItemId),
}

impl Deliveries {
    fn of(call: &Call<'_>) -> Deliveries {
        let (book, day) = (call.book, call.asked.as_of);
        let goods = book.shipped_by(day).map(|line| {
            let stayed = units(line.quantity, -line.returned);
            Goods { line, stayed, met: Quantity::ZERO }
        });
        let mut all = Deliveries { goods: goods.collect(), papers: Vec::new(), other: Amount::ZERO };
        let (mut at, mut credits) = (BTreeMap::new(), Vec::new());
        for line in book.invoiced_by(day) {
            let stocked = book.item(line.item).is_some_and(|row| row.record.stocking == Stocking::Stocked);
            match line.kind {
                _ if !stocked => all.other = plus(all.other, line.amount),
                InvoiceKind::Invoice => {
                    at.insert(line.at, all.papers.len());
                    let (units, amount) = (line.quantity, line.amount);
                    all.papers.push(Paper { line, units, amount, met: Quantity::ZERO });
                }
                InvoiceKind::Credit => credits.push(line),
            }
        }
        for credit in credits {
            match credit.source.and_then(|source| at.get(&source)) {
                Some(paper) => all.papers[*paper].credit(&credit),
                None => all.other = plus(all.other, credit.amount),
            }
        }
        all.meet(book);
        all
    }

    fn meet(&mut self, book: &Book) {
        self.each_pool(|goods| Some(Pool::Line(goods.line.at)), |paper| paper.line.source.map(Pool::Line));
        let order_of = |line: LineRef| match book.document(line.document).map(Document::content) {
            Some(Content::CustomerOrder(_)) => Some(line),
            Some(Content::Shipment(content)) => {
                let number = content.lines.get(usize::from(line.line)).and_then(|line| line.order_line);
                content.order.zip(number).map(|(document, line)| LineRef { document, line })
            }
            _ => None,
        };
        let of_order = |paper: &Paper| paper.line.source.and_then(order_of).map(Pool::Line);
        self.each_pool(|goods| goods.line.order.map(Pool::Line), of_order);
        let loose_goods = |goods: &Goods| Pool::Loose(goods.line.customer, goods.line.item);
        let loose_paper = |paper: &Paper| Pool::Loose(paper.line.customer, paper.line.item);
        let unnamed = |paper: &Paper| paper.line.source.is_none().then(|| loose_paper(paper));
        self.each_pool(|goods| Some(loose_goods(goods)), unnamed);
        let free = |goods: &Goods| goods.line.order.is_none().then(|| loose_goods(goods));
        self.each_pool(free, |paper| Some(loose_paper(paper)));
    }

    /// Within each pool, open units meet in order of entry.
    fn each_pool(&mut self, goods: impl Fn(&Goods) -> Option<Pool>, papers: impl Fn(&Paper) -> Option<Pool>) {
        // The goods of a pool, and how many of them have nothing open any more.
        let mut pools: BTreeMap<Pool, (Vec<usize>, usize)> = BTreeMap::new();
        for (number, one) in self.goods.iter().enumerate().filter(|(_, one)| !one.open().is_zero()) {
            if let Some(pool) = goods(one) {
                pools.entry(pool).or_default().0.push(number);
            }
        }
        for paper in self.papers.iter_mut().filter(|paper| !paper.open().is_zero()) {
            let Some((here, done)) = papers(paper).and_then(|pool| pools.get_mut(&pool)) else { continue };
            while let Some(number) = here.get(*done).filter(|_| !paper.open().is_zero()) {
                let one = &mut self.goods[*number];
                let met = one.open().min(paper.open());
                one.met = units(one.met, met);
                paper.met = units(paper.met, met);
                if one.open().is_zero() {
                    *done += 1;
                }
            }
        }
    }
}

impl Paper {
    /// A credit takes units back, unless its price is lower than the invoice's: then it lowers the price.
    fn credit(&mut self, credit: &Invoiced) {
        let across = |amount: Amount, units: Quantity| {
            i128::from(amount.abs().minor()) * i128::from(units.millionths().abs())
        };
        if across(credit.amount, self.line.quantity) >= across(self.line.amount, credit.quantity) {
            self.units = units(self.units, -credit.quantity.min(self.units));
        }
        self.amount = plus(self.amount, credit.amount);
    }
}

pub(crate) fn shipped_not_invoiced(call: &Call<'_>) -> Table {
    let (book, all) = (call.book, Deliveries::of(call));
    let (mut open, mut met) = (Amount::ZERO, Amount::ZERO);
    let mut rows: Vec<Row> = Vec::new();
    for one in &all.goods {
        let cost = one.open_cost();
        (open, met) = (plus(open, cost), plus(met, plus(one.line.cost, -cost)));
        if one.open().is_zero() {
            continue;
        }
        let age = i64::from(call.asked.as_of.number()) - i64::from(one.line.day.number());
        rows.push(vec![
            names::party(book, one.line.customer),
            one.line.order.map_or(Value::Empty, |order| names::document(book, order.document)),
            names::document(book, one.line.at.document),
            names::line(one.line.at.line),
            names::item(book, one.line.item),
            Value::Quantity(one.open()),
            Value::Amount(cost),
            at_price(book, one).map_or(Value::Empty, Value::Amount),
            Value::Day(one.line.day),
            Value::Count(age),
        ]);
    }
    let columns = [
        Column::text("customer", "Customer"),
        Column::text("order", "Order"),
        Column::text("shipment", "Shipment"),
        Column::of(Kind::Count, "line", "Line"),
        Column::text("item", "Item"),
        Column::of(Kind::Quantity, "units", "Units"),
        Column::amount("cost", "Cost"),
        Column::amount("price", "At sales price"),
        Column::of(Kind::Day, "since", "Since"),
        Column::of(Kind::Count, "age", "Days"),
    ];
    let parts = vec![("shipped, not invoiced".to_owned(), open), ("shipped and invoiced".to_owned(), met)];
    let balance = of_role(book, Role::CostOfGoodsSold, call.asked.as_of, None);
    let tie = Tie { name: Role::CostOfGoodsSold.name().into(), parts, against: "ledger", balance };
    call.table(&columns, rows, vec![tie])
}

/// What the open units come to at the order's price, else at the item's.
fn at_price(book: &Book, goods: &Goods) -> Option<Amount> {
    let price = || {
        let price = book.item(goods.line.item)?.record.sales_price?;
        Some(Amount::from_minor(goods.open().at(price, book.base()).ok()?.minor()))
    };
    goods.line.order.and_then(|order| book.at_order_price(order, goods.open())).or_else(price)
}

pub(crate) fn invoiced_not_shipped(call: &Call<'_>) -> Table {
    let (book, all) = (call.book, Deliveries::of(call));
    let (mut open, mut met) = (Amount::ZERO, Amount::ZERO);
    let mut rows: Vec<Row> = Vec::new();
    for one in &all.papers {
        let amount = one.open_amount();
        (open, met) = (plus(open, amount), plus(met, plus(one.amount, -amount)));
        if one.open().is_zero() {
            continue;
        }
        let age = i64::from(call.asked.as_of.number()) - i64::from(one.line.day.number());
        rows.push(vec![
            names::party(book, one.line.customer),
            one.line.source.map_or(Value::Empty, |source| names::document(book, source.document)),
            names::document(book, one.line.at.document),
            names::line(one.line.at.line),
            names::item(book, one.line.item),
            Value::Quantity(one.open()),
            Value::Amount(amount),
            Value::Day(one.line.day),
            Value::Count(age),
        ]);
    }
    let columns = [
        Column::text("customer", "Customer"),
        Column::text("source", "For"),
        Column::text("invoice", "Invoice"),
        Column::of(Kind::Count, "line", "Line"),
        Column::text("item", "Item"),
        Column::of(Kind::Quantity, "units", "Units"),
        Column::amount("sales", "Sales"),
        Column::of(Kind::Day, "since", "Since"),
        Column::of(Kind::Count, "age", "Days"),
    ];
    let parts = vec![
        ("invoiced, not shipped".to_owned(), open),
        ("invoiced and shipped".to_owned(), met),
        ("no goods, and credits without an invoice".to_owned(), all.other),
    ];
    let balance = -of_role(book, Role::Sales, call.asked.as_of, None);
    let tie = Tie { name: "Sales (credit)".into(), parts, against: "ledger", balance };
    call.table(&columns, rows, vec![tie])
}
