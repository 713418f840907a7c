//! The catalogue: every error of Xero's we know, what it means, what to do, whether it happened, when to try again.
//!
//! One table. Messages are matched by parts of their text in order, ignoring case, because Xero changes wordings and puts
//! names in (API-FACTS 3.5); the first row that fits wins, so the narrow rows stand before the wide ones. What no row
//! fits is shown verbatim. `docs/xero-errors.md` is written from this table, and a test compares the two.
//!
//! Not here: reading the answers (`outcome`, `element`).

use crate::outcome::{Cause, Happened};
use std::fmt::Write;

/// When it makes sense to send the same thing again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// When a person changed something here or in Xero.
    AfterChange,
    /// When a person connected again.
    AfterSignIn,
    /// By itself, when the time Xero names has come.
    Wait,
    /// By itself, the same bytes with the same key within five minutes; later after a look.
    SameKey,
    /// By itself, after a look for our marker.
    LookFirst,
    /// Never.
    Never,
}

/// One row of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Stable, for programs and pages: `invoice-status`.
    pub code: &'static str,
    /// What it is about: `status`, `account`, …
    pub subject: &'static str,
    /// Parts of the message, in order, in lower case; empty for causes that have no message.
    pub parts: &'static [&'static str],
    /// What it means.
    pub meaning: &'static str,
    /// What a person can do.
    pub remedy: &'static str,
    /// Whether the call had its effect.
    pub happened: Happened,
    /// When to send it again.
    pub retry: Retry,
    /// Where it is written down: a section of API-FACTS.
    pub source: &'static str,
}

/// A message of Xero's with what we know about it.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The row, if one fits.
    pub known: Option<&'static Known>,
    /// What Xero said, word for word.
    pub verbatim: String,
}

/// Finds the row for a message.
#[must_use]
pub fn explain(message: &str) -> Explained {
    let lower = message.to_lowercase();
    let known = CATALOGUE.iter().find(|row| !row.parts.is_empty() && in_order(&lower, row.parts));
    Explained { known, verbatim: message.to_owned() }
}

/// The row for a cause. Every cause has one.
#[must_use]
pub fn of_cause(cause: &Cause) -> Option<&'static Known> {
    CATALOGUE.iter().find(|row| row.code == cause.code())
}

fn in_order(text: &str, parts: &[&str]) -> bool {
    let mut rest = text;
    parts.iter().all(|part| {
        rest.find(part).is_some_and(|at| {
            rest = &rest[at + part.len()..];
            true
        })
    })
}

/// The catalogue as a page for people.
#[must_use]
pub fn page() -> String {
    let mut page = String::from(
        "# Xero's errors\n\nWritten from `crates/xero/src/errors.rs` (`CATALOGUE`); change it there. What isn't listed is \
         shown as Xero\nsays it.\n\n| code | about | Xero says | means | what to do | happened? | again? | source |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for row in CATALOGUE {
        let says = if row.parts.is_empty() { "(a status)".to_owned() } else { row.parts.join(" … ") };
        let happened = match row.happened {
            Happened::NotDone => "no",
            Happened::Done => "yes",
            Happened::Unknown => "unknown",
        };
        let retry = match row.retry {
            Retry::AfterChange => "after a change",
            Retry::AfterSignIn => "after connecting",
            Retry::Wait => "by itself, when Xero says",
            Retry::SameKey => "by itself, same key",
            Retry::LookFirst => "by itself, after a look",
            Retry::Never => "no",
        };
        let (code, subject, meaning, remedy, source) =
            (row.code, row.subject, row.meaning, row.remedy, row.source);
        let _ = writeln!(
            page,
            "| {code} | {subject} | {says} | {meaning} | {remedy} | {happened} | {retry} | {source} |"
        );
    }
    page
}

/// Every error we know. Causes first, then messages, the narrow before the wide.
pub const CATALOGUE: &[Known] = &[
    row(
        ("invalid", "answer", "3.1, 3.2"),
        &[],
        "Xero refuses the request by its rules; the messages say which.",
        "Correct what the messages name, then send it again.",
        fix(),
    ),
    row(
        ("too-many-records", "answer", "2.3"),
        &[],
        "The question touches more than 100,000 records.",
        "Ask for less: by page, by date, or by what changed since.",
        fix(),
    ),
    row(
        ("key-reused", "answer", "2.8"),
        &[],
        "The idempotency key was used with another request, so Xero did nothing with this one.",
        "Look up what the first request did, then use a new key.",
        (Happened::NotDone, Retry::LookFirst),
    ),
    row(
        ("signed-out", "answer", "3.3, 3.6"),
        &[],
        "The access token is missing, over or withdrawn.",
        "One refresh is tried; if that fails, connect to Xero again.",
        (Happened::NotDone, Retry::AfterSignIn),
    ),
    row(
        ("missing-right", "answer", "1.5, 3.3"),
        &[],
        "The connection lacks a right (scope) for this call.",
        "Connect again and grant the rights the page names; refreshing never helps.",
        (Happened::NotDone, Retry::AfterSignIn),
    ),
    row(
        ("forbidden", "answer", "3.1, 3.6"),
        &[],
        "The connection was removed in Xero, the user lost access or a permission, or the plan lacks this endpoint.",
        "Check the connection (`millbook xero connections`) and the user's role in Xero; then connect again.",
        (Happened::NotDone, Retry::AfterSignIn),
    ),
    row(
        ("not-found", "answer", "3.1"),
        &[],
        "There is no such record in this organisation.",
        "Refresh from Xero: it may have been removed, or belong to another organisation.",
        fix(),
    ),
    row(
        ("limit-minute", "answer", "2.1"),
        &[],
        "60 calls in this minute are used up.",
        "Nothing: the work waits as long as Xero says.",
        (Happened::NotDone, Retry::Wait),
    ),
    row(
        ("limit-day", "answer", "2.1"),
        &[],
        "The organisation's calls of this day are used up.",
        "The rest waits until Xero's day begins again; look less often, or take a higher tier.",
        (Happened::NotDone, Retry::Wait),
    ),
    row(
        ("limit-concurrent", "answer", "2.1"),
        &[],
        "More than 5 calls were in flight at once.",
        "Nothing: fewer calls are made at once; another program with this app may be running.",
        (Happened::NotDone, Retry::Wait),
    ),
    row(
        ("limit-app", "answer", "2.1"),
        &[],
        "10,000 calls of the whole app in this minute are used up.",
        "Nothing: the work waits as long as Xero says.",
        (Happened::NotDone, Retry::Wait),
    ),
    row(
        ("limit-other", "answer", "2.1"),
        &[],
        "Xero limits calls in a way we don't know.",
        "Nothing: the work waits as long as Xero says.",
        (Happened::NotDone, Retry::Wait),
    ),
    row(
        ("not-built", "answer", "3.1"),
        &[],
        "Xero has no such method here.",
        "Report this to us: Millbook should not have asked.",
        (Happened::NotDone, Retry::Never),
    ),
    row(
        ("unavailable", "answer", "3.1"),
        &[],
        "Xero is being maintained, or this organisation is offline.",
        "Nothing: it is tried again from five minutes on.",
        (Happened::Unknown, Retry::Wait),
    ),
    row(
        ("server-fault", "answer", "3.1, 3.6"),
        &[],
        "Xero failed while working.",
        "Nothing: the same bytes are sent again with the same key for five minutes, later it is looked up first.",
        (Happened::Unknown, Retry::SameKey),
    ),
    row(
        ("rejected", "answer", "3.1"),
        &[],
        "Xero refuses the request with a status we have no rule for.",
        "Read the status and the text; report it to us.",
        fix(),
    ),
    row(
        ("unreadable", "answer", "3.1"),
        &[],
        "Xero says success, and its answer can't be read.",
        "Nothing: it is looked up before anything is sent again.",
        (Happened::Unknown, Retry::LookFirst),
    ),
    row(
        ("unexpected", "answer", "3.1"),
        &[],
        "The answer has a status that makes no sense here; something between us and Xero may have answered.",
        "Check proxies and the address in the settings.",
        (Happened::Unknown, Retry::LookFirst),
    ),
    row(
        ("not-connected", "network", "ours"),
        &[],
        "No connection to Xero came about; nothing was sent.",
        "Check the network, the name server and the clock of this machine.",
        (Happened::NotDone, Retry::Wait),
    ),
    row(
        ("lost", "network", "3.6"),
        &[],
        "The connection broke, or the time was up, before the answer was here.",
        "Nothing: the same bytes are sent again with the same key for five minutes, later it is looked up first.",
        (Happened::Unknown, Retry::SameKey),
    ),
    row(
        ("sign-in-over", "sign-in", "1.4"),
        &["invalid_grant"],
        "The code or refresh token is used, over or withdrawn.",
        "Connect to Xero again.",
        (Happened::NotDone, Retry::AfterSignIn),
    ),
    row(
        ("app-unknown", "sign-in", "1.4"),
        &["invalid_client"],
        "Xero doesn't know this app id, or its secret is wrong.",
        "Compare id and secret with the app's page at Xero.",
        fix(),
    ),
    row(
        ("right-not-allowed", "sign-in", "1.4"),
        &["invalid_scope"],
        "The app may not ask for one of the rights.",
        "Ask only for rights of the app's kind: apps made since 2 March 2026 take granular rights only.",
        fix(),
    ),
    row(
        ("app-not-allowed", "sign-in", "1.4"),
        &["unauthorized_client"],
        "The app may not sign in this way, or asks for a right it can't hold.",
        "Check the app's kind (web app, PKCE or custom connection) and its rights.",
        fix(),
    ),
    row(
        ("grant-not-supported", "sign-in", "1.4"),
        &["unsupported_grant_type"],
        "Xero doesn't know this way of signing in.",
        "Report this to us.",
        (Happened::NotDone, Retry::Never),
    ),
    row(
        ("consent-refused", "sign-in", "1.4"),
        &["access_denied"],
        "The person declined to connect.",
        "Start again when they agree.",
        (Happened::NotDone, Retry::AfterSignIn),
    ),
    row(
        ("invoice-status", "status", "3.5"),
        &["not of valid status for modification"],
        "The document is in a state in which this change is not allowed: approved ones can't be deleted, paid ones not be changed.",
        "Void instead of delete; remove payments first; or undo the change here.",
        fix(),
    ),
    row(
        ("has-payments", "status", "3.5"),
        &["has a payment or credit note allocated"],
        "The document has a payment or credit note on it and can't be edited.",
        "Remove the payment or allocation in Xero, or leave the document as it is.",
        fix(),
    ),
    row(
        ("status-with-payments", "status", "3.5"),
        &["cannot be applied to the", "because it has payments or credit notes"],
        "The status can't be set while payments or credit notes are on the document.",
        "Remove them in Xero first.",
        fix(),
    ),
    row(
        ("order-deleted", "status", "3.5"),
        &["deleted purchaseorders cannot be updated"],
        "The order was deleted in Xero; its number stays taken.",
        "Use another number, or restore by making a new order.",
        fix(),
    ),
    row(
        ("order-status", "status", "3.5"),
        &["purchaseorder status change is invalid"],
        "An order can't go from its state to this one.",
        "Refresh the order from Xero and look at its status.",
        fix(),
    ),
    row(
        ("paid-line-id", "status", "3.5"),
        &["you must supply a lineitemid"],
        "A line of a paid document was sent without its id.",
        "Refresh the document from Xero, then try again.",
        fix(),
    ),
    row(
        ("not-creatable", "status", "3.5"),
        &["not of valid type for creation"],
        "Documents of this type can't be created.",
        "Check the type of the document.",
        fix(),
    ),
    row(
        ("made-by-expenses", "status", "3.5"),
        &["created by xero expenses"],
        "The bill comes from Xero Expenses; only Xero may change it.",
        "Change it in Xero.",
        fix(),
    ),
    row(
        ("reconciled", "status", "3.5"),
        &["reconciled with a bank statement"],
        "The payment or bank entry is reconciled.",
        "Undo the reconciliation in Xero first.",
        fix(),
    ),
    row(
        ("invoice-number-taken", "number", "3.5"),
        &["invoice # must be unique"],
        "Another sales invoice has this number.",
        "Link the one in Xero, or give this one another number.",
        fix(),
    ),
    row(
        ("order-number-taken", "number", "3.5"),
        &["order number must be unique"],
        "Another purchase order has this number, perhaps a deleted one.",
        "Link the one in Xero, or use another number.",
        fix(),
    ),
    row(
        ("item-code-taken", "number", "3.5"),
        &["price list item with code", "already exists"],
        "Another product or service has this code.",
        "Link the one in Xero.",
        fix(),
    ),
    row(
        ("due-date-missing", "dates", "3.5"),
        &["duedate field must be specified"],
        "An approved invoice needs a due date.",
        "Enter the due date or the payment term.",
        fix(),
    ),
    row(
        ("locked-before-year-end", "dates", "3.5, 6.1"),
        &["end of year lock date"],
        "The date is in a year that is closed in Xero.",
        "Move the date after the lock date, or ask the adviser to move the lock date.",
        fix(),
    ),
    row(
        ("locked-period", "dates", "3.5, 6.1"),
        &["period lock date"],
        "The date is in a period that is closed in Xero.",
        "Move the date after the lock date, or ask the adviser to move the lock date.",
        fix(),
    ),
    row(
        ("account-missing", "account", "3.5"),
        &["account code or id must be specified"],
        "A line has no account: neither the line nor the item in Xero has one.",
        "Give the item its accounts in Xero, or map the role in the settings.",
        fix(),
    ),
    row(
        ("account-not-for-this", "account", "3.5"),
        &["is not a valid code for this document"],
        "The account can't be used on this kind of document (bank, debtors and creditors never can).",
        "Map another account in the settings.",
        fix(),
    ),
    row(
        ("account-archived", "account", "3.5"),
        &["account code", "has been archived, or has been deleted"],
        "The account is archived or deleted in Xero.",
        "Restore the account in Xero or map another one.",
        fix(),
    ),
    row(
        ("account-code-long", "account", "3.5"),
        &["account code is too long"],
        "An account code has at most 10 characters.",
        "Shorten the code.",
        fix(),
    ),
    row(
        ("account-name-taken", "account", "3.5"),
        &["please enter a unique name"],
        "Another account has this name.",
        "Use the existing account, or another name.",
        fix(),
    ),
    row(
        ("account-removed", "account", "3.5"),
        &["has been removed as it does not match a recognised account"],
        "Xero dropped a line's account that it doesn't know; the rest was taken.",
        "Correct the account of that line in Xero, then check the mapping.",
        (Happened::Done, Retry::AfterChange),
    ),
    row(
        ("tax-type-missing", "tax", "3.5"),
        &["taxtype field is mandatory"],
        "A line has no tax type: neither the line nor the item in Xero has one.",
        "Give the item its tax in Xero, or the line a percentage.",
        fix(),
    ),
    row(
        ("tax-type-not-for-account", "tax", "3.5"),
        &["taxtype code", "cannot be used with account code"],
        "The tax rate does not apply to this account's class.",
        "Choose a rate that applies, or another account.",
        fix(),
    ),
    row(
        ("tax-type-unknown", "tax", "3.5"),
        &["taxtype code", "does not exist"],
        "Xero has no such tax rate, or not for this kind of document.",
        "Refresh the tax rates and choose one.",
        fix(),
    ),
    row(
        ("currency-not-subscribed", "currency", "3.5"),
        &["is not subscribed to currency"],
        "The organisation does not use this currency.",
        "Add the currency in Xero (use its three-letter code), or change the document's currency.",
        fix(),
    ),
    row(
        ("batch-base-currency", "currency", "3.5"),
        &["bank accounts must use the same currency"],
        "Batch payments work in the base currency only.",
        "Pay these documents one by one.",
        fix(),
    ),
    row(
        ("contact-name-taken", "contact", "3.5"),
        &["contact name", "already assigned to another contact"],
        "Another active contact has this name.",
        "Link that contact, or use another name.",
        fix(),
    ),
    row(
        ("contact-archived", "contact", "3.5"),
        &["matched an archived contact"],
        "The contact is archived in Xero; the API can't change or restore it.",
        "Restore the contact in Xero, or link another one.",
        fix(),
    ),
    row(
        ("contact-missing", "contact", "3.5"),
        &["a contact must be specified"],
        "The document has no contact.",
        "Choose the customer or supplier.",
        fix(),
    ),
    row(
        ("contact-not-identified", "contact", "3.5"),
        &["must contain at least 1 of the following elements to identify the contact"],
        "The contact was sent without id, number or name.",
        "Link the contact again.",
        fix(),
    ),
    row(
        ("email-invalid", "contact", "3.5"),
        &["email address must be valid"],
        "Xero takes the e-mail address for invalid.",
        "Correct the address.",
        fix(),
    ),
    row(
        ("payment-term-day", "contact", "3.5"),
        &["must be between 1 and 31"],
        "A payment term counted in months has a day outside 1 to 31.",
        "Correct the payment term.",
        fix(),
    ),
    row(
        ("line-total", "lines", "3.5"),
        &["does not match the expected line total"],
        "Quantity × price less discount is not the line's amount as Xero rounds it.",
        "Send quantity and price, and let Xero compute the amount.",
        fix(),
    ),
    row(
        ("invoice-total", "lines", "3.5"),
        &["total does not equal the sum of the lines"],
        "The total sent is not the sum of the lines.",
        "Leave the totals out; Xero computes them.",
        fix(),
    ),
    row(
        ("discount-invalid", "lines", "3.5"),
        &["discount rate", "is invalid"],
        "The discount is larger than the line.",
        "Lower the discount.",
        fix(),
    ),
    row(
        ("line-unknown", "lines", "3.5"),
        &["could not find line item"],
        "A line that was to be changed is gone in Xero.",
        "Refresh the document from Xero, then try again.",
        fix(),
    ),
    row(
        ("stock-insufficient", "lines", "3.5"),
        &["insufficient stock"],
        "Xero itself tracks this item's stock and has too little.",
        "Untrack the item in Xero: Millbook keeps its stock.",
        fix(),
    ),
    row(
        ("sent-flag-invoice", "sent flag", "3.5"),
        &["only authorised invoices may have senttocontact"],
        "A remark: \"sent\" was not set, because the invoice isn't approved.",
        "Nothing, or approve the invoice first.",
        (Happened::Done, Retry::Never),
    ),
    row(
        ("sent-flag-order", "sent flag", "3.5"),
        &["only authorised and billed purchase orders may have senttocontact"],
        "A remark: \"sent\" was not set, because the order isn't approved.",
        "Nothing, or approve the order first.",
        (Happened::Done, Retry::Never),
    ),
    row(
        ("payment-too-large", "payment", "3.5"),
        &["payment amount exceeds the amount outstanding"],
        "More would be paid than is due.",
        "Refresh the document; enter the surplus as an overpayment.",
        fix(),
    ),
    row(
        ("allocation-too-large", "allocation", "3.5"),
        &["cannot be allocated as amount is greater"],
        "More credit would be applied than is left or due.",
        "Lower the amount.",
        fix(),
    ),
    row(
        ("allocation-paid-off", "allocation", "3.5"),
        &["has already been paid off"],
        "The invoice is paid already.",
        "Choose another invoice, or refund the credit.",
        fix(),
    ),
    row(
        ("allocation-wrong-side", "allocation", "3.5"),
        &["cannot be allocated to an incorrect invoice type"],
        "A credit of one side can't be applied to an invoice of the other.",
        "Choose an invoice of the same side.",
        fix(),
    ),
    row(
        ("credit-note-unknown", "credit note", "3.5"),
        &["an existing credit note with the specified creditnoteid could not be found"],
        "Xero has no such credit note.",
        "Refresh from Xero.",
        fix(),
    ),
    row(
        ("journal-unbalanced", "journal", "3.5"),
        &["total debits", "must equal total credits"],
        "The journal's lines don't sum to zero.",
        "Report this to us: Millbook's journals balance.",
        fix(),
    ),
    row(
        ("field-missing", "field", "3.5"),
        &["field is mandatory"],
        "A field that Xero wants is missing; the message names it.",
        "Enter the field.",
        fix(),
    ),
    row(
        ("history-target-unknown", "history", "3.5"),
        &["document with the supplied id was not found for this endpoint"],
        "There is no such document to write a note on.",
        "Refresh from Xero.",
        fix(),
    ),
    row(
        ("link-line-mismatch", "linked", "3.5"),
        &["sourcelineitemid and sourcetransactionid do not match"],
        "The line doesn't belong to that document.",
        "Choose a line of the document.",
        fix(),
    ),
    row(
        ("link-contact-mismatch", "linked", "3.5"),
        &["contactid and the targettransaction contactid do not match"],
        "The two documents have different contacts.",
        "Choose a document of the same contact.",
        fix(),
    ),
    row(
        ("plan-limit", "plan", "3.5"),
        &["reached the limit of invoices you can approve"],
        "The organisation's Xero plan allows no more approved invoices this month.",
        "Upgrade the plan, or approve next month.",
        fix(),
    ),
];

/// One row; a function so that a row takes few lines.
const fn row(
    (code, subject, source): (&'static str, &'static str, &'static str),
    parts: &'static [&'static str],
    meaning: &'static str,
    remedy: &'static str,
    (happened, retry): (Happened, Retry),
) -> Known {
    Known { code, subject, parts, meaning, remedy, happened, retry, source }
}

const fn fix() -> (Happened, Retry) {
    (Happened::NotDone, Retry::AfterChange)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{Deed, Limit, happened};
    use std::collections::BTreeSet;

    /// Every message of API-FACTS 3.5, with names filled in, and the row it must find.
    const MESSAGES: &[(&str, &str)] = &[
        ("error: invalid_grant", "sign-in-over"),
        ("invalid_client", "app-unknown"),
        ("invalid_scope", "right-not-allowed"),
        ("unauthorized_client", "app-not-allowed"),
        ("unsupported_grant_type", "grant-not-supported"),
        ("access_denied", "consent-refused"),
        ("Invoice not of valid status for modification", "invoice-status"),
        (
            "This document cannot be edited as it has a payment or credit note allocated to it.",
            "has-payments",
        ),
        (
            "The status VOIDED cannot be applied to the invoice because it has payments or credit notes allocated to it.",
            "status-with-payments",
        ),
        ("Deleted PurchaseOrders cannot be updated", "order-deleted"),
        ("PurchaseOrder status change is invalid", "order-status"),
        ("To update fields on a paid invoice line item, you must supply a LineItemID", "paid-line-id"),
        ("Invoice not of valid type for creation", "not-creatable"),
        ("Sorry this was created by Xero Expenses and can't be modified via the API", "made-by-expenses"),
        ("This payment cannot be edited as it has been reconciled with a Bank Statement", "reconciled"),
        ("Invoice # must be unique.", "invoice-number-taken"),
        ("Order number must be unique", "order-number-taken"),
        ("Price List Item with Code 'X' already exists", "item-code-taken"),
        ("The document DueDate field must be specified", "due-date-missing"),
        (
            "The document date cannot be before the end of year lock date, currently set at 31 March 2026",
            "locked-before-year-end",
        ),
        (
            "The document date cannot be before the period lock date, currently set at 31 March 2026",
            "locked-period",
        ),
        (
            "The document cannot be edited as it is currently dated before end of year lock date",
            "locked-before-year-end",
        ),
        ("Account code or ID must be specified", "account-missing"),
        ("Account code '090' is not a valid code for this document.", "account-not-for-this"),
        (
            "Account code '200' has been archived, or has been deleted. Each line item must reference a valid account.",
            "account-archived",
        ),
        ("Account Code is too long. Maximum of 10 characters allowed", "account-code-long"),
        ("Please enter a unique Name.", "account-name-taken"),
        ("Account code '999' has been removed as it does not match a recognised account.", "account-removed"),
        ("The TaxType field is mandatory", "tax-type-missing"),
        ("The TaxType code 'INPUT2' cannot be used with account code '200'.", "tax-type-not-for-account"),
        (
            "The TaxType code X does not exist or cannot be used for this type of transaction",
            "tax-type-unknown",
        ),
        ("Organisation is not subscribed to currency EUR", "currency-not-subscribed"),
        (
            "Bank accounts must use the same currency as the organisations base currency",
            "batch-base-currency",
        ),
        (
            "The contact name Acme is already assigned to another contact. The contact name must be unique across all active contacts.",
            "contact-name-taken",
        ),
        (
            "The specified contact details matched an archived contact. Archived contacts cannot currently be edited via the API.",
            "contact-archived",
        ),
        ("A Contact must be specified for this type of transaction", "contact-missing"),
        (
            "The Contact must contain at least 1 of the following elements to identify the contact: Name, ContactID, ContactNumber",
            "contact-not-identified",
        ),
        ("Email address must be valid", "email-invalid"),
        (
            "Due Date for Sales Invoices must be between 1 and 31 when set to the following month",
            "payment-term-day",
        ),
        ("The line total 1.00 does not match the expected line total 100.00", "line-total"),
        ("The invoice total does not equal the sum of the lines.", "invoice-total"),
        (
            "The discount rate '120' is invalid. Discount must not be greater than the line total.",
            "discount-invalid",
        ),
        ("Could not find line item(s) with the following id(s): X", "line-unknown"),
        ("Insufficient stock. Items are eligible for backorder.", "stock-insufficient"),
        ("Only AUTHORISED invoices may have SentToContact updated.", "sent-flag-invoice"),
        ("Only AUTHORISED and BILLED purchase orders may have SentToContact updated.", "sent-flag-order"),
        ("Payment amount exceeds the amount outstanding on this document", "payment-too-large"),
        (
            "Credit Note cannot be allocated as amount is greater than amount outstanding",
            "allocation-too-large",
        ),
        ("The invoice you are trying to allocate to has already been paid off", "allocation-paid-off"),
        ("Credit Note cannot be allocated to an incorrect invoice type", "allocation-wrong-side"),
        ("An existing Credit Note with the specified CreditNoteID could not be found", "credit-note-unknown"),
        ("The total debits (100.00) must equal total credits (-10.00)", "journal-unbalanced"),
        ("The LineAmount field is mandatory", "field-missing"),
        ("The Narration field is mandatory", "field-missing"),
        ("The document with the supplied id was not found for this endpoint.", "history-target-unknown"),
        ("The SourceLineItemID and SourceTransactionID do not match", "link-line-mismatch"),
        ("The ContactID and the TargetTransaction ContactID do not match", "link-contact-mismatch"),
        ("You have reached the limit of invoices you can approve", "plan-limit"),
    ];

    // rule: LOG-2
    #[test]
    fn every_known_message_finds_its_row() {
        for (message, code) in MESSAGES {
            let found = explain(message).known.map(|row| row.code);
            assert_eq!(found, Some(*code), "{message}");
            assert_eq!(explain(&message.to_uppercase()).known.map(|row| row.code), Some(*code));
        }
        let tested: BTreeSet<_> = MESSAGES.iter().map(|(_, code)| *code).collect();
        for row in CATALOGUE.iter().filter(|row| !row.parts.is_empty()) {
            assert!(tested.contains(row.code), "no message tests the row {}", row.code);
        }
    }

    // rule: LOG-2
    #[test]
    fn what_we_do_not_know_is_shown_as_it_is() {
        let unknown = explain("The moon is in the wrong house");
        assert!(unknown.known.is_none());
        assert_eq!(unknown.verbatim, "The moon is in the wrong house");
    }

    #[test]
    fn codes_are_unique_and_every_cause_agrees_with_its_row() {
        let codes: BTreeSet<_> = CATALOGUE.iter().map(|row| row.code).collect();
        assert_eq!(codes.len(), CATALOGUE.len());
        let limits =
            [Limit::Minute, Limit::Day, Limit::Concurrent, Limit::AppMinute, Limit::Other("x".into())];
        let mut causes: Vec<Cause> =
            limits.into_iter().map(|limit| Cause::Limited { limit, retry_after: None }).collect();
        causes.extend([
            Cause::Invalid { summary: String::new(), messages: Vec::new() },
            Cause::TooManyRecords,
            Cause::KeyReused,
            Cause::SignedOut,
            Cause::MissingRight,
            Cause::Forbidden,
            Cause::NotFound,
            Cause::NotBuilt,
            Cause::Unavailable { retry_after: None },
            Cause::ServerFault(500),
            Cause::Rejected(412),
            Cause::Unreadable(String::new()),
            Cause::Unexpected(302),
            Cause::NotConnected(String::new()),
            Cause::Lost(String::new()),
        ]);
        for cause in causes {
            let row = of_cause(&cause).unwrap();
            assert_eq!(row.happened, happened(Deed::Create, &cause), "{}", row.code);
        }
    }

    #[test]
    fn the_page_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/xero-errors.md");
        if std::env::var_os("MILLBOOK_WRITE").is_some() {
            std::fs::write(path, page()).unwrap();
        }
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(written == page(), "docs/xero-errors.md is old: run this test with MILLBOOK_WRITE=1");
    }
}
