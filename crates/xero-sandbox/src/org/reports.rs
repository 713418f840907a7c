//! Reports (API-FACTS 4.16): trial balance, balance sheet, profit and loss, all from ledger lines and nothing else.
//!
//! Example: the row of account 200 in a trial balance is `Sales (200)`, debit, credit of the month, and debit,
//! credit of the year; every cell carries the account's id. For balance-sheet accounts "year" is the whole balance;
//! the profit of earlier years stands on the RETAINEDEARNINGS account.
//! Not here: cash basis (`paymentsOnly` is refused) and tracking columns.

use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

use super::Org;
use super::envelope::{Envelope, bad_request, not_built, not_found, ok};
use super::guid::Guid;
use super::input::{ours, read_day};
use super::out::Out;
use super::records::Account;
use super::resource::Ctx;
use crate::exchange::{Answer, Method};

pub(crate) fn handle_reports(org: &mut Org, rest: &[&str], ctx: &Ctx<'_>) -> Answer {
    if ctx.call.method != Method::Get {
        return not_built();
    }
    let org = &*org;
    if ctx.asks("paymentsOnly") {
        return bad_request(&ours("cash basis (paymentsOnly) is not built: ask for the report without it"));
    }
    for name in ["date", "fromDate", "toDate"] {
        if let Some(text) = ctx.call.parameter(name).filter(|text| read_day(text).is_none()) {
            return bad_request(&ours(&format!("{name}: '{text}' is not a date")));
        }
    }
    match rest.first().map(|name| name.to_ascii_lowercase()).as_deref() {
        Some("trialbalance") => trial_balance(org, ctx),
        Some("balancesheet") => balance_sheet(org, ctx),
        Some("profitandloss") => profit_and_loss(org, ctx),
        _ => not_found(),
    }
}

fn parameter(ctx: &Ctx<'_>, name: &str) -> Option<Date> {
    ctx.call.parameter(name).and_then(read_day)
}

fn long(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

/// The envelope of one report.
fn report(org: &Org, ctx: &Ctx<'_>, name: (&str, &str), title: &str, rows: impl FnOnce(&mut Out)) -> Answer {
    ok(org, Envelope::Usual, ctx, |out| {
        out.list("Reports", |out| {
            out.element(|out| {
                out.text("ReportID", name.1);
                out.text("ReportName", name.0);
                out.text("ReportType", name.1);
                out.list("ReportTitles", |out| {
                    [name.0, org.name(), title].iter().for_each(|text| out.text_element(text));
                });
                out.text("ReportDate", &long(ctx.today));
                out.instant_without_offset("UpdatedDateUTC", ctx.now);
                out.empty_lists(&["Fields"]);
                out.list("Rows", rows);
            });
        });
    })
}

fn cells(out: &mut Out, account: Option<Guid>, values: &[String]) {
    out.objects("Cells", values, |out, value| {
        out.text("Value", value);
        if let Some(account) = account {
            out.objects("Attributes", [()], |out, ()| {
                out.guid("Value", account);
                out.text("Id", "account");
            });
        }
    });
}

fn row(out: &mut Out, kind: &str, account: Option<Guid>, values: &[String]) {
    out.element(|out| {
        out.text("RowType", kind);
        cells(out, account, values);
    });
}

fn section(out: &mut Out, title: &str, rows: impl FnOnce(&mut Out)) {
    out.element(|out| {
        out.text("RowType", "Section");
        out.text("Title", title);
        out.list("Rows", rows);
    });
}

fn shown(amount: Decimal) -> String {
    let amount = if amount.is_zero() { Decimal::ZERO } else { amount };
    format!("{amount:.2}")
}

impl Org {
    /// The first day of the financial year a day lies in.
    pub(crate) fn year_start(&self, day: Date) -> Date {
        let (end_day, month) = self.state.meta.settings.year_end;
        let end = |year: i16| {
            let first = Date::new(year, month, 1).unwrap_or(day);
            first.with().day(end_day.clamp(1, first.days_in_month())).build().unwrap_or(first)
        };
        let this = end(day.year());
        let last = if day > this { this } else { end(day.year() - 1) };
        last.tomorrow().unwrap_or(last)
    }

    /// Balances as a trial balance has them: profit-and-loss accounts since the year began, earlier profit on
    /// RETAINEDEARNINGS.
    fn year_to_date(&self, day: Date) -> BTreeMap<Guid, Decimal> {
        let start = self.year_start(day);
        let mut balances = self.movements(None, day);
        let before = self.movements(None, start.yesterday().unwrap_or(start));
        let mut earlier = Decimal::ZERO;
        for account in self.state.accounts.iter().filter(|a| profit_and_loss_class(a)) {
            let amount = before.get(&account.id).copied().unwrap_or_default();
            if let Some(balance) = balances.get_mut(&account.id) {
                *balance -= amount;
            }
            earlier += amount;
        }
        if !earlier.is_zero() {
            *balances.entry(self.system_account("RETAINEDEARNINGS")).or_default() += earlier;
        }
        balances
    }
}

fn profit_and_loss_class(account: &Account) -> bool {
    matches!(account.class(), "REVENUE" | "EXPENSE")
}

fn trial_balance(org: &Org, ctx: &Ctx<'_>) -> Answer {
    let day = parameter(ctx, "date").unwrap_or(ctx.today);
    let year = org.year_to_date(day);
    let month = org.movements(Some(day.first_of_month()), day);
    let accounts = org.accounts_by_code();
    let title = format!("As at {}", long(day));
    let mut totals = [Decimal::ZERO; 4];
    report(org, ctx, ("Trial Balance", "TrialBalance"), &title, |out| {
        let header = ["Account", "Debit", "Credit", "YTD Debit", "YTD Credit"].map(str::to_owned);
        row(out, "Header", None, &header);
        let classes = [
            ("REVENUE", "Revenue"),
            ("EXPENSE", "Expenses"),
            ("ASSET", "Assets"),
            ("LIABILITY", "Liabilities"),
            ("EQUITY", "Equity"),
        ];
        for (class, title) in classes {
            let of_class: Vec<&&Account> = accounts
                .iter()
                .filter(|a| a.class() == class)
                .filter(|a| [&year, &month].iter().any(|sums| sums.get(&a.id).is_some_and(|s| !s.is_zero())))
                .collect();
            if of_class.is_empty() {
                continue;
            }
            section(out, title, |out| {
                for account in of_class {
                    let amounts =
                        [&month, &year].map(|sums| sums.get(&account.id).copied().unwrap_or_default());
                    let mut values = vec![label(account)];
                    for (at, amount) in amounts.into_iter().enumerate() {
                        let credit = amount.is_sign_negative()
                            || amount.is_zero() && matches!(class, "REVENUE" | "LIABILITY" | "EQUITY");
                        totals[at * 2 + usize::from(credit)] += amount.abs();
                        let value = shown(amount.abs());
                        values.extend(if credit { [String::new(), value] } else { [value, String::new()] });
                    }
                    row(out, "Row", Some(account.id), &values);
                }
            });
        }
        section(out, "", |out| {
            let mut values = vec!["Total".to_owned()];
            values.extend(totals.map(shown));
            row(out, "SummaryRow", None, &values);
        });
    })
}

fn label(account: &Account) -> String {
    if account.code.is_empty() {
        account.name.clone()
    } else {
        format!("{} ({})", account.name, account.code)
    }
}

/// The ends of the columns: the day, then earlier ones by `timeframe`, or one year earlier when none is asked for.
fn column_ends(ctx: &Ctx<'_>, day: Date) -> Vec<Date> {
    let periods = ctx.call.parameter("periods").and_then(|p| p.parse::<i32>().ok()).unwrap_or(0).clamp(0, 11);
    let months = match ctx.call.parameter("timeframe").map(str::to_ascii_uppercase).as_deref() {
        Some("MONTH") => 1,
        Some("QUARTER") => 3,
        _ => 12,
    };
    let back = |n: i32| {
        let earlier = day.first_of_month().checked_sub(jiff::Span::new().months(n * months)).ok()?;
        Some(earlier.last_of_month())
    };
    (1..=periods).filter_map(back).fold(vec![day], |mut ends, end| {
        ends.push(end);
        ends
    })
}

/// (account types, title, total line) of one section.
type Section = (&'static [&'static str], &'static str);

const BALANCE_SHEET: [(&str, &[Section]); 2] = [
    (
        "Assets",
        &[
            (&["BANK"], "Bank"),
            (&["CURRENT", "INVENTORY", "PREPAYMENT"], "Current Assets"),
            (&["FIXED"], "Fixed Assets"),
            (&["NONCURRENT"], "Non-current Assets"),
        ],
    ),
    (
        "Liabilities",
        &[
            (
                &["CURRLIAB", "PAYGLIABILITY", "SUPERANNUATIONLIABILITY", "WAGESPAYABLELIABILITY"],
                "Current Liabilities",
            ),
            (&["LIABILITY", "TERMLIAB"], "Non-current Liabilities"),
        ],
    ),
];

/// Rows of accounts of these types in several columns; gives their totals. `sign` turns credits positive.
fn account_rows(
    org: &Org,
    out: &mut Out,
    wanted: Section,
    columns: &[BTreeMap<Guid, Decimal>],
    sign: Decimal,
) -> Vec<Decimal> {
    let mut totals = vec![Decimal::ZERO; columns.len()];
    let accounts: Vec<&Account> = org
        .accounts_by_code()
        .into_iter()
        .filter(|a| wanted.0.contains(&a.kind.as_str()))
        .filter(|a| columns.iter().any(|sums| sums.get(&a.id).is_some_and(|s| !s.is_zero())))
        .collect();
    if accounts.is_empty() {
        return totals;
    }
    section(out, wanted.1, |out| {
        for account in accounts {
            let mut values = vec![account.name.clone()];
            for (sums, total) in columns.iter().zip(&mut totals) {
                let amount = sums.get(&account.id).copied().unwrap_or_default() * sign;
                *total += amount;
                values.push(shown(amount));
            }
            row(out, "Row", Some(account.id), &values);
        }
        let name = wanted.1.trim_start_matches("Less ").trim_start_matches("Plus ");
        total_row(out, "SummaryRow", &format!("Total {name}"), &totals);
    });
    totals
}

fn total_row(out: &mut Out, kind: &str, name: &str, totals: &[Decimal]) {
    let values: Vec<String> =
        std::iter::once(name.to_owned()).chain(totals.iter().map(|t| shown(*t))).collect();
    row(out, kind, None, &values);
}

fn add(sums: &mut [Decimal], more: &[Decimal], sign: Decimal) {
    sums.iter_mut().zip(more).for_each(|(sum, amount)| *sum += *amount * sign);
}

fn balance_sheet(org: &Org, ctx: &Ctx<'_>) -> Answer {
    // Xero moves the date to the end of its month and adds the year before.
    let day = parameter(ctx, "date").unwrap_or(ctx.today).last_of_month();
    let mut ends = column_ends(ctx, day);
    if ends.len() == 1 {
        ends.extend(
            day.first_of_month().checked_sub(jiff::Span::new().years(1)).ok().map(Date::last_of_month),
        );
    }
    let columns: Vec<BTreeMap<Guid, Decimal>> = ends.iter().map(|end| org.year_to_date(*end)).collect();
    let title = format!("As at {}", long(day));
    report(org, ctx, ("Balance Sheet", "BalanceSheet"), &title, |out| {
        let header: Vec<String> = std::iter::once(String::new())
            .chain(ends.iter().map(|end| end.strftime("%d %b %Y").to_string()))
            .collect();
        row(out, "Header", None, &header);
        let mut net = vec![Decimal::ZERO; ends.len()];
        for (side, sections) in BALANCE_SHEET {
            let sign = if side == "Assets" { Decimal::ONE } else { -Decimal::ONE };
            section(out, side, |_| ());
            let mut totals = vec![Decimal::ZERO; ends.len()];
            for wanted in sections {
                let more = account_rows(org, out, *wanted, &columns, sign);
                add(&mut totals, &more, Decimal::ONE);
            }
            section(out, "", |out| total_row(out, "Row", &format!("Total {side}"), &totals));
            add(&mut net, &totals, sign);
        }
        section(out, "", |out| total_row(out, "Row", "Net Assets", &net));
        section(out, "Equity", |out| {
            let mut totals = vec![Decimal::ZERO; ends.len()];
            for account in org.accounts_by_code().into_iter().filter(|a| a.kind == "EQUITY") {
                let amounts: Vec<Decimal> =
                    columns.iter().map(|sums| -sums.get(&account.id).copied().unwrap_or_default()).collect();
                if amounts.iter().all(Decimal::is_zero) {
                    continue;
                }
                let values: Vec<String> =
                    std::iter::once(account.name.clone()).chain(amounts.iter().map(|a| shown(*a))).collect();
                row(out, "Row", Some(account.id), &values);
                add(&mut totals, &amounts, Decimal::ONE);
            }
            let earned: Vec<Decimal> = columns.iter().map(|sums| profit(org, sums)).collect();
            total_row(out, "Row", "Current Year Earnings", &earned);
            add(&mut totals, &earned, Decimal::ONE);
            total_row(out, "SummaryRow", "Total Equity", &totals);
        });
    })
}

/// Credits less debits of revenue and expense accounts.
fn profit(org: &Org, sums: &BTreeMap<Guid, Decimal>) -> Decimal {
    let accounts = org.state.accounts.iter().filter(|a| profit_and_loss_class(a));
    -accounts.filter_map(|a| sums.get(&a.id)).sum::<Decimal>()
}

fn profit_and_loss(org: &Org, ctx: &Ctx<'_>) -> Answer {
    let to = parameter(ctx, "toDate").unwrap_or_else(|| match parameter(ctx, "fromDate") {
        Some(from) => from.last_of_month(),
        None => ctx.today.last_of_month(),
    });
    let from = parameter(ctx, "fromDate").unwrap_or_else(|| to.first_of_month());
    if from > to {
        return bad_request(&ours(&format!("fromDate {from} is after toDate {to}")));
    }
    let ends = column_ends(ctx, to);
    let length = (to.year() - from.year()) * 12 + i16::from(to.month() - from.month());
    let start = |end: Date| {
        if end == to {
            return from;
        }
        end.first_of_month().checked_sub(jiff::Span::new().months(i32::from(length))).unwrap_or(from)
    };
    let columns: Vec<BTreeMap<Guid, Decimal>> =
        ends.iter().map(|end| org.movements(Some(start(*end)), *end)).collect();
    let title = format!("{} to {}", long(from), long(to));
    report(org, ctx, ("Profit and Loss", "ProfitAndLoss"), &title, |out| {
        let header: Vec<String> = std::iter::once(String::new())
            .chain(ends.iter().map(|end| end.strftime("%d %b %y").to_string()))
            .collect();
        row(out, "Header", None, &header);
        let mut profit = account_rows(org, out, (&["REVENUE", "SALES"], "Income"), &columns, -Decimal::ONE);
        let cost = account_rows(org, out, (&["DIRECTCOSTS"], "Less Cost of Sales"), &columns, Decimal::ONE);
        add(&mut profit, &cost, -Decimal::ONE);
        section(out, "", |out| total_row(out, "Row", "Gross Profit", &profit));
        let other = account_rows(org, out, (&["OTHERINCOME"], "Plus Other Income"), &columns, -Decimal::ONE);
        add(&mut profit, &other, Decimal::ONE);
        let operating: Section = (
            &["EXPENSE", "OVERHEADS", "DEPRECIATN", "SUPERANNUATIONEXPENSE", "WAGESEXPENSE"],
            "Less Operating Expenses",
        );
        let expenses = account_rows(org, out, operating, &columns, Decimal::ONE);
        add(&mut profit, &expenses, -Decimal::ONE);
        section(out, "", |out| total_row(out, "Row", "Net Profit", &profit));
    })
}
