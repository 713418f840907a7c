//! Purchase orders (POST-1): they post nothing, and decide what the lots of their receipts cost.
//!
//! An order's lots cost what POST-23 says of its lines, plus their share of fees (POST-20). Returns before the bill have
//! a lot of their own at the order's price (POST-1.8a); returns for credit are credited at the bill's price until the
//! supplier's credit says otherwise (POST-1.8b).
//! Not here: receiving (`receipt.rs`), the arithmetic (`purchase.rs`, `fees.rs`).

use std::collections::BTreeSet;

use money::{Amount, Quantity};

use crate::book::Book;
use crate::command::{Closing, Withdrawal};
use crate::content::{
    BillTarget, Content, CreditTarget, FeeTarget, Kind, PurchaseOrder, TradeLine, VendorReturnKind,
};
use crate::costs::Costs;
use crate::day::Day;
use crate::fees::{self, Carrier};
use crate::ids::{DocumentId, LineRef, LotId};
use crate::master::{PartyKind, Stocking};
use crate::posting::{Rule, Tracking};
use crate::posts::Detail;
use crate::purchase::{Billed, LineFacts, Received};
use crate::refusal::{Code, Refusal};
use crate::stock::{Direction, minus, plus};
use crate::totals;

use super::check::{line_in_use, net, stock_units};
use super::{Checked, bill, fee, lots, payment};

pub(crate) fn check(at: Checked<'_>, mut order: PurchaseOrder) -> Result<PurchaseOrder, Refusal> {
    at.lines(Kind::PurchaseOrder, order.lines.len())?;
    at.terms(&mut order.terms, PartyKind::Supplier)?;
    let terms = order.terms.clone();
    for (number, line) in order.lines.iter_mut().enumerate() {
        keep_factor(at, number, line);
        at.trade_line(line, &terms)?;
    }
    check_invoice(at, &mut order)?;
    if let Some(id) = at.id {
        check_edit(at.book, id, &order)?;
    }
    Ok(order)
}

/// An order that is its own bill has the supplier's invoice ID, its date, a due date (DOC-3), and no other bill.
fn check_invoice(at: Checked<'_>, order: &mut PurchaseOrder) -> Result<(), Refusal> {
    let party = order.terms.party;
    let Some(invoice) = &mut order.invoice else { return Ok(()) };
    if invoice.id.trim().is_empty() {
        return Err(Refusal::new(Code::Missing).with("field", "supplier invoice ID"));
    }
    super::check::text("supplier invoice ID", &invoice.id, super::check::CODE_LENGTH)?;
    at.day(invoice.day)?;
    let terms = at.book.parties[party.0].bill_terms;
    invoice.due = bill::due(at, invoice.due, terms, invoice.day, Some(&invoice.id))?;
    let Some(id) = at.id else { return Ok(()) };
    let own = totals::own_fees(at.book, id, order.terms.currency).map(|(fee, _)| fee);
    let named: Vec<DocumentId> = own.chain([id]).flat_map(|one| live_dependents(at.book, one)).collect();
    let bills = named.into_iter().filter(|one| at.book.documents[one.index()].kind() == Kind::Bill);
    let bills = super::check::numbers(at.book, bills);
    if bills.is_empty() {
        return Ok(());
    }
    let refusal = Refusal::new(Code::HasDependents).with("number", at.book.documents[id.index()].number());
    Err(refusal.with("action", "made its own bill").with("dependents", bills))
}

/// The day from which an order is its own bill (SEL-2).
pub(crate) fn billed_on(book: &Book, id: DocumentId) -> Option<Day> {
    let document = &book.documents[id.index()];
    match &document.content {
        Content::PurchaseOrder(order) if document.is_live() => order.invoice.as_ref().map(|one| one.day),
        _ => None,
    }
}

/// A line keeps the factor that its unit had when it was ordered (DOC-22).
fn keep_factor(at: Checked<'_>, number: usize, line: &mut TradeLine) {
    let Some(Content::PurchaseOrder(old)) = at.id.map(|id| &at.book.documents[id.index()].content) else {
        return;
    };
    if let Some(old) = old.lines.get(number).filter(|old| (old.item, old.unit) == (line.item, line.unit)) {
        line.factor = line.factor.or(old.factor);
    }
}

/// A line with receipts, bills or returns keeps its item and unit, and its place.
fn check_edit(book: &Book, id: DocumentId, new: &PurchaseOrder) -> Result<(), Refusal> {
    let Content::PurchaseOrder(old) = &book.documents[id.index()].content else { return Ok(()) };
    for (line, before) in old.lines.iter().enumerate() {
        let standing = standing_on(book, id, line);
        if standing.is_empty() {
            continue;
        }
        let text = format!("it is named by {}", super::check::numbers(book, standing.into_iter()));
        let same = |after: &&TradeLine| (after.item, after.factor) == (before.item, before.factor);
        match new.lines.get(line) {
            None => {
                return Err(line_in_use(
                    book,
                    id,
                    line,
                    "removed",
                    text,
                    "Give it quantity 0, or delete those first.",
                ));
            }
            Some(after) if !same(&after) => {
                return Err(line_in_use(
                    book,
                    id,
                    line,
                    "changed to another item or unit",
                    text,
                    "Add a new line instead.",
                ));
            }
            Some(after) if after.tracking != before.tracking && went_back(book, id) => {
                let why = "goods of the order went back to the vendor with it".to_owned();
                return Err(line_in_use(
                    book,
                    id,
                    line,
                    "given other tracking",
                    why,
                    "Delete the return first.",
                ));
            }
            Some(_) => {}
        }
    }
    keeps_its_fees(book, id, new)
}

/// An order with fees keeps a line that can carry them (POST-20).
fn keeps_its_fees(book: &Book, id: DocumentId, new: &PurchaseOrder) -> Result<(), Refusal> {
    let carries = |line: &TradeLine| {
        line.quantity > Quantity::ZERO && book.items[line.item.0].stocking == Stocking::Stocked
    };
    let is_fee = |one: &DocumentId| match &book.documents[one.index()].content {
        Content::Fee(fee) => matches!(fee.target, FeeTarget::Order(_)),
        _ => false,
    };
    let fees = super::check::numbers(book, live_dependents(book, id).filter(is_fee));
    if fees.is_empty() || new.lines.iter().any(carries) {
        return Ok(());
    }
    let refusal = Refusal::new(Code::HasDependents).with("number", book.documents[id.index()].number());
    Err(refusal.with("action", "left without stocked lines").with("dependents", fees))
}

fn went_back(book: &Book, id: DocumentId) -> bool {
    live_dependents(book, id).any(|one| book.documents[one.index()].kind() == Kind::VendorReturn)
}

/// Live documents that refer to a line.
fn standing_on(book: &Book, id: DocumentId, line: usize) -> BTreeSet<DocumentId> {
    let mut standing = BTreeSet::new();
    for one in &book.documents[id.index()].dependents {
        let document = &book.documents[one.index()];
        let refers = match &document.content {
            Content::Receipt(c) => c.lines.iter().any(|l| usize::from(l.line) == line),
            Content::Bill(c) => c.lines.iter().any(|l| match l.target {
                BillTarget::Order(at) => at.document == id && usize::from(at.line) == line,
                _ => false,
            }),
            _ => false,
        };
        if document.is_live() && refers {
            standing.insert(*one);
        }
    }
    standing
}

/// An order takes its receipts and fees with it, while their goods are unused (POST-1.6); its bills stay.
pub(crate) fn check_withdrawal(
    book: &Book,
    id: DocumentId,
    how: Withdrawal,
) -> Result<Vec<DocumentId>, Refusal> {
    let with_it = format!("{} with its order", how.words());
    let mut with = Vec::new();
    for one in &book.documents[id.index()].dependents {
        let document = &book.documents[one.index()];
        if !document.is_live() {
            continue;
        }
        match &document.content {
            Content::Receipt(_) => {
                lots::none_used(book, *one, &with_it)?;
                let fees = document.dependents.iter().filter(|fee| book.documents[fee.index()].is_live());
                if let Some(fee) =
                    fees.clone().find(|one| matches!(book.documents[one.index()].content, Content::Fee(_)))
                {
                    let refusal = Refusal::new(Code::HasDependents).with("number", document.number());
                    let fee = book.documents[fee.index()].number();
                    return Err(refusal.with("action", &with_it).with("dependents", fee));
                }
                with.push(*one);
            }
            Content::VendorReturn(_) => {
                let refusal =
                    Refusal::new(Code::HasDependents).with("number", book.documents[id.index()].number());
                return Err(refusal.with("action", how.words()).with("dependents", document.number()));
            }
            Content::Fee(c) if c.supplier.is_none() => with.push(*one),
            Content::Fee(_) => {
                let refusal =
                    Refusal::new(Code::HasDependents).with("number", book.documents[id.index()].number());
                return Err(refusal.with("action", how.words()).with("dependents", document.number()));
            }
            _ => {}
        }
    }
    payment::none_paid(Checked { book, id: Some(id) }, id, how.words())?;
    with.push(id);
    Ok(with)
}

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

fn live_dependents<'a>(book: &'a Book, id: DocumentId) -> impl Iterator<Item = DocumentId> + 'a {
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
    /// Stocked, so it can carry a fee.
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
            let value = net(line.quantity, line.price, line.discount, line.tax, &order.terms);
            let closed = document.closed().iter().find(|closed| usize::from(closed.line) == number).copied();
            // A withdrawn order gives nothing away: what was billed stands on Purchases until the bill goes too.
            let closed = closed.filter(|_| document.is_live());
            Line {
                facts: LineFacts { closed, ..LineFacts::default() },
                ordered,
                value: value.map_or(Amount::ZERO, |net| book.to_base(net, order.terms.rate)),
                weight: item.weight,
                carries: item.stocking == Stocking::Stocked && ordered > Quantity::ZERO,
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
            if stocked && line.ordered > Quantity::ZERO {
                let costs = Costs::on(day, line.value);
                line.facts.billed.push(Billed { day, quantity: line.ordered, costs, receipt: None });
            }
        }
    }
    for (line, content) in lines.iter_mut().zip(&order.lines) {
        let mut order_of = (0..line.lots.len()).collect::<Vec<_>>();
        order_of.sort_by_key(|at| (line.facts.received[*at].day, line.facts.received[*at].at));
        line.facts.received = order_of.iter().map(|at| line.facts.received[*at].clone()).collect();
        line.lots = order_of.iter().map(|at| line.lots[*at]).collect();
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
            let value = net(units, content.price, content.discount, content.tax, &order.terms);
            line.facts.estimate = value.map_or(line.value, |net| book.to_base(net, order.terms.rate));
        }
    }
    lines
}

/// What an order's lots cost, and what else it posts.
pub(crate) fn costs(book: &Book, id: DocumentId) -> OrderCosts {
    let mut costs = OrderCosts::default();
    if live_dependents(book, id).next().is_none() {
        return costs;
    }
    let lines = lines(book, id);
    for (number, line) in lines.iter().enumerate() {
        let found = line.facts.costs();
        for (lot, goods) in line.lots.iter().zip(&found.received) {
            costs.lots.push(LotCost { lot: *lot, line: number, goods: goods.clone(), fees: Vec::new() });
        }
        for lot in &line.returned {
            let row = &book.lots[lot.index()];
            let part = money::part(line.facts.estimate, Quantity::ZERO, row.quantity, line.facts.whole);
            costs.lots.push(LotCost {
                lot: *lot,
                line: number,
                goods: Costs::on(row.arrival, part),
                fees: Vec::new(),
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

/// A fee of the whole order: over its stocked lines, then over each line's units as they arrive.
fn order_fee(book: &Book, id: DocumentId, fee: &crate::content::Fee, lines: &[Line], costs: &mut OrderCosts) {
    if !matches!(fee.target, FeeTarget::Order(_)) {
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
        (cost.lot, sum)
    });
    costs.collect()
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
        && costs.differences.is_empty()
        && costs.fees_given.is_empty()
        && costs.credits.is_empty()
    {
        return;
    }
    let Content::PurchaseOrder(order) = book.documents[id.index()].content.clone() else { return };
    let detail = |book: &Book, line: usize| {
        let line = &order.lines[line];
        Detail { tracking: line.tracking.or(book.item_for(id, line.item).tracking), ..Detail::default() }
    };
    for cost in &costs.lots {
        let detail = detail(book, cost.line);
        book.post_rule(Rule::GoodsReceived, Some(cost.lot), &detail, &cost.goods, direction);
        for fee in &cost.fees {
            let detail = Detail { tracking: fee.tracking, ..Detail::default() };
            book.post_rule(fee.rule, Some(cost.lot), &detail, &fee.costs, direction);
        }
    }
    for fee in &costs.fees_given {
        let detail = Detail { tracking: fee.tracking, ..Detail::default() };
        book.post_rule(fee.rule, None, &detail, &fee.costs, direction);
    }
    for (rule, list) in [(Rule::LineClosed, &costs.differences), (Rule::CreditForReturn, &costs.credits)] {
        for (line, part) in list {
            let detail = detail(book, *line);
            book.post_rule(rule, None, &detail, part, direction);
        }
    }
}

/// What an order that is its own bill has put on Purchases for a line by the end of a day.
pub(crate) fn own_bill_until(book: &Book, id: DocumentId, line: usize, day: Day) -> Amount {
    let Some(_) = billed_on(book, id).filter(|on| *on <= day) else { return Amount::ZERO };
    lines(book, id).get(line).filter(|line| line.carries).map_or(Amount::ZERO, |line| line.value)
}

/// What an order that is its own bill posts itself (POST-1.1): its lines and the fees that its supplier bills with it.
fn post_own_bill(book: &mut Book, id: DocumentId, direction: Direction) {
    let Some(day) = billed_on(book, id) else { return };
    let Content::PurchaseOrder(order) = book.documents[id.index()].content.clone() else { return };
    for line in &order.lines {
        let item = book.item_for(id, line.item);
        if item.stocking != Stocking::Stocked || line.quantity.is_zero() {
            continue;
        }
        let value = net(line.quantity, line.price, line.discount, line.tax, &order.terms);
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
