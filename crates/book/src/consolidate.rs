//! Consolidation (CNS): the invoices of a channel or customer summed up, one for each day, week or month.
//!
//! WEB sold JAM for 11.50 and 23.00 with tax and took 11.50 back: one invoice of 23.00, one line. Lines are summed with their
//! tax by item, account, tax and tracking, so the total is the sum of the sources to the cent, whatever their number.
//! What was approved stays: a source that changed, came late or went away since yields a correcting line in the next.
//! Pure: sources and what was approved come in, what each consolidated invoice says goes out.
//! Not here: sending them (`plan`), which of them were approved (`plan` knows).

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use money::{Currency, Error, Money, Percent, Quantity};

use crate::book::Book;
use crate::content::{Content, Invoice, InvoiceKind};
use crate::day::Day;
use crate::documents::check;
use crate::ids::{ChannelId, DocumentId, ItemId, PartyId};
use crate::names::Text;
use crate::policy::Period;
use crate::posting::{Key, Role};
use crate::settlement::{Gives, nature, settles};
use crate::stock::plus;
use crate::trade::{Advance, Stage};

/// Whose invoices are summed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// A sales channel's.
    Channel(ChannelId),
    /// A customer's.
    Customer(PartyId),
}

/// What lines are summed by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SummedBy {
    /// The item.
    pub item: ItemId,
    /// Sales, refined, with its tracking.
    pub account: Key,
    /// Tax: none is "no tax".
    pub tax: Option<Percent>,
}

/// A part of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// Stock units; below zero on credits.
    pub quantity: Quantity,
    /// With tax; below zero on credits.
    pub gross: Money,
}

/// What a document says, summed.
type Parts = BTreeMap<SummedBy, Part>;

/// What a consolidated invoice holds of a source, credits below zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Held {
    /// The source.
    pub document: DocumentId,
    /// Its parts.
    pub parts: Vec<(SummedBy, Part)>,
}

/// An invoice or credit invoice that is summed up with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Which.
    pub document: DocumentId,
    /// Whose.
    pub whose: Whose,
    /// How often.
    pub period: Period,
    /// Its currency.
    pub currency: Currency,
    /// Its day.
    pub day: Day,
    /// What it says, each line or sums of them.
    pub parts: Vec<(SummedBy, Part)>,
}

/// A consolidated invoice that was approved: it stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Frozen {
    /// Whose.
    pub whose: Whose,
    /// Its currency.
    pub currency: Currency,
    /// The first day that it is for.
    pub first: Day,
    /// The last one.
    pub last: Day,
    /// What it holds of each source, corrections among it.
    pub sources: Vec<Held>,
}

/// A line of a consolidated invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConsolidatedLine {
    /// What it sums.
    pub by: SummedBy,
    /// The source that it corrects, if it is a correction (CNS-3).
    pub corrects: Option<DocumentId>,
    /// How much and what for; of a credit as a positive amount.
    pub part: Part,
}

/// A consolidated invoice, or credit invoice if its total is below zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Consolidated {
    /// Whose.
    pub whose: Whose,
    /// Its currency.
    pub currency: Currency,
    /// The first day that it is for.
    pub first: Day,
    /// The last one.
    pub last: Day,
    /// Invoice, or credit.
    pub kind: InvoiceKind,
    /// Its lines.
    pub lines: Vec<ConsolidatedLine>,
    /// With tax.
    pub total: Money,
    /// The documents in it, in order of entry, with what it holds of each.
    pub sources: Vec<Held>,
}

impl Consolidated {
    /// It as it stays once it is approved.
    pub fn frozen(&self) -> Frozen {
        let Consolidated { whose, currency, first, last, .. } = *self;
        Frozen { whose, currency, first, last, sources: self.sources.clone() }
    }
}

/// One being made: what is summed, what is corrected, and of which documents.
#[derive(Default)]
struct Making {
    period: Option<Period>,
    lines: BTreeMap<(Option<DocumentId>, SummedBy), Part>,
    sources: BTreeMap<DocumentId, Parts>,
}

/// Sums sources up. What is in an approved one stays there; what differs from it goes into the next one, and so does what came
/// too late for its own period.
///
/// Errors: sums that no money can hold.
pub fn consolidate(sources: &[Source], frozen: &[Frozen]) -> Result<Vec<Consolidated>, Error> {
    let holdings = Holdings::of(frozen)?;
    let mut making: BTreeMap<(Whose, Currency, Day), Making> = BTreeMap::new();
    let gone = holdings.gone(sources);
    for source in sources.iter().chain(&gone) {
        let group = (source.whose, source.currency);
        let held = holdings.parts.get(&(group.0, group.1, source.document));
        let rest = less(source, held)?;
        if rest.is_empty() {
            continue;
        }
        let first = holdings.first_open(source, held.is_some());
        let one = making.entry((source.whose, source.currency, first)).or_default();
        one.period = Some(source.period);
        for (by, part) in &rest {
            let corrects = held.map(|_| source.document);
            add(&mut one.lines, (corrects, by.clone()), *part)?;
        }
        one.sources.insert(source.document, rest);
    }
    making.into_iter().map(|((whose, currency, first), one)| one.finished(whose, currency, first)).collect()
}

/// What approved ones hold of each document, and for which days they are.
struct Holdings {
    parts: BTreeMap<(Whose, Currency, DocumentId), Parts>,
    days: BTreeMap<(Whose, Currency), Vec<(Day, Day)>>,
}

impl Holdings {
    fn of(frozen: &[Frozen]) -> Result<Holdings, Error> {
        let mut all = Holdings { parts: BTreeMap::new(), days: BTreeMap::new() };
        for one in frozen {
            all.days.entry((one.whose, one.currency)).or_default().push((one.first, one.last));
            for held in &one.sources {
                let parts = all.parts.entry((one.whose, one.currency, held.document)).or_default();
                for (by, part) in &held.parts {
                    add(parts, by.clone(), *part)?;
                }
            }
        }
        all.days.values_mut().for_each(|days| days.sort());
        Ok(all)
    }

    /// The first day of the period that takes a source: its own, unless that one is approved or holds it already; then the
    /// next after the last one that is approved.
    fn first_open(&self, source: &Source, is_correction: bool) -> Day {
        let Source { period, day, .. } = *source;
        let days = self.days.get(&(source.whose, source.currency)).map_or(&[][..], Vec::as_slice);
        let is_over = days.iter().any(|(first, last)| (*first..=*last).contains(&day));
        let all = days.iter().map(|(_, last)| last.next());
        let open = match is_over || is_correction {
            true => all.max(),
            false => all.filter(|open| *open <= day).max(),
        };
        let open = open.unwrap_or(Day::FIRST);
        period.first(day.max(open)).max(open)
    }

    /// Sources that approved ones hold and that are there no more: they say nothing now.
    fn gone(&self, sources: &[Source]) -> Vec<Source> {
        let there: BTreeSet<(Whose, Currency, DocumentId)> =
            sources.iter().map(|one| (one.whose, one.currency, one.document)).collect();
        let periods: BTreeMap<Whose, Period> = sources.iter().map(|one| (one.whose, one.period)).collect();
        let held = self.parts.keys().filter(|held| !there.contains(held));
        let gone = held.map(|(whose, currency, document)| Source {
            document: *document,
            whose: *whose,
            period: periods.get(whose).copied().unwrap_or(Period::Day),
            currency: *currency,
            day: Day::FIRST,
            parts: Vec::new(),
        });
        gone.collect()
    }
}

/// What a source says less what approved ones of the same group hold of it.
fn less(source: &Source, held: Option<&Parts>) -> Result<Parts, Error> {
    let mut rest = Parts::new();
    for (by, part) in &source.parts {
        add(&mut rest, by.clone(), *part)?;
    }
    for (by, part) in held.into_iter().flatten() {
        add(&mut rest, by.clone(), Part { quantity: -part.quantity, gross: -part.gross })?;
    }
    rest.retain(|_, part| !part.gross.is_zero() || !part.quantity.is_zero());
    Ok(rest)
}

fn add<K: Ord>(into: &mut BTreeMap<K, Part>, key: K, part: Part) -> Result<(), Error> {
    let nothing = Part { quantity: Quantity::ZERO, gross: Money::zero(part.gross.currency()) };
    let sum = into.entry(key).or_insert(nothing);
    sum.gross = sum.gross.checked_add(part.gross)?;
    sum.quantity = plus(sum.quantity, part.quantity);
    Ok(())
}

impl Making {
    fn finished(self, whose: Whose, currency: Currency, first: Day) -> Result<Consolidated, Error> {
        let total = Money::try_sum(self.lines.values().map(|part| part.gross), currency)?;
        let credit = total.minor() < 0;
        let turned = |part: Part| match credit {
            true => Part { quantity: -part.quantity, gross: -part.gross },
            false => part,
        };
        let lines = self.lines.into_iter().filter(|(_, part)| !part.gross.is_zero());
        let lines = lines.map(|((corrects, by), part)| ConsolidatedLine { by, corrects, part: turned(part) });
        Ok(Consolidated {
            whose,
            currency,
            first,
            last: self.period.map_or(first, |period| period.last(first)),
            kind: if credit { InvoiceKind::Credit } else { InvoiceKind::Invoice },
            lines: lines.collect(),
            total: if credit { -total } else { total },
            sources: self
                .sources
                .into_iter()
                .map(|(document, parts)| Held { document, parts: parts.into_iter().collect() })
                .collect(),
        })
    }
}

/// Spreads a payment on a consolidated invoice over its sources, oldest first (CNS-2): each source's part, and what is
/// left over when all are settled. Credits among them, which are outstanding below zero, give theirs first.
///
/// Errors: sums that no money can hold.
pub fn spread(
    amount: Money,
    outstanding: &[(DocumentId, Day, Money)],
) -> Result<(Vec<(DocumentId, Money)>, Money), Error> {
    let mut order: Vec<&(DocumentId, Day, Money)> = outstanding.iter().collect();
    order.sort_by_key(|(id, day, open)| (open.minor() >= 0, *day, *id));
    let (mut left, mut parts) = (amount, Vec::new());
    for (id, _, open) in order.into_iter().filter(|(_, _, open)| !open.is_zero()) {
        let part = if open.minor() < 0 || open.minor() <= left.minor() { *open } else { left };
        if !part.is_zero() {
            left = left.checked_sub(part)?;
            parts.push((*id, part));
        }
    }
    Ok((parts, left))
}

/// The payments of a day on one bank account, summed up (CNS-2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConsolidatedPayment {
    /// Whose.
    pub whose: Whose,
    /// The bank account's code; none is the account of the role Bank.
    pub account: Option<Text>,
    /// The day.
    pub day: Day,
    /// How much came in, in the documents' currency; below zero it went out.
    pub amount: Money,
    /// The payments and refunds in it.
    pub payments: Vec<DocumentId>,
}

impl Book {
    /// Whose invoice it is for summing up, and how often: its channel's, else its customer's.
    fn summed_up(&self, invoice: &Invoice) -> Option<(Whose, Period)> {
        let channel = invoice.channel.and_then(|id| Some((id, self.channels[id.0].consolidated?)));
        let channel = channel.map(|(id, period)| (Whose::Channel(id), period));
        let customer = invoice.terms.party;
        channel.or_else(|| Some((Whose::Customer(customer), self.parties[customer.0].consolidated?)))
    }

    /// The invoices and credit invoices in force that are summed up (CNS-1), dated by the end of a day.
    pub fn consolidation_sources(&self, until: Day) -> Vec<Source> {
        let sources = self.documents().filter_map(|(id, _)| self.consolidation_source(id, None));
        sources.filter(|source| source.day <= until).collect()
    }

    /// An invoice or credit invoice in force that is summed up, or that still belongs to whoever it was summed up for, though
    /// its channel or customer isn't any more.
    pub fn consolidation_source(&self, id: DocumentId, was: Option<Whose>) -> Option<Source> {
        let document = self.document(id)?;
        let Content::Invoice(invoice) = document.content() else { return None };
        let counts = document.is_live() && invoice.stage == Stage::Issued;
        let now = self.summed_up(invoice).or(was.map(|whose| (whose, Period::Day)));
        let (whose, period) = now.filter(|_| counts)?;
        let (currency, day) = (invoice.terms.currency, invoice.terms.day);
        Some(Source { document: id, whose, period, currency, day, parts: self.parts_of(id, invoice)? })
    }

    fn parts_of(&self, id: DocumentId, invoice: &Invoice) -> Option<Vec<(SummedBy, Part)>> {
        let (totals, mut parts) = (self.totals(id)?, Vec::new());
        for (line, total) in invoice.lines.iter().zip(&totals.lines) {
            let item = self.item_for(id, line.item);
            let account = Key {
                category: item.category,
                warehouse: line.warehouse,
                tracking: line.tracking.or(item.tracking),
                ..Key::of(Role::Sales)
            };
            let quantity = check::stock_units(self, line, line.quantity).unwrap_or_default();
            let part = Part { quantity, gross: total.net.checked_add(total.tax).ok()? };
            let part = match invoice.kind {
                InvoiceKind::Invoice => part,
                InvoiceKind::Credit => Part { quantity: -part.quantity, gross: -part.gross },
            };
            parts.push((SummedBy { item: line.item, account, tax: line.tax }, part));
        }
        Some(parts)
    }

    /// The payments on invoices that are summed up, by whose they are, bank account, day and currency (CNS-2).
    pub fn consolidated_payments(&self, until: Day) -> Vec<ConsolidatedPayment> {
        type By = (Whose, Option<Text>, Day, Currency);
        let mut found: BTreeMap<By, (i128, Vec<DocumentId>)> = BTreeMap::new();
        for (id, document) in self.documents().filter(|(_, document)| document.is_live()) {
            let Content::Payment(payment) = document.content() else { continue };
            let content = self.documents[payment.of.index()].content();
            let Content::Invoice(invoice) = content else { continue };
            let (Some((whose, _)), Some(of)) = (self.summed_up(invoice), nature(content)) else { continue };
            if payment.day > until || payment.advance == Advance::Yes {
                continue;
            }
            let amount = i128::from(settles(payment, &of).minor());
            let amount = if of.gives == Gives::Credit { -amount } else { amount };
            let by = (whose, payment.account.clone(), payment.day, of.currency);
            let sum = found.entry(by).or_default();
            sum.0 += amount;
            sum.1.push(id);
        }
        let one = |((whose, account, day, currency), (amount, payments)): (By, (i128, Vec<DocumentId>))| {
            let amount = Money::new(i64::try_from(amount).unwrap_or(i64::MAX), currency);
            ConsolidatedPayment { whose, account, day, amount, payments }
        };
        found.into_iter().map(one).collect()
    }
}
