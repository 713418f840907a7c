//! The chart of accounts.
//!
//! Every field is optional, because Xero omits what it likes; names in quotes are Xero's. Validation errors are
//! read by `element`, not here. Not here: what a field means for the books (`plan`).

use crate::record::record;
use crate::statuses::{AccountClass, AccountStatus, AccountType, BankAccountType, SystemAccount};
use crate::{Stamp, XeroId};

record! {
    /// An account of the chart (API-FACTS 4.2). Bank accounts may have no code: keep the id.
    pub struct Account {
        code: String = "Code",
        name: String = "Name",
        account_id: XeroId<Account> = "AccountID",
        kind: AccountType = "Type",
        bank_account_number: String = "BankAccountNumber",
        status: AccountStatus = "Status",
        description: String = "Description",
        bank_account_type: BankAccountType = "BankAccountType",
        currency_code: String = "CurrencyCode",
        tax_type: String = "TaxType",
        enable_payments_to_account: bool = "EnablePaymentsToAccount",
        show_in_expense_claims: bool = "ShowInExpenseClaims",
        class: AccountClass = "Class",
        system_account: SystemAccount = "SystemAccount",
        reporting_code: String = "ReportingCode",
        reporting_code_name: String = "ReportingCodeName",
        has_attachments: bool = "HasAttachments",
        updated_date_utc: Stamp = "UpdatedDateUTC",
        add_to_watchlist: bool = "AddToWatchlist",
    }
}
