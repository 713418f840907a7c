//! Checks of master data: codes are unique among their kind, what is named exists, and what stands on a record keeps it.

use crate::book::Book;
use crate::command::{Event, Thing};
use crate::content::Content;
use crate::day::Day;
use crate::decide::{free_external, thing_name};
use crate::document::Document;
use crate::documents::Checked;
use crate::documents::check::{CODE_LENGTH, TEXT_LENGTH, text};
use crate::ids::{DocumentId, ItemId, TrackingOptionId};
use crate::making_check;
use crate::master::{Coded, Item, Making, Party, Record, Stocking, Table, Warehouse};
use crate::names::Text;
use crate::policy::{ApprovalRule, PaymentTerms};
use crate::posting::Tracking;
use crate::refusal::{Code, Refusal};
use crate::stock::Standing;

pub(crate) fn save(
    book: &Book,
    id: Option<u32>,
    external: Option<Text>,
    record: Record,
    today: Day,
) -> Result<Vec<Event>, Refusal> {
    let at = Checked { book, id: id.map(DocumentId) };
    let (number, kind) = match &record {
        Record::Unit(r) => {
            if let Some(of) = r.of {
                at.record(&book.units, of.unit.0)?;
            }
            (common(&book.units, id, r, &r.name)?, "unit")
        }
        Record::Category(r) => (common(&book.categories, id, r, &r.name)?, "category"),
        Record::Item(r) => {
            let number = common(&book.items, id, r, &r.name)?;
            item(at, id, r)?;
            (number, "item")
        }
        Record::Workstation(r) => {
            crate::documents::check::price(r.rate)?;
            (common(&book.workstations, id, r, &r.name)?, "workstation")
        }
        Record::BillOfMaterials(r) => {
            let number = common(&book.bills_of_materials, id, r, &r.name)?;
            making_check::bill(at, id, r)?;
            (number, "bill of materials")
        }
        Record::Routing(r) => {
            let number = common(&book.routings, id, r, &r.name)?;
            making_check::routing(at, id, r)?;
            (number, "routing")
        }
        Record::Site(r) => (common(&book.sites, id, r, &r.name)?, "site"),
        Record::Warehouse(r) => {
            let number = common(&book.warehouses, id, r, &r.name)?;
            warehouse(at, id, r)?;
            (number, "warehouse")
        }
        Record::Party(r) => {
            at.tracking(r.tracking)?;
            payment_terms(r.bill_terms)?;
            payment_terms(r.invoice_terms)?;
            (common(&book.parties, id, r, &r.name)?, "party")
        }
        Record::TrackingCategory(r) => {
            if id.is_none() {
                room_for_tracking(book)?;
            }
            (common(&book.tracking_categories, id, r, "")?, "tracking category")
        }
        Record::TrackingOption(r) => {
            at.record(&book.tracking_categories, r.category.0)?;
            (common(&book.tracking_options, id, r, "")?, "tracking option")
        }
        Record::Reason(r) => (common(&book.reasons, id, r, &r.name)?, "reason"),
        Record::Channel(r) => {
            if let Some(customer) = r.customer {
                at.record(&book.parties, customer.0)?;
            }
            (common(&book.channels, id, r, &r.name)?, "sales channel")
        }
        Record::ApprovalRule(r) => {
            approval_rule(r)?;
            (common(&book.approval_rules, id, r, "")?, "approval rule")
        }
    };
    free_external(book, kind, &external, DocumentId(number))?;
    let record = making_check::with_making(book, id, record);
    let made = match &record {
        Record::BillOfMaterials(bill) => making_check::becomes(book, bill.item, Making::Made, today),
        _ => None,
    };
    let saved = Event::RecordSaved { id: number, external, record, from: today };
    Ok([Some(saved), made].into_iter().flatten().collect())
}

/// A day of the month is one that a month has; nobody waits longer than ten years.
fn payment_terms(terms: Option<PaymentTerms>) -> Result<(), Refusal> {
    let (number, why) = match terms {
        Some(PaymentTerms::Days(days) | PaymentTerms::DaysAfterMonth(days)) if days > 3_660 => {
            (days, "it is more than ten years")
        }
        Some(PaymentTerms::DayOfMonth(day) | PaymentTerms::DayOfNextMonth(day))
            if !(1..=31).contains(&day) =>
        {
            (u16::from(day), "a month has days 1 to 31")
        }
        _ => return Ok(()),
    };
    let refusal = Refusal::new(Code::BadValue).with("field", "number of days").with("value", number);
    Err(refusal.with("why", why))
}

fn approval_rule(rule: &ApprovalRule) -> Result<(), Refusal> {
    if rule.approvers.is_empty() {
        return Err(Refusal::new(Code::Missing).with("field", "list of approvers"));
    }
    if rule.from >= money::Amount::ZERO {
        return Ok(());
    }
    let refusal = Refusal::new(Code::BadValue).with("field", "amount").with("value", rule.from.minor());
    Err(refusal.with("why", "it is below zero"))
}

/// Xero has at most two active tracking categories (IMP-6).
fn room_for_tracking(book: &Book) -> Result<(), Refusal> {
    let live = book.tracking_categories.iter().filter(|(_, row)| !row.archived);
    let live: Vec<&str> = live.map(|(_, row)| &*row.record.code).collect();
    if live.len() < 2 {
        return Ok(());
    }
    Err(Refusal::new(Code::TwoTrackingCategories).with("names", live.join(", ")))
}

fn common<T: Coded>(table: &Table<T>, id: Option<u32>, record: &T, name: &str) -> Result<u32, Refusal> {
    let code = record.code();
    if code.trim().is_empty() {
        return Err(Refusal::new(Code::Missing).with("field", format!("code of the {}", T::KIND)));
    }
    text("code", code, CODE_LENGTH)?;
    text("name", name, TEXT_LENGTH)?;
    if let Some(id) = id.filter(|id| *id >= table.len()) {
        return Err(Refusal::new(Code::Unknown).with("kind", T::KIND).with("id", id));
    }
    match table.find(code) {
        Some(holder) if Some(holder) != id => {
            Err(Refusal::new(Code::CodeTaken).with("kind", T::KIND).with("code", code))
        }
        _ => Ok(id.unwrap_or(table.len())),
    }
}

fn item(at: Checked<'_>, id: Option<u32>, item: &Item) -> Result<(), Refusal> {
    let book = at.book;
    at.record(&book.units, item.unit.0)?;
    for of in &item.units {
        at.record(&book.units, of.unit.0)?;
    }
    if let Some(category) = item.category {
        at.record(&book.categories, category.0)?;
    }
    at.tracking(item.tracking)?;
    for price in [item.purchase_price, item.sales_price].into_iter().flatten() {
        crate::documents::check::price(price)?;
    }
    if item.weight.is_some_and(|weight| weight < money::Quantity::ZERO) {
        let refusal = Refusal::new(Code::BadValue).with("field", "weight");
        return Err(refusal.with("value", item.weight.unwrap_or_default()).with("why", "it is below zero"));
    }
    if let Some(account) = &item.expense_account {
        text("expense account", account, CODE_LENGTH)?;
    }
    let Some(id) = id else { return Ok(()) };
    let old = &book.items[id];
    let has_lots = !book.item_states[ItemId(id).index()].shelves.is_empty();
    let fixed = |field: &str| {
        let refusal = Refusal::new(Code::FieldFixed).with("field", field).with("name", &old.code);
        refusal.with("why", "it has lots").with("remedy", "Make a new item instead.")
    };
    if has_lots && old.unit != item.unit {
        return Err(fixed("The stock unit"));
    }
    if has_lots && item.stocking == Stocking::NonInventory {
        return Err(fixed("The kind (stocked or non-inventory)"));
    }
    Ok(())
}

fn warehouse(at: Checked<'_>, id: Option<u32>, warehouse: &Warehouse) -> Result<(), Refusal> {
    if let Some(site) = warehouse.site {
        at.record(&at.book.sites, site.0)?;
    }
    at.tracking(warehouse.tracking)?;
    let Some(id) = id else { return Ok(()) };
    let used = at.book.shelves.iter().any(|shelf| shelf.warehouse.0 == id);
    let old = &at.book.warehouses[id];
    if used && old.books != warehouse.books {
        let refusal = Refusal::new(Code::FieldFixed)
            .with("field", "The kind (on-book or off-book)")
            .with("name", &old.code);
        let refusal = refusal.with("why", "it has held stock");
        return Err(refusal.with("remedy", "Make a new warehouse and move the stock there by a transfer."));
    }
    Ok(())
}

/// Whether the thing exists, and whether it is archived.
pub(crate) fn exists(book: &Book, thing: Thing) -> Result<bool, Refusal> {
    fn row<T: Coded>(table: &Table<T>, id: u32) -> (Option<bool>, u32, &'static str) {
        (table.row(id).map(|row| row.archived), id, T::KIND)
    }
    let (found, id, kind) = match thing {
        Thing::Unit(id) => row(&book.units, id),
        Thing::Category(id) => row(&book.categories, id),
        Thing::Item(id) => row(&book.items, id),
        Thing::Site(id) => row(&book.sites, id),
        Thing::Warehouse(id) => row(&book.warehouses, id),
        Thing::Party(id) => row(&book.parties, id),
        Thing::TrackingCategory(id) => row(&book.tracking_categories, id),
        Thing::TrackingOption(id) => row(&book.tracking_options, id),
        Thing::Reason(id) => row(&book.reasons, id),
        Thing::Channel(id) => row(&book.channels, id),
        Thing::ApprovalRule(id) => row(&book.approval_rules, id),
        Thing::Workstation(id) => row(&book.workstations, id),
        Thing::BillOfMaterials(id) => row(&book.bills_of_materials, id),
        Thing::Routing(id) => row(&book.routings, id),
        Thing::Document(id) => (book.documents.get(id as usize).map(|_| false), id, "document"),
    };
    found.ok_or_else(|| Refusal::new(Code::Unknown).with("kind", kind).with("id", id))
}

pub(crate) fn archive(book: &Book, thing: Thing, today: Day) -> Result<Vec<Event>, Refusal> {
    if exists(book, thing)? {
        return Err(Refusal::new(Code::Archived).with("name", thing_name(book, thing)));
    }
    let held = match thing {
        Thing::Item(id) => book.shelves.iter().find(|shelf| shelf.item.0 == id && !shelf.on_hand.is_zero()),
        Thing::Warehouse(id) => {
            book.shelves.iter().find(|shelf| shelf.warehouse.0 == id && !shelf.on_hand.is_zero())
        }
        Thing::Document(_) => {
            let refusal = Refusal::new(Code::InUse).with("name", thing_name(book, thing));
            return Err(refusal
                .with("why", "documents are not archived")
                .with("remedy", "Cancel or delete it."));
        }
        _ => None,
    };
    if let Some(number) = on_its_way(book, thing) {
        let refusal = Refusal::new(Code::InUse).with("name", thing_name(book, thing));
        let refusal = refusal.with("why", format!("goods of {number} are on their way to it"));
        return Err(refusal.with("remedy", format!("Receive or cancel {number} first.")));
    }
    let Some(shelf) = held else {
        let last = making_check::last_bill(book, thing);
        let bought = last.and_then(|item| making_check::becomes(book, item, Making::Bought, today));
        let mut events = without_option(book, thing, today);
        events.extend([Some(Event::Archived(thing)), bought].into_iter().flatten());
        return Ok(events);
    };
    let (item, place) = (&book.items[shelf.item.0], &book.warehouses[shelf.warehouse.0]);
    let unit = &book.units[item.unit.0].code;
    let why = format!("{} {unit} {} lie in {}", shelf.on_hand, item.code, place.code);
    let refusal = Refusal::new(Code::InUse).with("name", thing_name(book, thing)).with("why", why);
    Err(refusal.with("remedy", "Move, sell or write off the stock first."))
}

/// The records whose default is an archived option, or one of an archived category, without it from today on (POST-25).
fn without_option(book: &Book, thing: Thing, today: Day) -> Vec<Event> {
    let goes = |option: TrackingOptionId| match thing {
        Thing::TrackingOption(id) => option.number() == id,
        Thing::TrackingCategory(id) => book.tracking_options[option.number()].category.number() == id,
        _ => false,
    };
    let kept = |tracking: Tracking| tracking.only(|option| !goes(option));
    let mut records: Vec<(u32, Record)> = Vec::new();
    for (id, row) in book.items.iter().filter(|(_, row)| kept(row.record.tracking) != row.record.tracking) {
        let tracking = kept(row.record.tracking);
        records.push((id, Record::Item(Item { tracking, ..(*row.record).clone() })));
    }
    for (id, row) in
        book.warehouses.iter().filter(|(_, row)| kept(row.record.tracking) != row.record.tracking)
    {
        let tracking = kept(row.record.tracking);
        records.push((id, Record::Warehouse(Warehouse { tracking, ..(*row.record).clone() })));
    }
    for (id, row) in book.parties.iter().filter(|(_, row)| kept(row.record.tracking) != row.record.tracking) {
        let tracking = kept(row.record.tracking);
        records.push((id, Record::Party(Party { tracking, ..(*row.record).clone() })));
    }
    let saved = |(id, record)| Event::RecordSaved { id, external: None, record, from: today };
    records.into_iter().map(saved).collect()
}

/// A transfer that is still to bring something to a warehouse.
fn on_its_way(book: &Book, thing: Thing) -> Option<&str> {
    let Thing::Warehouse(id) = thing else { return None };
    let open = |document: &Document| {
        let mut booked = document.lines().iter().flat_map(|state| state.movements());
        let to = matches!(document.content(), Content::Transfer(c) if c.to.number() == id);
        to && document.is_live() && booked.any(|id| book.movements[id.index()].standing == Standing::Booked)
    };
    book.documents().find(|(_, document)| open(document)).map(|(_, document)| document.number())
}

pub(crate) fn restore(book: &Book, thing: Thing, today: Day) -> Result<Vec<Event>, Refusal> {
    if exists(book, thing)? {
        if matches!(thing, Thing::TrackingCategory(_)) {
            room_for_tracking(book)?;
        }
        let made = match thing {
            Thing::BillOfMaterials(id) => {
                making_check::closes_circle(book, Some(id), &book.bills_of_materials[id])?;
                making_check::becomes(book, book.bills_of_materials[id].item, Making::Made, today)
            }
            _ => None,
        };
        return Ok([Some(Event::Restored(thing)), made].into_iter().flatten().collect());
    }
    Err(Refusal::new(Code::NotArchived).with("name", thing_name(book, thing)))
}
