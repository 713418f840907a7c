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

/// A key as people read it: role, the reason's own account, tracking. Category and warehouse are left out, and what options
/// have only by a setting.
fn account(book: &Book, key: KeyId) -> (Role, String) {
    let key = book.ledger().name(key);
    named(book, key, key.usual_tracking())
}

/// `= 2026-03-05  Materials [North]  70.00`: what stands on accounts that have options only by a setting, by option.
pub fn options(book: &Book, day: Day) -> String {
    let all = book.ledger().balances_as_of(day).filter(|(key, _)| key.role.has_options_by_setting());
    let sums = sums(all.map(|(key, amount)| (named(book, key, key.tracking), amount.minor())));
    let line = |((_, name), cents): (&(Role, String), &i64)| {
        format!("= {day}  {name:<26}  {:>12}\n", Amount::from_minor(*cents).display(book.base()))
    };
    sums.iter().map(line).collect()
}

fn named(book: &Book, key: &Key, tracking: Tracking) -> (Role, String) {
    let mut name = key.role.name().to_owned();
    if let Some(account) = &key.account {
        name += &format!(" ({account})");
    }
    let options = tracking.0.iter().flatten();
    let options = options.map(|option| book.tracking_options()[option.number()].code.to_string());
    let options: Vec<String> = options.collect();
    if !options.is_empty() {
        name += &format!(" [{}]", options.join("/"));
    }
    (key.role, name)
}

/// `2026-03-05  Materials  70.00`: what stock was worth at the end of a day, as the ledger has it too.
pub fn worth(book: &Book, day: Day) -> String {
    let valuation = book.valuation(day);
    let ledger = sums(book.ledger().deltas().filter(|delta| delta.day <= day).flat_map(|delta| {
        let side = |key, cents| (book.ledger().name(key).role, cents);
        [side(delta.debit, delta.amount.minor()), side(delta.credit, -delta.amount.minor())]
    }));
    for role in Role::ALL.iter().filter(|role| role.is_stock()) {
        let value = valuation.get(role).copied().unwrap_or(Amount::ZERO).minor();
        assert_eq!(value, ledger.get(role).copied().unwrap_or(0), "{} on {day}", role.name());
    }
    let line = |(role, value): (&Role, &Amount)| {
        format!("{day}  {:<26}  {:>12}\n", role.name(), value.display(book.base()))
    };
    valuation.iter().map(line).collect()
}

/// `PO-1  line 1  Purchases  -10.00`: billed less received, line by line (POST-23).
pub fn purchases(book: &Book, order: DocumentId) -> String {
    let number = book.document(order).map_or("?", Document::number);
    let balances = book.purchases(order);
    let line = |(line, balance): (usize, &Amount)| {
        format!("{number}  line {}  Purchases  {}\n", line + 1, balance.display(book.base()))
    };
    balances.iter().enumerate().map(line).collect()
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
