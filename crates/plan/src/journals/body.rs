//! Our journals as Xero's manual journals, and Xero's as we know them (API-FACTS 4.12, POST-26).
//!
//! Without tax, each line as no tax whatever the account's default; each line says the day to which it belongs. Accounts go
//! by id, so that a recoded account is the same. Not here: which lines (`due`), their text (`plan`).

use std::collections::BTreeMap;

use book::{Book, Day, Text, Tracking, TrackingOptionId};
use money::{Amount, Currency};
use xero::statuses::{LineAmountTypes, ManualJournalStatus};
use xero::{Decimal, XeroId};

use crate::exchange::Exchange;
use crate::forms::line::{read_tracking, write_tracking};
use crate::held::HeldStatus;
use crate::journals::paper::{HeldJournal, HeldJournalLine, JournalPaper};
use crate::lists::{Lists, Standing};
use crate::paper::PaperTracking;
use crate::settings::{JournalStatus, Switch};
use crate::subject::Subject;

/// What an option of the book's is in Xero.
#[derive(Clone, Debug)]
enum Named {
    /// It is called so there.
    So(PaperTracking),
    /// It has to be made first.
    First,
    /// It can't be used: it is archived, or its category is, or isn't there.
    Not,
}

/// What Xero calls the book's options, each looked up once.
pub(crate) struct Options<'a> {
    book: &'a Book,
    exchange: &'a Exchange,
    known: BTreeMap<TrackingOptionId, Named>,
}

impl<'a> Options<'a> {
    pub(crate) fn of(book: &'a Book, exchange: &'a Exchange) -> Options<'a> {
        Options { book, exchange, known: BTreeMap::new() }
    }

    fn named(&mut self, id: TrackingOptionId) -> &Named {
        self.known.entry(id).or_insert_with(|| named(self.book, self.exchange, id))
    }

    /// Those that a line may carry.
    pub(crate) fn usable(&mut self, tracking: Tracking) -> Tracking {
        Tracking(tracking.0.map(|id| id.filter(|id| !matches!(self.named(*id), Named::Not))))
    }

    /// What they are called, and what has to be made first.
    pub(crate) fn names(&mut self, tracking: Tracking) -> (Vec<PaperTracking>, Vec<Subject>) {
        let (mut names, mut first) = (Vec::new(), Vec::new());
        for id in tracking.0.into_iter().flatten() {
            match self.named(id) {
                Named::So(name) => names.push(name.clone()),
                Named::First => first.push(Subject::Option(id)),
                Named::Not => {}
            }
        }
        (names, first)
    }
}

fn named(book: &Book, exchange: &Exchange, id: TrackingOptionId) -> Named {
    let same = |one: &str, other: &str| one.trim().to_lowercase() == other.trim().to_lowercase();
    let Some(row) = book.tracking_options().row(id.number()) else { return Named::Not };
    let category = book.tracking_categories().row(row.record.category.number());
    let Some(category) = category else { return Named::Not };
    let linked = exchange.link(&Subject::Option(id)).map(|link| link.xero.cast());
    let categories = &exchange.lists().tracking;
    let by_id = categories.iter().find(|one| one.options.iter().any(|one| Some(one.id) == linked));
    let by_name = || categories.iter().find(|one| same(&one.name, &category.record.code));
    let theirs = by_id.or_else(by_name).filter(|one| one.standing == Standing::Active);
    let Some(theirs) = theirs else { return Named::Not };
    let by_id = theirs.options.iter().find(|one| Some(one.id) == linked);
    let by_name = || theirs.options.iter().find(|one| same(&one.name, &row.record.code));
    let option = match by_id.or_else(by_name) {
        Some(one) if one.standing == Standing::Active => one.name.clone(),
        Some(_) => return Named::Not,
        None if linked.is_some() => row.record.code.clone(),
        None => return Named::First,
    };
    Named::So(PaperTracking { category: theirs.name.clone(), option })
}

/// What is sent.
pub(crate) fn body(book: &Book, exchange: &Exchange, paper: &JournalPaper) -> xero::ManualJournal {
    let lists = exchange.lists();
    let line = |line: &crate::journals::paper::JournalLine| xero::ManualJournalLine {
        line_amount: Some(Decimal::new(i128::from(line.amount.minor()), book.base().minor_digits())),
        account_id: Some(line.account),
        account_code: lists
            .account(line.account)
            .map(|one| one.code.to_string())
            .filter(|code| !code.is_empty()),
        description: Some(short(line.day)),
        tax_type: Some("NONE".to_owned()),
        tracking: (!line.names.is_empty())
            .then(|| line.names.iter().map(|one| write_tracking(one, lists)).collect()),
        ..xero::ManualJournalLine::default()
    };
    xero::ManualJournal {
        narration: Some(paper.text.to_string()),
        journal_lines: Some(paper.lines.iter().map(line).collect()),
        date: xero::Day::read(&paper.date.to_string()),
        line_amount_types: Some(LineAmountTypes::NoTax),
        status: Some(match paper.status {
            JournalStatus::Posted => ManualJournalStatus::Posted,
            JournalStatus::Draft => ManualJournalStatus::Draft,
        }),
        url: (!paper.url.is_empty()).then(|| paper.url.to_string()),
        show_on_cash_basis_reports: Some(paper.cash_basis == Switch::On),
        ..xero::ManualJournal::default()
    }
}

/// `2 Mar 2026`
pub(crate) fn short(day: Day) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (year, month, day) = day.parts();
    let month = usize::try_from(month).ok().and_then(|month| MONTHS.get(month - 1)).unwrap_or(&"");
    format!("{day} {month} {year}")
}

/// A journal as Xero holds it; none without what every journal has, or with amounts that the base currency can't have.
#[must_use]
pub fn read(journal: &xero::ManualJournal, lists: &Lists) -> Option<HeldJournal> {
    let base = lists.organisation.as_ref()?.base;
    let line = |line: &xero::ManualJournalLine| {
        let code = line.account_code.as_deref().unwrap_or_default();
        Some(HeldJournalLine {
            account: line.account_id.or_else(|| lists.account_of_code(code).map(|one| one.id)),
            tracking: line.tracking.iter().flatten().filter_map(|one| read_tracking(one, lists)).collect(),
            amount: amount(line.line_amount?, base)?,
            tax: line.tax_amount.map_or(Some(Amount::ZERO), |tax| amount(tax, base))?,
        })
    };
    let counts = |line: &&xero::ManualJournalLine| line.is_blank != Some(true);
    let lines = journal.journal_lines.iter().flatten().filter(counts).map(line);
    let mut lines = lines.collect::<Option<Vec<_>>>()?;
    lines.sort();
    Some(HeldJournal {
        id: journal.manual_journal_id.map(XeroId::cast)?,
        status: match journal.status.clone()? {
            ManualJournalStatus::Draft => HeldStatus::Draft,
            ManualJournalStatus::Posted => HeldStatus::Approved,
            ManualJournalStatus::Deleted => HeldStatus::Deleted,
            ManualJournalStatus::Voided => HeldStatus::Voided,
            ManualJournalStatus::Archived => HeldStatus::Other("ARCHIVED".to_owned()),
            ManualJournalStatus::Other(word) => HeldStatus::Other(word),
        },
        date: journal.date?.to_string().parse().ok()?,
        text: Text::from(journal.narration.as_deref().unwrap_or_default()),
        lines,
        updated: journal.updated_date_utc.map(xero::Stamp::millis).unwrap_or_default(),
    })
}

fn amount(number: Decimal, base: Currency) -> Option<Amount> {
    Amount::parse(&number.trimmed(0).to_string(), base).ok()
}
