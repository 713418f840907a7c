//! Lots, and what is booked on and taken from them.
//!
//! A lot is stock that came in together at one cost. A taking occupies an interval of its units: of ten units for 71.00
//! the first three are 21.30, the next three 21.30, the last four 28.40. What is released leaves a hole, which the next
//! taking fills; so whatever is taken, released and taken again, the parts and the rest sum to the whole (INV-6).
//! A lot's rest never grows by itself: returns and transfers open new lots. Nothing is taken before its lot is
//! there, and no more than it has; so stock is never negative, on any day (INV-5).
//! Not here: which lots to take (`choose.rs`), what a taking costs (`graph.rs`).

use std::collections::VecDeque;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use money::Quantity;

use crate::book::Book;
use crate::content::Taking;
use crate::costs::Costs;
use crate::day::Day;
use crate::ids::{CategoryId, DocumentId, ItemId, LineRef, LotId, MovementId, WarehouseId};
use crate::ledger::KeyId;
use crate::master::{BookingOrder, Books};
use crate::names::Text;
use crate::posting::Tracking;

/// No movement, no parent.
pub(crate) const NONE: u32 = u32::MAX;

/// What some lots have: a batch number, an expiry date. A moved part shares its parent's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    batch: Option<Text>,
    expiry: Option<Day>,
}

impl Mark {
    pub(crate) fn of(batch: &Option<Text>, expiry: Option<Day>) -> Option<Arc<Mark>> {
        (batch.is_some() || expiry.is_some()).then(|| Arc::new(Mark { batch: batch.clone(), expiry }))
    }
}

/// A lot.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Lot {
    pub(crate) item: ItemId,
    pub(crate) shelf: u32,
    pub(crate) from: LineRef,
    pub(crate) arrival: Day,
    pub(crate) received: Day,
    pub(crate) quantity: Quantity,
    /// Up to here units have been given out; holes below it are free again.
    pub(crate) given: Quantity,
    pub(crate) free: Quantity,
    pub(crate) costs: Costs,
    pub(crate) last_movement: u32,
    pub(crate) parent: u32,
    pub(crate) mark: Option<Arc<Mark>>,
}

impl Lot {
    /// The item.
    pub fn item(&self) -> ItemId {
        self.item
    }

    /// The document line that brought it.
    pub fn from(&self) -> LineRef {
        self.from
    }

    /// The day it came to its warehouse.
    pub fn arrival(&self) -> Day {
        self.arrival
    }

    /// The day its goods came to the company: what FIFO goes by (INV-2).
    pub fn received(&self) -> Day {
        self.received
    }

    /// How many came in, in stock units. A removed lot has none.
    pub fn quantity(&self) -> Quantity {
        self.quantity
    }

    /// How many are neither booked nor taken.
    pub fn free(&self) -> Quantity {
        self.free
    }

    /// What it cost, by day.
    pub fn costs(&self) -> &Costs {
        &self.costs
    }

    /// Batch number.
    pub fn batch(&self) -> Option<&str> {
        self.mark.as_ref()?.batch.as_deref()
    }

    /// Expiry date.
    pub fn expiry(&self) -> Option<Day> {
        self.mark.as_ref()?.expiry
    }
}

/// Where a movement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Reserved; still in stock.
    Booked,
    /// Gone.
    Taken,
    /// Given back; without effect.
    Released,
}

/// A piece of a lot, booked or taken by a document's line.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Movement {
    pub(crate) lot: LotId,
    pub(crate) earlier: u32,
    pub(crate) start: Quantity,
    pub(crate) quantity: Quantity,
    pub(crate) day: Day,
    pub(crate) document: DocumentId,
    pub(crate) line: u16,
    pub(crate) standing: Standing,
}

impl Movement {
    /// The lot.
    pub fn lot(&self) -> LotId {
        self.lot
    }

    /// How much of it.
    pub fn quantity(&self) -> Quantity {
        self.quantity
    }

    /// The day it left, or is booked for.
    pub fn day(&self) -> Day {
        self.day
    }

    /// The document line that took it.
    pub fn by(&self) -> LineRef {
        LineRef { document: self.document, line: self.line }
    }

    /// Booked, taken or released.
    pub fn standing(&self) -> Standing {
        self.standing
    }

    pub(crate) fn end(&self) -> Quantity {
        plus(self.start, self.quantity)
    }
}

/// The lots of an item in a warehouse.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shelf {
    pub(crate) item: ItemId,
    pub(crate) warehouse: WarehouseId,
    pub(crate) books: Books,
    pub(crate) order: BookingOrder,
    /// Lots with something free, in booking order.
    pub(crate) open: VecDeque<LotId>,
    pub(crate) on_hand: Quantity,
    pub(crate) booked: Quantity,
    /// The stock account from a day on (ACC-3).
    pub(crate) keys: Vec<(Day, KeyId)>,
    /// The account of what was shipped from here last.
    pub(crate) cogs: Option<(Tracking, Option<CategoryId>, KeyId)>,
}

/// What a new lot is made of.
pub(crate) struct LotSeed {
    pub(crate) item: ItemId,
    pub(crate) warehouse: WarehouseId,
    pub(crate) from: LineRef,
    pub(crate) arrival: Day,
    pub(crate) received: Day,
    pub(crate) quantity: Quantity,
    pub(crate) parent: u32,
    pub(crate) mark: Option<Arc<Mark>>,
}

/// Sums of quantities that entered the book; `Book::enter` keeps that below what a quantity can hold.
#[inline]
pub(crate) fn plus(a: Quantity, b: Quantity) -> Quantity {
    a.checked_add(b).unwrap_or_else(|_| unreachable!("the book's budget bounds every sum of its quantities"))
}

#[inline]
pub(crate) fn minus(a: Quantity, b: Quantity) -> Quantity {
    plus(a, -b)
}

impl Book {
    pub(crate) fn add_lot(&mut self, seed: LotSeed) -> LotId {
        let shelf = self.shelf(seed.item, seed.warehouse);
        let id = LotId(u32::try_from(self.lots.len()).unwrap_or(NONE));
        self.lots.push(Lot {
            item: seed.item,
            shelf,
            from: seed.from,
            arrival: seed.arrival,
            received: seed.received,
            quantity: seed.quantity,
            given: Quantity::ZERO,
            free: seed.quantity,
            costs: Costs::default(),
            last_movement: NONE,
            parent: seed.parent,
            mark: seed.mark,
        });
        let shelf = self.shelf_mut(shelf);
        shelf.on_hand = plus(shelf.on_hand, seed.quantity);
        if !seed.quantity.is_zero() {
            self.open_lot(id);
        }
        id
    }

    pub(crate) fn shelf_mut(&mut self, shelf: u32) -> &mut Shelf {
        Arc::make_mut(&mut self.shelves[shelf as usize])
    }

    /// The sort key of a lot on its shelf.
    pub(crate) fn rank(&self, order: BookingOrder, lot: LotId) -> (Day, Day, LotId) {
        let row = &self.lots[lot.index()];
        match order {
            BookingOrder::Fifo => (Day::FIRST, row.received, lot),
            BookingOrder::Fefo => (row.expiry().unwrap_or(Day::LAST), row.received, lot),
        }
    }

    fn open_lot(&mut self, lot: LotId) {
        let shelf = self.lots[lot.index()].shelf;
        let row = &self.shelves[shelf as usize];
        let rank = self.rank(row.order, lot);
        let last = row.open.back().is_none_or(|last| self.rank(row.order, *last) < rank);
        let at = if last {
            row.open.len()
        } else {
            row.open.partition_point(|other| self.rank(row.order, *other) < rank)
        };
        self.shelf_mut(shelf).open.insert(at, lot);
    }

    fn close_lot(&mut self, lot: LotId) {
        let shelf = self.lots[lot.index()].shelf;
        let row = &self.shelves[shelf as usize];
        if row.open.front() == Some(&lot) {
            self.shelf_mut(shelf).open.pop_front();
            return;
        }
        let rank = self.rank(row.order, lot);
        let at = row.open.partition_point(|other| self.rank(row.order, *other) < rank);
        if row.open.get(at) == Some(&lot) {
            self.shelf_mut(shelf).open.remove(at);
        }
    }

    /// Sorts a shelf's open lots anew, after its order or its lots' days changed.
    pub(crate) fn sort_shelf(&mut self, shelf: u32) {
        let row = &self.shelves[shelf as usize];
        let order = row.order;
        let mut open: Vec<LotId> = row.open.iter().copied().collect();
        open.sort_by_key(|lot| self.rank(order, *lot));
        self.shelf_mut(shelf).open = open.into();
    }

    fn change_free(&mut self, lot: LotId, free: Quantity) {
        let before = std::mem::replace(&mut self.lots[lot.index()].free, free);
        match (before.is_zero(), free.is_zero()) {
            (true, false) => self.open_lot(lot),
            (false, true) => self.close_lot(lot),
            _ => {}
        }
    }

    /// Books or takes a quantity that the lot has free; the lowest holes are filled first. Answers the first movement
    /// and how many there are.
    pub(crate) fn take(&mut self, lot: LotId, quantity: Quantity, day: Day, by: LineRef, standing: Standing) {
        let mut left = quantity;
        while !left.is_zero() {
            let (start, length) = self.next_gap(lot, left);
            let row = &mut self.lots[lot.index()];
            let earlier = std::mem::replace(&mut row.last_movement, self.movements.len() as u32);
            let piece = Movement {
                lot,
                earlier,
                start,
                quantity: length,
                day,
                document: by.document,
                line: by.line,
                standing: Standing::Booked,
            };
            self.movements.push(piece);
            let shelf = row.shelf;
            let free = minus(row.free, length);
            self.change_free(lot, free);
            let shelf = self.shelf_mut(shelf);
            shelf.booked = plus(shelf.booked, length);
            if standing == Standing::Taken {
                self.settle(MovementId((self.movements.len() - 1) as u32), day);
            }
            left = minus(left, length);
        }
    }

    /// The next free interval of a lot, at most `wanted` long, now given out.
    fn next_gap(&mut self, lot: LotId, wanted: Quantity) -> (Quantity, Quantity) {
        if let Some(holes) = self.holes.get(&lot) {
            let mut holes: Vec<_> = holes.to_vec();
            let (start, end) = holes[0];
            let taken = plus(start, wanted).min(end);
            if taken == end {
                holes.remove(0);
            } else {
                holes[0].0 = taken;
            }
            self.set_holes(lot, holes);
            return (start, minus(taken, start));
        }
        let row = &mut self.lots[lot.index()];
        let start = row.given;
        row.given = plus(start, wanted);
        (start, wanted)
    }

    fn set_holes(&mut self, lot: LotId, holes: Vec<(Quantity, Quantity)>) {
        if holes.is_empty() {
            self.holes.remove_mut(&lot);
        } else {
            self.holes.insert_mut(lot, Arc::from(holes));
        }
    }

    /// What is booked leaves on a day.
    pub(crate) fn settle(&mut self, movement: MovementId, day: Day) {
        let row = &mut self.movements[movement.index()];
        row.day = day;
        row.standing = Standing::Taken;
        let (lot, quantity) = (row.lot, row.quantity);
        let shelf = self.lots[lot.index()].shelf;
        let shelf = self.shelf_mut(shelf);
        shelf.booked = minus(shelf.booked, quantity);
        shelf.on_hand = minus(shelf.on_hand, quantity);
        self.post_movement(movement, Direction::Assert);
    }

    /// Gives a booking or taking back.
    pub(crate) fn release(&mut self, movement: MovementId) {
        let row = self.movements[movement.index()];
        let shelf = self.lots[row.lot.index()].shelf;
        match row.standing {
            Standing::Released => return,
            Standing::Booked => {
                let shelf = self.shelf_mut(shelf);
                shelf.booked = minus(shelf.booked, row.quantity);
            }
            Standing::Taken => {
                self.post_movement(movement, Direction::Retract);
                let shelf = self.shelf_mut(shelf);
                shelf.on_hand = plus(shelf.on_hand, row.quantity);
            }
        }
        self.movements[movement.index()].standing = Standing::Released;
        self.free_interval(row.lot, row.start, row.end());
        let free = plus(self.lots[row.lot.index()].free, row.quantity);
        self.change_free(row.lot, free);
    }

    fn free_interval(&mut self, lot: LotId, start: Quantity, end: Quantity) {
        let mut holes: Vec<_> = self.holes.get(&lot).map(|holes| holes.to_vec()).unwrap_or_default();
        let at = holes.partition_point(|hole| hole.0 < start);
        holes.insert(at, (start, end));
        let mut merged: Vec<(Quantity, Quantity)> = Vec::with_capacity(holes.len());
        for hole in holes {
            match merged.last_mut() {
                Some(last) if last.1 == hole.0 => last.1 = hole.1,
                _ => merged.push(hole),
            }
        }
        let given = self.lots[lot.index()].given;
        if let Some((start, _)) = merged.pop_if(|last| last.1 == given) {
            self.lots[lot.index()].given = start;
        }
        self.set_holes(lot, merged);
    }

    /// Changes how many a lot brought. What is booked or taken moves together where its units would be cut off.
    pub(crate) fn resize_lot(&mut self, lot: LotId, quantity: Quantity) {
        let row = &self.lots[lot.index()];
        let (before, free, shelf) = (row.quantity, row.free, row.shelf);
        if before == quantity {
            return;
        }
        self.post_lot(lot, Direction::Retract);
        if self.lots[lot.index()].given > quantity {
            self.pack_lot(lot);
        }
        self.lots[lot.index()].quantity = quantity;
        if quantity.is_zero() {
            // Nothing costs nothing; what brings it back works its cost out again.
            self.lots[lot.index()].costs = Costs::default();
        }
        let change = minus(quantity, before);
        self.change_free(lot, plus(free, change));
        let shelf = self.shelf_mut(shelf);
        shelf.on_hand = plus(shelf.on_hand, change);
        if !self.revaluations(lot).is_empty() {
            self.resolve_revaluations(lot);
        }
        self.post_lot(lot, Direction::Assert);
        self.work.reshaped.push(lot);
    }

    /// Books or takes a line's lots, and remembers which movements are the line's.
    pub(crate) fn take_line(&mut self, by: LineRef, takings: &[Taking], day: Day, standing: Standing) {
        let first_movement = self.movements.len() as u32;
        for taking in takings {
            self.take(taking.lot, taking.quantity, day, by, standing);
        }
        let movements = self.movements.len() as u32 - first_movement;
        let state = self.documents[by.document.index()].line_mut(usize::from(by.line));
        (state.first_movement, state.movements) = (first_movement, movements);
    }

    /// Gives back all that a document's lines booked or took.
    pub(crate) fn release_all(&mut self, document: DocumentId) {
        for line in 0..self.documents[document.index()].lines.len() {
            self.release_line(LineRef { document, line: line as u16 });
        }
    }

    /// Gives back what a line booked or took.
    pub(crate) fn release_line(&mut self, by: LineRef) {
        let Some(state) = self.documents[by.document.index()].lines.get(usize::from(by.line)).copied() else {
            return;
        };
        for movement in state.movements() {
            self.release(movement);
        }
        let state = self.documents[by.document.index()].line_mut(usize::from(by.line));
        (state.first_movement, state.movements) = (0, 0);
    }

    /// Moves a lot's takings together, so that its free units are its last.
    fn pack_lot(&mut self, lot: LotId) {
        let mut live: Vec<MovementId> = self.movements_of(lot).map(|(id, _)| id).collect();
        live.sort_by_key(|id| self.movements[id.index()].start);
        let mut start = Quantity::ZERO;
        for id in live {
            let row = &mut self.movements[id.index()];
            row.start = start;
            start = row.end();
        }
        self.lots[lot.index()].given = start;
        self.holes.remove_mut(&lot);
    }

    /// A lot's bookings and takings, latest first.
    pub fn movements_of(&self, lot: LotId) -> impl Iterator<Item = (MovementId, &Movement)> {
        let mut next = self.lots.get(lot.index()).map_or(NONE, |row| row.last_movement);
        std::iter::from_fn(move || {
            let id = next;
            let row = self.movements.get(id as usize)?;
            next = row.earlier;
            Some((MovementId(id), row))
        })
        .filter(|(_, row)| row.standing != Standing::Released)
    }
}

/// Whether postings are taken back or made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Taken back.
    Retract,
    /// Made.
    Assert,
}
