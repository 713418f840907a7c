//! Words of the log: an entry as a line, where a thing is in Xero, what of the settings and lists changed.
//!
//! Not here: the entries (`log`).

use crate::held::Held;
use crate::lists::{Lists, ListsSeen};
use crate::log::LogEntry;
use crate::paper::PaperKind;
use crate::settings::Settings;
use crate::subject::{Guid, Subject};

/// Where people see a thing in Xero, whichever organisation they looked at last; none where Xero names no such address
/// (decision 0095).
pub(crate) fn link(lists: &Lists, subject: &Subject, xero: Guid, held: Option<&Held>) -> Option<String> {
    let kind = held.map(|held| held.paper.kind);
    let path = match (subject, kind) {
        (Subject::Party(_), _) => format!("/Contacts/View/{xero}"),
        (Subject::Journal(_), _) => format!("/Journal/View.aspx?invoiceID={xero}"),
        (_, Some(PaperKind::Order)) => format!("/Accounts/Payable/PurchaseOrders/View/{xero}/"),
        (_, Some(PaperKind::Invoice)) => format!("/AccountsReceivable/View.aspx?InvoiceID={xero}"),
        (_, Some(PaperKind::Bill)) => format!("/AccountsPayable/Edit.aspx?InvoiceID={xero}"),
        (_, Some(PaperKind::CreditInvoice)) => {
            format!("/AccountsReceivable/ViewCreditNote.aspx?creditNoteID={xero}")
        }
        (_, Some(PaperKind::SupplierCredit)) => {
            format!("/AccountsPayable/ViewCreditNote.aspx?creditNoteID={xero}")
        }
        (_, Some(PaperKind::Quote) | None) => return None,
    };
    let short_code = &lists.organisation.as_ref()?.short_code;
    let home = "https://go.xero.com/organisationlogin/default.aspx";
    (!short_code.is_empty()).then(|| format!("{home}?shortcode={short_code}&redirecturl={path}"))
}

/// What of the settings is other than before. Taken apart whole, so that a new setting doesn't compile without its words.
pub(crate) fn changed_settings(old: &Settings, new: &Settings) -> Vec<&'static str> {
    let Settings {
        sales,
        procurement,
        balances,
        journals,
        item_options,
        quotes,
        payments,
        emails,
        purchasing,
        order_trigger,
        new: statuses,
        accounts,
        taxes,
        take_over_bills,
        tier,
        look_every,
        nightly_hour,
        synchronisations,
    } = old;
    let fields = [
        ("sales", *sales == new.sales),
        ("procurement", *procurement == new.procurement),
        ("balances", *balances == new.balances),
        ("quotes", *quotes == new.quotes),
        ("which way payments go", *payments == new.payments),
        ("who e-mails invoices", *emails == new.emails),
        ("what purchases go as", *purchasing == new.purchasing),
        ("what sends an order", *order_trigger == new.order_trigger),
        ("statuses of new documents", *statuses == new.new),
        ("journals", *journals == new.journals),
        ("items' tracking options", *item_options == new.item_options),
        ("accounts", *accounts == new.accounts),
        ("preferred tax rates", *taxes == new.taxes),
        ("taking bills over", *take_over_bills == new.take_over_bills),
        ("tier", *tier == new.tier),
        ("timetable", (*look_every, *nightly_hour) == (new.look_every, new.nightly_hour)),
        ("balance synchronisations", *synchronisations == new.synchronisations),
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

#[cfg(test)]
mod tests;
