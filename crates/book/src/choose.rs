//! Which lots a taking comes from (INV-2): by hand, else in the shelf's order, FIFO or FEFO.
//!
//! A booking is a fact: an edit keeps the lots that were chosen and takes only what is more from the shelf's order.
//! Nothing is taken before its lot is there. Where there is too little, the refusal says what is free and, for a taking in
//! the past, which later takings could be rebooked to make room (INV-5).
//! Not here: intervals inside a lot (`stock.rs`).

use std::collections::BTreeMap;

use money::Quantity;

use crate::book::Book;
use crate::content::Taking;
use crate::day::Day;
use crate::ids::{DocumentId, ItemId, LotId, WarehouseId};
use crate::master::BookingOrder;
use crate::refusal::{Code, Refusal};
use crate::stock::{minus, plus};

use crate::documents::check::{name_lot, numbers};

/// Choices made for the earlier lines of the same document.
pub(crate) type Spoken = BTreeMap<LotId, Quantity>;

/// What a line wants.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) item: ItemId,
    pub(crate) warehouse: WarehouseId,
    pub(crate) day: Day,
    pub(crate) quantity: Quantity,
}

fn free(book: &Book, lot: LotId, spoken: &Spoken) -> Quantity {
    let free = book.lots[lot.index()].free;
    if spoken.is_empty() { free } else { minus(free, spoken.get(&lot).copied().unwrap_or_default()) }
}

fn speak(spoken: &mut Spoken, lot: LotId, quantity: Quantity) {
    let so_far = spoken.entry(lot).or_default();
    *so_far = plus(*so_far, quantity);
}

/// Lots for a line: by hand if it names any, else what it had before, then the shelf's order.
pub(crate) fn choose(
    book: &Book,
    wanted: Wanted,
    by_hand: &[Taking],
    before: &[Taking],
    spoken: &mut Spoken,
) -> Result<Vec<Taking>, Refusal> {
    if !by_hand.is_empty() {
        return check_by_hand(book, wanted, by_hand, spoken);
    }
    let mut chosen = Vec::with_capacity(1);
    let mut left = wanted.quantity;
    for taking in before {
        let row = &book.lots[taking.lot.index()];
        let fits = row.item == wanted.item && book.shelves[row.shelf as usize].warehouse == wanted.warehouse;
        let quantity = taking.quantity.min(left).min(free(book, taking.lot, spoken));
        if fits && row.arrival <= wanted.day && quantity > Quantity::ZERO {
            chosen.push(Taking { lot: taking.lot, quantity });
            speak(spoken, taking.lot, quantity);
            left = minus(left, quantity);
        }
    }
    let kept = chosen.len();
    if let Some(shelf) = book.find_shelf(wanted.item, wanted.warehouse) {
        let shelf = &book.shelves[shelf as usize];
        for lot in &shelf.open {
            if left.is_zero() {
                break;
            }
            let row = &book.lots[lot.index()];
            let expired =
                shelf.order == BookingOrder::Fefo && row.expiry().is_some_and(|day| day < wanted.day);
            let quantity = free(book, *lot, spoken).min(left);
            if row.arrival > wanted.day || expired || quantity.is_zero() {
                continue;
            }
            left = minus(left, quantity);
            // More of a lot that the line has already is one taking: a moved part is one lot (INV-2).
            match chosen[..kept].iter_mut().find(|taking| taking.lot == *lot) {
                Some(taking) => {
                    taking.quantity = plus(taking.quantity, quantity);
                    speak(spoken, *lot, quantity);
                }
                None => chosen.push(Taking { lot: *lot, quantity }),
            }
        }
        for taking in &chosen[kept..] {
            speak(spoken, taking.lot, taking.quantity);
        }
    }
    if left.is_zero() { Ok(chosen) } else { Err(not_enough(book, wanted, minus(wanted.quantity, left))) }
}

fn check_by_hand(
    book: &Book,
    wanted: Wanted,
    by_hand: &[Taking],
    spoken: &mut Spoken,
) -> Result<Vec<Taking>, Refusal> {
    let item = &book.items[wanted.item.0].code;
    let mut sum = 0_i128;
    for taking in by_hand {
        let number = taking.lot.number();
        let lot = book.lots.get(taking.lot.index());
        let lot = lot.ok_or_else(|| Refusal::new(Code::Unknown).with("kind", "lot").with("id", number))?;
        let shelf = &book.shelves[lot.shelf as usize];
        if (shelf.item, shelf.warehouse) != (wanted.item, wanted.warehouse) {
            let place = |item: ItemId, warehouse: WarehouseId| {
                format!("{} in {}", book.items[item.0].code, book.warehouses[warehouse.0].code)
            };
            let refusal = Refusal::new(Code::LotOfOther).with("lot", name_lot(book, taking.lot));
            let refusal = refusal.with("actual", place(shelf.item, shelf.warehouse));
            return Err(refusal.with("wanted", place(wanted.item, wanted.warehouse)));
        }
        if lot.arrival > wanted.day {
            let refusal = Refusal::new(Code::LotNotThere)
                .with("lot", name_lot(book, taking.lot))
                .with("day", wanted.day);
            let warehouse = &book.warehouses[wanted.warehouse.0].code;
            return Err(refusal.with("warehouse", warehouse).with("arrival", lot.arrival));
        }
        let available = free(book, taking.lot, spoken);
        if taking.quantity <= Quantity::ZERO || taking.quantity > available {
            let refusal = Refusal::new(Code::LotHasLess).with("lot", name_lot(book, taking.lot));
            return Err(refusal.with("available", available).with("wanted", taking.quantity));
        }
        speak(spoken, taking.lot, taking.quantity);
        sum += i128::from(taking.quantity.millionths());
    }
    if sum == i128::from(wanted.quantity.millionths()) {
        return Ok(by_hand.to_vec());
    }
    let chosen = i64::try_from(sum).map_or(Quantity::MAX, Quantity::from_millionths);
    let refusal = Refusal::new(Code::TakingsDoNotSum).with("item", item);
    Err(refusal.with("chosen", chosen).with("wanted", wanted.quantity))
}

fn not_enough(book: &Book, wanted: Wanted, available: Quantity) -> Refusal {
    let item = &book.items[wanted.item.0];
    let refusal = Refusal::new(Code::NotEnough)
        .with("available", available)
        .with("wanted", wanted.quantity)
        .with("unit", &book.units[item.unit.0].code)
        .with("item", &item.code)
        .with("warehouse", &book.warehouses[wanted.warehouse.0].code)
        .with("day", wanted.day);
    let (lots, remedy) = what_else(book, wanted);
    refusal.with("lots", lots).with("remedy", remedy)
}

/// What of the item is elsewhere, later, expired, or taken by documents that could be rebooked.
fn what_else(book: &Book, wanted: Wanted) -> (String, String) {
    let (mut elsewhere, mut later, mut expired) = (String::new(), None::<(Day, LotId)>, Quantity::ZERO);
    for (warehouse, shelf) in &book.item_states[wanted.item.index()].shelves {
        let shelf = &book.shelves[*shelf as usize];
        let free = minus(shelf.on_hand, shelf.booked);
        if *warehouse != wanted.warehouse {
            if free > Quantity::ZERO {
                elsewhere += &format!("; {} in {}", free, book.warehouses[warehouse.0].code);
            }
            continue;
        }
        for lot in &shelf.open {
            let row = &book.lots[lot.index()];
            if row.arrival > wanted.day {
                later = Some(later.map_or((row.arrival, *lot), |known| known.min((row.arrival, *lot))));
            } else if row.expiry().is_some_and(|day| day < wanted.day) && shelf.order == BookingOrder::Fefo {
                expired = plus(expired, row.free);
            }
        }
    }
    let overtakers = overtakers(book, wanted);
    if !overtakers.is_empty() {
        let text = numbers(book, overtakers.into_iter());
        return (
            elsewhere,
            format!("Choose other lots for {text}, which took of that day's lots later, or receive more."),
        );
    }
    if expired > Quantity::ZERO {
        return (
            format!("; {expired} are expired"),
            "Choose the expired lots by hand, or receive more.".into(),
        );
    }
    if let Some((day, lot)) = later {
        let text = format!("; lot {} comes on {day}", name_lot(book, lot));
        return (text, format!("Take it on {day} or later, or receive more."));
    }
    (elsewhere, "Receive more, or book less.".into())
}

/// Documents that took on a later day from lots that were there on the wanted day.
fn overtakers(book: &Book, wanted: Wanted) -> Vec<DocumentId> {
    let Some(shelf) = book.find_shelf(wanted.item, wanted.warehouse) else { return Vec::new() };
    let mut takers: Vec<DocumentId> = book
        .movements
        .iter()
        .filter(|m| m.standing != crate::stock::Standing::Released && m.day > wanted.day)
        .filter(|m| book.lots[m.lot.index()].shelf == shelf && book.lots[m.lot.index()].arrival <= wanted.day)
        .map(|m| m.document)
        .collect();
    takers.sort();
    takers.dedup();
    takers
}
