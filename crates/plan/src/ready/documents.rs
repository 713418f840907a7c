//! The items of the checklist that look through the book's documents and items: accounts, currencies, percentages.
//!
//! Each document is looked at once for each of them; nothing is kept. Not here: the table (`checks`).

use std::collections::{BTreeMap, BTreeSet};

use book::{Content, Life, Stocking};
use money::{Currency, Percent};
use xero::statuses::AccountClass;

use super::checks::{some, unseen};
use super::{Finding, Ground};
use crate::case::terms;
use crate::lists::Standing;
use crate::settings::{AccountRole, Switch, TaxSide};
use crate::subject::Subject;
use crate::tax::{self, Wanted};

pub(super) fn expense_accounts(ground: &Ground<'_>) -> Finding {
    let Ground { book, exchange, .. } = *ground;
    let lists = exchange.lists();
    let usable = |code: &str| lists.account_of_code(code).is_some_and(|one| one.standing == Standing::Active);
    let items = book.items().iter();
    let live: Vec<_> =
        items.filter(|(_, row)| !row.archived && row.record.stocking == Stocking::NonInventory).collect();
    let without = live.iter().filter(|(id, row)| {
        let linked = exchange.link(&Subject::Item(book::ItemId::new(*id)));
        let theirs = linked.and_then(|link| link.item.as_ref()?.expense);
        let theirs =
            theirs.and_then(|id| lists.account(id)).is_some_and(|one| one.standing == Standing::Active);
        !theirs && !row.record.expense_account.as_deref().is_some_and(usable)
    });
    let without: Vec<String> = without.map(|(_, row)| row.record.code.to_string()).collect();
    match (live.len(), without.first()) {
        (0, _) => Finding::pass("There are no non-inventory items."),
        (count, None) => Finding::pass(format!("Non-inventory items with an expense account: {count}.")),
        (_, Some(_)) if exchange.settings().balances == Switch::On => Finding::fail(
            format!("No expense account: {}. Documents with them are held.", some(&without)),
            "Give the item an expense account, here or in Xero.",
        ),
        (_, Some(_)) => Finding::warn(
            format!(
                "No expense account: {}. With Balances on, documents with them would be held.",
                some(&without)
            ),
            "Give the item an expense account, here or in Xero.",
        ),
    }
}

pub(super) fn currencies(ground: &Ground<'_>) -> Finding {
    let Ground { book, exchange, .. } = *ground;
    let Some(organisation) = ground.organisation() else { return unseen() };
    let parties = book.parties().iter().filter(|(_, row)| !row.archived);
    let mut used: BTreeSet<Currency> = parties.filter_map(|(_, row)| row.record.currency).collect();
    let live = book.documents().filter(|(_, document)| document.life() == Life::Live);
    used.extend(live.filter_map(|(_, document)| terms(document.content())).map(|terms| terms.currency));
    let known = &exchange.lists().currencies;
    let missing = used.iter().filter(|one| **one != organisation.base && !known.contains(one));
    let missing: Vec<String> = missing.map(ToString::to_string).collect();
    match missing.is_empty() {
        true => Finding::pass("Every currency of the book exists in Xero."),
        false => Finding::fail(
            format!("{} doesn't use {}.", organisation.name, some(&missing)),
            "Add it in Xero (Settings, Currencies); it can't be taken away again. Then refresh.",
        )
        .by("millbook xero refresh"),
    }
}

type Percents = BTreeSet<(TaxSide, Option<Percent>)>;

/// The percentages that documents and items use, by side.
fn percents(ground: &Ground<'_>) -> Percents {
    let mut used = Percents::new();
    let mut take = |side, tax: Option<Percent>| {
        used.insert((side, tax));
    };
    let book = ground.book;
    for (_, document) in book.documents().filter(|(_, document)| document.life() == Life::Live) {
        match document.content() {
            Content::PurchaseOrder(c) => c.lines.iter().for_each(|line| take(TaxSide::Purchases, line.tax)),
            Content::Bill(c) => c.lines.iter().for_each(|line| take(TaxSide::Purchases, line.tax)),
            Content::SupplierCredit(c) => c.lines.iter().for_each(|line| take(TaxSide::Purchases, line.tax)),
            Content::Invoice(c) => c.lines.iter().for_each(|line| take(TaxSide::Sales, line.tax)),
            Content::CustomerOrder(c) => c.lines.iter().for_each(|line| take(TaxSide::Sales, line.tax)),
            _ => {}
        }
    }
    for (_, row) in book.items().iter().filter(|(_, row)| !row.archived && row.record.tax.is_some()) {
        take(TaxSide::Purchases, row.record.tax);
        take(TaxSide::Sales, row.record.tax);
    }
    used
}

pub(super) fn tax_rates(ground: &Ground<'_>) -> Finding {
    let Ground { exchange, today, .. } = *ground;
    let (lists, settings) = (exchange.lists(), exchange.settings());
    let Some(organisation) = ground.organisation() else { return unseen() };
    if !organisation.pays_tax {
        return Finding::pass(format!(
            "{} is not registered for tax: documents go without.",
            organisation.name
        ));
    }
    let class = |side| {
        let (role, usual) = match side {
            TaxSide::Purchases => (AccountRole::Purchases, AccountClass::Asset),
            TaxSide::Sales => (AccountRole::Sales, AccountClass::Revenue),
        };
        let mapped = settings.plain(role, today).and_then(|mapping| lists.account(mapping.account));
        mapped.map_or(usual, |account| account.class.clone())
    };
    let classes: BTreeMap<TaxSide, AccountClass> =
        [TaxSide::Purchases, TaxSide::Sales].into_iter().map(|side| (side, class(side))).collect();
    let used = percents(ground);
    let (mut missing, mut unclear) = (Vec::new(), Vec::new());
    for (side, percent) in &used {
        let wanted = Wanted { side: *side, percent: *percent, class: &classes[side], party: None };
        let words = percent.map_or_else(|| "no tax".to_owned(), |percent| format!("{percent}%"));
        match tax::choose(lists, settings, wanted) {
            None => missing.push(format!("{words} on {}", side.words())),
            Some(chosen) if !chosen.others.is_empty() => {
                let others = chosen.others.iter().map(|rate| rate.name.as_ref());
                let names: Vec<&str> = std::iter::once(&*chosen.rate.name).chain(others).collect();
                unclear.push(format!("{words} on {} ({})", side.words(), names.join(", ")));
            }
            Some(_) => {}
        }
    }
    match (missing.first(), unclear.first()) {
        (Some(_), _) => Finding::fail(
            format!("Xero has no active rate of {}.", some(&missing)),
            "Add the rate in Xero, or change the lines' tax; then refresh.",
        )
        .by("millbook xero refresh"),
        (None, Some(_)) => Finding::warn(
            format!("Several rates fit {}; the first by name is taken.", some(&unclear)),
            "Say which one is preferred.",
        )
        .by("millbook xero settings get"),
        (None, None) => Finding::pass(format!("Percentages in use with their rate: {}.", used.len())),
    }
}
