//! Which right a call needs (API-FACTS 1.5), as one table.
//!
//! `needed("GET", ["Invoices"])` is met by `accounting.invoices.read`, `accounting.invoices`, or one of the broad
//! `accounting.transactions.read`, `accounting.transactions`. A write is met by the names without `.read` only.
//!
//! Not here: who holds which scope (`identity`), what a refusal looks like (`gate`).

/// A scope an app can ask for: its name, whether it is a broad one of before March 2026, and what it lets an app do,
/// in the words of the consent page.
pub struct Scope {
    /// As in a request.
    pub name: &'static str,
    /// Given out to old apps only.
    pub broad: bool,
    /// What the person reads.
    pub lets: &'static str,
}

const fn granular(name: &'static str, lets: &'static str) -> Scope {
    Scope { name, broad: false, lets }
}

const fn broad(name: &'static str, lets: &'static str) -> Scope {
    Scope { name, broad: true, lets }
}

/// Every scope there is.
pub const SCOPES: &[Scope] = &[
    granular("openid", "know who you are"),
    granular("profile", "see your name"),
    granular("email", "see your email address"),
    granular("offline_access", "keep its access while you are away"),
    granular("app.connections", "see and remove its own connections"),
    granular(
        "accounting.invoices",
        "view and change invoices, bills, credit notes, purchase orders, quotes and items",
    ),
    granular(
        "accounting.invoices.read",
        "view invoices, bills, credit notes, purchase orders, quotes and items",
    ),
    granular("accounting.payments", "view and change payments, batch payments, prepayments and overpayments"),
    granular("accounting.payments.read", "view payments, batch payments, prepayments and overpayments"),
    granular("accounting.banktransactions", "view and change bank transactions and transfers"),
    granular("accounting.banktransactions.read", "view bank transactions and transfers"),
    granular("accounting.manualjournals", "view and change manual journals"),
    granular("accounting.manualjournals.read", "view manual journals"),
    granular("accounting.settings", "view and change accounts, tax rates, tracking, currencies and items"),
    granular("accounting.settings.read", "view accounts, tax rates, tracking, currencies and items"),
    granular("accounting.contacts", "view and change contacts"),
    granular("accounting.contacts.read", "view contacts"),
    granular("accounting.attachments", "view and add attached files"),
    granular("accounting.attachments.read", "view attached files"),
    granular("accounting.budgets.read", "view budgets"),
    granular("accounting.journals.read", "view the general ledger"),
    granular("accounting.reports.aged.read", "view the aged receivables and payables reports"),
    granular("accounting.reports.balancesheet.read", "view the balance sheet"),
    granular("accounting.reports.trialbalance.read", "view the trial balance"),
    granular("accounting.reports.profitandloss.read", "view the profit and loss report"),
    granular("accounting.reports.banksummary.read", "view the bank summary"),
    granular("accounting.reports.budgetsummary.read", "view the budget summary"),
    granular("accounting.reports.executivesummary.read", "view the executive summary"),
    granular("accounting.reports.taxreports.read", "view the tax reports"),
    granular("accounting.reports.tenninetynine.read", "view the 1099 report"),
    broad("accounting.transactions", "view and change all business transactions"),
    broad("accounting.transactions.read", "view all business transactions"),
    broad("accounting.reports.read", "view all reports"),
];

/// The scope of that name.
pub fn named(name: &str) -> Option<&'static Scope> {
    SCOPES.iter().find(|s| s.name == name)
}

/// Endpoint (in lower case) and the groups either of which opens it.
const ENDPOINTS: &[(&str, &[&str])] = &[
    ("invoices", &["accounting.invoices"]),
    ("creditnotes", &["accounting.invoices"]),
    ("purchaseorders", &["accounting.invoices"]),
    ("quotes", &["accounting.invoices"]),
    ("repeatinginvoices", &["accounting.invoices"]),
    ("linkedtransactions", &["accounting.invoices"]),
    ("items", &["accounting.invoices", "accounting.settings"]),
    ("payments", &["accounting.payments"]),
    ("batchpayments", &["accounting.payments"]),
    ("overpayments", &["accounting.payments"]),
    ("prepayments", &["accounting.payments"]),
    ("banktransactions", &["accounting.banktransactions"]),
    ("banktransfers", &["accounting.banktransactions"]),
    ("manualjournals", &["accounting.manualjournals"]),
    ("accounts", &["accounting.settings"]),
    ("brandingthemes", &["accounting.settings"]),
    ("currencies", &["accounting.settings"]),
    ("invoicereminders", &["accounting.settings"]),
    ("organisation", &["accounting.settings"]),
    ("organisations", &["accounting.settings"]),
    ("taxrates", &["accounting.settings"]),
    ("trackingcategories", &["accounting.settings"]),
    ("users", &["accounting.settings"]),
    ("contacts", &["accounting.contacts"]),
    ("contactgroups", &["accounting.contacts"]),
    ("budgets", &["accounting.budgets"]),
    ("journals", &["accounting.journals"]),
];

/// Report (in lower case) and its scope, without the ending `.read` that all of them have.
const REPORTS: &[(&str, &str)] = &[
    ("agedpayablesbycontact", "accounting.reports.aged"),
    ("agedreceivablesbycontact", "accounting.reports.aged"),
    ("balancesheet", "accounting.reports.balancesheet"),
    ("trialbalance", "accounting.reports.trialbalance"),
    ("profitandloss", "accounting.reports.profitandloss"),
    ("banksummary", "accounting.reports.banksummary"),
    ("budgetsummary", "accounting.reports.budgetsummary"),
    ("executivesummary", "accounting.reports.executivesummary"),
    ("tenninetynine", "accounting.reports.tenninetynine"),
];

/// What the broad scopes stand for.
const BROAD: &[(&str, &[&str])] = &[
    (
        "accounting.transactions",
        &[
            "accounting.invoices",
            "accounting.payments",
            "accounting.banktransactions",
            "accounting.manualjournals",
        ],
    ),
    ("accounting.reports", &["accounting.reports."]),
];

/// The groups (names without `.read`) either of which opens this endpoint; empty when any token does.
fn groups(segments: &[String]) -> Vec<&'static str> {
    let at = |n: usize| segments.get(n).map(|s| s.to_ascii_lowercase()).unwrap_or_default();
    if at(2) == "attachments" {
        return vec!["accounting.attachments"];
    }
    if at(0) == "reports" {
        let named = REPORTS.iter().find(|(report, _)| *report == at(1)).map(|(_, group)| vec![*group]);
        return named.unwrap_or_else(|| {
            // The list of reports, and those published by a tax authority.
            let mut all: Vec<_> = REPORTS.iter().map(|(_, group)| *group).collect();
            all.push("accounting.reports.taxreports");
            all
        });
    }
    ENDPOINTS.iter().find(|(name, _)| *name == at(0)).map(|(_, groups)| groups.to_vec()).unwrap_or_default()
}

/// Whether a holder of `held` may make this call. `segments` follow `/api.xro/2.0/`.
pub fn allows(held: &[String], method: &str, segments: &[String]) -> bool {
    let groups = groups(segments);
    let reading = method == "GET" || method == "HEAD";
    groups.is_empty() || groups.iter().any(|group| held.iter().any(|scope| opens(scope, group, reading)))
}

fn opens(scope: &str, group: &str, reading: bool) -> bool {
    let name = match scope.strip_suffix(".read") {
        Some(name) if reading => name,
        Some(_) => return false,
        None => scope,
    };
    name == group
        || BROAD.iter().any(|(broad, stands_for)| {
            name == *broad
                && stands_for.iter().any(|s| *s == group || s.ends_with('.') && group.starts_with(s))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(held: &str, method: &str, path: &str) -> bool {
        let held: Vec<String> = held.split(' ').map(str::to_owned).collect();
        let segments: Vec<String> = path.split('/').map(str::to_owned).collect();
        allows(&held, method, &segments)
    }

    #[test]
    fn every_row_of_the_facts() {
        for (held, method, path, expected) in [
            ("accounting.invoices", "PUT", "Invoices", true),
            ("accounting.invoices.read", "PUT", "Invoices", false),
            ("accounting.invoices.read", "GET", "invoices", true),
            ("accounting.invoices", "GET", "CreditNotes/1", true),
            ("accounting.invoices", "PUT", "CreditNotes/1/Allocations", true),
            ("accounting.invoices", "POST", "PurchaseOrders", true),
            ("accounting.invoices", "POST", "Quotes", true),
            ("accounting.invoices", "POST", "Items", true),
            ("accounting.settings", "POST", "Items", true),
            ("accounting.settings.read", "GET", "Items", true),
            ("accounting.invoices", "GET", "LinkedTransactions", true),
            ("accounting.payments", "PUT", "Payments", true),
            ("accounting.payments", "PUT", "BatchPayments", true),
            ("accounting.payments", "GET", "Prepayments", true),
            ("accounting.payments", "GET", "Overpayments", true),
            ("accounting.payments", "GET", "Invoices", false),
            ("accounting.banktransactions", "PUT", "BankTransactions", true),
            ("accounting.banktransactions", "GET", "BankTransfers", true),
            ("accounting.manualjournals", "PUT", "ManualJournals", true),
            ("accounting.settings", "GET", "Organisation", true),
            ("accounting.settings", "GET", "Organisation/Actions", true),
            ("accounting.settings", "PUT", "Accounts", true),
            ("accounting.settings", "GET", "TaxRates", true),
            ("accounting.settings", "PUT", "TrackingCategories/1/Options", true),
            ("accounting.settings", "GET", "Users", true),
            ("accounting.settings", "PUT", "Currencies", true),
            ("accounting.contacts.read", "GET", "Contacts", true),
            ("accounting.contacts.read", "POST", "Contacts/1", false),
            ("accounting.invoices", "PUT", "Invoices/1/Attachments/a.png", false),
            ("accounting.attachments", "PUT", "Invoices/1/Attachments/a.png", true),
            ("accounting.attachments.read", "GET", "Invoices/1/attachments", true),
            ("accounting.invoices", "PUT", "Invoices/1/History", true),
            ("accounting.attachments", "GET", "Invoices/1/History", false),
            ("accounting.journals.read", "GET", "Journals", true),
            ("accounting.budgets.read", "GET", "Budgets", true),
            ("accounting.reports.trialbalance.read", "GET", "Reports/TrialBalance", true),
            ("accounting.reports.trialbalance.read", "GET", "Reports/BalanceSheet", false),
            ("accounting.reports.balancesheet.read", "GET", "Reports/BalanceSheet", true),
            ("accounting.reports.profitandloss.read", "GET", "Reports/ProfitAndLoss", true),
            ("accounting.reports.read", "GET", "Reports/BalanceSheet", true),
            ("accounting.reports.read", "GET", "Reports/TrialBalance", true),
            ("accounting.reports.read", "GET", "Journals", false),
            ("accounting.transactions", "PUT", "Invoices", true),
            ("accounting.transactions", "PUT", "Payments", true),
            ("accounting.transactions", "PUT", "ManualJournals", true),
            ("accounting.transactions", "POST", "BankTransactions", true),
            ("accounting.transactions", "GET", "Contacts", false),
            ("accounting.transactions.read", "GET", "Quotes", true),
            ("accounting.transactions.read", "PUT", "Quotes", false),
            ("openid profile", "GET", "Accounts", false),
            ("", "GET", "Accounts", false),
        ] {
            assert_eq!(may(held, method, path), expected, "{held}: {method} {path}");
        }
    }

    #[test]
    fn an_unknown_endpoint_is_not_a_matter_of_rights() {
        assert!(may("openid", "GET", "Nothing"));
    }

    #[test]
    fn every_group_of_the_tables_is_a_scope() {
        let all =
            ENDPOINTS.iter().flat_map(|(_, g)| g.iter().copied()).chain(REPORTS.iter().map(|(_, g)| *g));
        for group in all {
            assert!(SCOPES.iter().any(|s| s.name.trim_end_matches(".read") == group), "{group}");
        }
    }
}
