//! The words Xero uses for kinds and statuses, spelt as in the OpenAPI file.
//!
//! Each keeps an unknown word as `Other`, which never counts as any of the known ones. Not here: which status may follow
//! which (Xero knows; `errors` explains its refusals).

use crate::word::words;

words! {
    /// The life of invoices, bills and credit notes (API-FACTS 4.7).
    DocumentStatus: Draft = "DRAFT", Submitted = "SUBMITTED", Deleted = "DELETED", Authorised = "AUTHORISED",
        Paid = "PAID", Voided = "VOIDED";
    /// What kind of invoice.
    InvoiceType: Bill = "ACCPAY", BillCredit = "ACCPAYCREDIT", BillOverpayment = "APOVERPAYMENT",
        BillPrepayment = "APPREPAYMENT", Sale = "ACCREC", SaleCredit = "ACCRECCREDIT",
        SaleOverpayment = "AROVERPAYMENT", SalePrepayment = "ARPREPAYMENT";
    /// Which side a credit note is on.
    CreditNoteType: Bill = "ACCPAYCREDIT", Sale = "ACCRECCREDIT";
    /// How a line's amount contains tax.
    LineAmountTypes: Exclusive = "Exclusive", Inclusive = "Inclusive", NoTax = "NoTax";
    /// How a quote's line contains tax: the same words in capitals.
    QuoteLineAmountTypes: Exclusive = "EXCLUSIVE", Inclusive = "INCLUSIVE", NoTax = "NOTAX";
    /// A contact's default for `LineAmountTypes`.
    DefaultLineAmountType: Inclusive = "INCLUSIVE", Exclusive = "EXCLUSIVE", None = "NONE";
    /// The life of purchase orders (API-FACTS 4.9).
    PurchaseOrderStatus: Draft = "DRAFT", Submitted = "SUBMITTED", Authorised = "AUTHORISED", Billed = "BILLED",
        Deleted = "DELETED";
    /// The life of quotes (API-FACTS 4.14).
    QuoteStatus: Draft = "DRAFT", Sent = "SENT", Declined = "DECLINED", Accepted = "ACCEPTED",
        Invoiced = "INVOICED", Deleted = "DELETED";
    /// The life of manual journals (API-FACTS 4.12).
    ManualJournalStatus: Draft = "DRAFT", Posted = "POSTED", Deleted = "DELETED", Voided = "VOIDED",
        Archived = "ARCHIVED";
    /// The life of payments and batches of them.
    PaymentStatus: Authorised = "AUTHORISED", Deleted = "DELETED";
    /// What a payment pays.
    PaymentType: Sale = "ACCRECPAYMENT", Bill = "ACCPAYPAYMENT", SaleCredit = "ARCREDITPAYMENT",
        BillCredit = "APCREDITPAYMENT", SaleOverpayment = "AROVERPAYMENTPAYMENT",
        SalePrepayment = "ARPREPAYMENTPAYMENT", BillPrepayment = "APPREPAYMENTPAYMENT",
        BillOverpayment = "APOVERPAYMENTPAYMENT";
    /// Which way a batch pays.
    BatchPaymentType: Paid = "PAYBATCH", Received = "RECBATCH";
    /// The life of prepayments and overpayments.
    CreditStatus: Authorised = "AUTHORISED", Paid = "PAID", Voided = "VOIDED";
    /// How a prepayment came to be.
    PrepaymentType: Received = "RECEIVE-PREPAYMENT", Spent = "SPEND-PREPAYMENT", Sale = "ARPREPAYMENT",
        Bill = "APPREPAYMENT";
    /// How an overpayment came to be.
    OverpaymentType: Received = "RECEIVE-OVERPAYMENT", Spent = "SPEND-OVERPAYMENT", Sale = "AROVERPAYMENT";
    /// Which way money went, and why.
    BankTransactionType: Receive = "RECEIVE", ReceiveOverpayment = "RECEIVE-OVERPAYMENT",
        ReceivePrepayment = "RECEIVE-PREPAYMENT", Spend = "SPEND", SpendOverpayment = "SPEND-OVERPAYMENT",
        SpendPrepayment = "SPEND-PREPAYMENT", ReceiveTransfer = "RECEIVE-TRANSFER",
        SpendTransfer = "SPEND-TRANSFER";
    /// The life of bank transactions.
    BankTransactionStatus: Authorised = "AUTHORISED", Deleted = "DELETED", Voided = "VOIDED";
    /// The life of contacts. Archived ones can't be edited through the API.
    ContactStatus: Active = "ACTIVE", Archived = "ARCHIVED", Erased = "GDPRREQUEST";
    /// The life of contact groups.
    ContactGroupStatus: Active = "ACTIVE", Deleted = "DELETED";
    /// What an address is for.
    AddressType: PostBox = "POBOX", Street = "STREET", Delivery = "DELIVERY";
    /// What a number is for.
    PhoneType: Default = "DEFAULT", Direct = "DDI", Mobile = "MOBILE", Fax = "FAX", Office = "OFFICE";
    /// How a payment term counts.
    PaymentTermType: DaysAfterDate = "DAYSAFTERBILLDATE", DaysAfterMonth = "DAYSAFTERBILLMONTH",
        OfCurrentMonth = "OFCURRENTMONTH", OfFollowingMonth = "OFFOLLOWINGMONTH";
    /// Types of accounts (API-FACTS 4.2).
    AccountType: Bank = "BANK", Current = "CURRENT", CurrentLiability = "CURRLIAB", Depreciation = "DEPRECIATN",
        DirectCosts = "DIRECTCOSTS", Equity = "EQUITY", Expense = "EXPENSE", Fixed = "FIXED",
        Inventory = "INVENTORY", Liability = "LIABILITY", NonCurrent = "NONCURRENT",
        OtherIncome = "OTHERINCOME", Overheads = "OVERHEADS", Prepayment = "PREPAYMENT", Revenue = "REVENUE",
        Sales = "SALES", TermLiability = "TERMLIAB", Payg = "PAYG";
    /// The five classes of accounts.
    AccountClass: Asset = "ASSET", Equity = "EQUITY", Expense = "EXPENSE", Liability = "LIABILITY",
        Revenue = "REVENUE";
    /// The life of accounts.
    AccountStatus: Active = "ACTIVE", Archived = "ARCHIVED", Deleted = "DELETED";
    /// Kinds of bank accounts.
    BankAccountType: Bank = "BANK", CreditCard = "CREDITCARD", PayPal = "PAYPAL", None = "NONE";
    /// Accounts that Xero itself posts to.
    SystemAccount: Debtors = "DEBTORS", Creditors = "CREDITORS", BankCurrencyGain = "BANKCURRENCYGAIN",
        Tax = "GST", TaxOnImports = "GSTONIMPORTS", Historical = "HISTORICAL",
        RealisedCurrencyGain = "REALISEDCURRENCYGAIN", RetainedEarnings = "RETAINEDEARNINGS",
        Rounding = "ROUNDING", TrackingTransfers = "TRACKINGTRANSFERS", UnpaidExpenses = "UNPAIDEXPCLM",
        UnrealisedCurrencyGain = "UNREALISEDCURRENCYGAIN", WagesPayable = "WAGEPAYABLES";
    /// The life of tax rates.
    TaxRateStatus: Active = "ACTIVE", Deleted = "DELETED", Archived = "ARCHIVED", Pending = "PENDING";
    /// The life of tracking categories and options.
    TrackingStatus: Active = "ACTIVE", Archived = "ARCHIVED", Deleted = "DELETED";
    /// Whether the connecting user may do something.
    ActionStatus: Allowed = "ALLOWED", NotAllowed = "NOT-ALLOWED";
    /// What a user is in the organisation.
    OrganisationRole: ReadOnly = "READONLY", InvoiceOnly = "INVOICEONLY", Standard = "STANDARD",
        Adviser = "FINANCIALADVISER", ManagedClient = "MANAGEDCLIENT", CashbookClient = "CASHBOOKCLIENT",
        Unknown = "UNKNOWN", Removed = "REMOVED";
    /// Xero's verdict on one element of a write (API-FACTS 3.4).
    ElementStatus: Ok = "OK", Warning = "WARNING", Error = "ERROR";
    /// What a report's row is.
    RowType: Header = "Header", Section = "Section", Row = "Row", Summary = "SummaryRow";
}
