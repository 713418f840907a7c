//! Words of the log: an entry as a line, where a thing is in Xero, what of the settings and lists changed.
//!
//! Not here: the entries (`log`).

use crate::held::Held;
use crate::lists::{Lists, ListsSeen};
use crate::log::LogEntry;
use crate::paper::PaperKind;
use crate::settings::Settings;
use crate::subject::{Guid, Subject};

/// Where people see a thing in Xero, behind the address of their organisation.
#[must_use]
pub fn path(subject: &Subject, xero: Guid, held: Option<&Held>) -> Option<String> {
    let kind = held.map(|held| held.paper.kind);
    Some(match (subject, kind) {
        (Subject::Party(_), _) => format!("/Contacts/View/{xero}"),
        (Subject::Order(_), _) => format!("/Accounts/Payable/PurchaseOrders/View/{xero}"),
        (_, Some(PaperKind::Invoice)) => format!("/AccountsReceivable/View.aspx?InvoiceID={xero}"),
        (_, Some(PaperKind::Bill)) => format!("/AccountsPayable/View.aspx?InvoiceID={xero}"),
        (_, Some(PaperKind::CreditInvoice)) => {
            format!("/AccountsReceivable/ViewCreditNote.aspx?creditNoteID={xero}")
        }
        (_, Some(PaperKind::SupplierCredit)) => {
            format!("/AccountsPayable/ViewCreditNote.aspx?creditNoteID={xero}")
        }
        _ => return None,
    })
}

/// What of the settings is other than before.
pub(crate) fn changed_settings(old: &Settings, new: &Settings) -> Vec<&'static str> {
    let fields = [
        ("sales", old.sales == new.sales),
        ("procurement", old.procurement == new.procurement),
        ("balances", old.balances == new.balances),
        ("quotes", old.quotes == new.quotes),
        ("which way payments go", old.payments == new.payments),
        ("who e-mails invoices", old.emails == new.emails),
        ("what purchases go as", old.purchasing == new.purchasing),
        ("what sends an order", old.order_trigger == new.order_trigger),
        ("statuses of new documents", old.new == new.new),
        ("journals", old.journals == new.journals),
        ("accounts", old.accounts == new.accounts),
        ("preferred tax rates", old.taxes == new.taxes),
        ("taking bills over", old.take_over_bills == new.take_over_bills),
        ("tier", old.tier == new.tier),
        ("timetable", (old.look_every, old.nightly_hour) == (new.look_every, new.nightly_hour)),
    ];
    fields.into_iter().filter(|(_, same)| !same).map(|(name, _)| name).collect()
}

/// What of Xero's lists is other than was known.
pub(crate) fn lists_changed(known: &Lists, seen: &ListsSeen) -> String {
    let mut said = Vec::new();
    if let Some(now) = &seen.organisation {
        let before = known.organisation.as_ref().and_then(|one| one.locked_until());
        match now.locked_until() {
            until if until == before => said.push("the organisation".to_owned()),
            Some(until) => said.push(format!("locked until {until}")),
            None => said.push("no locked period any more".to_owned()),
        }
    }
    let mut count = |what: &str, count: Option<usize>| {
        if let Some(count) = count {
            said.push(format!("{count} {what}"));
        }
    };
    let different = |now: &Option<Vec<crate::lists::Account>>| {
        now.as_ref().map(|now| now.iter().filter(|one| !known.accounts.contains(one)).count())
    };
    count("accounts changed", different(&seen.accounts));
    count("tax rates", seen.tax_rates.as_ref().map(Vec::len));
    count("tracking categories", seen.tracking.as_ref().map(Vec::len));
    count("currencies", seen.currencies.as_ref().map(Vec::len));
    said.join(", ")
}

/// `create bill 4711 (B-1): done, awaiting approval`
impl std::fmt::Display for LogEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.what, self.text)?;
        if !self.remedy.is_empty() {
            write!(f, " {}", self.remedy)?;
        }
        match &self.command {
            Some(command) => write!(f, " `{command}`"),
            None => Ok(()),
        }
    }
}
