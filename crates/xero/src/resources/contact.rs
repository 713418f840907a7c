//! Customers and suppliers.
//!
//! Every field is optional, because Xero omits what it likes; names in quotes are Xero's. Validation errors are
//! read by `element`, not here. Not here: what a field means for the books (`plan`).

use super::{BrandingTheme, PaymentTerms};
use crate::record::record;
use crate::statuses::{AddressType, ContactGroupStatus, ContactStatus, DefaultLineAmountType, PhoneType};
use crate::{Decimal, Stamp, XeroId};

record! {
    /// A customer or supplier (API-FACTS 4.5). Inside a document send only `contact_id`.
    pub struct Contact {
        contact_id: XeroId<Contact> = "ContactID",
        merged_to_contact_id: XeroId<Contact> = "MergedToContactID",
        contact_number: String = "ContactNumber",
        account_number: String = "AccountNumber",
        contact_status: ContactStatus = "ContactStatus",
        name: String = "Name",
        first_name: String = "FirstName",
        last_name: String = "LastName",
        company_number: String = "CompanyNumber",
        email_address: String = "EmailAddress",
        contact_persons: Vec<ContactPerson> = "ContactPersons",
        bank_account_details: String = "BankAccountDetails",
        tax_number: String = "TaxNumber",
        accounts_receivable_tax_type: String = "AccountsReceivableTaxType",
        accounts_payable_tax_type: String = "AccountsPayableTaxType",
        addresses: Vec<Address> = "Addresses",
        phones: Vec<Phone> = "Phones",
        is_supplier: bool = "IsSupplier",
        is_customer: bool = "IsCustomer",
        sales_default_line_amount_type: DefaultLineAmountType = "SalesDefaultLineAmountType",
        purchases_default_line_amount_type: DefaultLineAmountType = "PurchasesDefaultLineAmountType",
        default_currency: String = "DefaultCurrency",
        sales_default_account_code: String = "SalesDefaultAccountCode",
        purchases_default_account_code: String = "PurchasesDefaultAccountCode",
        sales_tracking_categories: Vec<DefaultTracking> = "SalesTrackingCategories",
        purchases_tracking_categories: Vec<DefaultTracking> = "PurchasesTrackingCategories",
        tracking_category_name: String = "TrackingCategoryName",
        tracking_category_option: String = "TrackingCategoryOption",
        payment_terms: Box<PaymentTerms> = "PaymentTerms",
        updated_date_utc: Stamp = "UpdatedDateUTC",
        contact_groups: Vec<ContactGroup> = "ContactGroups",
        website: String = "Website",
        branding_theme: Box<BrandingTheme> = "BrandingTheme",
        batch_payments: Box<BatchPaymentDetails> = "BatchPayments",
        discount: Decimal = "Discount",
        balances: Box<Balances> = "Balances",
        has_attachments: bool = "HasAttachments",
    }
}

record! {
    /// A postal address.
    pub struct Address {
        address_type: AddressType = "AddressType",
        address_line1: String = "AddressLine1",
        address_line2: String = "AddressLine2",
        address_line3: String = "AddressLine3",
        address_line4: String = "AddressLine4",
        city: String = "City",
        region: String = "Region",
        postal_code: String = "PostalCode",
        country: String = "Country",
        attention_to: String = "AttentionTo",
    }
}

record! {
    /// A phone number; Xero makes up empty ones.
    pub struct Phone {
        phone_type: PhoneType = "PhoneType",
        phone_number: String = "PhoneNumber",
        phone_area_code: String = "PhoneAreaCode",
        phone_country_code: String = "PhoneCountryCode",
    }
}

record! {
    /// A further person at a contact; the list is replaced whole.
    pub struct ContactPerson {
        first_name: String = "FirstName",
        last_name: String = "LastName",
        email_address: String = "EmailAddress",
        include_in_emails: bool = "IncludeInEmails",
    }
}

record! {
    /// A group of contacts.
    pub struct ContactGroup {
        name: String = "Name",
        status: ContactGroupStatus = "Status",
        contact_group_id: XeroId<ContactGroup> = "ContactGroupID",
        contacts: Vec<Contact> = "Contacts",
    }
}

record! {
    /// A contact's default tracking, by names.
    pub struct DefaultTracking {
        tracking_category_name: String = "TrackingCategoryName",
        tracking_option_name: String = "TrackingOptionName",
    }
}

record! {
    /// A contact's bank details for batch payments.
    pub struct BatchPaymentDetails {
        bank_account_number: String = "BankAccountNumber",
        bank_account_name: String = "BankAccountName",
        details: String = "Details",
        code: String = "Code",
        reference: String = "Reference",
    }
}

record! {
    /// What a contact owes and is owed.
    pub struct Balances {
        accounts_receivable: Balance = "AccountsReceivable",
        accounts_payable: Balance = "AccountsPayable",
    }
}

record! {
    /// An outstanding and an overdue amount.
    pub struct Balance {
        outstanding: Decimal = "Outstanding",
        overdue: Decimal = "Overdue",
    }
}
