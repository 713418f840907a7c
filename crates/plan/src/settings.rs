//! How a company's book and its Xero organisation go together: what is sent, in which status, on which accounts.
//!
//! One value, saved whole; each change is an entry of the log. Defaults are the rules' (SEL-6: sales as drafts, purchases
//! awaiting approval); nothing is sent before somebody has turned a switch on.
//! Not here: whether the accounts fit their roles (`check`, `accounts`), the book's own settings (`book::Settings`).

mod changes;
mod check;
mod effects;
mod explain;
mod form;
mod item_options;
mod journals;
mod mappings;
mod sections;
mod troubles;

pub use changes::SettingChange;
pub use check::review;
pub use effects::{Effect, effects};
pub use explain::Movable;
pub use form::{Form, FormAccount, FormTax};
pub(crate) use form::{account_called, account_name, by_code};
pub use item_options::ItemOptions;
pub use journals::{Every, JournalSettings, JournalStatus, LockPolicy, SECTIONS};
pub use mappings::MappingKey;
pub(crate) use sections::new_cut_over;
pub use troubles::{Trouble, troubles};

use book::{CategoryId, Day, PartyId, Text, WarehouseId};
use money::{Currency, Percent};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use xero::XeroId;

use crate::balances::Synchronisation;

/// On or off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    /// Off.
    #[default]
    Off,
    /// On.
    On,
}

/// As what purchases go to Xero (SEL-2, SEL-4, SEL-5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purchasing {
    /// Purchase orders as Xero purchase orders.
    Orders,
    /// Purchase orders as bills: an order is its own bill.
    OrdersAsBills,
    /// Purchase invoices as bills; several for an order (SEL-4). Orders aren't sent.
    #[default]
    Bills,
    /// Purchase orders as Xero purchase orders and purchase invoices as bills; the bill sets its order to billed (SEL-5).
    OrdersAndBills,
}

/// What sends a purchase order as a Xero purchase order (DOC-1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderTrigger {
    /// Its supplier invoice ID.
    #[default]
    SupplierInvoice,
    /// Its approval.
    Approval,
}

/// The status that a new document gets in Xero (SEL-6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NewStatus {
    /// Draft.
    Draft,
    /// Awaiting approval (Xero's SUBMITTED).
    Awaiting,
    /// Approved (Xero's AUTHORISED).
    Approved,
}

/// The statuses of new documents, by type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewStatuses {
    /// Sales invoices.
    pub invoice: NewStatus,
    /// Credit invoices.
    pub credit_invoice: NewStatus,
    /// Bills.
    pub bill: NewStatus,
    /// Supplier credits.
    pub supplier_credit: NewStatus,
    /// Xero purchase orders.
    pub order: NewStatus,
}

impl Default for NewStatuses {
    fn default() -> NewStatuses {
        let (sales, purchases) = (NewStatus::Draft, NewStatus::Awaiting);
        NewStatuses {
            invoice: sales,
            credit_invoice: sales,
            bill: purchases,
            supplier_credit: purchases,
            order: purchases,
        }
    }
}

/// What an account is used for (the table of ACC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountRole {
    /// Bought and not received, received and not billed, fees.
    Purchases,
    /// What customers are invoiced.
    Sales,
    /// Where money comes from and goes to.
    Bank,
    /// Stock of items without a bill of materials.
    Materials,
    /// Stock of items with one.
    FinishedGoods,
    /// Work in progress.
    WorkInProgress,
    /// Absorbed labour.
    DirectLabour,
    /// Absorbed overheads.
    ManufacturingOverheads,
    /// Absorbed fees of transfers.
    TransferLiability,
    /// Cost of goods sold.
    CostOfGoodsSold,
    /// Stock found.
    InventoryGain,
    /// Stock lost.
    InventoryLoss,
    /// What a supplier's paper and the goods differ by.
    PurchaseDifferences,
    /// Conversions and papers' totals.
    Rounding,
    /// Where the goods of off-book warehouses stand.
    OffBookExpense,
    /// Against which opening stock stands.
    OpeningBalances,
    /// Advances of customers.
    CustomerDeposits,
    /// Advances to suppliers.
    SupplierDeposits,
    /// The other side of balance synchronisations.
    BalanceExpense,
    /// Goods received and not billed, as a month's end shows them.
    AccruedPurchases,
}

impl AccountRole {
    /// What people call it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            AccountRole::Purchases => "Purchases",
            AccountRole::Sales => "Sales",
            AccountRole::Bank => "Bank",
            AccountRole::Materials => "Materials",
            AccountRole::FinishedGoods => "Finished goods",
            AccountRole::WorkInProgress => "Work in progress",
            AccountRole::DirectLabour => "Direct labour",
            AccountRole::ManufacturingOverheads => "Manufacturing overheads",
            AccountRole::TransferLiability => "Transfer orders liability",
            AccountRole::CostOfGoodsSold => "Cost of goods sold",
            AccountRole::InventoryGain => "Inventory gain",
            AccountRole::InventoryLoss => "Inventory loss",
            AccountRole::PurchaseDifferences => "Purchase differences",
            AccountRole::Rounding => "Rounding",
            AccountRole::OffBookExpense => "Off-book expense",
            AccountRole::OpeningBalances => "Opening balances",
            AccountRole::CustomerDeposits => "Customer deposits",
            AccountRole::SupplierDeposits => "Supplier deposits",
            AccountRole::BalanceExpense => "Balance synchronisation expense",
            AccountRole::AccruedPurchases => "Accrued purchases",
        }
    }
}

/// An account for a role, or for a refinement of it (ACC-6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The role.
    pub role: AccountRole,
    /// For goods of this category only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryId>,
    /// For this warehouse only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warehouse: Option<WarehouseId>,
    /// The role Bank: for this currency only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// The account.
    #[schemars(with = "crate::number::Id")]
    pub account: XeroId<xero::Account>,
    /// Holds from this day on (ACC-6).
    pub from: Day,
}

/// Which side of the tax return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaxSide {
    /// Purchases.
    Purchases,
    /// Sales.
    Sales,
}

/// The rate to take where several have the same percentage (TAX-2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxPreference {
    /// On documents of this side.
    pub side: TaxSide,
    /// The percentage; none is "no tax".
    pub percent: Option<Percent>,
    /// For this supplier or customer only: export, reverse charge, exempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyId>,
    /// Xero's tax type.
    #[schemars(with = "String")]
    pub tax_type: Text,
}

/// Which way payments go (PAY-6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Payments {
    /// None goes anywhere.
    #[default]
    None,
    /// The book's go to Xero.
    ToXero,
    /// Xero's come to the book: for whoever reconciles bank feeds there.
    FromXero,
    /// Both.
    Both,
}

impl Payments {
    /// Whether the book's go to Xero.
    #[must_use]
    pub const fn go(self) -> bool {
        matches!(self, Payments::ToXero | Payments::Both)
    }

    /// Whether Xero's come to the book.
    #[must_use]
    pub const fn come(self) -> bool {
        matches!(self, Payments::FromXero | Payments::Both)
    }
}

/// Who e-mails invoices to customers (DOC-16).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Emails {
    /// Nobody has chosen.
    #[default]
    Nobody,
    /// The book's users: an approved invoice is marked as sent in Xero.
    Users,
    /// Xero: it is asked to e-mail an approved invoice.
    Xero,
}

/// What the organisation pays Xero for: how many calls a day there are (API-FACTS 2.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// 1,000 calls a day.
    #[default]
    Free,
    /// 5,000 calls a day.
    Paid,
}

/// A company's settings for Xero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Sales documents go by themselves (SEL-1).
    pub sales: Switch,
    /// Purchase documents go by themselves.
    pub procurement: Switch,
    /// Inventory, WIP and COGS journals.
    pub balances: Switch,
    /// How journals are made (SEL-10).
    pub journals: JournalSettings,
    /// From which days lines of stock, work in progress and liabilities carry the item's tracking options (POST-25).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub item_options: Vec<ItemOptions>,
    /// Quotes go as Xero quotes (DOC-17).
    pub quotes: Switch,
    /// Which way payments go (PAY-6).
    pub payments: Payments,
    /// Who e-mails invoices (DOC-16).
    pub emails: Emails,
    /// As what purchases go.
    pub purchasing: Purchasing,
    /// What sends a Xero purchase order.
    pub order_trigger: OrderTrigger,
    /// Statuses of new documents.
    pub new: NewStatuses,
    /// Accounts by role.
    pub accounts: Vec<Mapping>,
    /// Preferred tax rates.
    pub taxes: Vec<TaxPreference>,
    /// Take over Xero's price, rate and date of bills when they are approved there (DOC-23).
    pub take_over_bills: Switch,
    /// The tier of the Xero app.
    pub tier: Tier,
    /// Minutes between looks by day; none is the tier's own timetable (SCH-7).
    pub look_every: Option<u16>,
    /// The hour of the nightly run, company's time (SCH-2).
    pub nightly_hour: u8,
    /// Balances that Xero shows without perpetual journals (BAL).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub synchronisations: Vec<Synchronisation>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            sales: Switch::Off,
            procurement: Switch::Off,
            balances: Switch::Off,
            journals: JournalSettings::default(),
            item_options: Vec::new(),
            quotes: Switch::Off,
            payments: Payments::None,
            emails: Emails::Nobody,
            purchasing: Purchasing::default(),
            order_trigger: OrderTrigger::default(),
            new: NewStatuses::default(),
            accounts: Vec::new(),
            taxes: Vec::new(),
            take_over_bills: Switch::Off,
            tier: Tier::Free,
            look_every: None,
            nightly_hour: 22,
            synchronisations: Vec::new(),
        }
    }
}

impl Settings {
    /// What of it holds for any organisation: no accounts and no rates, and nothing is sent (CON-5).
    #[must_use]
    pub fn without_organisation(&self) -> Settings {
        let (accounts, taxes) = (Vec::new(), Vec::new());
        let (sales, procurement, balances, quotes) = (Switch::Off, Switch::Off, Switch::Off, Switch::Off);
        let (payments, emails) = (Payments::None, Emails::Nobody);
        let (synchronisations, item_options) = (Vec::new(), Vec::new());
        let this = Settings { emails, synchronisations, item_options, ..self.clone() };
        Settings { accounts, taxes, sales, procurement, balances, quotes, payments, ..this }
    }

    /// The account of a role on a day: category and warehouse > category > warehouse > the role's own (ACC-6).
    #[must_use]
    pub fn account(
        &self,
        role: AccountRole,
        (category, warehouse): (Option<CategoryId>, Option<WarehouseId>),
        day: Day,
    ) -> Option<XeroId<xero::Account>> {
        // Off the books here, and a balance in Xero: its expense stands in the place of Off-book expense (BAL-6).
        let paired = warehouse.filter(|_| role == AccountRole::OffBookExpense);
        if let Some(one) = paired.and_then(|warehouse| self.synchronisation_of(warehouse)) {
            return one.expense(self, day);
        }
        let fits = |mapping: &&Mapping| {
            mapping.role == role
                && mapping.from <= day
                && mapping.currency.is_none()
                && (mapping.category.is_none() || mapping.category == category)
                && (mapping.warehouse.is_none() || mapping.warehouse == warehouse)
        };
        let rank =
            |mapping: &&Mapping| (mapping.category.is_some(), mapping.warehouse.is_some(), mapping.from);
        self.accounts.iter().filter(fits).max_by_key(rank).map(|mapping| mapping.account)
    }
}

#[cfg(test)]
mod tests;
