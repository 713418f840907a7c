//! The organisation and what belongs to it as a whole: users, currencies, themes, permissions.
//!
//! Every field is optional, because Xero omits what it likes; names in quotes are Xero's. Validation errors are
//! read by `element`, not here. Not here: what a field means for the books (`plan`).

use super::{Address, Phone};
use crate::record::record;
use crate::statuses::{ActionStatus, OrganisationRole, PaymentTermType};
use crate::{Day, Stamp, XeroId};

record! {
    /// The organisation behind a connection (API-FACTS 4.1). A lock date that is not set is absent.
    pub struct Organisation {
        organisation_id: XeroId<Organisation> = "OrganisationID",
        name: String = "Name",
        legal_name: String = "LegalName",
        pays_tax: bool = "PaysTax",
        version: String = "Version",
        organisation_type: String = "OrganisationType",
        base_currency: String = "BaseCurrency",
        country_code: String = "CountryCode",
        is_demo_company: bool = "IsDemoCompany",
        organisation_status: String = "OrganisationStatus",
        registration_number: String = "RegistrationNumber",
        tax_number: String = "TaxNumber",
        financial_year_end_day: i64 = "FinancialYearEndDay",
        financial_year_end_month: i64 = "FinancialYearEndMonth",
        sales_tax_basis: String = "SalesTaxBasis",
        sales_tax_period: String = "SalesTaxPeriod",
        default_sales_tax: String = "DefaultSalesTax",
        default_purchases_tax: String = "DefaultPurchasesTax",
        period_lock_date: Day = "PeriodLockDate",
        end_of_year_lock_date: Day = "EndOfYearLockDate",
        created_date_utc: Stamp = "CreatedDateUTC",
        timezone: String = "Timezone",
        organisation_entity_type: String = "OrganisationEntityType",
        short_code: String = "ShortCode",
        class: String = "Class",
        edition: String = "Edition",
        addresses: Vec<Address> = "Addresses",
        phones: Vec<Phone> = "Phones",
        external_links: Vec<ExternalLink> = "ExternalLinks",
        payment_terms: Box<PaymentTerms> = "PaymentTerms",
    }
}

record! {
    /// What the connecting user may do in this organisation (API-FACTS 4.1).
    pub struct Action {
        name: String = "Name",
        status: ActionStatus = "Status",
    }
}

record! {
    /// When bills and sales fall due by default.
    pub struct PaymentTerms {
        bills: PaymentTerm = "Bills",
        sales: PaymentTerm = "Sales",
    }
}

record! {
    /// One payment term: a day and how it counts.
    pub struct PaymentTerm {
        day: i64 = "Day",
        kind: PaymentTermType = "Type",
    }
}

record! {
    /// A link of the organisation.
    pub struct ExternalLink {
        link_type: String = "LinkType",
        url: String = "Url",
        description: String = "Description",
    }
}

record! {
    /// A user of the organisation (API-FACTS 4.15).
    pub struct User {
        user_id: XeroId<User> = "UserID",
        email_address: String = "EmailAddress",
        first_name: String = "FirstName",
        last_name: String = "LastName",
        updated_date_utc: Stamp = "UpdatedDateUTC",
        is_subscriber: bool = "IsSubscriber",
        organisation_role: OrganisationRole = "OrganisationRole",
        global_user_id: String = "GlobalUserID",
    }
}

record! {
    /// A currency the organisation is subscribed to; never removable.
    pub struct Currency {
        code: String = "Code",
        description: String = "Description",
    }
}

record! {
    /// The look of printed documents.
    pub struct BrandingTheme {
        branding_theme_id: XeroId<BrandingTheme> = "BrandingThemeID",
        name: String = "Name",
        logo_url: String = "LogoUrl",
        kind: String = "Type",
        sort_order: i64 = "SortOrder",
        created_date_utc: Stamp = "CreatedDateUTC",
    }
}
