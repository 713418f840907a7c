//! Xero's answers read into our lists: what can't be used is marked, what we don't know stays readable, order doesn't count.
//!
//! An account of type `NEWTHING` stays an account of that type (no role takes it); a deleted rate stays, as `Gone`; an
//! element without an id or code is left out, as nothing could name it.
//! Not here: asking (`sync`), what follows (`accounts`, `tax`).

use book::{Day, Text};
use money::{Currency, Percent};
use xero::statuses::{
    AccountClass, AccountStatus, AccountType, ActionStatus, SystemAccount, TaxRateStatus, TrackingStatus,
};
use xero::{Decimal, XeroId};

use super::{Account, Organisation, Standing, TaxRate, TrackingCategory, TrackingOption};
use crate::refusal::{Code, Refusal};

/// A list of Xero's that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// The organisation, with what the connected user may do.
    Organisation,
    /// The chart of accounts.
    Accounts,
    /// Tax rates.
    TaxRates,
    /// Tracking categories.
    Tracking,
    /// Currencies.
    Currencies,
}

/// What lists are fetched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A new connection, a settings page, the readiness check: all.
    All,
    /// Each run that sends: lock dates may have moved.
    Run,
    /// The nightly run: what people change rarely.
    Nightly,
}

impl Purpose {
    /// The lists it needs, in the order in which they are asked for.
    #[must_use]
    pub const fn lists(self) -> &'static [List] {
        match self {
            Purpose::All | Purpose::Nightly => {
                &[List::Organisation, List::Accounts, List::TaxRates, List::Tracking, List::Currencies]
            }
            Purpose::Run => &[List::Organisation],
        }
    }
}

impl List {
    /// What people call what is in it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            List::Organisation => "organisation",
            List::Accounts => "accounts",
            List::TaxRates => "tax rates",
            List::Tracking => "tracking categories",
            List::Currencies => "currencies",
        }
    }

    /// The path that answers it.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            List::Organisation => "Organisation",
            List::Accounts => "Accounts",
            List::TaxRates => "TaxRates",
            List::Tracking => "TrackingCategories",
            List::Currencies => "Currencies",
        }
    }
}

fn text(field: Option<&String>) -> Text {
    field.map_or("", |text| text.trim()).into()
}

/// A number of Xero's as one of `money`'s types, which read text.
pub(crate) fn number<T>(
    decimal: Option<Decimal>,
    parse: impl Fn(&str) -> Result<T, money::Error>,
) -> Option<T> {
    parse(&decimal?.to_string()).ok()
}

fn day(day: Option<xero::Day>) -> Option<Day> {
    day?.to_string().parse().ok()
}

/// The organisation, with what its user may do and is.
///
/// # Errors
/// Its id or currency is missing: nothing can be done with it.
pub fn read_organisation(
    organisation: &xero::Organisation,
    actions: &[xero::Action],
    user: Option<&xero::User>,
) -> Result<Organisation, Refusal> {
    let name = text(organisation.name.as_ref());
    let unclear =
        |field| Refusal::new(Code::OrganisationUnclear).with("field", field).with("organisation", &name);
    let id = organisation.organisation_id.filter(|id| !id.is_nothing()).ok_or_else(|| unclear("id"))?;
    let base = organisation.base_currency.as_deref().and_then(|code| Currency::parse(code).ok());
    let base = base.ok_or_else(|| unclear("currency"))?;
    let number = |field: Option<i64>, most| {
        field.and_then(|n| u32::try_from(n).ok()).filter(|n| (1..=most).contains(n))
    };
    let forbidden = |action: &&xero::Action| action.status == Some(ActionStatus::NotAllowed);
    let mut not_allowed: Vec<Text> =
        actions.iter().filter(forbidden).map(|action| text(action.name.as_ref())).collect();
    not_allowed.sort();
    let role = user.and_then(|user| user.organisation_role.as_ref());
    let demo = organisation.is_demo_company == Some(true);
    Ok(Organisation {
        id,
        base,
        version: text(organisation.version.as_ref()),
        zone: text(organisation.timezone.as_ref()),
        short_code: text(organisation.short_code.as_ref()),
        // Not said is registered: a missing tax is noticed, a tax that is left out isn't.
        pays_tax: organisation.pays_tax.unwrap_or(true),
        year_end: (
            number(organisation.financial_year_end_day, 31).unwrap_or(31),
            number(organisation.financial_year_end_month, 12).unwrap_or(12),
        ),
        period_lock: day(organisation.period_lock_date),
        year_lock: day(organisation.end_of_year_lock_date),
        not_allowed,
        role: role.map(|role| role.as_str().into()),
        plan: if demo { "DEMO".into() } else { text(organisation.class.as_ref()) },
        edition: text(organisation.edition.as_ref()),
        name,
    })
}

/// The chart of accounts, by id.
#[must_use]
pub fn read_accounts(accounts: &[xero::Account]) -> Vec<Account> {
    let mut read: Vec<Account> = accounts.iter().filter_map(read_account).collect();
    read.sort_by_key(|account| account.id);
    read
}

fn read_account(account: &xero::Account) -> Option<Account> {
    let kind = account.kind.clone().unwrap_or_else(|| AccountType::Other(String::new()));
    let system = account.system_account.as_ref().map(SystemAccount::as_str).filter(|word| !word.is_empty());
    Some(Account {
        id: account.account_id.filter(|id| !id.is_nothing())?,
        code: text(account.code.as_ref()),
        name: text(account.name.as_ref()),
        class: account.class.clone().unwrap_or_else(|| class_of(&kind)),
        kind,
        standing: match account.status {
            None | Some(AccountStatus::Active) => Standing::Active,
            Some(AccountStatus::Archived) => Standing::Archived,
            Some(AccountStatus::Deleted | AccountStatus::Other(_)) => Standing::Gone,
        },
        system: system.map(Text::from),
        payments: account.enable_payments_to_account == Some(true),
        currency: account.currency_code.as_deref().and_then(|code| Currency::parse(code).ok()),
        tax_type: text(account.tax_type.as_ref()),
    })
}

/// The class of a type (API-FACTS 4.2), where Xero leaves it out.
fn class_of(kind: &AccountType) -> AccountClass {
    match kind {
        AccountType::Bank
        | AccountType::Current
        | AccountType::Fixed
        | AccountType::Inventory
        | AccountType::NonCurrent
        | AccountType::Prepayment => AccountClass::Asset,
        AccountType::Equity => AccountClass::Equity,
        AccountType::Depreciation
        | AccountType::DirectCosts
        | AccountType::Expense
        | AccountType::Overheads => AccountClass::Expense,
        AccountType::CurrentLiability
        | AccountType::Liability
        | AccountType::TermLiability
        | AccountType::Payg => AccountClass::Liability,
        AccountType::OtherIncome | AccountType::Revenue | AccountType::Sales => AccountClass::Revenue,
        AccountType::Other(word) => AccountClass::Other(word.clone()),
    }
}

/// Tax rates, deleted ones too, by tax type.
#[must_use]
pub fn read_tax_rates(rates: &[xero::TaxRate]) -> Vec<TaxRate> {
    let mut read: Vec<TaxRate> = rates.iter().filter_map(read_tax_rate).collect();
    read.sort_by(|one, other| one.tax_type.cmp(&other.tax_type));
    read
}

fn read_tax_rate(rate: &xero::TaxRate) -> Option<TaxRate> {
    let tax_type = text(rate.tax_type.as_ref());
    if tax_type.is_empty() {
        return None;
    }
    let percent = number(rate.effective_rate.or(rate.display_tax_rate), Percent::parse);
    let classes = [
        (rate.can_apply_to_assets, AccountClass::Asset),
        (rate.can_apply_to_equity, AccountClass::Equity),
        (rate.can_apply_to_expenses, AccountClass::Expense),
        (rate.can_apply_to_liabilities, AccountClass::Liability),
        (rate.can_apply_to_revenue, AccountClass::Revenue),
    ];
    let components = rate.tax_components.as_deref().unwrap_or_default();
    Some(TaxRate {
        tax_type,
        name: text(rate.name.as_ref()),
        report: text(rate.report_tax_type.as_ref()),
        standing: match (&rate.status, percent) {
            // A percentage that we can't write is one that nothing can match.
            (_, None) => Standing::Gone,
            (None | Some(TaxRateStatus::Active), _) => Standing::Active,
            (Some(TaxRateStatus::Archived | TaxRateStatus::Pending), _) => Standing::Archived,
            (Some(TaxRateStatus::Deleted | TaxRateStatus::Other(_)), _) => Standing::Gone,
        },
        rate: percent.unwrap_or(Percent::ZERO),
        applies: classes.into_iter().filter(|(may, _)| *may == Some(true)).map(|(_, class)| class).collect(),
        lost: percent.map_or(Percent::ZERO, |percent| lost(components).unwrap_or_default().min(percent)),
    })
}

/// What of a rate can't be reclaimed: its components that are so, a compound one on top of the others (TAX-6).
fn lost(components: &[xero::TaxComponent]) -> Option<Percent> {
    let hundred = Decimal::new(100, 0);
    let is = |flag: Option<bool>| flag == Some(true);
    let (mut simple, mut lost) = (Decimal::ZERO, Decimal::ZERO);
    for part in components.iter().filter(|part| !is(part.is_compound)) {
        simple = simple.plus(part.rate?)?;
        if is(part.is_non_recoverable) {
            lost = lost.plus(part.rate?)?;
        }
    }
    for part in components.iter().filter(|part| is(part.is_compound) && is(part.is_non_recoverable)) {
        lost = lost.plus(part.rate?.times(hundred.plus(simple)?)?.divided(hundred, 6)?)?;
    }
    Percent::parse(&lost.rounded(6)?.trimmed(0).to_string()).ok()
}

fn standing(status: Option<&TrackingStatus>) -> Standing {
    match status {
        None | Some(TrackingStatus::Active) => Standing::Active,
        Some(TrackingStatus::Archived) => Standing::Archived,
        Some(TrackingStatus::Deleted | TrackingStatus::Other(_)) => Standing::Gone,
    }
}

/// Tracking categories with their options, by id.
#[must_use]
pub fn read_tracking(categories: &[xero::TrackingCategory]) -> Vec<TrackingCategory> {
    let option = |option: &xero::TrackingOption| {
        let id = option.tracking_option_id.filter(|id: &XeroId<_>| !id.is_nothing())?;
        let name = text(option.name.as_ref());
        Some(TrackingOption { id, name, standing: standing(option.status.as_ref()) })
    };
    let read = |category: &xero::TrackingCategory| {
        let id = category.tracking_category_id.filter(|id| !id.is_nothing())?;
        let options = category.options.as_deref().unwrap_or_default();
        let mut options: Vec<TrackingOption> = options.iter().filter_map(option).collect();
        options.sort_by_key(|option| option.id);
        let name = text(category.name.as_ref());
        Some(TrackingCategory { id, name, standing: standing(category.status.as_ref()), options })
    };
    let mut read: Vec<TrackingCategory> = categories.iter().filter_map(read).collect();
    read.sort_by_key(|category| category.id);
    read
}

/// The currencies that the organisation is subscribed to; a code that is no currency of ISO 4217 is left out.
#[must_use]
pub fn read_currencies(currencies: &[xero::Currency]) -> Vec<Currency> {
    let code =
        |currency: &xero::Currency| currency.code.as_deref().and_then(|code| Currency::parse(code).ok());
    let mut read: Vec<Currency> = currencies.iter().filter_map(code).collect();
    read.sort_by_key(|currency| currency.code());
    read.dedup();
    read
}
