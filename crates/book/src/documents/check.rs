//! Checks that many documents share: days, names, quantities, units, rates, and what stands on what.

use money::{Currency, Money, Percent, Quantity, Rate, UnitFactor, UnitPrice};

use crate::book::Book;
use crate::content::{Kind, Terms, TradeLine};
use crate::day::Day;
use crate::document::{Document, Life};
use crate::ids::{DocumentId, ItemId, LineRef, PartyId, WarehouseId};
use crate::lost_tax::LostTax;
use crate::master::{Coded, Item, PartyKind, Stocking, Table};
use crate::posting::Tracking;
use crate::refusal::{Code, Refusal, bad};
use crate::totals;

use super::Checked;

/// Lines that a document can have.
pub(crate) const LINES: usize = 10_000;
/// Characters that a code, number or reference can have.
pub(crate) const CODE_LENGTH: usize = 100;
/// Characters that a name or note can have.
pub(crate) const TEXT_LENGTH: usize = 4_000;

impl<'b> Checked<'b> {
    pub(crate) fn day(&self, day: Day) -> Result<(), Refusal> {
        let year = day.parts().0;
        if (1900..2200).contains(&year) {
            Ok(())
        } else {
            Err(Refusal::new(Code::BeforeOpening).with("day", day))
        }
    }

    pub(crate) fn lines(&self, kind: Kind, count: usize) -> Result<(), Refusal> {
        match count {
            0 => Err(Refusal::new(Code::NoLines).with("kind", kind.words())),
            1..=LINES => Ok(()),
            _ => Err(Refusal::new(Code::TooManyLines).with("count", count).with("limit", LINES)),
        }
    }

    /// A record that exists and, on a new document, is not archived.
    pub(crate) fn record<'a, T: Coded>(&self, table: &'a Table<T>, id: u32) -> Result<&'a T, Refusal> {
        let unknown = || Refusal::new(Code::Unknown).with("kind", T::KIND).with("id", id);
        let row = table.row(id).ok_or_else(unknown)?;
        if row.archived && self.id.is_none() {
            return Err(Refusal::new(Code::Archived).with("name", row.record.code()));
        }
        Ok(&row.record)
    }

    pub(crate) fn item(&self, item: ItemId) -> Result<&'b Item, Refusal> {
        self.record(&self.book.items, item.0)
    }

    pub(crate) fn stocked(&self, item: ItemId) -> Result<&'b Item, Refusal> {
        let record = self.item(item)?;
        match record.stocking {
            Stocking::Stocked => Ok(record),
            Stocking::NonInventory => Err(Refusal::new(Code::NotStocked).with("item", &record.code)),
        }
    }

    pub(crate) fn warehouse(&self, warehouse: WarehouseId) -> Result<(), Refusal> {
        self.record(&self.book.warehouses, warehouse.0).map(|_| ())
    }

    pub(crate) fn party(&self, party: PartyId, wanted: PartyKind) -> Result<(), Refusal> {
        let record = self.record(&self.book.parties, party.0)?;
        if record.kind == wanted || record.kind == PartyKind::Both {
            return Ok(());
        }
        let words = |kind| match kind {
            PartyKind::Supplier => "a supplier",
            PartyKind::Customer => "a customer",
            PartyKind::Both => "both",
        };
        let refusal = Refusal::new(Code::WrongKind).with("name", &record.code);
        Err(refusal.with("actual", words(record.kind)).with("wanted", words(wanted)))
    }

    pub(crate) fn tracking(&self, tracking: Tracking) -> Result<(), Refusal> {
        for option in tracking.0.into_iter().flatten() {
            self.record(&self.book.tracking_options, option.number())?;
        }
        let [Some(first), Some(second)] = tracking.0 else { return Ok(()) };
        let [first, second] = [first, second].map(|id| &self.book.tracking_options[id.number()]);
        if first.category != second.category {
            return Ok(());
        }
        let refusal = Refusal::new(Code::BadValue).with("field", "tracking").with("value", &second.code);
        Err(refusal.with("why", format!("{} is an option of the same category", first.code)))
    }

    /// More than nothing, or nothing where a line is withdrawn by an edit; and within what a book can hold.
    pub(crate) fn quantity(&self, field: &'static str, quantity: Quantity) -> Result<(), Refusal> {
        let why = if quantity < Quantity::ZERO {
            "it is below zero"
        } else if quantity.is_zero() && self.id.is_none() {
            "it is nothing"
        } else {
            return self.book.fits(i128::from(quantity.millionths()));
        };
        Err(Refusal::new(Code::BadValue).with("field", field).with("value", quantity).with("why", why))
    }

    /// The rate of a document: its own, else the company's of that day.
    pub(crate) fn rate(&self, currency: Currency, rate: Option<Rate>, day: Day) -> Result<Rate, Refusal> {
        let book = self.book;
        if currency == book.base {
            return book.rate(currency, day).ok_or_else(|| Refusal::new(Code::NoRate));
        }
        if !book.rates.contains_key(&currency) {
            return Err(Refusal::new(Code::CurrencyOff).with("currency", currency));
        }
        let none = || Refusal::new(Code::NoRate).with("currency", currency).with("day", day);
        rate.or_else(|| book.rate(currency, day)).ok_or_else(none)
    }

    pub(crate) fn terms(&self, terms: &mut Terms, wanted: PartyKind) -> Result<(), Refusal> {
        self.party(terms.party, wanted)?;
        self.day(terms.day)?;
        if let Some(reference) = &terms.reference {
            text("reference", reference, CODE_LENGTH)?;
        }
        terms.rate = Some(self.rate(terms.currency, terms.rate, terms.day)?);
        let company = &self.book.settings.lost_tax;
        match &terms.lost_tax {
            Some(lost) if wanted != PartyKind::Supplier => {
                let refusal = Refusal::new(Code::BadValue).with("field", "lost tax").with("value", lost);
                return Err(refusal.with("why", "only purchases have tax that is cost"));
            }
            Some(lost) => lost.check()?,
            None if wanted == PartyKind::Supplier && *company != LostTax::Nothing => {
                terms.lost_tax = Some(company.clone());
            }
            None => {}
        }
        Ok(())
    }

    /// A line's parts, its factor filled in; answers its net amount in base currency.
    pub(crate) fn trade_line(&self, line: &mut TradeLine, terms: &Terms) -> Result<(), Refusal> {
        let item = self.item(line.item)?;
        self.quantity("quantity", line.quantity)?;
        let factor = self.factor(item, line)?;
        line.factor = Some(factor);
        stock_units(self.book, line, line.quantity)?;
        if let Some(warehouse) = line.warehouse {
            self.warehouse(warehouse)?;
        }
        self.tracking(line.tracking)?;
        // Defaults are filled in, so that a default that changes later leaves this document alone (IMP-6).
        let place = line.warehouse.map(|id| self.book.warehouses[id.0].tracking).unwrap_or_default();
        let party = self.book.parties[terms.party.0].tracking;
        line.tracking = line.tracking.or(item.tracking).or(party).or(place);
        price(line.price)?;
        discount(line.discount)?;
        let net = cost(line.quantity, line.price, line.discount, line.tax, terms)?;
        let rate = self.rate(terms.currency, terms.rate, terms.day)?;
        self.book.fits(i128::from(self.book.try_to_base(net, rate)?.minor()))
    }

    fn factor(&self, item: &Item, line: &TradeLine) -> Result<UnitFactor, Refusal> {
        if let Some(factor) = line.factor {
            return Ok(factor);
        }
        let Some(unit) = line.unit.filter(|unit| *unit != item.unit) else { return Ok(UnitFactor::ONE) };
        let record = self.record(&self.book.units, unit.0)?;
        let own = item.units.iter().find(|of| of.unit == unit).map(|of| of.factor);
        let general = record.of.filter(|of| of.unit == item.unit).map(|of| of.factor);
        own.or(general).ok_or_else(|| {
            let stock = &self.book.units[item.unit.0].code;
            let refusal = Refusal::new(Code::WrongKind).with("name", &record.code);
            refusal
                .with("actual", format!("no unit of {}", item.code))
                .with("wanted", format!("{stock} or a unit with a factor to it"))
        })
    }

    /// A live document of a kind.
    pub(crate) fn document(&self, id: DocumentId, kind: Kind) -> Result<&'b Document, Refusal> {
        let unknown = || Refusal::new(Code::Unknown).with("kind", kind.words()).with("id", id.number());
        let document = self.book.documents.get(id.index()).ok_or_else(unknown)?;
        if document.kind() != kind {
            let refusal = Refusal::new(Code::WrongKind).with("name", &document.number);
            let wanted = kind.one();
            return Err(refusal.with("actual", document.kind().one()).with("wanted", wanted));
        }
        live(document, "using it")?;
        Ok(document)
    }

    /// A line of a document that has so many.
    pub(crate) fn line(&self, document: &Document, line: u16, count: usize) -> Result<(), Refusal> {
        if usize::from(line) < count {
            return Ok(());
        }
        let refusal = Refusal::new(Code::NoSuchLine).with("number", &document.number);
        Err(refusal.with("line", u32::from(line) + 1).with("count", count))
    }
}

/// A document that has its effect.
pub(crate) fn live(document: &Document, action: &str) -> Result<(), Refusal> {
    let (state, remedy) = match document.life {
        Life::Live => return Ok(()),
        Life::Cancelled => ("cancelled", "Reinstate it first."),
        Life::Deleted => ("deleted", "Make a new document."),
    };
    let refusal = Refusal::new(Code::DocumentState).with("number", &document.number).with("state", state);
    Err(refusal.with("action", action).with("remedy", remedy))
}

pub(crate) fn text(field: &'static str, text: &str, limit: usize) -> Result<(), Refusal> {
    let length = text.chars().count();
    if length <= limit {
        return Ok(());
    }
    Err(Refusal::new(Code::TooLong).with("field", field).with("length", length).with("limit", limit))
}

pub(crate) fn price(price: UnitPrice) -> Result<(), Refusal> {
    if price >= UnitPrice::ZERO {
        return Ok(());
    }
    Err(Refusal::new(Code::BadValue)
        .with("field", "price")
        .with("value", price)
        .with("why", "it is below zero"))
}

/// A discount of more than everything is none.
pub(crate) fn discount(discount: Percent) -> Result<(), Refusal> {
    if discount <= Percent::HUNDRED {
        return Ok(());
    }
    let refusal =
        Refusal::new(Code::BadValue).with("field", "discount").with("value", format!("{discount}%"));
    Err(refusal.with("why", "it is more than 100%"))
}

/// A line's net amount (DOC-24): quantity × price less discount, rounded once; less the tax inside it (TAX-4).
pub(crate) fn net(
    quantity: Quantity,
    price: UnitPrice,
    discount: Percent,
    tax: Option<Percent>,
    terms: &Terms,
) -> Result<Money, Refusal> {
    totals::line(quantity, price, discount, tax, terms).map(|line| line.net)
}

/// A line's cost: its net amount, and what of its tax nobody gives back (TAX-6).
pub(crate) fn cost(
    quantity: Quantity,
    price: UnitPrice,
    discount: Percent,
    tax: Option<Percent>,
    terms: &Terms,
) -> Result<Money, Refusal> {
    totals::cost(totals::line(quantity, price, discount, tax, terms)?, tax, terms)
}

/// A quantity of a line in the item's stock unit; only exact ones are taken (DOC-22).
pub(crate) fn stock_units(book: &Book, line: &TradeLine, quantity: Quantity) -> Result<Quantity, Refusal> {
    let factor = line.factor.unwrap_or(UnitFactor::ONE);
    quantity.to_stock_units(factor).map_err(|error| match error {
        money::Error::NotExact { nearest } => {
            let item = &book.items[line.item.0];
            let unit = &book.units[line.unit.unwrap_or(item.unit).0].code;
            let refusal = Refusal::new(Code::Inexact).with("quantity", quantity).with("unit", unit);
            refusal.with("item", &item.code).with("nearest", nearest)
        }
        error => bad("The quantity in stock units", &error),
    })
}

/// Refuses while live documents stand on this one.
pub(crate) fn no_dependents(book: &Book, id: DocumentId, action: &str) -> Result<(), Refusal> {
    let document = &book.documents[id.index()];
    let standing = document.dependents.iter().filter(|one| book.documents[one.index()].is_live());
    let standing = numbers(book, standing.copied());
    if standing.is_empty() {
        return Ok(());
    }
    let refusal = Refusal::new(Code::HasDependents).with("number", &document.number);
    Err(refusal.with("action", action).with("dependents", standing))
}

/// Documents' numbers as people list them.
pub(crate) fn numbers(book: &Book, documents: impl Iterator<Item = DocumentId>) -> String {
    let mut numbers: Vec<&str> = documents.map(|id| book.documents[id.index()].number()).collect();
    numbers.dedup();
    let more = numbers.len().saturating_sub(5);
    numbers.truncate(5);
    let text = numbers.join(", ");
    if more > 0 { format!("{text} and {more} more") } else { text }
}

/// A line that an edit may not change, because something stands on it.
pub(crate) fn line_in_use(
    book: &Book,
    id: DocumentId,
    line: usize,
    action: &str,
    why: String,
    remedy: &str,
) -> Refusal {
    let refusal = Refusal::new(Code::LineInUse).with("number", book.documents[id.index()].number());
    refusal.with("line", line + 1).with("action", action).with("why", why).with("remedy", remedy)
}

/// A lot, as people name it: its number and the document that brought it, `3 of R-2`.
pub(crate) fn name_lot(book: &Book, lot: crate::ids::LotId) -> String {
    match book.lots.get(lot.index()) {
        Some(row) => format!("{} of {}", lot.number(), book.documents[row.from.document.index()].number()),
        None => lot.number().to_string(),
    }
}

/// The line of a document, as a sentence begins with it.
pub(crate) fn named_line(book: &Book, at: LineRef) -> String {
    name_line(book, at).replacen('l', "L", 1)
}

/// The line of a document, as people name it: `line 2 of PO-1`.
pub(crate) fn name_line(book: &Book, at: LineRef) -> String {
    format!("line {} of {}", u32::from(at.line) + 1, book.documents[at.document.index()].number())
}
