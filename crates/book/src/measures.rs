//! What a document brings into the book: the quantities and amounts of which every derived number is a part, so that sums of
//! them always fit (`Book::fits`). Not here: checks.

use money::{Amount, Quantity};

use crate::book::Book;
use crate::content::Content;
use crate::documents::{bill, check, manufacturing_costs, manufacturing_order, plan};

/// The quantities and amounts that a document brings into the book: every derived number is a part of these.
pub(crate) fn measures(book: &Book, content: &Content) -> Vec<(Quantity, Amount)> {
    let trade = |lines: &[crate::content::TradeLine], terms: &crate::content::Terms| {
        let line = |line: &crate::content::TradeLine| {
            let units = check::stock_units(book, line, line.quantity).unwrap_or_default();
            let net = check::cost(line.quantity, line.price, line.discount, line.tax, terms);
            (units, net.map_or(Amount::ZERO, |net| book.to_base(net, terms.rate)))
        };
        lines.iter().map(line).collect::<Vec<_>>()
    };
    match content {
        Content::PurchaseOrder(c) => trade(&c.lines, &c.terms),
        Content::CustomerOrder(c) => trade(&c.lines, &c.terms),
        Content::Invoice(c) => trade(&c.lines, &c.terms),
        Content::Receipt(c) => {
            let Content::PurchaseOrder(order) = &book.documents[c.order.index()].content else {
                return Vec::new();
            };
            let line = |line: &crate::content::ReceiptLine| {
                let ordered = &order.lines[usize::from(line.line)];
                let units = check::stock_units(book, ordered, line.quantity).unwrap_or_default();
                let net =
                    check::cost(line.quantity, ordered.price, ordered.discount, ordered.tax, &order.terms);
                (units, net.map_or(Amount::ZERO, |net| book.to_base(net, order.terms.rate)))
            };
            c.lines.iter().map(line).collect()
        }
        Content::Bill(c) => {
            let line = |line: &crate::content::BillLine| {
                let net = check::cost(line.quantity, line.price, line.discount, line.tax, &c.terms);
                (line.quantity, net.map_or(Amount::ZERO, |net| book.to_base(net, c.terms.rate)))
            };
            c.lines.iter().map(line).collect()
        }
        Content::Fee(c) => vec![(Quantity::ZERO, book.to_base(c.amount, c.rate))],
        Content::SupplierCredit(c) => {
            c.lines.iter().map(|line| (Quantity::ZERO, bill::credited(book, c, line))).collect()
        }
        Content::StockEntry(c) => c.ins.iter().map(|line| (line.quantity, line.cost)).collect(),
        Content::VendorReturn(c) => c.lines.iter().map(|line| (line.quantity, Amount::ZERO)).collect(),
        Content::TransferReceipt(c) => c.lines.iter().map(|line| (line.quantity, Amount::ZERO)).collect(),
        Content::CustomerReturn(c) => c.lines.iter().map(|line| (line.quantity, Amount::ZERO)).collect(),
        Content::Quote(c) => trade(&c.lines, &c.terms),
        Content::Payment(c) => {
            let rate = if c.amount.currency() == book.base { None } else { c.rate };
            vec![(Quantity::ZERO, book.to_base(c.amount, rate))]
        }
        Content::ManufacturingOrder(c) => {
            let parts = c.parts.iter().map(|part| {
                let cost = part.quantity.at(part.unit_cost.unwrap_or_default(), book.base);
                (part.quantity, cost.map_or(Amount::ZERO, |cost| Amount::from_minor(cost.minor())))
            });
            let operations = c.operations.iter().map(|operation| {
                let planned = manufacturing_costs::planned(book, c.quantity, operation);
                (operation.hours, planned.unwrap_or_default().total())
            });
            parts.chain(operations).chain([(c.quantity, Amount::ZERO)]).collect()
        }
        Content::Work(c) => work_measure(book, c).into_iter().collect(),
        Content::PutBack(c) => c.lines.iter().map(|line| (line.quantity, Amount::ZERO)).collect(),
        Content::Completion(c) => {
            [c.quantity, c.scrapped, c.abnormal].into_iter().map(|units| (units, Amount::ZERO)).collect()
        }
        Content::AdjustingEntry(c) => c.lines.iter().map(|line| (Quantity::ZERO, line.amount)).collect(),
        Content::Revaluation(_)
        | Content::Transfer(_)
        | Content::Shipment(_)
        | Content::Allocation(_)
        | Content::Consumption(_)
        | Content::VendorShipment(_) => Vec::new(),
    }
}

fn work_measure(book: &Book, work: &crate::content::Work) -> Option<(Quantity, Amount)> {
    let order = manufacturing_order::content(book, work.order)?;
    let operation = order.operations.get(usize::from(work.operation))?;
    let hours = work.hours?;
    let people = plan::times(hours, work.people).ok()?;
    let labour = people.at(operation.labour_rate, book.base).ok()?;
    let overhead = hours.at(operation.overhead_rate.unwrap_or_default(), book.base).ok()?;
    Some((people, Amount::from_minor(labour.minor().saturating_add(overhead.minor()))))
}
