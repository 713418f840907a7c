//! Reading what stands above a document's lines: type, days, texts, theme, bank account, currency and rate, number;
//! and what a lock date or missing due date says to it.
//!
//! Example: a sales invoice sent without number gets `INV-0001`; without rate, today's market rate; without due
//! date, the one of its contact's payment terms.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::document::{Document, Kind, Status};
use super::documents::Family;
use super::input::{Fields, ours};
use super::records::LineAmounts;
use super::resource::Ctx;
use super::{Books, Org};
use crate::exchange::Role;

impl Org {
    pub(crate) fn read_kind(
        &self,
        f: &Fields<'_>,
        stored: Option<&Document>,
        draft: &mut Document,
        family: &Family,
        wrong: &mut Vec<String>,
    ) {
        if family.kinds.len() == 1 {
            return;
        }
        let sent = f.filled("Type");
        let read = sent.as_deref().and_then(Kind::read).filter(|k| family.kinds.contains(k));
        match (read, stored) {
            (Some(kind), None) => draft.kind = kind,
            (Some(kind), Some(stored)) if kind != stored.kind => {
                wrong.push(ours("Type cannot be changed"));
            }
            (None, _) if sent.is_some() => wrong.push("Invoice not of valid type for creation".to_owned()),
            (None, None) => wrong.push(ours("Type is required")),
            _ => {}
        }
    }

    pub(crate) fn read_header_for_echo(&self, f: &Fields<'_>, draft: &mut Document, family: &Family) {
        draft.date = f.day("Date").unwrap_or(draft.date);
        draft.number = f.filled(family.number_key).unwrap_or_else(|| draft.number.clone());
        f.problems();
    }

    pub(crate) fn read_header(
        &self,
        f: &Fields<'_>,
        draft: &mut Document,
        family: &Family,
        wrong: &mut Vec<String>,
        warnings: &mut Vec<String>,
    ) {
        draft.date = f.day("Date").unwrap_or(draft.date);
        if let Some(key) = family.due_key {
            draft.due = f.day(key).or(draft.due);
            if draft.due.is_none() && key == "DueDate" && draft.status != Status::Draft {
                draft.due = self.due_by_terms(draft);
            }
        }
        draft.reference = f
            .text_of("Reference", if draft.kind == Kind::Quote { 4000 } else { 255 })
            .or(draft.reference.take());
        draft.url = f.text_of("Url", 2000).or(draft.url.take());
        let url = draft.url.as_deref().unwrap_or_default();
        if !url.is_empty() && (!url.contains("://") || url.to_lowercase().contains("xero")) {
            wrong.push(ours("Url must be absolute and must not contain the word xero"));
        }
        if let Some(text) = f.filled("LineAmountTypes") {
            match LineAmounts::read(&text) {
                Some(read) => draft.line_amounts = read,
                None => wrong
                    .push(ours(&format!("LineAmountTypes '{text}' is not Exclusive, Inclusive or NoTax"))),
            }
        }
        if let Some(theme) = f.guid("BrandingThemeID") {
            match self.state.themes.get(theme) {
                Some(_) => draft.branding = Some(theme),
                None => wrong.push(ours("BrandingThemeID is not one of the organisation's themes")),
            }
        }
        if let Some(sent) = f.flag("SentToContact") {
            let open = matches!(draft.status, Status::Authorised | Status::Paid | Status::Billed);
            if sent && !open {
                warnings.push(match draft.kind {
                    Kind::PurchaseOrder => {
                        "Only AUTHORISED and BILLED purchase orders may have SentToContact updated."
                            .to_owned()
                    }
                    _ => "Only AUTHORISED invoices may have SentToContact updated.".to_owned(),
                });
            } else {
                draft.sent = sent;
            }
        }
        draft.reconciled = f.flag("IsReconciled").filter(|_| draft.kind.banked()).unwrap_or(draft.reconciled);
        for (key, max) in family.more {
            let read = match max {
                0 => f.day(key).map(|day| day.to_string()),
                max => f.text_of(key, *max),
            };
            if let Some(value) = read {
                draft.set_more(key, value);
            }
        }
    }

    /// The bank account of a bank transaction; its currency is the transaction's.
    pub(crate) fn read_bank(&self, f: &Fields<'_>, draft: &mut Document, wrong: &mut Vec<String>) {
        if !draft.kind.banked() {
            return;
        }
        if let Some(sent) = f.object("BankAccount") {
            let by_code = || self.account_by_code(&sent.filled("Code")?);
            let found = match sent.guid("AccountID") {
                Some(id) => self.state.accounts.get(id),
                None => by_code(),
            };
            draft.bank_account = found.filter(|a| a.kind == "BANK" && !a.archived).map(|a| a.id);
        }
        match draft.bank_account.and_then(|id| self.state.accounts.get(id)).and_then(|a| a.bank.as_ref()) {
            Some(bank) => draft.currency.clone_from(&bank.currency),
            None => {
                wrong.push(ours("BankAccount must name an active account of type BANK by Code or AccountID"))
            }
        }
    }

    pub(crate) fn read_money(
        &self,
        f: &Fields<'_>,
        draft: &mut Document,
        wrong: &mut Vec<String>,
        warnings: &mut Vec<String>,
    ) {
        let before = draft.currency.clone();
        if let Some(code) = f.filled("CurrencyCode").map(|code| code.to_uppercase()) {
            // "Setting currency is only supported on overpayments": what Xero answers to another one isn't known.
            if draft.kind.banked() && !draft.kind.overpaid() && code != draft.currency {
                wrong.push(ours(&format!(
                    "{} must be in the currency of its bank account",
                    draft.kind.shown()
                )));
            } else {
                draft.currency = code;
            }
        }
        if !self.has_currency(&draft.currency) {
            wrong.push(format!("Organisation is not subscribed to currency {}", draft.currency));
            return;
        }
        let market = self.market_rate(&draft.currency);
        if draft.currency == self.base_currency() {
            draft.rate = Decimal::ONE;
        } else if let Some(rate) = f.number("CurrencyRate").map(|r| r.round_dp(6)) {
            if rate <= Decimal::ZERO {
                wrong.push(ours(&format!("CurrencyRate must be positive, not {rate}")));
                return;
            }
            draft.rate = rate;
            if rate > market * Decimal::TWO || rate * Decimal::TWO < market {
                warnings.push(ours(&format!("CurrencyRate {rate} is far from today's {market}")));
            }
        } else if before != draft.currency || draft.rate == Decimal::ONE {
            draft.rate = market;
        }
    }

    pub(crate) fn check_dates(
        &self,
        draft: &Document,
        approving: bool,
        ctx: &Ctx<'_>,
        family: &Family,
        wrong: &mut Vec<String>,
    ) {
        if approving && family.due_key == Some("DueDate") && draft.due.is_none() {
            wrong.push("The document DueDate field must be specified".to_owned());
        }
        if approving
            && draft.kind.posts()
            && let Some((name, day)) = self.locked(draft.date, ctx)
        {
            let day = day.strftime("%-d %B %Y");
            wrong.push(format!("The document date cannot be before the {name}, currently set at {day}"));
        }
    }

    /// The lock a day falls under for this user: (its name, its date).
    pub(crate) fn locked(&self, day: Date, ctx: &Ctx<'_>) -> Option<(&'static str, Date)> {
        let locks = self.state.meta.settings.locks;
        let year = locks.end_of_year.filter(|lock| day <= *lock).map(|lock| ("end of year lock date", lock));
        let period = locks.period.filter(|lock| day <= *lock && ctx.call.user.role != Role::Adviser);
        year.or(period.map(|lock| ("period lock date", lock)))
    }

    fn due_by_terms(&self, draft: &Document) -> Option<Date> {
        let side = if draft.kind.sales() { "Sales" } else { "Bills" };
        let contact = self.state.contacts.get(draft.contact)?;
        let (_, day, kind) = contact.terms.iter().find(|t| t.0 == side)?;
        let days = jiff::Span::new().days(i64::from(*day).min(3650));
        let of_month = |date: Date| {
            let last = date.days_in_month();
            let day = i8::try_from(*day).unwrap_or(31).clamp(1, last);
            date.with().day(day).build().ok()
        };
        match kind.as_str() {
            "DAYSAFTERBILLDATE" => draft.date.checked_add(days).ok(),
            "DAYSAFTERBILLMONTH" => draft.date.last_of_month().checked_add(days).ok(),
            "OFCURRENTMONTH" => of_month(draft.date),
            _ => of_month(draft.date.first_of_month().checked_add(jiff::Span::new().months(1)).ok()?),
        }
    }

    pub(crate) fn read_number(
        &mut self,
        f: &Fields<'_>,
        stored: Option<&Document>,
        draft: &mut Document,
        family: &Family,
        wrong: &mut Vec<String>,
    ) {
        let sent = f.text_of(family.number_key, 255).map(|n| n.trim().to_owned()).filter(|n| !n.is_empty());
        // A quote updated without its number gets the next one (recorded: QU-0008, QU-0009, QU-0010).
        let renumbered = family.books == Books::Quotes && stored.is_some() && sent.is_none();
        draft.number = match sent {
            Some(number) => number,
            None if Family::numbered(draft.kind) && (draft.number.is_empty() || renumbered) => {
                self.next_number(family.books)
            }
            None => return,
        };
        let live = |d: &Document| {
            !matches!(d.status, Status::Deleted | Status::Voided) || d.kind == Kind::PurchaseOrder
        };
        let table = family.books.table(&self.state);
        let mut same = table.with_key('n', &draft.number.to_lowercase());
        if Family::numbered(draft.kind) && same.any(|d| d.id != draft.id && d.kind == draft.kind && live(d)) {
            wrong.push(family.not_unique.to_owned());
        }
    }
}
