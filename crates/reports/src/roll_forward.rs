//! Inventory roll-forward (REC-4): opening + in + out + revaluation = closing, account by account.
//!
//! Materials: 100.00 at the beginning, 70.00 bought, 40.00 sold, 5.00 less by revaluation: 125.00 at the end. The movements
//! are the ledger's; both ends are held against the lots, and the end against the ledger's balance.

use std::collections::BTreeMap;

use book::{Key, Role, Rule};
use money::Amount;

use crate::balances::{of_role, sides};
use crate::catalogue::Call;
use crate::names;
use crate::table::{Column, Row, Table, Tie, Value, plus};
use crate::valuation::worth;

/// A column of the report, in its order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Move {
    Bought,
    Entered,
    Returned,
    Sold,
    SentBack,
    WrittenOff,
    Consumed,
    Made,
    Moved,
    Revalued,
}

const MOVES: [(Move, Column); 10] = [
    (Move::Bought, Column::amount("bought", "Bought")),
    (Move::Entered, Column::amount("entered", "Found, opened")),
    (Move::Returned, Column::amount("returned", "Back from customers")),
    (Move::Sold, Column::amount("sold", "Sold")),
    (Move::SentBack, Column::amount("sent_back", "Back to vendors")),
    (Move::WrittenOff, Column::amount("written_off", "Written off")),
    (Move::Consumed, Column::amount("consumed", "Into production")),
    (Move::Made, Column::amount("made", "Made")),
    (Move::Moved, Column::amount("moved", "Moved, reclassified")),
    (Move::Revalued, Column::amount("revalued", "Revalued")),
];

/// Where a rule of POST stands in the report; rows that touch no stock account stand nowhere.
fn place(rule: Rule) -> Option<Move> {
    Some(match rule {
        Rule::GoodsReceived | Rule::FeeOfAnother => Move::Bought,
        Rule::StockFound | Rule::OpeningStock => Move::Entered,
        Rule::CustomerReturned => Move::Returned,
        Rule::ShipmentPicked => Move::Sold,
        Rule::ReturnedBeforeBill | Rule::ReturnedForCredit => Move::SentBack,
        Rule::WrittenOff => Move::WrittenOff,
        Rule::PartsConsumed | Rule::PartsPutBack | Rule::VendorPartsSent | Rule::VendorPartsBack => {
            Move::Consumed
        }
        Rule::OrderFinished | Rule::VendorPartsUsed => Move::Made,
        Rule::Moved | Rule::Reclassified | Rule::TransferFee => Move::Moved,
        Rule::Revalued => Move::Revalued,
        Rule::Billed
        | Rule::CreditForReturn
        | Rule::LineClosed
        | Rule::Invoiced
        | Rule::Credited
        | Rule::VendorPartsLost
        | Rule::OperationBought
        | Rule::OverheadApplied
        | Rule::LabourApplied
        | Rule::OverheadAdjusted
        | Rule::LabourAdjusted
        | Rule::AbnormalScrap
        | Rule::OrderCancelled
        | Rule::PaperTotal
        | Rule::Cleared
        | Rule::Accrued
        | Rule::BroughtIn
        | Rule::Adopted => return None,
    })
}

/// One account's line.
#[derive(Default)]
struct Line {
    opening: Amount,
    moves: BTreeMap<Move, Amount>,
}

impl Line {
    fn closing(&self) -> Amount {
        self.moves.values().fold(self.opening, |total, amount| plus(total, *amount))
    }
}

pub(crate) fn roll_forward(call: &Call<'_>) -> Table {
    let asked = call.asked;
    let mut lines: BTreeMap<(Role, Option<&Key>), Line> = BTreeMap::new();
    for (delta, key, amount) in
        sides(call.book, asked).filter(|one| one.1.role.is_stock() && call.wants(one.1.role))
    {
        let line = lines.entry((key.role, Some(key).filter(|_| call.by == "refinement"))).or_default();
        if asked.from.is_some_and(|from| delta.day < from) {
            line.opening = plus(line.opening, amount);
        } else if let Some(at) = place(delta.rule) {
            let total = line.moves.entry(at).or_default();
            *total = plus(*total, amount);
        }
    }
    let mut rows: Vec<Row> = Vec::new();
    for ((role, key), line) in &lines {
        let mut row = vec![names::account(*role)];
        if let Some(key) = key {
            let [category, warehouse, _] = names::refinement(call.book, key);
            row.extend([category, warehouse]);
        }
        row.push(Value::Amount(line.opening));
        let moves = MOVES.iter().map(|(at, _)| line.moves.get(at).copied().unwrap_or_default());
        row.extend(moves.map(Value::amount));
        row.push(Value::Amount(line.closing()));
        rows.push(row);
    }
    let mut columns = vec![Column::text("account", "Account")];
    if call.by == "refinement" {
        columns.extend([Column::text("category", "Category"), Column::text("warehouse", "Warehouse")]);
    }
    columns.push(Column::amount("opening", "Opening"));
    columns.extend(MOVES.iter().map(|(_, column)| *column));
    columns.push(Column::amount("closing", "Closing"));
    call.table(&columns, rows, ties(call, &lines))
}

fn ties(call: &Call<'_>, lines: &BTreeMap<(Role, Option<&Key>), Line>) -> Vec<Tie> {
    let (book, asked) = (call.book, call.asked);
    let at_end = worth(book, asked.as_of);
    let at_start = asked.before().map(|day| worth(book, day));
    let mut ties = Vec::new();
    for role in [Role::Materials, Role::FinishedGoods].into_iter().filter(|role| call.wants(*role)) {
        let of_account = || lines.iter().filter(|((other, _), _)| *other == role).map(|(_, line)| line);
        let total = |amount: fn(&Line) -> Amount| {
            of_account().fold(Amount::ZERO, |sum, line| plus(sum, amount(line)))
        };
        let opening = total(|line| line.opening);
        let parts = || {
            let moved = plus(total(Line::closing), -opening);
            vec![("opening".to_owned(), opening), ("movements".to_owned(), moved)]
        };
        let lots = |worth: &BTreeMap<Role, Amount>| worth.get(&role).copied().unwrap_or_default();
        let name = role.name();
        if let Some(worth) = &at_start {
            let parts = vec![("opening".to_owned(), opening)];
            ties.push(Tie {
                name: format!("{name} at the beginning"),
                parts,
                against: "lots",
                balance: lots(worth),
            });
        }
        let ledger = of_role(book, role, asked.as_of, asked.known);
        ties.push(Tie { name: name.into(), parts: parts(), against: "lots", balance: lots(&at_end) });
        ties.push(Tie { name: name.into(), parts: parts(), against: "ledger", balance: ledger });
    }
    ties
}
