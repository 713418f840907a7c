//! The expected ledger itself: a trial balance, and each account's movements by day and section.
//!
//! Both come from the deltas that each log entry appended, so they can be asked as known without replaying anything;
//! the movements are held against the balances that the ledger keeps day by day.

use std::collections::BTreeMap;

use book::{Book, Day, Delta, Key, Role, Rule, Section};
use money::Amount;

use crate::asked::Asked;
use crate::catalogue::Call;
use crate::names;
use crate::table::{Column, Kind, Row, Table, Tie, Value, plus};

/// The balance of every key at the end of a day, as far as it is to be known.
pub(crate) fn of_keys(book: &Book, day: Day, known: Option<u32>) -> Vec<(&Key, Amount)> {
    match known.filter(|known| *known < book.seq()) {
        None => book.ledger().balances_as_of(day).collect(),
        Some(0) => Vec::new(),
        Some(known) => book.ledger().balances_as_known(day, known - 1),
    }
}

/// The balance of every account at the end of a day.
pub(crate) fn of_roles(book: &Book, day: Day, known: Option<u32>) -> BTreeMap<Role, Amount> {
    let mut balances = BTreeMap::new();
    for (key, amount) in of_keys(book, day, known) {
        let total = balances.entry(key.role).or_default();
        *total = plus(*total, amount);
    }
    balances
}

/// What the ledger says of one account.
pub(crate) fn of_role(book: &Book, role: Role, day: Day, known: Option<u32>) -> Amount {
    of_roles(book, day, known).get(&role).copied().unwrap_or_default()
}

/// The deltas that are to be known, each with both its sides.
pub(crate) fn sides<'a>(book: &'a Book, asked: &Asked) -> impl Iterator<Item = (&'a Delta, &'a Key, Amount)> {
    let known = asked.known.unwrap_or(u32::MAX);
    let as_of = asked.as_of;
    let deltas = book.ledger().deltas().take_while(move |delta| delta.seq < known);
    deltas.filter(move |delta| delta.day <= as_of).flat_map(|delta| {
        let name = |id| book.ledger().name(id);
        [(delta, name(delta.debit), delta.amount), (delta, name(delta.credit), -delta.amount)]
    })
}

fn debit(amount: Amount) -> Value {
    Value::amount(amount.max(Amount::ZERO))
}

fn credit(amount: Amount) -> Value {
    Value::amount((-amount).max(Amount::ZERO))
}

pub(crate) fn balances(call: &Call<'_>) -> Table {
    let mut sums: BTreeMap<(Role, Option<&Key>), Amount> = BTreeMap::new();
    for (key, amount) in of_keys(call.book, call.asked.as_of, call.asked.known) {
        let refined = Some(key).filter(|_| call.by == "refinement");
        let total = sums.entry((key.role, refined)).or_default();
        *total = plus(*total, amount);
    }
    sums.retain(|(role, _), amount| !amount.is_zero() && call.wants(*role));
    let mut rows = Vec::new();
    for ((role, key), amount) in &sums {
        let [category, warehouse, more] =
            key.map_or([Value::Empty, Value::Empty, Value::Empty], |key| names::refinement(call.book, key));
        rows.push(vec![names::account(*role), category, warehouse, more, debit(*amount), credit(*amount)]);
    }
    let columns = [
        Column::text("account", "Account"),
        Column::text("category", "Category"),
        Column::text("warehouse", "Warehouse"),
        Column::text("more", "Tracking, own account"),
        Column::amount("debit", "Debit"),
        Column::amount("credit", "Credit"),
    ];
    let side = |wanted: fn(Amount) -> Amount| {
        sums.values().fold(Amount::ZERO, |total, amount| plus(total, wanted(*amount)))
    };
    let parts = vec![
        ("debits".to_owned(), side(|amount| amount.max(Amount::ZERO))),
        ("credits".to_owned(), side(|amount| amount.min(Amount::ZERO))),
    ];
    let whole = Tie { name: "All accounts".into(), parts, against: "zero", balance: Amount::ZERO };
    let ties = if call.asked.account.is_some() { Vec::new() } else { vec![whole] };
    call.table(&columns, rows, ties)
}

/// What moved an account on a day.
type Place = (Role, Day, Section, Option<Rule>);

pub(crate) fn ledger(call: &Call<'_>) -> Table {
    let asked = call.asked;
    let mut opening: BTreeMap<Role, Amount> = BTreeMap::new();
    let mut moves: BTreeMap<Place, Amount> = BTreeMap::new();
    for (delta, key, amount) in sides(call.book, asked) {
        if !call.wants(key.role) {
            continue;
        }
        let rule = Some(delta.rule).filter(|_| call.by == "rule");
        let total = match asked.from.is_some_and(|from| delta.day < from) {
            true => opening.entry(key.role).or_default(),
            false => moves.entry((key.role, delta.day, delta.rule.row().section, rule)).or_default(),
        };
        *total = plus(*total, amount);
    }
    moves.retain(|_, amount| !amount.is_zero());
    let stands = of_roles(call.book, asked.as_of, asked.known);
    let (mut rows, mut ties) = (Vec::new(), Vec::new());
    for role in Role::ALL.into_iter().filter(|role| opening.contains_key(role) || has(&moves, *role)) {
        let opened = opening.get(&role).copied().unwrap_or_default();
        let mut balance = opened;
        if let Some(from) = asked.from {
            rows.push(line(role, from, ["opening balance", "", ""], Amount::ZERO, balance));
        }
        let mut moved = Amount::ZERO;
        for ((_, day, section, rule), amount) in moves.range(first(role)..).take_while(|one| one.0.0 == role)
        {
            (balance, moved) = (plus(balance, *amount), plus(moved, *amount));
            let row = rule.map(Rule::row);
            let words = [section.name(), row.map_or("", |row| row.id), row.map_or("", |row| row.words)];
            rows.push(line(role, *day, words, *amount, balance));
        }
        let parts = vec![("opening".to_owned(), opened), ("movements".to_owned(), moved)];
        let balance = stands.get(&role).copied().unwrap_or_default();
        ties.push(Tie { name: role.name().into(), parts, against: "ledger", balance });
    }
    let columns = [
        Column::text("account", "Account"),
        Column::of(Kind::Day, "day", "Day"),
        Column::text("section", "Section"),
        Column::text("rule", "Rule"),
        Column::text("what", "What"),
        Column::amount("debit", "Debit"),
        Column::amount("credit", "Credit"),
        Column::of(Kind::Amount, "balance", "Balance"),
    ];
    call.table(&columns, rows, ties)
}

fn first(role: Role) -> Place {
    (role, Day::FIRST, Section::Purchasing, None)
}

fn has(moves: &BTreeMap<Place, Amount>, role: Role) -> bool {
    moves.range(first(role)..).next().is_some_and(|one| one.0.0 == role)
}

fn line(role: Role, day: Day, [section, rule, what]: [&str; 3], amount: Amount, balance: Amount) -> Row {
    vec![
        names::account(role),
        Value::Day(day),
        Value::text(section),
        Value::text(rule),
        Value::text(what),
        debit(amount),
        credit(amount),
        Value::Amount(balance),
    ]
}
