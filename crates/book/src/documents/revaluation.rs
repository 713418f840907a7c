//! Revaluations (POST-10.1): what is left of a lot is worth so much, with a reason. The arithmetic is `revalue.rs`.

use std::collections::BTreeSet;

use crate::book::Book;
use crate::content::{Kind, Revaluation};
use crate::ids::{DocumentId, LineRef, LotId};
use crate::refusal::{Code, Refusal};
use crate::revalue::Revalued;
use crate::stock::Direction;

use super::Checked;
use super::check::name_lot;

pub(crate) fn check(at: Checked<'_>, revaluation: Revaluation) -> Result<Revaluation, Refusal> {
    at.lines(Kind::Revaluation, revaluation.lines.len())?;
    at.day(revaluation.day)?;
    if let Some(reason) = revaluation.reason {
        at.record(&at.book.reasons, reason.0)?;
    }
    for line in &revaluation.lines {
        let number = line.lot.number();
        if at.book.lot(line.lot).is_none() {
            return Err(Refusal::new(Code::Unknown).with("kind", "lot").with("id", number));
        }
        let row = &at.book.lots[line.lot.index()];
        let (left, cost, value) = at.book.left_value(line.lot, revaluation.day);
        if left.is_zero() || row.arrival > revaluation.day {
            return Err(Refusal::new(Code::NothingFree)
                .with("lot", name_lot(at.book, line.lot))
                .with("day", revaluation.day));
        }
        if line.value > cost || line.value.minor() < 0 {
            let show = |amount: money::Amount| amount.display(at.book.base).to_string();
            let refusal = Refusal::new(Code::ValueOutOfRange)
                .with("lot", name_lot(at.book, line.lot))
                .with("value", show(value));
            return Err(refusal.with("cost", show(cost)).with("wanted", show(line.value)));
        }
    }
    Ok(revaluation)
}

/// Takes back what a revaluation made of its lots, while it is still known by which reason and options it was posted: a change
/// goes by those of its own time.
pub(crate) fn take_back(book: &mut Book, id: DocumentId) {
    let by_it = |all: &[Revalued]| all.iter().any(|one| one.by.document == id);
    let lots: Vec<LotId> = book.revalued.iter().filter(|(_, all)| by_it(all)).map(|(lot, _)| *lot).collect();
    lots.into_iter().for_each(|lot| revalue(book, lot, id, []));
}

pub(crate) fn put(book: &mut Book, id: DocumentId, revaluation: &Revaluation) {
    let lots: BTreeSet<LotId> = revaluation.lines.iter().map(|line| line.lot).collect();
    let live = book.documents[id.index()].is_live();
    for lot in lots {
        let lines = (0..).zip(&revaluation.lines).filter(|(_, line)| live && line.lot == lot);
        let new = lines.map(|(number, line)| Revalued {
            by: LineRef { document: id, line: number },
            day: revaluation.day,
            value: line.value,
            covered: Vec::new(),
            amount: money::Amount::ZERO,
        });
        revalue(book, lot, id, new);
    }
}

/// Puts others in the place of a lot's revaluations by a document.
fn revalue(book: &mut Book, lot: LotId, by: DocumentId, new: impl IntoIterator<Item = Revalued>) {
    book.post_lot(lot, Direction::Retract);
    let mut all: Vec<Revalued> = book.revaluations(lot).to_vec();
    all.retain(|one| one.by.document != by);
    all.extend(new);
    book.set_revaluations(lot, all);
    book.resolve_revaluations(lot);
    book.post_lot(lot, Direction::Assert);
    book.work.reshaped.push(lot);
}
