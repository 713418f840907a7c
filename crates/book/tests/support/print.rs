//! What the book expects, as an accountant writes it: journals by day and section, lots with what is left of them.

use book::*;
use money::Amount;

use super::sums;

/// `2026-03-02  purchasing  Materials  70.00 Dr`: per day, section and account the net of everything.
pub fn journals(book: &Book) -> String {
    let lines = book.ledger().deltas().flat_map(|delta| {
        let section = delta.rule.row().section;
        let side = |key, cents: i64| ((delta.day, section, account(book, key)), cents);
        [side(delta.debit, delta.amount.minor()), side(delta.credit, -delta.amount.minor())]
    });
    let mut text = String::new();
    for ((day, section, (_, name)), cents) in sums(lines) {
        let amount = Amount::from_minor(cents.abs()).display(book.base());
        let side = if cents > 0 { "Dr" } else { "Cr" };
        text += &format!("{day}  {:<11}  {name:<26}  {amount:>12} {side}\n", section.name());
    }
    text
}

/// A key as people read it: role, the reason's own account, tracking. Category and warehouse are left out.
fn account(book: &Book, key: KeyId) -> (Role, String) {
    let key = book.ledger().name(key);
    let mut name = key.role.name().to_owned();
    if let Some(account) = &key.account {
        name += &format!(" ({account})");
    }
    let options = key
        .tracking
        .0
        .iter()
        .flatten()
        .map(|option| book.tracking_options()[option.number()].code.to_string());
    let options: Vec<String> = options.collect();
    if !options.is_empty() {
        name += &format!(" [{}]", options.join("/"));
    }
    (key.role, name)
}

/// `R-1  JAM  Main  8 of 10  56.00 of 70.00`: every lot with anything left, in order of entry.
pub fn lots(book: &Book) -> String {
    let mut text = String::new();
    for (id, lot) in book.lots() {
        let left = book.left(id);
        if left.quantity.is_zero() {
            continue;
        }
        let from = book.document(lot.from().document).map_or("?", Document::number);
        let item = &book.items()[lot.item().number()].code;
        let warehouse = &book.warehouses()[book.lot_warehouse(id).number()].code;
        let (value, cost) = (left.value.display(book.base()), lot.costs().total().display(book.base()));
        let booked = left.booked;
        let mut more = String::new();
        if !booked.is_zero() {
            more += &format!("  {booked} booked");
        }
        if let Some(batch) = lot.batch() {
            more += &format!("  batch {batch}");
        }
        if let Some(expiry) = lot.expiry() {
            more += &format!("  expires {expiry}");
        }
        text += &format!(
            "{from}  {item}  {warehouse}  {} of {}  {value} of {cost}{more}\n",
            left.quantity,
            lot.quantity()
        );
    }
    text
}
