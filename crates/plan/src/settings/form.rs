//! Settings as people and programs outside write them: accounts by code or name, goods and parties by code.
//!
//! ```text
//! {"sales": "on", "accounts": [{"role": "purchases", "account": "630"}, {"role": "sales", "account": "200"}]}
//! ```
//! A form shows what holds and what will hold; what held before is kept beside it. An account that is written without a day
//! is a change from today on once anything is sent, before that from the beginning (ACC-6).
//! Not here: whether it may be saved (`check`).

use book::{Book, CategoryId, Day, PartyId, WarehouseId};
use money::{Currency, Percent};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use xero::XeroId;

use super::{
    AccountRole, Emails, JournalSettings, Mapping, NewStatuses, OrderTrigger, Payments, Purchasing, Settings,
    Switch, TaxPreference, TaxSide, Tier,
};
use crate::balances::FormSynchronisation;
use crate::lists::Lists;
use crate::refusal::{Code, Refusal};

/// Settings by names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Form {
    /// Sales documents go by themselves (SEL-1).
    pub sales: Switch,
    /// Purchase documents go by themselves.
    pub procurement: Switch,
    /// Inventory, WIP and COGS journals.
    pub balances: Switch,
    /// How journals are made: each section `off`, `day`, `month` or `event`; `locked`: `first_open_day` or `hold`.
    pub journals: JournalSettings,
    /// Whether lines of stock, work in progress and liabilities carry the item's tracking options (POST-25).
    pub item_options: Switch,
    /// From this day on, where it isn't from today on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_options_from: Option<Day>,
    /// Quotes go as Xero quotes.
    pub quotes: Switch,
    /// Which way payments go (PAY-6): `none`, `to_xero`, `from_xero`, `both`.
    pub payments: Payments,
    /// Who e-mails invoices (DOC-16): `nobody`, `users`, `xero`.
    pub emails: Emails,
    /// As what purchases go.
    pub purchasing: Purchasing,
    /// What sends a Xero purchase order.
    pub order_trigger: OrderTrigger,
    /// Statuses of new documents.
    pub new: NewStatuses,
    /// Accounts by role.
    pub accounts: Vec<FormAccount>,
    /// Preferred tax rates.
    pub taxes: Vec<FormTax>,
    /// Take over Xero's price, rate and date of bills when they are approved there.
    pub take_over_bills: Switch,
    /// The tier of the Xero app.
    pub tier: Tier,
    /// Minutes between looks by day; none is the tier's own timetable.
    pub look_every: Option<u16>,
    /// The hour of the nightly run, company's time.
    pub nightly_hour: u8,
    /// Balances that Xero shows without perpetual journals; `millbook balance-sync` writes them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub synchronisations: Vec<FormSynchronisation>,
}

/// An account for a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormAccount {
    /// The role.
    pub role: AccountRole,
    /// For goods of this category only, by code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// For this warehouse only, by code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warehouse: Option<String>,
    /// The role Bank: for this currency only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// The account: its code, else its name, else Xero's id.
    pub account: String,
    /// From this day on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
}

/// A preferred tax rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormTax {
    /// On documents of this side.
    pub side: TaxSide,
    /// The percentage; none is "no tax".
    #[serde(default)]
    pub percent: Option<Percent>,
    /// For this supplier or customer only, by account number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// Xero's tax type.
    pub tax_type: String,
}

impl Default for Form {
    fn default() -> Form {
        Form::plain(&Settings::default())
    }
}

impl Form {
    /// The form of settings: what holds on a day and what will hold.
    #[must_use]
    pub fn of(settings: &Settings, book: &Book, lists: &Lists, today: Day) -> Form {
        let code = |text: &book::Text| text.to_string();
        let category = |id: CategoryId| book.categories().row(id.number()).map(|row| code(&row.record.code));
        let warehouse =
            |id: WarehouseId| book.warehouses().row(id.number()).map(|row| code(&row.record.code));
        let account = |(_, mapping): (usize, &Mapping)| FormAccount {
            role: mapping.role,
            category: mapping.category.and_then(category),
            warehouse: mapping.warehouse.and_then(warehouse),
            currency: mapping.currency,
            account: account_name(lists, mapping.account),
            from: Some(mapping.from).filter(|from| *from > today),
        };
        let tax = |preference: &TaxPreference| FormTax {
            side: preference.side,
            percent: preference.percent,
            party: preference.party.and_then(|id| book.party(id)).map(|row| code(&row.record.code)),
            tax_type: preference.tax_type.to_string(),
        };
        Form {
            accounts: settings.mappings_from(today).map(account).collect(),
            taxes: settings.taxes.iter().map(tax).collect(),
            synchronisations: settings
                .synchronisations
                .iter()
                .map(|one| FormSynchronisation::of(one, book, lists))
                .collect(),
            item_options_from: settings.item_options.last().map(|one| one.from).filter(|from| *from > today),
            ..Form::plain(settings)
        }
    }

    /// All but accounts and rates.
    fn plain(settings: &Settings) -> Form {
        Form {
            sales: settings.sales,
            procurement: settings.procurement,
            balances: settings.balances,
            journals: settings.journals.clone(),
            item_options: settings.item_options_now().put,
            item_options_from: None,
            quotes: settings.quotes,
            payments: settings.payments,
            emails: settings.emails,
            purchasing: settings.purchasing,
            order_trigger: settings.order_trigger,
            new: settings.new,
            accounts: Vec::new(),
            taxes: Vec::new(),
            take_over_bills: settings.take_over_bills,
            tier: settings.tier,
            look_every: settings.look_every,
            nightly_hour: settings.nightly_hour,
            synchronisations: Vec::new(),
        }
    }

    /// Reads a form.
    ///
    /// # Errors
    /// What can't be read, with line, column and field.
    pub fn read(json: &str) -> Result<Form, Refusal> {
        let mut reader = serde_json::Deserializer::from_str(json);
        let form = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let field = error.path().to_string();
            unreadable(&error.into_inner()).at(field)
        })?;
        reader.end().map_err(|error| unreadable(&error))?;
        Ok(form)
    }

    /// This form with some fields changed: `{"sales": "on"}`; a list is replaced whole, null is the default.
    ///
    /// # Errors
    /// What can't be read.
    pub fn patched(&self, json: &str) -> Result<Form, Refusal> {
        let patch: Value = serde_json::from_str(json).map_err(|error| unreadable(&error))?;
        let mut whole = serde_json::to_value(self).unwrap_or_default();
        merge(&mut whole, &patch);
        serde_path_to_error::deserialize(whole).map_err(
            |error: serde_path_to_error::Error<serde_json::Error>| {
                let field = error.path().to_string();
                unreadable(&error.into_inner()).at(field)
            },
        )
    }

    /// Its JSON Schema.
    #[must_use]
    pub fn schema() -> Value {
        schemars::schema_for!(Form).to_value()
    }

    /// The settings that it means, with what held before.
    ///
    /// # Errors
    /// A name that nothing has, or several.
    pub fn settings(
        &self,
        book: &Book,
        lists: &Lists,
        before: &Settings,
        today: Day,
    ) -> Result<Settings, Refusal> {
        let idle = [before.sales, before.procurement, before.balances, before.quotes] == [Switch::Off; 4];
        let mut accounts: Vec<Mapping> = Vec::new();
        for row in &self.accounts {
            let at = |field: &str| format!("accounts[{}].{field}", row.role.word());
            let mut mapping = Mapping {
                role: row.role,
                category: by_code("category", row.category.as_deref(), |code| book.categories().find(code))
                    .map_err(|refusal| refusal.at(at("category")))?
                    .map(CategoryId::new),
                warehouse: by_code("warehouse", row.warehouse.as_deref(), |code| {
                    book.warehouses().find(code)
                })
                .map_err(|refusal| refusal.at(at("warehouse")))?
                .map(WarehouseId::new),
                currency: row.currency,
                account: account_called(lists, &row.account, row.role.name())
                    .map_err(|refusal| refusal.at(at("account")))?,
                from: Day::FIRST,
            };
            let holds = before.mappings_from(today).map(|(_, other)| other);
            let holds = holds.filter(|other| other.from <= today).find(|other| other.key() == mapping.key());
            mapping.from = match (row.from, holds) {
                (Some(from), _) => from,
                (None, Some(other)) if other.account == mapping.account || idle => other.from,
                (None, Some(_)) => today,
                (None, None) => Day::FIRST,
            };
            accounts.push(mapping);
        }
        let first_of = |key| accounts.iter().filter(|row| row.key() == key).map(|row| row.from).min();
        let past = |old: &&Mapping| first_of(old.key()).is_some_and(|first| old.from < first);
        let mut all: Vec<Mapping> = before.accounts.iter().filter(past).cloned().collect();
        all.extend(accounts);
        all.sort_by_key(|mapping| (mapping.key(), mapping.from));
        let mut taxes = Vec::new();
        for (place, row) in self.taxes.iter().enumerate() {
            let party =
                by_code("supplier or customer", row.party.as_deref(), |code| book.parties().find(code))
                    .map_err(|refusal| refusal.at(format!("taxes[{place}].party")))?;
            let (side, percent, party) = (row.side, row.percent, party.map(PartyId::new));
            taxes.push(TaxPreference { side, percent, party, tax_type: row.tax_type.as_str().into() });
        }
        let synchronisations: Result<_, Refusal> =
            self.synchronisations.iter().map(|one| one.read(book, lists)).collect();
        Ok(Settings {
            sales: self.sales,
            procurement: self.procurement,
            balances: self.balances,
            journals: self.journals.clone(),
            item_options: before.item_options_from(self.item_options, self.item_options_from, today),
            quotes: self.quotes,
            payments: self.payments,
            emails: self.emails,
            purchasing: self.purchasing,
            order_trigger: self.order_trigger,
            new: self.new,
            accounts: all,
            taxes,
            take_over_bills: self.take_over_bills,
            tier: self.tier,
            look_every: self.look_every,
            nightly_hour: self.nightly_hour,
            synchronisations: synchronisations?,
        })
    }
}

/// A merge patch (RFC 7396).
fn merge(whole: &mut Value, patch: &Value) {
    match (whole, patch) {
        (Value::Object(whole), Value::Object(patch)) => {
            for (name, value) in patch {
                match value {
                    Value::Null => drop(whole.remove(name)),
                    value => merge(whole.entry(name.clone()).or_insert(Value::Null), value),
                }
            }
        }
        (whole, patch) => *whole = patch.clone(),
    }
}

fn unreadable(error: &serde_json::Error) -> Refusal {
    let text = error.to_string();
    let why = text.split(" at line ").next().unwrap_or_default();
    let place = match error.line() {
        0 => String::new(),
        line => format!(" at line {line}, column {}", error.column()),
    };
    Refusal::new(Code::UnreadableSettings).with("why", why).with("place", place)
}

/// What people call an account: its code, its name where it has none, its id where nobody knows it.
pub(crate) fn account_name(lists: &Lists, id: XeroId<xero::Account>) -> String {
    match lists.account(id) {
        Some(account) if !account.code.is_empty() => account.code.to_string(),
        Some(account) => account.name.to_string(),
        None => id.to_string(),
    }
}

/// The account that people call so; what it is for is said when there is none. Before the company is connected there is no chart
/// to find it in.
pub(crate) fn account_called(
    lists: &Lists,
    name: &str,
    purpose: &str,
) -> Result<XeroId<xero::Account>, Refusal> {
    let name = name.trim();
    if let Some(account) = lists.account_of_code(name) {
        return Ok(account.id);
    }
    let named = lists.accounts.iter().filter(|account| account.name.to_lowercase() == name.to_lowercase());
    let named: Vec<_> = named.collect();
    match (&named[..], XeroId::read(name)) {
        ([account], _) => Ok(account.id),
        ([], Some(id)) => Ok(id),
        ([], None) if lists.organisation.is_none() => Err(Refusal::new(Code::NotConnected)),
        ([], None) => {
            let refusal = Refusal::new(Code::AccountUnknown).with("role", purpose);
            Err(refusal.with("account", name))
        }
        (several, _) => {
            let names: Vec<String> = several.iter().map(|account| account.to_string()).collect();
            Err(Refusal::new(Code::NotOne).with("name", name).with("candidates", names.join(", ")))
        }
    }
}

pub(crate) fn by_code(
    kind: &str,
    code: Option<&str>,
    find: impl Fn(&str) -> Option<u32>,
) -> Result<Option<u32>, Refusal> {
    let Some(code) = code else { return Ok(None) };
    let unknown = || Refusal::new(Code::RefinementUnknown).with("kind", kind).with("name", code);
    find(code).map(Some).ok_or_else(unknown)
}
