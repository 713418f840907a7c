//! Which of Xero's tax rates a line gets: the book has percentages, Xero has named rates.
//!
//! A bill's line of 15 % on account 630 (an asset): NZ has `15% GST on Expenses` (INPUT2) and `15% GST on Income` (OUTPUT2), and
//! Xero would take both on an asset; a bill takes INPUT2 only (TAX-1). An empty percentage is "no tax" (NONE), 0 % is a
//! zero rate, and they are different (TAX-3).
//! Not here: what the tax comes to (`sums`), preferences' own checks (`settings`).

use std::collections::BTreeSet;

use book::{Book, Content, Day, DocumentId, LostRate, LostTax, PartyId};
use money::Percent;
use xero::statuses::AccountClass;

use crate::exchange::Exchange;
use crate::lists::{Lists, Standing, TaxRate};
use crate::settings::{AccountRole, Settings, TaxSide};

/// What a line wants of tax.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) side: TaxSide,
    /// None is "no tax".
    pub(crate) percent: Option<Percent>,
    /// The class of its account.
    pub(crate) class: &'a AccountClass,
    /// Whose document it is; none is an item's default.
    pub(crate) party: Option<PartyId>,
}

/// The rate that a line gets.
#[derive(Clone, Debug)]
pub(crate) struct Chosen<'a> {
    pub(crate) rate: &'a TaxRate,
    /// Other rates that fit as well, where nobody has said which one is preferred: it must be checked (TAX-2).
    pub(crate) others: Vec<&'a TaxRate>,
}

/// The rate for a line: the party's preferred one, the company's, the only one, the first by name; none if Xero has none.
pub(crate) fn choose<'a>(lists: &'a Lists, settings: &Settings, wanted: Wanted<'_>) -> Option<Chosen<'a>> {
    let mut fits: Vec<&TaxRate> = lists.tax_rates.iter().filter(|rate| fits(rate, wanted)).collect();
    fits.sort_by_key(|rate| (rate.name.to_lowercase(), rate.tax_type.clone()));
    let preferred = [wanted.party, None].into_iter().find_map(|party| {
        let mut preferences = settings.taxes.iter();
        let preference = preferences
            .find(|one| (one.side, one.percent, one.party) == (wanted.side, wanted.percent, party))?;
        let usable = |rate: &&TaxRate| usable(rate, wanted) && rate.tax_type == preference.tax_type;
        lists.tax_rates.iter().find(usable)
    });
    if let Some(rate) = preferred {
        return Some(Chosen { rate, others: Vec::new() });
    }
    let mut fits = fits.into_iter();
    let rate = fits.next()?;
    Some(Chosen { rate, others: fits.collect() })
}

/// What of the tax on a company's purchases nobody gives back (TAX-6), as far as it is the same for all its suppliers: what its
/// documents are filled in with.
pub(crate) fn lost_by_company(exchange: &Exchange, day: Day) -> LostTax {
    let (lists, settings) = (exchange.lists(), exchange.settings());
    if is_unregistered(lists) {
        return LostTax::Everything;
    }
    let purchases = settings.account(AccountRole::Purchases, (None, None), day);
    let class = purchases.and_then(|id| lists.account(id)).map(|account| account.class.clone());
    let class = class.unwrap_or(AccountClass::Asset);
    let percents: BTreeSet<Percent> =
        lists.tax_rates.iter().filter(|rate| !rate.lost.is_zero()).map(|rate| rate.rate).collect();
    lost_of(exchange, &class, None, percents)
}

/// What of a purchase's tax nobody gives back, by the rates that its lines on Purchases get.
pub(crate) fn lost_by_document(book: &Book, exchange: &Exchange, id: DocumentId) -> Option<LostTax> {
    let content = book.document(id)?.content();
    let (terms, percents): (_, BTreeSet<Percent>) = match content {
        Content::PurchaseOrder(c) => (&c.terms, c.lines.iter().filter_map(|line| line.tax).collect()),
        Content::Bill(c) => (&c.terms, c.lines.iter().filter_map(|line| line.tax).collect()),
        Content::SupplierCredit(c) => (&c.terms, c.lines.iter().filter_map(|line| line.tax).collect()),
        _ => return None,
    };
    let lists = exchange.lists();
    if is_unregistered(lists) {
        return Some(LostTax::Everything);
    }
    let purchases = exchange.settings().account(AccountRole::Purchases, (None, None), terms.day);
    let class = &lists.account(purchases?)?.class;
    Some(lost_of(exchange, class, Some(terms.party), percents))
}

fn is_unregistered(lists: &Lists) -> bool {
    lists.organisation.as_ref().is_some_and(|organisation| !organisation.pays_tax)
}

/// Of each percentage the points that its rate loses.
fn lost_of(
    exchange: &Exchange,
    class: &AccountClass,
    party: Option<PartyId>,
    percents: BTreeSet<Percent>,
) -> LostTax {
    let (lists, settings) = (exchange.lists(), exchange.settings());
    let lost = |percent: Percent| {
        let wanted = Wanted { side: TaxSide::Purchases, percent: Some(percent), class, party };
        let rate = choose(lists, settings, wanted)?.rate;
        (!rate.lost.is_zero()).then_some(LostRate { tax: percent, lost: rate.lost })
    };
    let rates: Vec<LostRate> = percents.into_iter().filter_map(lost).collect();
    if rates.is_empty() { LostTax::Nothing } else { LostTax::Of(rates) }
}

/// Whether a person may prefer it: active, of that percentage, for that class and side.
fn usable(rate: &TaxRate, wanted: Wanted<'_>) -> bool {
    rate.standing == Standing::Active
        && rate.rate == wanted.percent.unwrap_or(Percent::ZERO)
        && rate.applies.contains(wanted.class)
        && side(rate).is_none_or(|side| side == wanted.side)
}

/// Whether it fits without a preference: NONE is for an empty percentage, and nothing else is (TAX-3).
fn fits(rate: &TaxRate, wanted: Wanted<'_>) -> bool {
    usable(rate, wanted) && is_no_tax(rate) == wanted.percent.is_none()
}

/// `No GST`, `No VAT`: not on the tax return at all.
pub(crate) fn is_no_tax(rate: &TaxRate) -> bool {
    rate.tax_type.eq_ignore_ascii_case("NONE")
}

/// Words in Xero's names of rates, and the side that they are for. The first that occurs decides; a rate that none occurs
/// in goes by the classes of account that it applies to.
const SIDES: &[(&str, Option<TaxSide>)] = &[
    ("NONE", None),
    ("BASEXCLUDED", None),
    // Australia: income without tax, whose purchases have none back. It is a sales rate for all its name.
    ("INPUTTAXED", Some(TaxSide::Sales)),
    ("OUTPUT", Some(TaxSide::Sales)),
    ("INPUT", Some(TaxSide::Purchases)),
    ("IMPORT", Some(TaxSide::Purchases)),
    ("EXPENSES", Some(TaxSide::Purchases)),
    ("CAPITAL", Some(TaxSide::Purchases)),
    ("REVERSECHARGE", Some(TaxSide::Purchases)),
    ("SUPPLY", Some(TaxSide::Sales)),
    ("EXPORT", Some(TaxSide::Sales)),
    ("SALES", Some(TaxSide::Sales)),
    ("PURCHASE", Some(TaxSide::Purchases)),
    ("ZERORATED", Some(TaxSide::Sales)),
];

/// Which side a rate is for; none is both.
pub(crate) fn side(rate: &TaxRate) -> Option<TaxSide> {
    for name in [&rate.report, &rate.tax_type] {
        let name = name.to_ascii_uppercase();
        if let Some((_, side)) = SIDES.iter().find(|(word, _)| name.contains(word)) {
            return *side;
        }
    }
    let applies = |class| rate.applies.contains(&class);
    match (applies(AccountClass::Revenue), applies(AccountClass::Expense)) {
        (true, false) => Some(TaxSide::Sales),
        (false, true) => Some(TaxSide::Purchases),
        (true, true) | (false, false) => None,
    }
}
