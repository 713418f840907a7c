//! Reports, and the account balances read from a trial balance.
//!
//! Every field is optional, because Xero omits what it likes; names in quotes are Xero's. Validation errors are
//! read by `element`, not here. Not here: what a field means for the books (`plan`).

use super::Account;
use crate::record::record;
use crate::statuses::RowType;
use crate::{Decimal, Stamp, XeroId};

record! {
    /// A report as rows of text cells (API-FACTS 4.16).
    pub struct Report {
        report_id: String = "ReportID",
        report_name: String = "ReportName",
        report_title: String = "ReportTitle",
        report_type: String = "ReportType",
        report_titles: Vec<String> = "ReportTitles",
        report_date: String = "ReportDate",
        rows: Vec<ReportRow> = "Rows",
        updated_date_utc: Stamp = "UpdatedDateUTC",
    }
}

record! {
    /// A row or a section of a report.
    pub struct ReportRow {
        row_type: RowType = "RowType",
        title: String = "Title",
        cells: Vec<ReportCell> = "Cells",
        rows: Vec<ReportRow> = "Rows",
    }
}

record! {
    /// A cell: text, and the account it belongs to.
    pub struct ReportCell {
        value: String = "Value",
        attributes: Vec<ReportAttribute> = "Attributes",
    }
}

record! {
    /// What a cell belongs to.
    pub struct ReportAttribute {
        id: String = "Id",
        value: String = "Value",
    }
}

/// The balance of one account on one day, from a trial balance.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountBalance {
    /// The account.
    pub account: XeroId<Account>,
    /// `Name (Code)`, as Xero labels it.
    pub label: String,
    /// Year to date: debits less credits. For balance-sheet accounts the whole balance (API-FACTS 4.16).
    pub balance: Decimal,
}

impl Report {
    /// The balances of a trial balance: year-to-date debit less credit of each row that names an account.
    ///
    /// Computed rows (totals, exchange differences) name no account and are left out. An account that is missing has
    /// no balance.
    ///
    /// # Errors
    /// The report has no year-to-date columns, or a cell in them is no number: the text says which.
    pub fn account_balances(&self) -> Result<Vec<AccountBalance>, String> {
        let mut rows = Vec::new();
        for row in self.rows.iter().flatten() {
            row.collect(&mut rows);
        }
        let header = rows.iter().find(|row| row.row_type == Some(RowType::Header));
        let titles: Vec<&str> = header.map(|row| row.texts()).unwrap_or_default();
        let column = |title: &str| titles.iter().position(|text| text.eq_ignore_ascii_case(title));
        let (Some(debit), Some(credit)) = (column("YTD Debit"), column("YTD Credit")) else {
            return Err(format!("the report has the columns {titles:?}, and not YTD Debit and YTD Credit"));
        };
        let balances = rows.iter().filter_map(|row| Some((row, row.account()?)));
        balances
            .map(|(row, account)| {
                let label = row.texts().first().copied().unwrap_or_default().to_owned();
                let difference = row.number(debit)?.minus(row.number(credit)?);
                let balance = difference.ok_or_else(|| format!("the balance of {label} is too large"))?;
                Ok(AccountBalance { account, label, balance })
            })
            .collect()
    }
}

impl ReportRow {
    fn collect<'a>(&'a self, found: &mut Vec<&'a Self>) {
        found.push(self);
        for row in self.rows.iter().flatten() {
            row.collect(found);
        }
    }

    fn texts(&self) -> Vec<&str> {
        self.cells.iter().flatten().map(|cell| cell.value.as_deref().unwrap_or_default()).collect()
    }

    /// The account that the first cell belongs to.
    fn account(&self) -> Option<XeroId<Account>> {
        let attributes = self.cells.as_ref()?.first()?.attributes.as_ref()?;
        let account = attributes.iter().find(|a| a.id.as_deref() == Some("account"))?;
        XeroId::read(account.value.as_deref()?)
    }

    /// A blank or missing cell is nothing.
    fn number(&self, column: usize) -> Result<Decimal, String> {
        let texts = self.texts();
        match texts.get(column).map(|text| text.trim()) {
            None | Some("") => Ok(Decimal::ZERO),
            Some(text) => {
                text.parse().map_err(|e| format!("{}: {e}", texts.first().copied().unwrap_or_default()))
            }
        }
    }
}
