//! What an order's lots cost: POST-23 of its lines, their share of fees (POST-20), and the parts that a vendor made them of
//! (POST-2.2). An order for an operation brings no lots: its cost is the manufacturing order's (POST-3).
//!
//! Returns before the bill have a lot of their own at the order's price (POST-1.8a); returns for credit are credited at the
//! bill's price until the supplier's credit says otherwise (POST-1.8b).
//! Not here: the arithmetic (`purchase.rs`, `fees.rs`, `production.rs`).

use std::collections::BTreeSet;

use money::{Amount, Quantity};

use crate::book::Book;
use crate::command::Closing;
use crate::content::{Content, CreditTarget, FeeTarget, Kind, VendorReturnKind};
use crate::costs::Costs;
use crate::day::Day;
use crate::fees::{self, Carrier};
use crate::ids::{DocumentId, LineRef, LotId};
use crate::master::Stocking;
use crate::posting::{Rule, Tracking};
use crate::posts::Detail;
use crate::production::spread;
use crate::purchase::{Billed, LineFacts, Received};
use crate::stock::{Direction, minus, plus};
use crate::totals;

use super::check::{cost, stock_units};
use super::purchase_order::billed_on;
use super::{Worked, bill, fee, vendor_shipment};

/// The orders that share receipts' fees with this one, itself among them.
pub(crate) fn family(book: &Book, order: DocumentId) -> BTreeSet<DocumentId> {
    let mut family = BTreeSet::from([order]);
    let mut open = vec![order];
    while let Some(order) = open.pop() {
        for one in receipt_fees(book, order) {
            let Content::Fee(content) = &book.documents[one.index()].content else { continue };
            let more = fee::orders(book, content);
            open.extend(more.into_iter().filter(|other| family.insert(*other)));
        }
    }
    family
}

pub(crate) fn live_dependents(book: &Book, id: DocumentId) -> impl Iterator<Item = DocumentId> {
    book.documents[id.index()].dependents.iter().copied().filter(|one| book.documents[one.index()].is_live())
}

fn receipt_fees(book: &Book, order: DocumentId) -> BTreeSet<DocumentId> {
    let receipts =
        live_dependents(book, order).filter(|one| book.documents[one.index()].kind() == Kind::Receipt);
    let fees = receipts.flat_map(|receipt| live_dependents(book, receipt));
    fees.filter(|one| book.documents[one.index()].kind() == Kind::Fee).collect()
}

/// An order line with its lots.
pub(crate) struct Line {
    pub(crate) facts: LineFacts,
    pub(crate) ordered: Quantity,
    /// What the ordered quantity costs at the order's price.
    value: Amount,
    weight: Option<Quantity>,
    /// Stocked, or of an operation, so it can carry a fee.
    carries: bool,
    /// The lots of `facts.received`.
    lots: Vec<LotId>,
    /// Lots that went back before their bill.
    pub(crate) returned: Vec<LotId>,
}

/// What one lot of an order cost.
#[derive(Clone, Debug)]
pub(crate) struct LotCost {
    pub(crate) lot: LotId,
    pub(crate) line: usize,
    pub(crate) goods: Costs,
    pub(crate) fees: Vec<FeePart>,
    /// The parts that a vendor made it of (POST-2.2).
    parts: Costs,
}

/// What a lot, or a closed line, got of a fee.
#[derive(Clone, Debug)]
pub(crate) struct FeePart {
    pub(crate) fee: DocumentId,
    pub(crate) rule: Rule,
    pub(crate) tracking: Tracking,
    pub(crate) costs: Costs,
}

/// What an order decides.
#[derive(Clone, Debug, Default)]
pub(crate) struct OrderCosts {
    pub(crate) lots: Vec<LotCost>,
    pub(crate) differences: Vec<(usize, Costs)>,
    /// What closed lines give away of fees, which stand on Purchases with the fee's tracking.
    pub(crate) fees_given: Vec<FeePart>,
    pub(crate) credits: Vec<(usize, Costs)>,
    /// What an operation costs, line by line (POST-3).
    pub(crate) operation: Vec<(usize, Costs)>,
    /// The fees of an operation.
    pub(crate) operation_fees: Vec<FeePart>,
}

/// An order's lines with all that refers to them.
pub(crate) fn lines(book: &Book, id: DocumentId) -> Vec<Line> {
    let document = &book.documents[id.index()];
    let Content::PurchaseOrder(order) = &document.content else { return Vec::new() };
    let mut lines: Vec<Line> = order
        .lines
        .iter()
        .enumerate()
        .map(|(number, line)| {
            let item = book.item_for(id, line.item);
            let ordered = stock_units(book, line, line.quantity).unwrap_or_default();
            let value = cost(line.quantity, line.price, line.discount, line.tax, &order.terms);
            let closed = document.closed().iter().find(|closed| usize::from(closed.line) == number).copied();
            // A withdrawn order gives nothing away: what was billed stands on Purchases until the bill goes too.
            let closed = closed.filter(|_| document.is_live());
            Line {
                facts: LineFacts { closed, ..LineFacts::default() },
                ordered,
                value: value.map_or(Amount::ZERO, |net| book.to_base(net, order.terms.rate)),
                weight: item.weight,
                carries: (item.stocking == Stocking::Stocked || order.operation.is_some())
                    && ordered > Quantity::ZERO,
                lots: Vec::new(),
                returned: Vec::new(),
            }
        })
        .collect();
    for one in live_dependents(book, id) {
        match &book.documents[one.index()].content {
            Content::Receipt(c) => {
                for (at, line) in c.lines.iter().enumerate() {
                    let Some(lot) = book.documents[one.index()].lines.get(at).and_then(|state| state.lot())
                    else {
                        continue;
                    };
                    let to = &mut lines[usize::from(line.line)];
                    let at = LineRef { document: one, line: at as u16 };
                    to.facts.received.push(Received {
                        at,
                        day: c.day,
                        quantity: book.lots[lot.index()].quantity,
                    });
                    to.lots.push(lot);
                }
            }
            Content::Bill(c) => bill::units(book, id, one, c, |line, billed: Billed| {
                if let Some(line) = lines.get_mut(line) {
                    line.facts.billed.push(billed);
                }
            }),
            Content::VendorReturn(c) => {
                for (at, back) in
                    c.lines.iter().enumerate().filter(|(_, l)| l.kind == VendorReturnKind::BeforeBill)
                {
                    let Content::Receipt(receipt) = &book.documents[back.receipt.document.index()].content
                    else {
                        continue;
                    };
                    let line = usize::from(receipt.lines[usize::from(back.receipt.line)].line);
                    lines[line]
                        .returned
                        .extend(book.documents[one.index()].lines.get(at).and_then(|state| state.lot()));
                }
            }
            _ => {}
        }
    }
    if let Some(day) = billed_on(book, id) {
        for (line, content) in lines.iter_mut().zip(&order.lines) {
            let stocked = book.item_for(id, content.item).stocking == Stocking::Stocked;
            if (stocked || order.operation.is_some()) && line.ordered > Quantity::ZERO {
                let costs = Costs::on(day, line.value);
                line.facts.billed.push(Billed { day, quantity: line.ordered, costs, receipt: None });
            }
        }
    }
    // What an operation buys is received, all of it, when the goods are sent to be worked on.
    if let Some(shipped) = order.operation.and_then(|bought| bought.shipped).filter(|_| document.is_live()) {
        for (number, line) in (0..).zip(&mut lines) {
            let at = LineRef { document: id, line: number };
            line.facts.received.push(Received { at, day: shipped, quantity: line.ordered });
        }
    }
    for (line, content) in lines.iter_mut().zip(&order.lines) {
        if !line.lots.is_empty() {
            let mut order_of = (0..line.lots.len()).collect::<Vec<_>>();
            order_of.sort_by_key(|at| (line.facts.received[*at].day, line.facts.received[*at].at));
            line.facts.received = order_of.iter().map(|at| line.facts.received[*at].clone()).collect();
            line.lots = order_of.iter().map(|at| line.lots[*at]).collect();
        }
        line.facts.billed.sort_by_key(|billed| billed.day);
        let gone = line.returned.iter().map(|lot| book.lots[lot.index()].quantity);
        let came = gone.fold(line.facts.received_units(), plus);
        line.facts.whole = line.ordered.max(came);
        line.facts.estimate = line.value;
        if came > line.ordered {
            let factor = content.factor.unwrap_or(money::UnitFactor::ONE);
            let units = match came.from_stock_units(factor) {
                Ok(units) | Err(money::Error::NotExact { nearest: units }) => units,
                Err(_) => content.quantity,
            };
            let value = cost(units, content.price, content.discount, content.tax, &order.terms);
            line.facts.estimate = value.map_or(line.value, |net| book.to_base(net, order.terms.rate));
        }
    }
    lines
}

/// What an order's lots cost, and what else it posts.
pub(crate) fn costs(book: &Book, id: DocumentId) -> OrderCosts {
    let mut costs = OrderCosts::default();
    let bought = operation(book, id);
    if bought.is_none() && live_dependents(book, id).next().is_none() {
        return costs;
    }
    let lines = lines(book, id);
    let parts = parts(book, id, &lines);
    for (number, line) in lines.iter().enumerate() {
        let found = line.facts.costs();
        if bought.is_some() {
            costs.operation.extend(found.received.iter().map(|goods| (number, goods.clone())));
        }
        for (lot, goods) in line.lots.iter().zip(&found.received) {
            let parts =
                parts.iter().find(|part| part.0 == *lot).map(|part| part.1.clone()).unwrap_or_default();
            costs.lots.push(LotCost {
                lot: *lot,
                line: number,
                goods: goods.clone(),
                fees: Vec::new(),
                parts,
            });
        }
        for lot in &line.returned {
            let row = &book.lots[lot.index()];
            let part = money::part(line.facts.estimate, Quantity::ZERO, row.quantity, line.facts.whole);
            costs.lots.push(LotCost {
                lot: *lot,
                line: number,
                goods: Costs::on(row.arrival, part),
                fees: Vec::new(),
                parts: Costs::default(),
            });
        }
        if !found.differences.is_empty() {
            costs.differences.push((number, found.differences.clone()));
        }
        credits(book, id, line, number, &found.received, &mut costs.credits);
    }
    for one in live_dependents(book, id) {
        if let Content::Fee(c) = &book.documents[one.index()].content {
            order_fee(book, one, c, &lines, &mut costs);
        }
    }
    for one in receipt_fees(book, id) {
        fee::over_receipts(book, one, |lot, rule, tracking, part| {
            if let Some(cost) = costs.lots.iter_mut().find(|cost| cost.lot == lot) {
                cost.fees.push(FeePart { fee: one, rule, tracking, costs: part });
            }
        });
    }
    costs
}

/// The day on which an operation's goods were sent, if the order is for one that were.
fn operation(book: &Book, id: DocumentId) -> Option<Day> {
    let document = &book.documents[id.index()];
    match &document.content {
        Content::PurchaseOrder(order) if document.is_live() => order.operation?.shipped,
        _ => None,
    }
}

/// What an order for an operation costs, by day (POST-3); other documents nothing.
pub(crate) fn operation_costs(book: &Book, id: DocumentId) -> Costs {
    let mut total = Costs::default();
    if operation(book, id).is_some() {
        let costs = costs(book, id);
        let fees = costs.operation_fees.iter().map(|fee| &fee.costs);
        for part in costs.operation.iter().map(|(_, part)| part).chain(fees) {
            total.add_all(part, Day::FIRST);
        }
    }
    total
}

/// The lots that an order's line has received.
pub(crate) fn received_lots(book: &Book, id: DocumentId, line: usize) -> Vec<LotId> {
    lines(book, id).into_iter().nth(line).map_or_else(Vec::new, |line| line.lots)
}

/// The parts in each received lot: of what was sent, received over ordered; the last receipt or the closing takes the
/// rest (POST-2.2).
fn parts(book: &Book, id: DocumentId, lines: &[Line]) -> Vec<(LotId, Costs)> {
    let mut found = Vec::new();
    let sent = vendor_shipment::any(book, id);
    for (number, line) in lines.iter().enumerate().filter(|(_, line)| sent && !line.lots.is_empty()) {
        let pool = vendor_shipment::pool(book, id, number);
        let units: Vec<(Day, Quantity)> =
            line.facts.received.iter().map(|one| (one.day, one.quantity)).collect();
        let closed = line.facts.closed.map(|closed| closed.day);
        let days = pool.iter().map(|(day, _)| day).chain(closed).collect();
        let costs = spread(&units, days, |day, done| {
            let whole =
                if closed.is_some_and(|closed| closed <= day) { done } else { line.ordered.max(done) };
            (pool.total_until(day), whole)
        });
        found.extend(line.lots.iter().copied().zip(costs));
    }
    found
}

/// A fee of the whole order: over its stocked lines, then over each line's units as they arrive.
fn order_fee(book: &Book, id: DocumentId, fee: &crate::content::Fee, lines: &[Line], costs: &mut OrderCosts) {
    let order = match fee.target {
        FeeTarget::Order(order) => order,
        FeeTarget::Receipts(_) | FeeTarget::Transfer(_) => return,
    };
    if let Some(shipped) = operation(book, order) {
        let mut part = Costs::default();
        part.add_all(&fee::entries(book, id, fee), shipped);
        let (rule, tracking) = (Rule::OperationBought, fee.tracking);
        costs.operation_fees.push(FeePart { fee: id, rule, tracking, costs: part });
        return;
    }
    let carriers: Vec<Carrier> = lines
        .iter()
        .map(|line| match line.carries {
            true => Carrier { value: line.value, quantity: line.ordered, weight: line.weight },
            false => Carrier { value: Amount::ZERO, quantity: Quantity::ZERO, weight: None },
        })
        .collect();
    let rule = fee::rule(fee);
    let parts = fees::split(&fee::entries(book, id, fee), fee.basis, &carriers);
    for (line, part) in lines.iter().zip(parts) {
        if part.is_empty() {
            continue;
        }
        let units = line.facts.received_units();
        let whole = line.ordered.max(units);
        let mut from = Quantity::ZERO;
        let mut given = Costs::default();
        for (received, lot) in line.facts.received.iter().zip(&line.lots) {
            let to = plus(from, received.quantity);
            let mut share = part.part(from, to, whole, received.day);
            if let Some(closed) = line.facts.closed.filter(|closed| closed.closing == Closing::IntoLots) {
                let not_before = closed.day.max(received.day);
                share.add_all(&part.part(from, to, units, not_before), not_before);
                share.take_all(&part.part(from, to, whole, not_before));
            }
            from = to;
            given.add_all(&share, Day::FIRST);
            if let Some(cost) = costs.lots.iter_mut().find(|cost| cost.lot == *lot) {
                cost.fees.push(FeePart { fee: id, rule, tracking: fee.tracking, costs: share });
            }
        }
        // Into lots that never came is to differences, as for the goods.
        let nowhere = |closing| closing == Closing::IntoLots && units.is_zero();
        let given_up = |closed: &crate::document::Closed| {
            closed.closing == Closing::ToDifferences || nowhere(closed.closing)
        };
        if let Some(closed) = line.facts.closed.filter(given_up) {
            let mut rest = Costs::default();
            rest.add_all(&part, closed.day);
            for (day, amount) in given.iter() {
                rest.add(day.max(closed.day), -amount);
            }
            let (rule, tracking) = (Rule::LineClosed, fee.tracking);
            costs.fees_given.push(FeePart { fee: id, rule, tracking, costs: rest });
        }
    }
}

/// What returns for credit take off Purchases: the bill's price, from the supplier's credit on its amount.
fn credits(
    book: &Book,
    id: DocumentId,
    line: &Line,
    number: usize,
    received: &[Costs],
    into: &mut Vec<(usize, Costs)>,
) {
    let mut returned = vec![Quantity::ZERO; received.len()];
    for one in live_dependents(book, id) {
        let Content::VendorReturn(c) = &book.documents[one.index()].content else { continue };
        for (at, back) in c.lines.iter().enumerate().filter(|(_, l)| l.kind == VendorReturnKind::ForCredit) {
            let Some(which) = line.facts.received.iter().position(|one| one.at == back.receipt) else {
                continue;
            };
            let to = plus(returned[which], back.quantity);
            let whole = line.facts.received[which].quantity;
            let mut part = received[which].part(returned[which], to, whole, c.day);
            returned[which] = to;
            let credited = credited(book, one, at as u16);
            if let Some(first) = credited.iter().map(|(day, _)| day).next() {
                let mut gone = Costs::default();
                gone.add_all(&part, first);
                part.take_all(&gone);
                part.add_all(&credited, c.day);
            }
            into.push((number, part));
        }
    }
}

/// What suppliers' credits give for a line of a return.
pub(crate) fn credited(book: &Book, back: DocumentId, line: u16) -> Costs {
    let wanted = LineRef { document: back, line };
    let mut costs = Costs::default();
    for one in live_dependents(book, back) {
        if let Content::SupplierCredit(c) = &book.documents[one.index()].content {
            for line in
                c.lines.iter().filter(|line| matches!(line.target, CreditTarget::Return(at) if at == wanted))
            {
                costs.add(c.terms.day, bill::credited(book, c, line));
            }
        }
    }
    costs
}

pub(crate) fn lot_costs(costs: &OrderCosts) -> Vec<(LotId, Costs)> {
    let costs = costs.lots.iter().map(|cost| {
        let mut sum = cost.goods.clone();
        for fee in &cost.fees {
            sum.add_all(&fee.costs, Day::FIRST);
        }
        sum.add_all(&cost.parts, Day::FIRST);
        (cost.lot, sum)
    });
    costs.collect()
}

/// What an order's lots cost, and what of it comes out of work in progress.
pub(crate) fn worked(costs: &OrderCosts, id: DocumentId) -> Worked {
    let mut worked = Worked { lots: lot_costs(costs), carried: Vec::new() };
    for cost in &costs.lots {
        worked.carry_to(Rule::VendorPartsUsed, cost.lot, id, cost.parts.clone());
    }
    worked
}

pub(crate) fn post(book: &mut Book, id: DocumentId, direction: Direction) {
    if !book.documents[id.index()].is_live() {
        return;
    }
    let known = book.work.order_costs.iter().position(|(order, _)| *order == id);
    let costs = match known.filter(|_| direction == Direction::Assert) {
        Some(at) => book.work.order_costs.swap_remove(at).1,
        None => costs(book, id),
    };
    post_own_bill(book, id, direction);
    if costs.lots.is_empty()
        && costs.operation.is_empty()
        && costs.operation_fees.is_empty()
        && costs.differences.is_empty()
        && costs.fees_given.is_empty()
        && costs.credits.is_empty()
    {
        return;
    }
    let Content::PurchaseOrder(order) = book.documents[id.index()].content.clone() else { return };
    let detail = |book: &Book, line: usize| {
        let line = &order.lines[line];
        let tracking = line.tracking.or(book.item_for(id, line.item).tracking);
        Detail { tracking, ..book.of_order(id) }
    };
    for cost in &costs.lots {
        let detail = detail(book, cost.line);
        book.post_rule(Rule::GoodsReceived, Some(cost.lot), &detail, &cost.goods, direction);
        for fee in &cost.fees {
            let detail = Detail { tracking: fee.tracking, ..Detail::default() };
            book.post_rule(fee.rule, Some(cost.lot), &detail, &fee.costs, direction);
        }
    }
    for carried in book.carried(id) {
        let product = carried.lot.map(|lot| book.lots[lot.index()].item);
        let detail = Detail { product, ..Detail::default() };
        book.post_rule(carried.rule, carried.lot, &detail, &carried.costs, direction);
    }
    for fee in costs.fees_given.iter().chain(&costs.operation_fees) {
        let detail = Detail { tracking: fee.tracking, ..book.of_order(id) };
        book.post_rule(fee.rule, None, &detail, &fee.costs, direction);
    }
    let lists = [
        (Rule::LineClosed, &costs.differences),
        (Rule::CreditForReturn, &costs.credits),
        (Rule::OperationBought, &costs.operation),
    ];
    for (rule, list) in lists {
        for (line, part) in list {
            let detail = detail(book, *line);
            book.post_rule(rule, None, &detail, part, direction);
        }
    }
}

/// What an order that is its own bill has put on Purchases for a line by the end of a day.
pub(crate) fn own_bill_until(book: &Book, id: DocumentId, line: usize, day: Day) -> Amount {
    let Some(_) = billed_on(book, id).filter(|on| *on <= day) else { return Amount::ZERO };
    let on_purchases = |line: &&Line| line.carries || book.buys_operation(id);
    lines(book, id).get(line).filter(on_purchases).map_or(Amount::ZERO, |line| line.value)
}

/// What an order that is its own bill posts itself (POST-1.1): its lines and the fees that its supplier bills with it.
fn post_own_bill(book: &mut Book, id: DocumentId, direction: Direction) {
    let Some(day) = billed_on(book, id) else { return };
    let Content::PurchaseOrder(order) = book.documents[id.index()].content.clone() else { return };
    for line in &order.lines {
        let item = book.item_for(id, line.item);
        let on_purchases = item.stocking == Stocking::Stocked || order.operation.is_some();
        if !on_purchases || line.quantity.is_zero() {
            continue;
        }
        let value = cost(line.quantity, line.price, line.discount, line.tax, &order.terms);
        let value = value.map_or(Amount::ZERO, |net| book.to_base(net, order.terms.rate));
        let detail = Detail { tracking: line.tracking.or(item.tracking), ..Detail::default() };
        book.post_rule(Rule::Billed, None, &detail, &Costs::on(day, value), direction);
    }
    let fees: Vec<_> = totals::own_fees(book, id, order.terms.currency).collect();
    for (fee, amount) in fees {
        let Content::Fee(content) = &book.documents[fee.index()].content else { continue };
        let detail = Detail { tracking: content.tracking, ..Detail::default() };
        let value = book.to_base(amount, order.terms.rate);
        book.post_rule(Rule::Billed, None, &detail, &Costs::on(day, value), direction);
    }
}

/// What stands on Purchases for each line: billed less received, goods only (POST-23).
pub(crate) fn balances(book: &Book, id: DocumentId) -> Vec<Costs> {
    let balance = |line: &Line| {
        let found = line.facts.costs();
        let mut balance = line.facts.balance(&found.received);
        balance.take_all(&found.differences);
        balance
    };
    lines(book, id).iter().map(balance).collect()
}

/// Ordered less received, per line, in stock units: what is expected.
pub(crate) fn expected(book: &Book, id: DocumentId) -> Vec<Quantity> {
    let open = |line: &Line| match line.facts.closed {
        Some(_) => Quantity::ZERO,
        None => minus(line.ordered, line.facts.received_units()).max(Quantity::ZERO),
    };
    lines(book, id).iter().map(open).collect()
}
