//! From a difference to journals: which go now, dated when, with which lines; and what is kept back, and why.
//!
//! ```text
//! 26 Sep, locked until 30 Sep     → one journal dated 1 Oct, whose lines keep 26 Sep as their day (POST-16)
//! production by month, 10 March   → waits until 31 March                                          (SEL-10)
//! 631 was archived in Xero        → all of the section waits, and says so                         (ACC-7)
//! ```
//! At most one journal a section and date in a run, of at most 200 lines: more are paired debit by credit and cut between
//! pairs, so that each part balances (POST-17). Not here: numbers, texts, bodies (`plan`).

use std::collections::{BTreeMap, BTreeSet};

use book::{Book, Day, Section, Tracking};
use money::Amount;
use xero::XeroId;

use crate::exchange::Exchange;
use crate::journals::body::Options;
use crate::journals::expected::{Amounts, Place, Target, options, sum, target};
use crate::journals::paper::{JournalOf, mark};
use crate::link::Problem;
use crate::lists::Standing;
use crate::settings::{Every, LockPolicy, troubles};
use crate::why::explained;

/// Lines of one journal (API-FACTS 4.12).
pub(crate) const LINES: usize = 200;

/// What a line of a journal counts as: its account, tracking and effect day.
pub(crate) type Spot = (XeroId<xero::Account>, Tracking, Day);

/// What is due on a day.
type Part = Vec<(Target, Tracking, Amount)>;
/// What is due on days, of each section and date.
type Groups = BTreeMap<(Section, Day), Vec<(Day, Part)>>;

/// A journal to come, before it has a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Its section.
    pub section: Section,
    /// The date that it bears.
    pub date: Day,
    /// Its lines; each effect day balances.
    pub lines: BTreeMap<(XeroId<xero::Account>, Tracking, Day), Amount>,
    /// The entry of the book that it is for, where each gets its own.
    pub event: Option<u32>,
}

/// Whether what is kept back goes by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It goes by itself, on this day.
    Until(Day),
    /// It belongs to a locked day, and the bookkeeper hasn't approved it (POST-16).
    Approval,
    /// A person has to do something; what.
    Blocked(String),
}

/// What isn't posted in this run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptBack {
    /// The section.
    pub section: Section,
    /// The day to which it belongs.
    pub day: Day,
    /// Why.
    pub kept: Kept,
    /// What it is.
    pub amounts: Vec<(Target, Tracking, Amount)>,
}

/// What a difference comes to on a day.
#[must_use]
pub fn due(book: &Book, exchange: &Exchange, difference: &Amounts, until: Day) -> (Vec<Due>, Vec<KeptBack>) {
    let stops = stops(book, exchange, difference, until);
    let last = last_entries(book, exchange);
    let mut days: BTreeMap<(Section, Day), Part> = BTreeMap::new();
    for (place, amount) in difference {
        let of = (place.account.clone(), place.tracking, *amount);
        days.entry((place.section, place.day)).or_default().push(of);
    }
    let (mut groups, mut back) = (Groups::new(), Vec::new());
    for ((section, day), amounts) in days {
        let kept = match stops.get(&section) {
            Some(why) => Err(Kept::Blocked(why.clone())),
            None => date(book, exchange, (section, day), until, &last),
        };
        match kept {
            Ok(date) => groups.entry((section, date)).or_default().push((day, amounts)),
            Err(kept) => back.push(KeptBack { section, day, kept, amounts }),
        }
    }
    let mut journals = Vec::new();
    for ((section, date), days) in groups {
        if exchange.settings().journals.every(section) == Every::Event {
            journals.extend(by_event(book, exchange, section, date, &days));
            continue;
        }
        let mut lines = BTreeMap::new();
        days.iter().for_each(|(day, amounts)| put(&mut lines, *day, amounts));
        journals.extend(parts(&lines).into_iter().map(|lines| Due { section, date, lines, event: None }));
    }
    let mut goes = Vec::new();
    for due in journals {
        match exchange.refused_journal(&JournalOf::Section(due.section), due.date, &due.lines) {
            Some(refused) => back.extend(held_back(due, refused)),
            None => goes.push(due),
        }
    }
    (goes, back)
}

/// A journal that Xero refused, day by day: nothing has changed since (LOG-4).
fn held_back(due: Due, (number, problem): (u32, &Problem)) -> Vec<KeptBack> {
    let (meaning, remedy, words) = explained(&problem.messages);
    let mark = mark(number);
    let why = format!(
        "Xero refused {mark}: {meaning} ({words}) {remedy} It goes when what it says, a setting or Xero's lists change, or by `millbook journals retry {mark}`."
    );
    let mut days: BTreeMap<Day, Part> = BTreeMap::new();
    for ((account, tracking, day), amount) in due.lines {
        days.entry(day).or_default().push((Target::Account(account), tracking, amount));
    }
    let section = due.section;
    let kept = |(day, amounts)| KeptBack { section, day, kept: Kept::Blocked(why.clone()), amounts };
    days.into_iter().map(kept).collect()
}

fn put(lines: &mut BTreeMap<Spot, Amount>, day: Day, amounts: &[(Target, Tracking, Amount)]) {
    for (target, tracking, amount) in amounts {
        if let Target::Account(account) = target {
            let line = lines.entry((*account, *tracking, day)).or_default();
            *line = sum(*line, *amount);
        }
    }
    lines.retain(|_, amount| !amount.is_zero());
}

/// The date of a journal for a day, or why it doesn't go now.
fn date(
    book: &Book,
    exchange: &Exchange,
    (section, day): (Section, Day),
    until: Day,
    last: &LastEntries,
) -> Result<Day, Kept> {
    let settings = &exchange.settings().journals;
    let date = match settings.every(section) {
        Every::Month => day.last_of_month(0),
        Every::Off | Every::Day | Every::Event => day,
    };
    let locked = locked_until(book, exchange).filter(|locked| date <= *locked);
    if locked.is_some()
        && settings.locked == LockPolicy::Hold
        && last.get(&(section, day)).is_none_or(|last| *last >= exchange.locked_approved())
    {
        return Err(Kept::Approval);
    }
    let date = locked.map_or(date, Day::next);
    if date > until { Err(Kept::Until(date)) } else { Ok(date) }
}

/// The last day on which no journal may be dated: Xero's two lock dates, or the book's closing date (POST-16).
pub(crate) fn locked_until(book: &Book, exchange: &Exchange) -> Option<Day> {
    let theirs = exchange.lists().organisation.as_ref().and_then(|one| one.locked_until());
    theirs.max(book.closed_until())
}

/// The last entry of the book that put something on a day of a section.
type LastEntries = BTreeMap<(Section, Day), u32>;

/// Of all locked days, where they wait for approval: one walk over the ledger for all of them.
fn last_entries(book: &Book, exchange: &Exchange) -> LastEntries {
    let holds = exchange.settings().journals.locked == LockPolicy::Hold;
    let Some(locked) = locked_until(book, exchange).filter(|_| holds) else { return LastEntries::new() };
    let mut last = LastEntries::new();
    for delta in book.ledger().deltas() {
        let section = delta.rule.row().section;
        let day = exchange.posts_from(section).and_then(|cut| cut.effect(delta.seq, delta.day));
        if let Some(day) = day.filter(|day| *day <= locked) {
            last.insert((section, day), delta.seq);
        }
    }
    last
}

/// Why whole sections wait (ACC-7).
fn stops(book: &Book, exchange: &Exchange, difference: &Amounts, until: Day) -> BTreeMap<Section, String> {
    let mut stops: BTreeMap<Section, String> = BTreeMap::new();
    for trouble in troubles(book, exchange.settings(), exchange.lists(), until) {
        for section in trouble.stops {
            stops.entry(section).or_insert_with(|| trouble.says.to_string());
        }
    }
    let mut sums: BTreeMap<(Section, Day), Amount> = BTreeMap::new();
    for (place, amount) in difference {
        let total = sums.entry((place.section, place.day)).or_default();
        *total = sum(*total, *amount);
        if let Some(why) = unusable(exchange, place) {
            stops.entry(place.section).or_insert(why);
        }
    }
    for ((section, day), total) in sums.into_iter().filter(|(_, total)| !total.is_zero()) {
        let why = format!(
            "What is due for {day} doesn't balance by {}: a journal of ours was changed in Xero so that its own lines don't. Void it there, then say again what is to become of it.",
            total.display(book.base())
        );
        stops.entry(section).or_insert(why);
    }
    stops
}

/// Why no line can be made for a place.
fn unusable(exchange: &Exchange, place: &Place) -> Option<String> {
    match &place.account {
        Target::Missing(role) => Some(format!(
            "No account is chosen for {} on {}. Choose one in the settings.",
            role.name(),
            place.day
        )),
        Target::Unknown(named) => Some(format!(
            "Xero has no account with the code {named}, which a reason or an adjusting entry names. Add it in Xero, or name another one."
        )),
        Target::Account(id) => match exchange.lists().account(*id) {
            None => Some(
                "An account that is needed isn't in Xero's chart any more. Fetch the chart again.".to_owned(),
            ),
            Some(account) if account.standing != Standing::Active => Some(format!(
                "{account} is {} in Xero, and {} needs it. Restore it in Xero, let it run, and archive it again.",
                account.standing.words(),
                place.day
            )),
            Some(_) => None,
        },
    }
}

/// A journal for each entry of the book since the last one for these days; what that leaves is one more.
fn by_event(book: &Book, exchange: &Exchange, section: Section, date: Day, days: &[(Day, Part)]) -> Vec<Due> {
    let mut left: BTreeMap<Spot, Amount> = BTreeMap::new();
    days.iter().for_each(|(day, amounts)| put(&mut left, *day, amounts));
    let Some(cut) = exchange.posts_from(section) else { return Vec::new() };
    let wanted: BTreeSet<Day> = days.iter().map(|(day, _)| *day).collect();
    let known = known(exchange, section, &wanted);
    let ledger = book.ledger();
    let mut events: BTreeMap<u32, BTreeMap<Spot, Amount>> = BTreeMap::new();
    let mut usable = Options::of(book, exchange);
    for delta in ledger.deltas_from(known).filter(|delta| delta.rule.row().section == section) {
        let Some(day) = cut.effect(delta.seq, delta.day).filter(|day| wanted.contains(day)) else { continue };
        for (key, amount) in [(delta.debit, delta.amount), (delta.credit, -delta.amount)] {
            let key = ledger.name(key);
            if let Some(account) = target(exchange, key, day) {
                let tracking = usable.usable(options(exchange, key, day));
                put(events.entry(delta.seq).or_default(), day, &[(account, tracking, amount)]);
            }
        }
    }
    events.retain(|_, lines| !lines.is_empty());
    for lines in events.values() {
        for (spot, amount) in lines {
            let rest = left.entry(*spot).or_default();
            *rest = sum(*rest, -*amount);
        }
    }
    left.retain(|_, amount| !amount.is_zero());
    let of = |event| move |lines| Due { section, date, lines, event };
    let mut journals: Vec<Due> = Vec::new();
    for (seq, lines) in &events {
        journals.extend(parts(lines).into_iter().map(of(Some(*seq))));
    }
    journals.extend(parts(&left).into_iter().map(of(None)));
    journals
}

/// How many entries the book had when one of these days was last posted to.
pub(crate) fn known(exchange: &Exchange, section: Section, days: &BTreeSet<Day>) -> u32 {
    let ours = exchange.journals().filter(|(_, one)| one.paper.of == JournalOf::Section(section));
    let touching = ours.filter(|(_, one)| one.paper.lines.iter().any(|line| days.contains(&line.day)));
    touching.map(|(_, one)| one.paper.known).max().unwrap_or(0)
}

/// Lines in parts of at most 200, each of which balances on each day.
pub(crate) fn parts(lines: &BTreeMap<Spot, Amount>) -> Vec<BTreeMap<Spot, Amount>> {
    if lines.is_empty() {
        return Vec::new();
    }
    if lines.len() <= LINES {
        return vec![lines.clone()];
    }
    let mut parts = vec![BTreeMap::new()];
    for (debit, credit, amount) in pairs(lines) {
        let Some(part) = parts.last_mut() else { continue };
        let new = [debit, credit].iter().filter(|spot| !part.contains_key(*spot)).count();
        let part = if part.len() + new > LINES {
            parts.push(BTreeMap::new());
            parts.last_mut()
        } else {
            Some(part)
        };
        let Some(part) = part else { continue };
        for (spot, amount) in [(debit, amount), (credit, -amount)] {
            let line: &mut Amount = part.entry(spot).or_default();
            *line = sum(*line, amount);
        }
    }
    parts
}

/// Debits against credits, day by day, until both are used up.
fn pairs(lines: &BTreeMap<Spot, Amount>) -> Vec<(Spot, Spot, Amount)> {
    type Sides = [Vec<(Spot, Amount)>; 2];
    let mut days: BTreeMap<Day, Sides> = BTreeMap::new();
    for (spot, amount) in lines {
        let side = usize::from(*amount < Amount::ZERO);
        days.entry(spot.2).or_default()[side].push((*spot, amount.abs()));
    }
    let mut pairs = Vec::new();
    for [debits, mut credits] in days.into_values() {
        credits.reverse();
        for (debit, mut left) in debits {
            while let Some((credit, amount)) = credits.last_mut().filter(|_| !left.is_zero()) {
                let paired = left.min(*amount);
                pairs.push((debit, *credit, paired));
                (left, *amount) = (sum(left, -paired), sum(*amount, -paired));
                if amount.is_zero() {
                    credits.pop();
                }
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spot(account: u32, day: u32) -> Spot {
        let id = format!("00000000-0000-0000-0000-{account:012}");
        let day = Day::new(2026, 3, day).expect("a day");
        (id.parse().expect("an id"), Tracking::default(), day)
    }

    proptest! {
        // rule: POST-15, POST-17
        #[test]
        fn more_than_200_lines_are_several_journals_each_of_which_balances_on_each_day(
            amounts in proptest::collection::vec(-5_000_i64..5_000, 1..900), days in 1_u32..4
        ) {
            let mut lines: BTreeMap<Spot, Amount> = BTreeMap::new();
            for (account, minor) in (1..).zip(&amounts) {
                let day = account % days + 1;
                lines.insert(spot(account, day), Amount::from_minor(*minor));
                let other = lines.entry(spot(0, day)).or_default();
                *other = sum(*other, Amount::from_minor(-minor));
            }
            lines.retain(|_, amount| !amount.is_zero());
            let parts = parts(&lines);
            let mut whole: BTreeMap<Spot, Amount> = BTreeMap::new();
            for part in &parts {
                prop_assert!(part.len() <= LINES && part.len() > 1);
                let mut sums: BTreeMap<Day, i64> = BTreeMap::new();
                for (spot, amount) in part {
                    prop_assert!(!amount.is_zero());
                    *sums.entry(spot.2).or_default() += amount.minor();
                    let total = whole.entry(*spot).or_default();
                    *total = sum(*total, *amount);
                }
                prop_assert!(sums.values().all(|sum| *sum == 0));
            }
            prop_assert_eq!(&whole, &lines);
            prop_assert!(parts.len() <= lines.len() / 100 + 1);
        }
    }
}
