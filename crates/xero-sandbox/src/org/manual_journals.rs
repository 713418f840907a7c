//! Manual journals (API-FACTS 4.12): base currency, balanced, not on barred accounts.
//!
//! Example: LineAmount 100.00 on 630 and −100.00 on 820, POSTED, is an entry of two lines; VOIDED reverses it.

use rust_decimal::Decimal;

use super::accounts::Use;
use super::amounts::{MAX_LINE, cents, line_tax};
use super::filter::Field;
use super::guid::Guid;
use super::input::{Fields, ours};
use super::ledger::{LedgerLine, Source};
use super::lines::NO_TAX_TYPE;
use super::out::{Out, midnight};
use super::records::{JournalLine, LineAmounts, ManualJournal};
use super::resource::{Ctx, Paging, Refusal, Resource, Saved, View};
use super::shown::LineForm;
use super::table::Table;
use super::{Org, State};
use crate::exchange::Method;

pub(crate) struct ManualJournals;

/// (from, to…); "" is a new journal.
const STATUSES: &[(&str, &[&str])] = &[
    ("", &["DRAFT", "POSTED"]),
    ("DRAFT", &["DRAFT", "POSTED", "DELETED"]),
    ("POSTED", &["POSTED", "VOIDED"]),
];

impl Resource for ManualJournals {
    type Row = ManualJournal;
    const PLURAL: &'static str = "ManualJournals";
    const SINGULAR: &'static str = "ManualJournal";
    const ID: &'static str = "ManualJournalID";
    const PAGING: Paging = Paging::OnRequest;

    fn table(state: &State) -> &Table<ManualJournal> {
        &state.journals
    }

    fn field(_org: &Org, j: &ManualJournal, path: &str) -> Option<Field> {
        Some(match path {
            "manualjournalid" => Field::Guid(j.id),
            "narration" => Field::text(&j.narration),
            "status" => Field::text(&j.status),
            "date" => Field::day(j.date),
            "url" => Field::maybe(j.url.as_deref()),
            "showoncashbasisreports" => Field::Flag(j.cash_basis),
            "updateddateutc" => Field::Instant(j.updated),
            _ => return None,
        })
    }

    fn write(org: &Org, j: &ManualJournal, view: View, _ctx: &Ctx<'_>, out: &mut Out) {
        out.instant("Date", midnight(j.date));
        out.text("Status", &j.status);
        out.text("LineAmountTypes", j.line_amounts.shown());
        out.instant("UpdatedDateUTC", j.updated);
        out.guid("ManualJournalID", j.id);
        out.text("Narration", &j.narration);
        let lines = if view == View::List { &[][..] } else { &j.lines };
        out.objects("JournalLines", lines, |out, line| write_line(org, line, out));
        out.maybe("Url", j.url.as_deref());
        out.flag("ShowOnCashBasisReports", j.cash_basis);
        if view != View::Written {
            out.flag("HasAttachments", org.has_attachments(j.id));
        }
        if view == View::Single {
            org.write_attachments(j.id, out);
        }
    }

    fn save(org: &mut Org, f: &Fields<'_>, target: Option<Guid>, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
        let named = target.or_else(|| f.guid("ManualJournalID").filter(|_| ctx.call.method == Method::Post));
        let stored = match named {
            Some(id) => Some(org.state.journals.get(id).cloned().ok_or(Refusal::NotFound)?),
            None => None,
        };
        let created = stored.is_none();
        let mut journal = match &stored {
            Some(journal) => journal.clone(),
            None => ManualJournal {
                id: org.new_id(),
                narration: String::new(),
                date: ctx.today,
                line_amounts: LineAmounts::NoTax,
                status: String::new(),
                url: None,
                cash_basis: true,
                lines: Vec::new(),
                updated: ctx.now,
            },
        };
        let id = journal.id;
        let result = change(org, f, stored.as_ref(), &mut journal, ctx);
        if let Err(Refusal::Invalid { messages, .. }) = result {
            if created {
                journal.id = Guid::ZERO;
            }
            return Err(Refusal::from(messages).echoed(|out| {
                Self::write(org, &journal, View::Written, ctx, out);
                out.flag("HasErrors", true);
            }));
        }
        let warnings = result?;
        org.note(id, if created { "Created" } else { "Edited" }, format!("Journal {}", journal.status), ctx);
        org.state.journals.put(journal);
        Ok(Saved { id, warnings })
    }
}

fn write_line(org: &Org, line: &JournalLine, out: &mut Out) {
    out.maybe("Description", line.description.as_deref());
    out.filled("TaxType", &line.tax_type);
    if !line.tax.is_zero() {
        out.money("TaxAmount", line.tax);
    }
    out.money("LineAmount", line.amount);
    if let Some(account) = line.account.and_then(|id| org.state.accounts.get(id)) {
        out.filled("AccountCode", &account.code);
        org.write_tracking(&line.tracking, LineForm::Written, out);
        out.guid("AccountID", account.id);
    }
    out.flag("IsBlank", line.blank);
}

fn change(
    org: &mut Org,
    f: &Fields<'_>,
    stored: Option<&ManualJournal>,
    journal: &mut ManualJournal,
    ctx: &Ctx<'_>,
) -> Result<Vec<String>, Refusal> {
    let from = stored.map_or("", |j| j.status.as_str());
    let default = if from.is_empty() { "DRAFT" } else { from };
    let wanted = f.filled("Status").map_or_else(|| default.to_owned(), |s| s.to_uppercase());
    let allowed = STATUSES.iter().any(|(known, to)| *known == from && to.contains(&wanted.as_str()));
    journal.status.clone_from(&wanted);
    if !allowed {
        let shown = if from.is_empty() { "new" } else { from };
        return Err(ours(&format!("a manual journal that is {shown} cannot become {wanted}")).into());
    }
    if stored.is_some_and(|j| j.status == "POSTED")
        && let Some((name, _)) = stored.and_then(|j| org.locked(j.date, ctx))
    {
        return Err(format!("This document cannot be edited as it is currently dated before {name}").into());
    }
    let mut wrong = Vec::new();
    let mut warnings = Vec::new();
    let closing = matches!(wanted.as_str(), "VOIDED" | "DELETED");
    if !closing {
        journal.narration = f.text_of("Narration", 4000).unwrap_or_else(|| journal.narration.clone());
        if journal.narration.trim().is_empty() {
            wrong.push("The Narration field is mandatory".to_owned());
        }
        journal.date = f.day("Date").unwrap_or(journal.date);
        if let Some(text) = f.filled("LineAmountTypes") {
            match LineAmounts::read(&text) {
                Some(read) => journal.line_amounts = read,
                None => wrong
                    .push(ours(&format!("LineAmountTypes '{text}' is not Exclusive, Inclusive or NoTax"))),
            }
        }
        journal.url = f.text_of("Url", 2000).or(journal.url.take());
        journal.cash_basis = f.flag("ShowOnCashBasisReports").unwrap_or(journal.cash_basis);
        if let Some(sent) = f.list("JournalLines") {
            journal.lines = sent
                .iter()
                .map(|f| read_line(org, f, journal.line_amounts, &mut wrong, &mut warnings))
                .collect();
        }
        check_balance(journal, &mut wrong);
        if wanted == "POSTED"
            && let Some((name, day)) = org.locked(journal.date, ctx)
        {
            let day = day.strftime("%-d %B %Y");
            wrong.push(format!("The document date cannot be before the {name}, currently set at {day}"));
        }
    }
    wrong.extend(f.problems());
    if !wrong.is_empty() {
        return Err(wrong.into());
    }
    journal.updated = ctx.now;
    if wanted == "POSTED" {
        let lines = ledger_lines(org, journal);
        let reference = Some(journal.narration.clone());
        let source = Source { id: journal.id, kind: "MANJOURNAL", date: journal.date, reference };
        org.post(&source, lines, ctx.now);
    } else {
        org.unpost(journal.id, ctx.now);
    }
    Ok(warnings)
}

fn check_balance(journal: &ManualJournal, wrong: &mut Vec<String>) {
    let counting: Vec<&JournalLine> = journal.lines.iter().filter(|l| !l.blank).collect();
    if counting.len() < 2 {
        wrong.push(ours("a manual journal needs at least two JournalLines"));
        return;
    }
    let gross = |line: &JournalLine| match journal.line_amounts {
        LineAmounts::Exclusive => line.amount + line.tax,
        _ => line.amount,
    };
    let of = |positive: bool| -> Decimal {
        counting.iter().map(|l| gross(l)).filter(|a| a.is_sign_positive() == positive).sum()
    };
    let (debits, credits) = (of(true), of(false));
    if debits + credits != Decimal::ZERO {
        wrong.push(format!("The total debits ({debits:.2}) must equal total credits ({credits:.2})"));
    }
}

fn read_line(
    org: &Org,
    f: &Fields<'_>,
    line_amounts: LineAmounts,
    wrong: &mut Vec<String>,
    warnings: &mut Vec<String>,
) -> JournalLine {
    let amount = f.number("LineAmount").map(cents);
    let named = f.has("AccountCode") || f.has("AccountID");
    let blank =
        f.flag("IsBlank").unwrap_or(false) || amount.is_none() && !named && f.filled("Description").is_some();
    let mut line = JournalLine {
        account: None,
        description: f.text_of("Description", 4000),
        tax_type: String::new(),
        tax: Decimal::ZERO,
        amount: amount.unwrap_or_default(),
        tracking: org.read_tracking(f).unwrap_or_default(),
        blank,
    };
    if blank {
        return line;
    }
    if amount.is_none() {
        wrong.push("The LineAmount field is mandatory".to_owned());
    } else if line.amount.abs() > MAX_LINE {
        wrong.push(ours(&format!("LineAmount is beyond Xero's limit of {MAX_LINE}")));
        line.amount = Decimal::ZERO;
    }
    let account = match org.named_account(f) {
        None => {
            wrong.push("Account code or ID must be specified".to_owned());
            return line;
        }
        Some(Err(message)) => {
            let code = f.text("AccountCode").unwrap_or_default();
            warnings.push(format!(
                "Account code '{code}' has been removed as it does not match a recognised account."
            ));
            wrong.push(message);
            return line;
        }
        Some(Ok(account)) => account,
    };
    wrong.extend(org.account_refusal(account, Use::JournalLine));
    line.account = Some(account.id);
    let default = if line_amounts == LineAmounts::NoTax { "NONE" } else { account.tax_type.as_str() };
    line.tax_type = f.filled("TaxType").unwrap_or_else(|| default.to_owned());
    if line.tax_type.is_empty() {
        wrong.push(NO_TAX_TYPE.to_owned());
    } else if line_amounts != LineAmounts::NoTax {
        match org.usable_tax(&line.tax_type, Some(account)) {
            Err(message) => wrong.push(message),
            Ok(percent) => {
                let computed = line_tax(line.amount, percent, line_amounts);
                line.tax = f.number("TaxAmount").map_or(computed, cents);
            }
        }
    }
    wrong.extend(f.problems());
    line
}

fn ledger_lines(org: &Org, journal: &ManualJournal) -> Vec<LedgerLine> {
    let mut tax = Decimal::ZERO;
    let mut lines = Vec::new();
    for line in journal.lines.iter().filter(|l| !l.blank) {
        tax += line.tax;
        let net =
            if journal.line_amounts == LineAmounts::Inclusive { line.amount - line.tax } else { line.amount };
        lines.push(LedgerLine {
            account: line.account.unwrap_or_default(),
            net,
            tax: line.tax,
            tax_type: Some(line.tax_type.clone()),
            description: line.description.clone(),
            tracking: line.tracking.clone(),
        });
    }
    if !tax.is_zero() {
        lines.push(LedgerLine::plain(org.system_account("GST"), tax));
    }
    lines
}
