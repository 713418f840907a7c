//! Transfers: goods sent are on their way, booked on their lots and still the source warehouse's, until they are received
//! (POST-11). Each taking arrives as a lot of its own, with its share of the cost, its batch, expiry and day of receipt.
//!
//! Fees of the transfer are spread over what arrived (POST-20); between stock accounts goods move at cost (POST-11.1).

use money::Quantity;

use crate::book::Book;
use crate::choose::{Spoken, Wanted, choose};
use crate::content::{Arrived, Content, Kind, Taking, Transfer, TransferReceipt};
use crate::costs::Costs;
use crate::day::Day;
use crate::ids::{DocumentId, LineRef, LotId};
use crate::posting::Rule;
use crate::refusal::{Code, Refusal};
use crate::stock::{Direction, LotSeed, Standing, minus, plus};

use super::{Checked, Worked, fee, lots};

pub(crate) fn check(at: Checked<'_>, mut transfer: Transfer) -> Result<Transfer, Refusal> {
    at.lines(Kind::Transfer, transfer.lines.len())?;
    at.day(transfer.day)?;
    at.warehouse(transfer.from)?;
    at.warehouse(transfer.to)?;
    if transfer.from == transfer.to {
        let code = &at.book.warehouses[transfer.to.0].code;
        let refusal = Refusal::new(Code::BadValue).with("field", "warehouse to send to").with("value", code);
        return Err(refusal.with("why", "the goods are there already"));
    }
    if let Some(id) = at.id {
        super::check::no_dependents(at.book, id, "changed")?;
    }
    let without = at.id.map(|id| at.book.released(id));
    let book = without.as_ref().unwrap_or(at.book);
    let mut spoken = Spoken::new();
    for (number, line) in transfer.lines.iter_mut().enumerate() {
        at.stocked(line.item)?;
        at.quantity("quantity", line.quantity)?;
        let before = at.id.map(|id| at.book.takings_of(id, number)).unwrap_or_default();
        let wanted =
            Wanted { item: line.item, warehouse: transfer.from, day: transfer.day, quantity: line.quantity };
        line.takings = choose(book, wanted, &line.takings, &before, &mut spoken)?;
    }
    Ok(transfer)
}

pub(crate) fn check_receipt(
    at: Checked<'_>,
    mut receipt: TransferReceipt,
) -> Result<TransferReceipt, Refusal> {
    at.lines(Kind::TransferReceipt, receipt.lines.len())?;
    at.day(receipt.day)?;
    let document = at.document(receipt.transfer, Kind::Transfer)?;
    let Content::Transfer(transfer) = &document.content else { return Ok(receipt) };
    if let Some(id) = at.id {
        // The lots it brought stand for what it received: it is taken back and made anew instead.
        lots::none_used(at.book, id, "changed")?;
    }
    if receipt.day < transfer.day {
        let refusal = Refusal::new(Code::BadValue).with("field", "day").with("value", receipt.day);
        return Err(refusal.with("why", format!("the goods were sent on {}", transfer.day)));
    }
    receipt.lines.sort_by_key(|arrived| arrived.line);
    for Arrived { line, quantity } in &receipt.lines {
        at.line(document, *line, transfer.lines.len())?;
        at.quantity("quantity", *quantity)?;
        let on_the_way = rest(at.book, receipt.transfer, transfer, usize::from(*line), at.id);
        let left = on_the_way.iter().fold(Quantity::ZERO, |sum, taking| plus(sum, taking.quantity));
        if *quantity > left {
            let item = &at.book.items[transfer.lines[usize::from(*line)].item.0].code;
            let refusal = Refusal::new(Code::OverArrival).with("wanted", quantity).with("item", item);
            return Err(refusal.with("number", &document.number).with("left", left));
        }
    }
    if let Some(pair) = receipt.lines.windows(2).find(|pair| pair[0].line == pair[1].line) {
        let refusal =
            Refusal::new(Code::BadValue).with("field", "line").with("value", u32::from(pair[0].line) + 1);
        return Err(refusal.with("why", "it stands twice"));
    }
    Ok(receipt)
}

/// What is still on its way of a line: its lots less what live receipts took.
fn rest(
    book: &Book,
    id: DocumentId,
    transfer: &Transfer,
    line: usize,
    without: Option<DocumentId>,
) -> Vec<Taking> {
    let mut rest = transfer.lines[line].takings.clone();
    for one in book.documents[id.index()].dependents.iter().filter(|one| Some(**one) != without) {
        for (_, lot, quantity) in received(book, *one).into_iter().filter(|entry| entry.0 == line) {
            take_off(&mut rest, lot, quantity);
        }
    }
    rest.retain(|taking| !taking.quantity.is_zero());
    rest
}

/// What a receipt has taken: the transfer's line, the lot, how much.
fn received(book: &Book, id: DocumentId) -> Vec<(usize, LotId, Quantity)> {
    let document = &book.documents[id.index()];
    let Content::TransferReceipt(receipt) = &document.content else { return Vec::new() };
    let mut taken =
        document.lines.iter().flat_map(|state| state.movements()).map(|id| &book.movements[id.index()]);
    let mut found = Vec::new();
    for Arrived { line, quantity } in receipt.lines.iter().filter(|_| document.is_live()) {
        let mut left = *quantity;
        while left > Quantity::ZERO {
            let Some(movement) = taken.next() else { return found };
            found.push((usize::from(*line), movement.lot, movement.quantity));
            left = minus(left, movement.quantity);
        }
    }
    found
}

/// Takes a quantity off the front of a list of takings.
fn cut(rest: &mut Vec<Taking>, quantity: Quantity) -> Vec<Taking> {
    let (mut taken, mut left) = (Vec::new(), quantity);
    while left > Quantity::ZERO && !rest.is_empty() {
        let part = rest[0].quantity.min(left);
        taken.push(Taking { lot: rest[0].lot, quantity: part });
        rest[0].quantity = minus(rest[0].quantity, part);
        left = minus(left, part);
        if rest[0].quantity.is_zero() {
            rest.remove(0);
        }
    }
    taken
}

pub(crate) fn put(book: &mut Book, id: DocumentId, transfer: &Transfer) {
    book.release_all(id);
    if !book.documents[id.index()].is_live() {
        return;
    }
    for line in 0..transfer.lines.len() {
        let rest = rest(book, id, transfer, line, None);
        let by = LineRef { document: id, line: line as u16 };
        book.take_line(by, &rest, transfer.day, Standing::Booked);
    }
}

/// Receipts of a transfer share its takings in order, so all of them are put anew together.
pub(crate) fn put_receipt(book: &mut Book, id: DocumentId, receipt: &TransferReceipt) {
    let Content::Transfer(transfer) = book.documents[receipt.transfer.index()].content.clone() else {
        return;
    };
    book.release_all(receipt.transfer);
    let live = book.documents[id.index()].is_live();
    let mut number = 0;
    for Arrived { line, quantity } in receipt.lines.iter().filter(|_| live) {
        let mut rest = rest(book, receipt.transfer, &transfer, usize::from(*line), Some(id));
        for taking in cut(&mut rest, *quantity) {
            let by = LineRef { document: id, line: number as u16 };
            let from = &book.lots[taking.lot.index()];
            let seed = LotSeed {
                item: from.item,
                warehouse: transfer.to,
                from: by,
                arrival: receipt.day,
                received: from.received,
                quantity: taking.quantity,
                parent: taking.lot.number(),
                mark: from.mark.clone(),
            };
            lots::bring(book, id, number, seed);
            book.take_line(by, &[taking], receipt.day, Standing::Taken);
            number += 1;
        }
    }
    lots::drop_from(book, id, number);
    put(book, receipt.transfer, &transfer);
}

fn take_off(rest: &mut [Taking], lot: LotId, mut quantity: Quantity) {
    for taking in rest.iter_mut().filter(|taking| taking.lot == lot) {
        let part = taking.quantity.min(quantity);
        taking.quantity = minus(taking.quantity, part);
        quantity = minus(quantity, part);
    }
}

/// The lots that arrived, with what they carried.
fn arrived(book: &Book, id: DocumentId) -> Vec<(LotId, Costs)> {
    let mut arrived = Vec::new();
    for one in &book.documents[id.index()].dependents {
        let document = &book.documents[one.index()];
        if !document.is_live() || document.kind() != Kind::TransferReceipt {
            continue;
        }
        for (number, state) in document.lines.iter().enumerate() {
            let Some(lot) = lots::lot_of(book, *one, number) else { continue };
            let mut costs = Costs::default();
            for movement in state.movements() {
                costs.add_all(&book.movement_costs(&book.movements[movement.index()]), Day::FIRST);
            }
            arrived.push((lot, costs));
        }
    }
    arrived
}

/// What the arrived lots cost, and what of it are fees.
pub(crate) fn worked(book: &Book, id: DocumentId) -> Worked {
    let mut worked = Worked { lots: arrived(book, id), carried: Vec::new() };
    let fees = fee::over_transfer(book, id, &worked.lots);
    for (number, fee) in fees.into_iter().enumerate() {
        worked.lots[number].1.add_all(&fee, Day::FIRST);
        worked.carry_to(Rule::TransferFee, worked.lots[number].0, id, fee);
    }
    worked
}

pub(crate) fn post(book: &mut Book, id: DocumentId, direction: Direction) {
    for fee in book.carried(id) {
        let item = fee.lot.map(|lot| book.lots[lot.index()].item);
        let detail = item.map(|item| book.of_item(id, item)).unwrap_or_default();
        book.post_rule(fee.rule, fee.lot, &detail, &fee.costs, direction);
    }
}
