//! What each role takes: the table of ACC as code that reads like the table.
//!
//! ```text
//! Work in progress   current asset   Balances on
//! S201 Work in progress can't be 400 Advertising: it is of type Overhead, and Work in progress takes Current Asset.
//! ```
//! No role takes a system account, an account of type INVENTORY (ACC-2), or, but for Bank, a bank account.
//! Not here: which account a company uses (`settings`), whether one fits (`settings::check`), which would fit (`propose`).

use std::fmt;

use money::Currency;
use xero::statuses::AccountType;

use crate::lists::{Account, Lists, Standing};
use crate::refusal::{Code, Refusal};
use crate::settings::{AccountRole, Switch};

/// Which accounts a role takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// A current asset; with Balances off any asset or expense (Purchases).
    Clearing,
    /// A current asset.
    CurrentAsset,
    /// A current liability.
    CurrentLiability,
    /// Revenue.
    Revenue,
    /// An expense.
    Expense,
    /// Equity.
    Equity,
    /// A bank account with a code, or an account enabled for payments.
    Money,
}

/// When a role must have an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// As soon as anything is sent.
    Always,
    /// With Balances on.
    Balances,
    /// With Balances on, or payments sent.
    BalancesOrPayments,
    /// With Balances on and several sites.
    SeveralSites,
    /// With Balances on and an off-book warehouse.
    OffBook,
    /// When opening stock is posted.
    OpeningStock,
    /// When pro-formas are paid.
    ProFormas,
    /// When balances are synchronised (BAL).
    Synchronisations,
    /// When purchases are accrued at a month's end (REC-8).
    Accruals,
}

impl Needed {
    /// When, for people: `Balances on, several sites`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Needed::Always => "always, once anything is sent",
            Needed::Balances => "Balances on",
            Needed::BalancesOrPayments => "Balances on, or payments are sent",
            Needed::SeveralSites => "Balances on, several sites",
            Needed::OffBook => "Balances on, an off-book warehouse",
            Needed::OpeningStock => "Balances on, opening stock is posted",
            Needed::ProFormas => "payments are sent, and there are pro-formas",
            Needed::Synchronisations => "balances are synchronised",
            Needed::Accruals => "Balances on, purchases are accrued",
        }
    }
}

/// What a role may be mapped by besides the whole company (ACC-6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refined {
    /// Nothing.
    No,
    /// Category and warehouse.
    ByGoods,
    /// Currency.
    ByCurrency,
}

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// What people call the role.
    pub name: &'static str,
    /// The accounts it takes.
    pub takes: Takes,
    /// When it needs one.
    pub needed: Needed,
    /// What it may be refined by.
    pub refined: Refined,
    /// The role with which it may share an account (ACC-8).
    pub shares: Option<AccountRole>,
}

impl AccountRole {
    /// All roles in the order of the table.
    pub const ALL: [AccountRole; 20] = [
        AccountRole::Purchases,
        AccountRole::Sales,
        AccountRole::Bank,
        AccountRole::Materials,
        AccountRole::FinishedGoods,
        AccountRole::WorkInProgress,
        AccountRole::DirectLabour,
        AccountRole::ManufacturingOverheads,
        AccountRole::TransferLiability,
        AccountRole::CostOfGoodsSold,
        AccountRole::InventoryGain,
        AccountRole::InventoryLoss,
        AccountRole::PurchaseDifferences,
        AccountRole::Rounding,
        AccountRole::OffBookExpense,
        AccountRole::OpeningBalances,
        AccountRole::CustomerDeposits,
        AccountRole::SupplierDeposits,
        AccountRole::BalanceExpense,
        AccountRole::AccruedPurchases,
    ];

    /// The table of ACC.
    #[must_use]
    #[rustfmt::skip]
    pub const fn row(self) -> Row {
        use AccountRole as R;
        use Takes::{Clearing, CurrentAsset, CurrentLiability, Equity, Expense, Money, Revenue};
        match self {
            R::Purchases              => row("Purchases",                 Clearing,         Needed::Always),
            R::Sales                  => row("Sales",                     Revenue,          Needed::Always).by(Refined::ByGoods),
            R::Bank                   => row("Bank",                      Money,            Needed::BalancesOrPayments).by(Refined::ByCurrency),
            R::Materials              => row("Materials",                 CurrentAsset,     Needed::Balances).by(Refined::ByGoods).with(R::FinishedGoods),
            R::FinishedGoods          => row("Finished goods",            CurrentAsset,     Needed::Balances).by(Refined::ByGoods).with(R::Materials),
            R::WorkInProgress         => row("Work in progress",          CurrentAsset,     Needed::Balances),
            R::DirectLabour           => row("Direct labour",             CurrentLiability, Needed::Balances),
            R::ManufacturingOverheads => row("Manufacturing overheads",   CurrentLiability, Needed::Balances),
            R::TransferLiability      => row("Transfer orders liability", CurrentLiability, Needed::SeveralSites),
            R::CostOfGoodsSold        => row("Cost of goods sold",        Expense,          Needed::Balances).by(Refined::ByGoods),
            R::InventoryGain          => row("Inventory gain",            Revenue,          Needed::Balances).with(R::InventoryLoss),
            R::InventoryLoss          => row("Inventory loss",            Expense,          Needed::Balances).with(R::InventoryGain),
            R::PurchaseDifferences    => row("Purchase differences",      Expense,          Needed::Balances),
            R::Rounding               => row("Rounding",                  Expense,          Needed::Balances),
            R::OffBookExpense         => row("Off-book expense",          Expense,          Needed::OffBook),
            R::OpeningBalances        => row("Opening balances",          Equity,           Needed::OpeningStock),
            R::CustomerDeposits       => row("Customer deposits",         CurrentLiability, Needed::ProFormas),
            R::SupplierDeposits       => row("Supplier deposits",         CurrentAsset,     Needed::ProFormas),
            R::BalanceExpense         => row("Balance synchronisation expense", Expense,    Needed::Synchronisations),
            R::AccruedPurchases       => row("Accrued purchases",         CurrentLiability, Needed::Accruals),
        }
    }

    /// How settings write it: `work_in_progress`.
    #[must_use]
    pub fn word(self) -> String {
        serde_json::to_value(self).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// What people call it: `Work in progress`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }
}

const fn row(name: &'static str, takes: Takes, needed: Needed) -> Row {
    Row { name, takes, needed, refined: Refined::No, shares: None }
}

impl Row {
    const fn by(self, refined: Refined) -> Row {
        Row { refined, ..self }
    }

    const fn with(self, other: AccountRole) -> Row {
        Row { shares: Some(other), ..self }
    }

    /// The types of account that it takes, in the order in which they fit best; none for Bank, which asks for more than a
    /// type. An account for both Inventory gain and Inventory loss is of either's type.
    #[must_use]
    pub fn types(&self, balances: Switch, used: Used) -> Vec<AccountType> {
        let expense = [AccountType::DirectCosts, AccountType::Expense, AccountType::Overheads];
        let revenue = [AccountType::Sales, AccountType::Revenue, AccountType::OtherIncome];
        match (self.takes, used) {
            (Takes::Clearing, _) if balances == Switch::Off => {
                let asset = [AccountType::Current, AccountType::Fixed, AccountType::NonCurrent];
                [&asset[..], &[AccountType::Prepayment], &expense].concat()
            }
            (Takes::Clearing | Takes::CurrentAsset, _) => vec![AccountType::Current],
            (Takes::CurrentLiability, _) => vec![AccountType::CurrentLiability],
            (Takes::Equity, _) => vec![AccountType::Equity],
            (Takes::Revenue | Takes::Expense, Used::WithItsOpposite) => [expense, revenue].concat(),
            (Takes::Revenue, Used::Alone) => revenue.to_vec(),
            (Takes::Expense, Used::Alone) => expense.to_vec(),
            (Takes::Money, _) => Vec::new(),
        }
    }

    /// What it takes, for people: `Current Asset`; `Direct Costs, Expense or Overhead`.
    #[must_use]
    pub fn allowed(&self, balances: Switch) -> String {
        let types = self.types(balances, Used::Alone);
        let words: Vec<&str> = types.iter().map(type_words).collect();
        match words.split_last() {
            None => "Bank (with a code), or any that is enabled for payments".into(),
            Some((last, [])) => (*last).into(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
        }
    }
}

/// Whether an account is for one of Inventory gain and Inventory loss, or for both (ACC-8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Used {
    /// For this role.
    Alone,
    /// For the opposite one as well: one Inventory adjustments account.
    WithItsOpposite,
}

/// What Xero's pages call a type of account; a type that we don't know stays as Xero writes it.
#[must_use]
pub fn type_words(kind: &AccountType) -> &str {
    match kind {
        AccountType::Bank => "Bank",
        AccountType::Current => "Current Asset",
        AccountType::CurrentLiability => "Current Liability",
        AccountType::Depreciation => "Depreciation",
        AccountType::DirectCosts => "Direct Costs",
        AccountType::Equity => "Equity",
        AccountType::Expense => "Expense",
        AccountType::Fixed => "Fixed Asset",
        AccountType::Inventory => "Inventory",
        AccountType::Liability => "Liability",
        AccountType::NonCurrent => "Non-current Asset",
        AccountType::OtherIncome => "Other Income",
        AccountType::Overheads => "Overhead",
        AccountType::Prepayment => "Prepayment",
        AccountType::Revenue => "Revenue",
        AccountType::Sales => "Sales",
        AccountType::TermLiability => "Non-current Liability",
        AccountType::Payg => "PAYG Liability",
        AccountType::Other(word) => word,
    }
}

/// `630 Purchases clearing`, or the name alone.
impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.code {
            "" => f.write_str(&self.name),
            code => write!(f, "{code} {}", self.name),
        }
    }
}

/// What is asked of an account besides its role.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The role.
    pub role: AccountRole,
    /// Whether Balances are on.
    pub balances: Switch,
    /// Whether it is used for the opposite role too.
    pub used: Used,
    /// Bank: for documents of this currency only.
    pub currency: Option<Currency>,
    /// What is known of the organisation.
    pub lists: &'a Lists,
}

impl Wanted<'_> {
    /// Whether an account fits (ACC-1, ACC-2).
    ///
    /// # Errors
    /// Why it doesn't, with the account, its type, and what is allowed.
    pub fn check(&self, account: &Account) -> Result<(), Refusal> {
        let row = self.role.row();
        let refused = |code| {
            let refusal = Refusal::new(code).with("role", row.name).with("account", account);
            let refusal = refusal.with("type", type_words(&account.kind));
            Err(refusal.with("allowed", row.allowed(self.balances)))
        };
        match account.standing {
            Standing::Active => {}
            Standing::Archived | Standing::Gone => return out_of_use(self.role, account, self.balances),
        }
        if account.kind == AccountType::Inventory {
            return refused(Code::TrackedInventoryAccount);
        }
        if let Some(system) = &account.system {
            return refused(Code::SystemAccount).map_err(|refusal: Refusal| refusal.with("system", system));
        }
        match (row.takes, &account.kind) {
            (Takes::Money, AccountType::Bank) if account.code.trim().is_empty() => {
                refused(Code::BankWithoutCode)
            }
            (Takes::Money, AccountType::Bank) => self.check_currency(account),
            (Takes::Money, _) if account.payments => Ok(()),
            (Takes::Money, _) => refused(Code::NotForPayments),
            (_, AccountType::Bank) => refused(Code::BankAccount),
            (_, kind) if row.types(self.balances, self.used).contains(kind) => Ok(()),
            _ => refused(Code::WrongAccountType),
        }
    }

    /// Xero takes payments of a document on accounts of its own or of the organisation's currency.
    fn check_currency(&self, account: &Account) -> Result<(), Refusal> {
        let base = self.lists.organisation.as_ref().map(|organisation| organisation.base);
        let keeps = account.currency.or(base);
        if keeps == base || (self.currency.is_some() && keeps == self.currency) {
            return Ok(());
        }
        let code = |currency: Option<Currency>| currency.map_or("another currency", Currency::code);
        let (of, allowed) = match self.currency {
            Some(currency) => (format!(" for {currency}"), format!("{currency} or {}", code(base))),
            None => (String::new(), code(base).to_owned()),
        };
        let refusal = Refusal::new(Code::BankCurrency).with("account", account).with("for", of);
        Err(refusal.with("theirs", code(keeps)).with("allowed", allowed))
    }
}

fn out_of_use(role: AccountRole, account: &Account, balances: Switch) -> Result<(), Refusal> {
    let refusal = Refusal::new(Code::AccountOutOfUse).with("role", role.name()).with("account", account);
    let refusal = refusal.with("state", account.standing.words());
    Err(refusal.with("allowed", role.row().allowed(balances)))
}

impl Standing {
    /// What people call it: `archived`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Standing::Active => "active",
            Standing::Archived => "archived",
            Standing::Gone => "deleted",
        }
    }
}
