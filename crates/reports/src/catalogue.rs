//! All reports: what each is called, what it answers, what it can be asked.
//!
//! One table, so that the command line, the API, the pages and the export offer the same ones.

use book::{Book, Role};

use crate::asked::{Asked, Wrong};
use crate::table::{Column, Row, Table, Tie, totals};
use crate::{balances, deliveries, margin, production, purchases, roll_forward, trail, valuation};

/// What a report as known needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The ledger's deltas: any book that has the entries.
    Deltas,
    /// A book replayed up to that entry.
    Replay,
}

/// Whether a report looks at the first day of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// It is as of a day.
    Day,
    /// It has a beginning, or all there is.
    FromTo,
}

/// Which accounts a report can be asked for alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accounts {
    /// Each.
    Each,
    /// Those of stock.
    Stock,
    /// None: its rows are not of accounts.
    None,
}

impl Accounts {
    fn has(self, role: Role) -> bool {
        match self {
            Accounts::Each => true,
            Accounts::Stock => role.is_stock(),
            Accounts::None => false,
        }
    }
}

/// A report.
#[derive(Clone, Copy, Debug)]
pub struct Report {
    /// Its name for programs: `roll-forward`.
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// What it answers, in a sentence.
    pub help: &'static str,
    /// What a row can be; the first is the usual one. Empty: one form.
    pub by: &'static [&'static str],
    /// Whether it has a beginning.
    pub period: Period,
    /// Which accounts it can be asked for alone.
    pub accounts: Accounts,
    /// What as known needs.
    pub needs: Needs,
    pub(crate) make: fn(&Call<'_>) -> Table,
}

/// A report being made.
pub(crate) struct Call<'a> {
    pub(crate) report: &'static Report,
    pub(crate) book: &'a Book,
    pub(crate) asked: &'a Asked,
    /// What a row is: one of the report's, or nothing if it has one form.
    pub(crate) by: &'static str,
}

impl Call<'_> {
    /// Whether an account is asked for.
    pub(crate) fn wants(&self, account: Role) -> bool {
        self.asked.account.is_none_or(|only| only == account)
    }

    /// The answer, titled `Inventory valuation by lot, as of 2026-03-05`.
    pub(crate) fn table(&self, columns: &[Column], rows: Vec<Row>, ties: Vec<Tie>) -> Table {
        let words = self.asked.words();
        let title = match self.by.is_empty() {
            true => format!("{}, {words}", self.report.title),
            false => format!("{} by {}, {words}", self.report.title, self.by),
        };
        let (columns, totals) = (columns.to_vec(), totals(columns, rows.iter()));
        Table {
            name: self.report.name,
            by: self.by,
            title,
            base: self.book.base(),
            columns,
            rows,
            totals,
            ties,
        }
    }
}

/// The reports, in the order in which people look for them.
pub const CATALOGUE: &[Report] = &[
    Report {
        name: "balances",
        title: "Expected balances",
        help: "What every account should hold by the book, as a trial balance.",
        by: &["account", "refinement"],
        period: Period::Day,
        accounts: Accounts::Each,
        needs: Needs::Deltas,
        make: balances::balances,
    },
    Report {
        name: "ledger",
        title: "Expected ledger",
        help: "What moved each account, by day and section, with its balance.",
        by: &["section", "rule"],
        period: Period::FromTo,
        accounts: Accounts::Each,
        needs: Needs::Deltas,
        make: balances::ledger,
    },
    Report {
        name: "valuation",
        title: "Inventory valuation",
        help: "What lies in stock and what it is worth.",
        by: &["lot", "item", "warehouse", "account"],
        period: Period::Day,
        accounts: Accounts::Stock,
        needs: Needs::Replay,
        make: valuation::valuation,
    },
    Report {
        name: "roll-forward",
        title: "Inventory roll-forward",
        help: "Opening value, what came in, what went out, revaluation, closing value of each stock account.",
        by: &["account", "refinement"],
        period: Period::FromTo,
        accounts: Accounts::Stock,
        needs: Needs::Replay,
        make: roll_forward::roll_forward,
    },
    Report {
        name: "purchases",
        title: "Purchases",
        help: "What stands on Purchases, by order line and fee, and since when.",
        by: &["line", "order", "supplier"],
        period: Period::Day,
        accounts: Accounts::None,
        needs: Needs::Replay,
        make: purchases::purchases,
    },
    Report {
        name: "received-not-invoiced",
        title: "Received, not invoiced",
        help: "Goods and fees that came and that no bill covers yet.",
        by: &["line", "order", "supplier"],
        period: Period::Day,
        accounts: Accounts::None,
        needs: Needs::Replay,
        make: purchases::received_not_invoiced,
    },
    Report {
        name: "invoiced-not-received",
        title: "Invoiced, not received",
        help: "What was billed and has not come yet.",
        by: &["line", "order", "supplier"],
        period: Period::Day,
        accounts: Accounts::None,
        needs: Needs::Replay,
        make: purchases::invoiced_not_received,
    },
    Report {
        name: "margin",
        title: "Cost of goods sold and margin",
        help: "What was invoiced, what the shipped goods cost, and what is between.",
        by: &["item", "customer", "order"],
        period: Period::FromTo,
        accounts: Accounts::None,
        needs: Needs::Replay,
        make: margin::margin,
    },
    Report {
        name: "shipped-not-invoiced",
        title: "Shipped, not invoiced",
        help: "Goods that customers have and were not invoiced for.",
        by: &[],
        period: Period::Day,
        accounts: Accounts::None,
        needs: Needs::Replay,
        make: deliveries::shipped_not_invoiced,
    },
    Report {
        name: "invoiced-not-shipped",
        title: "Invoiced, not shipped",
        help: "Goods that customers were invoiced for and have not got yet.",
        by: &[],
        period: Period::Day,
        accounts: Accounts::None,
        needs: Needs::Replay,
        make: deliveries::invoiced_not_shipped,
    },
    Report {
        name: "wip",
        title: "Work in progress",
        help: "What orders have taken up and not yet given; below zero or idle for sixty days is marked.",
        by: &[],
        period: Period::Day,
        accounts: Accounts::None,
        needs: Needs::Replay,
        make: production::wip,
    },
    Report {
        name: "absorbed",
        title: "Absorbed labour and overhead",
        help: "What orders have absorbed, and how much of it is still in progress and in stock.",
        by: &[],
        period: Period::Day,
        accounts: Accounts::None,
        needs: Needs::Replay,
        make: production::absorbed,
    },
    Report {
        name: "explain",
        title: "Behind the balances",
        help: "Which documents and lots stand behind an account's balance.",
        by: &["document", "lot", "posting"],
        period: Period::Day,
        accounts: Accounts::Each,
        needs: Needs::Replay,
        make: trail::explain,
    },
];

/// The report of a name.
pub fn find(name: &str) -> Result<&'static Report, Wrong> {
    let found = CATALOGUE.iter().find(|report| report.name == name);
    let reports = || CATALOGUE.iter().map(|report| report.name).collect();
    found.ok_or_else(|| Wrong::Report { name: name.to_owned(), reports: reports() })
}

/// All reports in all their forms, for a folder or a workbook.
pub fn all(book: &Book, asked: &Asked) -> Result<Vec<Table>, Wrong> {
    let mut tables = Vec::new();
    for report in CATALOGUE {
        let by: &[&str] = if report.by.is_empty() { &[""] } else { report.by };
        for by in by {
            let by = Some((*by).to_owned()).filter(|by| !by.is_empty());
            tables.push(report.of(book, &Asked { by, ..asked.clone() })?);
        }
    }
    Ok(tables)
}

impl Report {
    /// The report's answer. `book` has the entries that are to be known: where `needs` says so, no others.
    pub fn of(&'static self, book: &Book, asked: &Asked) -> Result<Table, Wrong> {
        let by = match &asked.by {
            None => self.by.first().copied().unwrap_or_default(),
            Some(by) => self.by.iter().copied().find(|one| one == by).ok_or_else(|| Wrong::By {
                report: self.name,
                by: by.clone(),
                choices: self.by,
            })?,
        };
        if let Some(account) = asked.account.filter(|account| !self.accounts.has(*account)) {
            let choices = Role::ALL.into_iter().filter(|role| self.accounts.has(*role)).collect();
            return Err(Wrong::Account { report: self.name, account, choices });
        }
        if let Some(from) = asked.from.filter(|from| *from > asked.as_of) {
            return Err(Wrong::Period { from, to: asked.as_of });
        }
        if let Some(known) = asked.known.filter(|known| *known < book.seq() && self.needs == Needs::Replay) {
            return Err(Wrong::NeedsReplay { report: self.name, known });
        }
        let asked = match self.period {
            Period::Day => Asked { from: None, ..asked.clone() },
            Period::FromTo => asked.clone(),
        };
        Ok((self.make)(&Call { report: self, book, asked: &asked, by }))
    }
}
