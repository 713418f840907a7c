//! Sections of journals that are turned off or on: which accounts no longer clear, and from which day journals begin.
//!
//! ```text
//! purchasing off   goods received don't leave Purchases, where bills put them: 630 Purchases no longer clears   (SEL-10)
//! stock on again   its journals begin on 31 March; what the book has of earlier days is their opening           (CON-9)
//! ```
//! An account clears if one section puts on it what another takes away; by the table of POST. Not here: how often a section
//! makes journals (`journals`), what a cut-over does (`journals::CutOver`).

use std::collections::{BTreeMap, BTreeSet};

use book::{Day, Role, Section, Side};

use super::journals::SECTIONS;
use super::{AccountRole, Every, Settings, Switch};
use crate::exchange::Exchange;
use crate::journals::{account_role, is_of_balance_sheet};
use crate::lists::Lists;
use crate::refusal::{Code, Refusal, Remark, Weight};

/// The accounts that a section's journals move.
fn moved_by(section: Section) -> BTreeSet<AccountRole> {
    let rows = book::TABLE.iter().filter(|row| row.section == section);
    let roles = rows.flat_map(|row| [row.debit, row.credit]).flat_map(|side| match side {
        Side::Of(role) => vec![role],
        Side::Stock | Side::StockFrom => vec![Role::Materials, Role::FinishedGoods],
        // An entry's own lines say it.
        Side::Debited | Side::Credited => Vec::new(),
    });
    roles.filter_map(account_role).collect()
}

/// Accounts that keep what others put there once this section's journals are off, with who puts it there.
fn left_over(wanted: &Settings, off: Section) -> BTreeMap<AccountRole, Vec<&'static str>> {
    let goes = |section: &Section| *section == Section::Document || wanted.posts(*section);
    let others = [Section::Document].into_iter().chain(SECTIONS).filter(|one| *one != off && goes(one));
    let mut left: BTreeMap<AccountRole, Vec<&'static str>> = BTreeMap::new();
    let own = moved_by(off);
    for other in others {
        for role in moved_by(other).intersection(&own).filter(|role| is_of_balance_sheet(**role)) {
            let who = if other == Section::Document { "documents" } else { other.name() };
            left.entry(*role).or_default().push(who);
        }
    }
    left
}

/// What turning sections off asks, and what turning them on means.
pub(super) fn remarks(exchange: &Exchange, wanted: &Settings, today: Day) -> Vec<Remark> {
    let (before, lists) = (exchange.settings(), exchange.lists());
    let mut found = Vec::new();
    for section in SECTIONS {
        let is_off = wanted.balances == Switch::On && wanted.journals.every(section) == Every::Off;
        let is_news = before.posts(section) || before.balances == Switch::Off;
        let left = left_over(wanted, section);
        if !is_off || !is_news || left.is_empty() {
            continue;
        }
        // What never went is only said; what went and stops is asked.
        let weight = if before.posts(section) { Weight::Question } else { Weight::Warning };
        let others: BTreeSet<&str> = left.values().flatten().copied().collect();
        let mut accounts: Vec<String> = left.keys().map(|role| called(wanted, lists, *role, today)).collect();
        accounts.sort();
        accounts.dedup();
        let says = Refusal::new(Code::NoLongerClear).with("section", section.name());
        let says = says.with("accounts", accounts.join(", "));
        let says = says.with("others", others.into_iter().collect::<Vec<_>>().join(", "));
        found.push(Remark { weight, says: says.at(format!("journals.{}", section.name())) });
    }
    found.extend(begin(exchange, wanted, today));
    found.extend(pause(exchange, wanted, today));
    found
}

/// `630 Purchases`, or the role's name where it has no account.
fn called(settings: &Settings, lists: &Lists, role: AccountRole, today: Day) -> String {
    let account = settings.plain(role, today).and_then(|mapping| lists.account(mapping.account));
    account.map_or_else(|| role.name().to_owned(), ToString::to_string)
}

/// Sections that go on with another day than they had: a day that somebody chose, or today where they are turned on once
/// journals have gone (CON-9). A day that is saved together with turning some on is theirs; alone it is everybody's. When
/// Balances are first turned on, or again before that day has come, they begin with the cut-over that holds (CON-4).
pub(crate) fn new_cut_over(
    exchange: &Exchange,
    wanted: &Settings,
    today: Day,
) -> Option<(Vec<Section>, Day)> {
    let chosen = wanted.journals.from.filter(|from| exchange.settings().journals.from != Some(*from));
    let has_begun = SECTIONS.into_iter().any(|section| exchange.has_posted(section));
    let is_new = |section: &Section| wanted.posts(*section) && !exchange.settings().posts(*section);
    let some_are_new = SECTIONS.iter().any(is_new);
    let lies_ahead = |section: &Section| {
        exchange.section_cut_over(*section).is_some_and(|cut| cut.after.is_none() && cut.day > today)
    };
    let moves = |section: &Section| match chosen {
        Some(_) if some_are_new => is_new(section),
        Some(_) => wanted.posts(*section),
        None => has_begun && is_new(section) && !lies_ahead(section),
    };
    let sections: Vec<Section> = SECTIONS.into_iter().filter(moves).collect();
    (!sections.is_empty()).then(|| (sections, chosen.unwrap_or(today)))
}

/// From which day journals begin, of sections that are turned on or get another day.
fn begin(exchange: &Exchange, wanted: &Settings, today: Day) -> Vec<Remark> {
    let moved = new_cut_over(exchange, wanted, today);
    let mut days: BTreeMap<Option<Day>, Vec<&str>> = BTreeMap::new();
    for section in SECTIONS.into_iter().filter(|section| wanted.posts(*section)) {
        let own = exchange.section_cut_over(section).map(|cut| cut.day);
        let new = moved.as_ref().filter(|(sections, _)| sections.contains(&section)).map(|(_, day)| *day);
        if !exchange.settings().posts(section) || new.is_some_and(|new| own != Some(new)) {
            days.entry(new.or(own)).or_default().push(section.name());
        }
    }
    let remark = |(day, sections): (Option<Day>, Vec<&str>)| {
        let says = Refusal::new(Code::JournalsBegin).with("sections", sections.join(", "));
        let day = day.map_or_else(|| "the cut-over date of the connection".to_owned(), |day| day.to_string());
        Remark { weight: Weight::Note, says: says.with("day", day).at("journals") }
    };
    days.into_iter().map(remark).collect()
}

/// Sections that go and are to begin anew on a day that lies ahead: nothing of theirs is posted in between.
fn pause(exchange: &Exchange, wanted: &Settings, today: Day) -> Option<Remark> {
    let (sections, day) = new_cut_over(exchange, wanted, today).filter(|(_, day)| *day > today)?;
    let goes = |section: &Section| exchange.posts_from(*section).is_some_and(|cut| cut.day <= today);
    let names: Vec<&str> = sections.into_iter().filter(goes).map(Section::name).collect();
    let says = Refusal::new(Code::JournalsPause).with("sections", names.join(", ")).with("day", day);
    (!names.is_empty()).then(|| Remark { weight: Weight::Question, says: says.at("journals.from") })
}

#[cfg(test)]
mod tests {
    use super::*;

    // rule: SEL-10
    #[test]
    fn an_account_no_longer_clears_if_somebody_else_still_posts_to_it() {
        let on = Settings { balances: Switch::On, ..Settings::default() };
        let left = |off, settings: &Settings| {
            left_over(settings, off).into_keys().map(AccountRole::name).collect::<Vec<_>>()
        };
        let stock = ["Materials", "Finished goods", "Work in progress"];
        assert_eq!(left(Section::Purchasing, &on), [&["Purchases"], &stock[..]].concat());
        // What labour and overheads are absorbed on, nobody else posts to.
        assert_eq!(left(Section::Production, &on), stock);
        assert_eq!(left(Section::Sales, &on), stock[..2]);
        assert_eq!(left(Section::Stock, &on), stock[..2]);
        let mut alone = on.clone();
        let journals = &mut alone.journals;
        (journals.production, journals.sales, journals.adjustments) = (Every::Off, Every::Off, Every::Off);
        journals.stock = Every::Off;
        assert_eq!(left(Section::Purchasing, &alone), ["Purchases"], "bills still go there");
    }
}
