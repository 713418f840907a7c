//! From which day lines of stock, work in progress and liabilities carry the item's tracking options (POST-25).
//!
//! ```text
//! on from 1 May     what stands there on the evening of 30 April is moved from no option to the items' options on 1 May
//! off from 1 July   and back again; lines of May and June keep theirs, later corrections of them too
//! ```
//! Days before the cut-over are the opening, which Xero has without our options: if it is on then, the opening is moved on
//! the cut-over date, unless it was on from an earlier day already. Not here: whose options they are (`book`), the move itself
//! (`journals::expected`).

use book::{Book, Day, Section};
use money::Amount;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Settings, Switch};
use crate::event::Event;
use crate::exchange::Exchange;
use crate::journals::{Place, difference, expected};
use crate::refusal::{Code, Refusal, Remark, Weight};

/// On or off from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemOptions {
    /// The day.
    pub from: Day,
    /// Whether lines carry them.
    pub put: Switch,
}

impl Settings {
    /// Whether lines of a day carry the item's options.
    #[must_use]
    pub fn puts_item_options(&self, day: Day) -> bool {
        let held = self.item_options.iter().rfind(|one| one.from <= day);
        held.is_some_and(|one| one.put == Switch::On)
    }

    /// What was said last.
    pub(super) fn item_options_now(&self) -> ItemOptions {
        self.item_options.last().copied().unwrap_or(ItemOptions { from: Day::FIRST, put: Switch::Off })
    }

    /// What holds once somebody says on or off: from the day that is named, else from today on where it is news.
    pub(super) fn item_options_from(&self, put: Switch, from: Option<Day>, today: Day) -> Vec<ItemOptions> {
        let last = self.item_options_now();
        let is_as_it_was = put == last.put && from.is_none_or(|from| from == last.from);
        if is_as_it_was {
            return self.item_options.clone();
        }
        let from = from.unwrap_or(today);
        let held =
            self.item_options.iter().filter(|one| one.from < from && (put != last.put || **one != last));
        let mut all: Vec<ItemOptions> = held.copied().collect();
        if all.last().map_or(Switch::Off, |one| one.put) != put {
            all.push(ItemOptions { from, put });
        }
        all
    }
}

/// What a change of it moves, before it is saved.
pub(super) fn remarks(book: &Book, exchange: &Exchange, wanted: &Settings, today: Day) -> Vec<Remark> {
    let before = &exchange.settings().item_options;
    if *before == wanted.item_options {
        return Vec::new();
    }
    let last = wanted.item_options_now();
    let old = before.last().filter(|old| old.put != last.put).map_or(last.from, |_| last.from);
    let day = if wanted.item_options.is_empty() { before.first().map_or(old, |one| one.from) } else { old };
    let code = if last.put == Switch::On { Code::ItemOptionsPut } else { Code::ItemOptionsLeft };
    let says =
        Refusal::new(code).with("day", day).with("moved", moved(book, exchange, wanted, day.max(today)));
    vec![Remark { weight: Weight::Note, says: says.at("item_options") }]
}

/// By option, what is moved to it: `North 4,210.00, South 118.00`.
fn moved(book: &Book, exchange: &Exchange, wanted: &Settings, until: Day) -> String {
    let mut then = exchange.clone();
    then.apply(&Event::XeroSettingsSaved(Box::new(wanted.clone())), exchange.seq() + 1, 0);
    let moved = difference(expected(book, &then, until), &expected(book, exchange, until));
    let is_move = |place: &Place| place.section == Section::Adjustments;
    let mut sums: std::collections::BTreeMap<String, (Amount, Amount)> = std::collections::BTreeMap::new();
    for (place, amount) in moved.iter().filter(|(place, _)| is_move(place)) {
        let options = place.tracking.0.iter().flatten();
        let codes = options.filter_map(|id| book.tracking_options().row(id.number()));
        let codes: Vec<String> = codes.map(|row| row.record.code.to_string()).collect();
        if !codes.is_empty() {
            let total = sums.entry(codes.join("/")).or_default();
            let side = if *amount < Amount::ZERO { &mut total.1 } else { &mut total.0 };
            *side = crate::journals::sum(*side, *amount);
        }
    }
    let shown = |amount: Amount| amount.abs().display(book.base()).to_string();
    let said = sums.into_iter().map(|(option, (debit, credit))| match (debit, credit) {
        (debit, Amount::ZERO) => format!("{option} {} Dr", shown(debit)),
        (Amount::ZERO, credit) => format!("{option} {} Cr", shown(credit)),
        (debit, credit) => format!("{option} {} Dr and {} Cr", shown(debit), shown(credit)),
    });
    let said: Vec<String> = said.collect();
    if said.is_empty() { "nothing".to_owned() } else { said.join(", ") }
}
