//! Which endpoint answers which path: one row per resource.
//!
//! Example: `Invoices/{id}/Attachments/a.pdf` finds the row "Invoices", the invoice by id or number, and then the
//! attachments. Names are compared ignoring case; a trailing slash doesn't matter (API-FACTS 8.4).

use super::Org;
use super::envelope::{forbidden, not_built, not_found};
use super::guid::Guid;
use super::resource::{Ctx, find, handle};
use super::{
    accounts, allocations, attachments, bank_transactions, batch_payments, contacts, credit_notes, credits,
    history, invoices, items, journals, lists, manual_journals, organisation, payments, purchase_orders,
    quotes, reports, tax_rates, tracking,
};
use crate::exchange::{Answer, Method, Role};

type Handle = fn(&mut Org, &[&str], &Ctx<'_>) -> Answer;
type Find = fn(&Org, &str) -> Option<Guid>;

struct Route {
    name: &'static str,
    handle: Handle,
    /// For `/{id}/Attachments` and `/{id}/History`; None where Xero has neither.
    find: Option<Find>,
    /// Needs the reports permission.
    reports: bool,
}

const fn route(name: &'static str, handle: Handle, find: Option<Find>) -> Route {
    Route { name, handle, find, reports: false }
}

const ROUTES: &[Route] = &[
    route("Organisation", organisation::handle_organisation, None),
    route("Organisations", organisation::handle_organisation, None),
    route("Accounts", accounts::handle_accounts, Some(find::<accounts::Accounts>)),
    route("TaxRates", handle::<tax_rates::TaxRates>, None),
    route("TrackingCategories", tracking::handle_tracking, None),
    route("Currencies", lists::handle_currencies, None),
    route("Users", lists::handle_users, None),
    route("BrandingThemes", lists::handle_themes, None),
    route("Contacts", handle::<contacts::Contacts>, Some(find::<contacts::Contacts>)),
    route("Items", items::handle_items, Some(find::<items::Items>)),
    route("Invoices", invoices::handle_invoices, Some(find::<invoices::Invoices>)),
    route("CreditNotes", credit_notes::handle_credit_notes, Some(find::<credit_notes::CreditNotes>)),
    route(
        "PurchaseOrders",
        handle::<purchase_orders::PurchaseOrders>,
        Some(find::<purchase_orders::PurchaseOrders>),
    ),
    route("Quotes", handle::<quotes::Quotes>, Some(find::<quotes::Quotes>)),
    route("Payments", payments::handle_payments, Some(find::<payments::Payments>)),
    route("BatchPayments", batch_payments::handle_batches, Some(find::<batch_payments::BatchPayments>)),
    route("Prepayments", credits::handle_prepayments, Some(find::<credits::Prepayments>)),
    route("Overpayments", credits::handle_overpayments, Some(find::<credits::Overpayments>)),
    route(
        "BankTransactions",
        handle::<bank_transactions::BankTransactions>,
        Some(find::<bank_transactions::BankTransactions>),
    ),
    Route {
        name: "ManualJournals",
        handle: handle::<manual_journals::ManualJournals>,
        find: Some(find::<manual_journals::ManualJournals>),
        reports: true,
    },
    Route { name: "Journals", handle: journals::handle_journals, find: None, reports: true },
    Route { name: "Reports", handle: reports::handle_reports, find: None, reports: true },
];

/// Answers a call; what is read stands in the head of the file.
pub(crate) fn answer(org: &mut Org, ctx: &Ctx<'_>) -> Answer {
    let segments = ctx.call.path.split('/').filter(|s| !s.is_empty());
    let segments: Vec<String> = segments.map(|s| s.replace("%2F", "/")).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let Some((name, rest)) = segments.split_first() else { return not_found() };
    let Some(route) = ROUTES.iter().find(|r| r.name.eq_ignore_ascii_case(name)) else { return not_found() };
    let role = ctx.call.user.role;
    if route.reports && !role.reads_reports() || ctx.call.method != Method::Get && role == Role::ReadOnly {
        return forbidden();
    }
    let below = rest.get(1).map(|s| s.to_ascii_lowercase());
    match (route.find, rest.first(), below.as_deref()) {
        (Some(find), Some(key), Some("attachments")) => match find(org, key) {
            Some(id) => attachments::handle_attachments(org, route.name, id, &rest[2..], ctx),
            None => not_found(),
        },
        (Some(find), Some(key), Some("history")) => match find(org, key) {
            Some(id) => history::handle_history(org, id, ctx),
            None => history::unknown_document(ctx),
        },
        (_, Some(_), Some("allocations")) => allocations::handle_allocations(org, route.name, rest, ctx),
        (_, Some(_), Some("email" | "onlineinvoice" | "cissettings" | "options" | "actions")) => {
            (route.handle)(org, rest, ctx)
        }
        (_, _, Some(_)) => not_built(),
        _ => (route.handle)(org, rest, ctx),
    }
}
