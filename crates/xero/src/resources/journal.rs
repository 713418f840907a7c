//! Manual journals, which we write, and the ledger feed, which few may read.
//!
//! Every field is optional, because Xero omits what it likes; names in quotes are Xero's. Validation errors are
//! read by `element`, not here. Not here: what a field means for the books (`plan`).

use super::{Account, Tracking, TrackingCategory};
use crate::record::record;
use crate::statuses::{LineAmountTypes, ManualJournalStatus};
use crate::{Day, Decimal, Stamp, XeroId};

record! {
    /// A manual journal (API-FACTS 4.12). Base currency; its lines have no ids.
    pub struct ManualJournal {
        narration: String = "Narration",
        journal_lines: Vec<ManualJournalLine> = "JournalLines",
        date: Day = "Date",
        line_amount_types: LineAmountTypes = "LineAmountTypes",
        status: ManualJournalStatus = "Status",
        url: String = "Url",
        show_on_cash_basis_reports: bool = "ShowOnCashBasisReports",
        has_attachments: bool = "HasAttachments",
        updated_date_utc: Stamp = "UpdatedDateUTC",
        manual_journal_id: XeroId<ManualJournal> = "ManualJournalID",
    }
}

record! {
    /// A line of a manual journal: debit positive, credit negative.
    pub struct ManualJournalLine {
        line_amount: Decimal = "LineAmount",
        account_code: String = "AccountCode",
        account_id: XeroId<Account> = "AccountID",
        description: String = "Description",
        tax_type: String = "TaxType",
        tracking: Vec<Tracking> = "Tracking",
        tax_amount: Decimal = "TaxAmount",
        is_blank: bool = "IsBlank",
    }
}

record! {
    /// An entry of the general ledger feed, a premium endpoint (API-FACTS 4.13).
    pub struct Journal {
        journal_id: XeroId<Journal> = "JournalID",
        journal_date: Day = "JournalDate",
        journal_number: i64 = "JournalNumber",
        created_date_utc: Stamp = "CreatedDateUTC",
        reference: String = "Reference",
        source_id: XeroId<Source> = "SourceID",
        source_type: String = "SourceType",
        journal_lines: Vec<JournalLine> = "JournalLines",
    }
}

record! {
    /// A line of the general ledger feed.
    pub struct JournalLine {
        journal_line_id: XeroId<JournalLine> = "JournalLineID",
        account_id: XeroId<Account> = "AccountID",
        account_code: String = "AccountCode",
        account_type: String = "AccountType",
        account_name: String = "AccountName",
        description: String = "Description",
        net_amount: Decimal = "NetAmount",
        gross_amount: Decimal = "GrossAmount",
        tax_amount: Decimal = "TaxAmount",
        tax_type: String = "TaxType",
        tax_name: String = "TaxName",
        tracking_categories: Vec<TrackingCategory> = "TrackingCategories",
    }
}

/// Whatever document a ledger entry comes from; its id only says that there is one.
#[derive(Clone, Debug)]
pub struct Source;
