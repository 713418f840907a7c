//! What Xero's accounts should hold by journals: the book's ledger, by section, account, tracking options and effect day.
//!
//! ```text
//! parts consumed, 2 March 774.00     production   2 March   633 Work in progress +774.00   631 Materials −774.00
//! Materials is 620 until 30 April    adjustments  1 May     621 Materials +5,000.00        620 Materials −5,000.00
//! items' options are put from 1 May  adjustments  1 May     620 Materials [North] +80.00   620 Materials −80.00
//! ```
//! A function of book and settings, worked out from scratch each time, and balanced by section and day by construction. Facts
//! before the cut-over are the opening (CON-4); a changed mapping moves the balance of balance-sheet roles on its day, so
//! that later corrections of older days arrive on the new account too (ACC-6), and so does the setting that puts the item's
//! options on them (POST-25). Not here: what was posted (`posted`), what an option is called in Xero (`body`).

use std::collections::{BTreeMap, BTreeSet};

use book::{Book, Day, Key, KeyId, Ledger, Role, Section, Text, Tracking};
use money::Amount;
use xero::XeroId;

use crate::accounts::Takes;
use crate::exchange::Exchange;
use crate::journals::body::Options;
use crate::journals::posted::posted;
use crate::settings::AccountRole;

/// An account of Xero's, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// An account.
    Account(XeroId<xero::Account>),
    /// No account is mapped for the role on that day.
    Missing(AccountRole),
    /// The account that a reason names isn't in Xero's chart.
    Unknown(Text),
}

/// What amounts are kept by, expected and posted alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The part of the journals.
    pub section: Section,
    /// The effect day.
    pub day: Day,
    /// The account.
    pub account: Target,
    /// The book's tracking options.
    pub tracking: Tracking,
}

/// Amounts by place: debits positive, none of them nothing.
pub type Amounts = BTreeMap<Place, Amount>;

/// The role of the settings that a role of the book goes by; none for what only documents post to.
#[must_use]
pub const fn account_role(role: Role) -> Option<AccountRole> {
    Some(match role {
        Role::Materials => AccountRole::Materials,
        Role::FinishedGoods => AccountRole::FinishedGoods,
        Role::WorkInProgress => AccountRole::WorkInProgress,
        Role::Purchases => AccountRole::Purchases,
        Role::CostOfGoodsSold => AccountRole::CostOfGoodsSold,
        Role::InventoryGain => AccountRole::InventoryGain,
        Role::InventoryLoss => AccountRole::InventoryLoss,
        Role::PurchaseDifferences => AccountRole::PurchaseDifferences,
        Role::Rounding => AccountRole::Rounding,
        Role::OffBookExpense => AccountRole::OffBookExpense,
        Role::OpeningBalances => AccountRole::OpeningBalances,
        Role::TransferLiability => AccountRole::TransferLiability,
        Role::DirectLabour => AccountRole::DirectLabour,
        Role::ManufacturingOverheads => AccountRole::ManufacturingOverheads,
        Role::AccruedPurchases => AccountRole::AccruedPurchases,
        Role::Sales => AccountRole::Sales,
        Role::Payables | Role::Receivables | Role::Other => return None,
    })
}

/// Whether an account of the role keeps its balance from year to year, so that a new mapping takes it along (ACC-6).
pub(crate) const fn is_of_balance_sheet(role: AccountRole) -> bool {
    matches!(
        role.row().takes,
        Takes::Clearing | Takes::CurrentAsset | Takes::CurrentLiability | Takes::Equity
    )
}

/// The account of a key of the book's on a day (ACC-6, POST-10, REC-1); none for what only documents post to, and for what
/// stands elsewhere.
#[must_use]
pub fn target(exchange: &Exchange, key: &Key, day: Day) -> Option<Target> {
    if let Some(named) = key.account.as_ref().filter(|named| !named.trim().is_empty()) {
        let account = exchange.lists().account_named(named);
        return Some(account.map_or_else(|| Target::Unknown(named.clone()), |one| Target::Account(one.id)));
    }
    let role = account_role(key.role)?;
    let account = exchange.settings().account(role, (key.category, key.warehouse), day);
    Some(account.map_or(Target::Missing(role), Target::Account))
}

/// What is expected, up to a day: of sections that go, from their cut-over on.
#[must_use]
pub fn expected(book: &Book, exchange: &Exchange, until: Day) -> Amounts {
    let ledger = book.ledger();
    let mut facts: Vec<((Section, Day, KeyId), Amount)> = Vec::new();
    for delta in ledger.deltas() {
        let section = delta.rule.row().section;
        let Some(cut) = exchange.posts_from(section) else { continue };
        let Some(day) = cut.effect(delta.seq, delta.day).filter(|day| *day <= until) else { continue };
        facts.push(((section, day, delta.debit), delta.amount));
        facts.push(((section, day, delta.credit), -delta.amount));
    }
    let mut amounts = Amounts::new();
    for ((section, day, key), amount) in merged(facts) {
        let key = ledger.name(key);
        if let Some(account) = target(exchange, key, day) {
            add(&mut amounts, Place { section, day, account, tracking: options(exchange, key, day) }, amount);
        }
    }
    reclassify(book, exchange, until, &mut amounts);
    amounts.retain(|_, amount| !amount.is_zero());
    amounts
}

/// The options of a line: of balance-sheet accounts the item's, where the settings put them on that day (POST-25).
pub(crate) fn options(exchange: &Exchange, key: &Key, day: Day) -> Tracking {
    if exchange.settings().puts_item_options(day) { key.tracking } else { key.usual_tracking() }
}

/// Equal keys together.
pub(crate) fn merged<K: Ord>(mut facts: Vec<(K, Amount)>) -> impl Iterator<Item = (K, Amount)> {
    facts.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    let mut facts = facts.into_iter().peekable();
    std::iter::from_fn(move || {
        let (key, mut amount) = facts.next()?;
        while let Some((_, more)) = facts.next_if(|next| next.0 == key) {
            amount = sum(amount, more);
        }
        Some((key, amount))
    })
}

/// A sum that fits: what a book holds is bounded.
pub(crate) fn sum(one: Amount, other: Amount) -> Amount {
    one.checked_add(other).unwrap_or(one)
}

pub(crate) fn add(amounts: &mut Amounts, place: Place, amount: Amount) {
    let total = amounts.entry(place).or_default();
    *total = sum(*total, amount);
}

/// Moves the balance of the evening before, wherever a mapping changes (ACC-6), or whether items' options are put (POST-25).
fn reclassify(book: &Book, exchange: &Exchange, until: Day, amounts: &mut Amounts) {
    let Some(cut) = exchange.posts_from(Section::Adjustments) else { return };
    let settings = exchange.settings();
    let mapped = settings.accounts.iter().map(|mapping| mapping.from).filter(|day| *day > cut.day);
    // What Xero has of the opening has no option of ours.
    let put = settings.item_options.iter().map(|one| one.from).filter(|day| *day >= cut.day);
    let changes: BTreeSet<Day> = mapped.chain(put).filter(|day| *day <= until).collect();
    let changes: Vec<Day> = changes.into_iter().collect();
    if changes.is_empty() {
        return;
    }
    let ledger = book.ledger();
    let both = |id: KeyId| [By::Journals, By::Documents].map(|by| (id, by));
    let moves: Vec<((KeyId, By), Moves)> = keys(ledger)
        .into_iter()
        .flat_map(both)
        .map(|(id, by)| ((id, by), moves_of(exchange, (ledger.name(id), by), (&changes, cut.day))))
        .filter(|(_, moves)| !moves.is_empty())
        .collect();
    let moved: BTreeSet<(KeyId, By)> = moves.iter().map(|(id, _)| *id).collect();
    let balances = balances(exchange, ledger, &moved);
    for (id, moves) in moves {
        for (day, from, to) in moves {
            let before = balances.range((id, Day::FIRST)..(id, day)).map(|(_, amount)| *amount);
            let balance = before.fold(Amount::ZERO, sum);
            let place = |(account, tracking)| Place { section: Section::Adjustments, day, account, tracking };
            add(amounts, place(to), balance);
            add(amounts, place(from), -balance);
        }
    }
}

/// Who puts an amount into Xero: a document's line has its own options, whatever the settings put on journals' lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    Journals,
    Documents,
}

/// On which day, from where, to where.
type Moves = Vec<(Day, (Target, Tracking), (Target, Tracking))>;

/// The keys that anything was posted to.
fn keys(ledger: &Ledger) -> BTreeSet<KeyId> {
    ledger.deltas().flat_map(|delta| [delta.debit, delta.credit]).collect()
}

/// The days on which a key's account or options become others.
fn moves_of(exchange: &Exchange, (key, by): (&Key, By), (changes, cut): (&[Day], Day)) -> Moves {
    if !account_role(key.role).is_some_and(is_of_balance_sheet) {
        return Vec::new();
    }
    let tracking = |day: Day| match by {
        By::Documents => key.tracking,
        By::Journals => options(exchange, key, day),
    };
    let moved = |day: Day| {
        // On the cut-over date only options move: its mapping is the opening's.
        let before =
            if day > cut { target(exchange, key, day.previous())? } else { target(exchange, key, day)? };
        Some((day, (before, tracking(day.previous())), (target(exchange, key, day)?, tracking(day))))
    };
    let is_account = |(one, _): &(Target, Tracking)| matches!(one, Target::Account(_));
    let moves = changes.iter().filter_map(|day| moved(*day));
    moves.filter(|(_, from, to)| from != to && is_account(from) && is_account(to)).collect()
}

/// What stands on these keys day by day, the opening and what documents post included.
fn balances(
    exchange: &Exchange,
    ledger: &Ledger,
    wanted: &BTreeSet<(KeyId, By)>,
) -> BTreeMap<((KeyId, By), Day), Amount> {
    let mut facts = Vec::new();
    for delta in ledger.deltas() {
        let section = delta.rule.row().section;
        let by = if section == Section::Document { By::Documents } else { By::Journals };
        let day = match exchange.posts_from(section) {
            Some(cut) => cut.effect(delta.seq, delta.day).unwrap_or(delta.day),
            None if by == By::Documents => delta.day,
            None => continue,
        };
        for (key, amount) in [(delta.debit, delta.amount), (delta.credit, -delta.amount)] {
            if wanted.contains(&(key, by)) {
                facts.push((((key, by), day), amount));
            }
        }
    }
    merged(facts).collect()
}

/// What is still to be posted: expected less posted.
#[must_use]
pub fn difference(expected: Amounts, posted: &Amounts) -> Amounts {
    let mut difference = expected;
    for (place, amount) in posted {
        add(&mut difference, place.clone(), -*amount);
    }
    difference.retain(|_, amount| !amount.is_zero());
    difference
}

/// What is to be posted, with the options that Xero has to name: what it can't name (an archived option) goes without it, and
/// counts so; once it can, the difference puts it right (POST-25).
#[must_use]
pub fn nameable(book: &Book, exchange: &Exchange, difference: Amounts) -> Amounts {
    let mut options = Options::of(book, exchange);
    let mut amounts = Amounts::new();
    for (place, amount) in difference {
        let tracking = options.usable(place.tracking);
        add(&mut amounts, Place { tracking, ..place }, amount);
    }
    amounts.retain(|_, amount| !amount.is_zero());
    amounts
}

/// What is still to be posted up to a day, as it can be.
#[must_use]
pub fn outstanding(book: &Book, exchange: &Exchange, until: Day) -> Amounts {
    let difference = difference(expected(book, exchange, until), &posted(exchange, until));
    nameable(book, exchange, difference)
}
