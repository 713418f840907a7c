//! What accounts are called and coded where books are kept: names first, then codes of usual charts, then what to make.
//!
//! Names are compared word by word in any case: `Stock on Hand` holds `stock on hand` and `stock`. Earlier names of a row say
//! more than later ones. Codes are those that Xero's own charts and usual ones of NZ, AU, the UK and the US begin with.

use xero::statuses::AccountType;

use crate::settings::AccountRole;

/// Points: a name that says so, less its place in the row.
pub(super) const NAME: u32 = 60;
/// Points: items use it.
pub(super) const USE: u32 = 40;
/// Points: a usual code.
pub(super) const CODE: u32 = 15;
/// Points: the type that fits best.
pub(super) const KIND: u32 = 5;
/// So many points are a suggestion: a name or a use; a code and a type alone are not.
pub(super) const ENOUGH: u32 = 40;

/// Names, usual codes, and the account to make: name, code in a chart of three digits, type.
struct Words {
    names: &'static [&'static str],
    codes: &'static [&'static str],
    make: (&'static str, u32, AccountType),
}

#[rustfmt::skip]
fn of(role: AccountRole) -> Words {
    use AccountRole as R;
    use AccountType::{Bank, Current, CurrentLiability, DirectCosts, Equity, Expense, OtherIncome, Sales};
    let (names, codes, make): (&[&str], &[&str], _) = match role {
        R::Purchases => (&["purchases clearing", "goods received not invoiced", "grni", "received not invoiced", "purchase clearing", "inventory clearing", "stock clearing", "stock in transit", "goods in transit", "purchases"], &[], ("Purchases Clearing", 640, Current)),
        R::Sales => (&["sales", "product sales", "sales revenue", "sale of goods", "revenue", "turnover"], &["200", "400", "4000", "41000"], ("Sales", 200, Sales)),
        R::Bank => (&["business bank account", "cheque account", "checking account", "current account", "operating account", "business account"], &["090", "600", "1200"], ("Business Bank Account", 90, Bank)),
        R::Materials => (&["raw materials", "materials", "components", "inventory", "stock on hand", "stock"], &["630", "621", "1001", "120", "1400"], ("Materials", 621, Current)),
        R::FinishedGoods => (&["finished goods", "finished products", "inventory", "stock on hand", "stock"], &["630", "620", "1001", "120", "1400"], ("Finished Goods", 620, Current)),
        R::WorkInProgress => (&["work in progress", "work in process", "wip"], &["625", "1002"], ("Work in Progress", 625, Current)),
        R::DirectLabour => (&["direct labour", "direct labor", "labour absorbed", "labor absorbed", "absorbed labour", "absorbed labor", "labour clearing", "labor clearing"], &["845"], ("Labour Absorbed", 845, CurrentLiability)),
        R::ManufacturingOverheads => (&["manufacturing overheads", "manufacturing overhead", "overhead absorbed", "overheads absorbed", "absorbed overhead", "factory overhead", "overhead clearing"], &["846"], ("Overhead Absorbed", 846, CurrentLiability)),
        R::TransferLiability => (&["transfer orders liability", "transfer liability", "accrued freight", "freight accrual", "transfer clearing"], &["847"], ("Transfer Orders Liability", 847, CurrentLiability)),
        R::CostOfGoodsSold => (&["cost of goods sold", "cost of sales", "cogs"], &["310", "500", "5000"], ("Cost of Goods Sold", 310, DirectCosts)),
        R::InventoryGain => (&["inventory gain", "inventory gains", "stock gain", "stock surplus"], &["265"], ("Inventory Gain", 265, OtherIncome)),
        R::InventoryLoss => (&["inventory loss", "inventory losses", "stock loss", "inventory write off", "stock write off", "inventory adjustments", "stock adjustments", "shrinkage"], &["315"], ("Inventory Loss", 315, Expense)),
        R::PurchaseDifferences => (&["purchase differences", "purchase price variance", "price variance", "ppv"], &["316"], ("Purchase Differences", 316, DirectCosts)),
        R::Rounding => (&["rounding differences", "rounding", "conversion differences"], &["317"], ("Rounding Differences", 317, Expense)),
        R::OffBookExpense => (&["off book expense", "off book stock", "off book"], &["318"], ("Off-book Expense", 318, Expense)),
        R::OpeningBalances => (&["opening balances", "opening balance equity", "opening balance"], &["980"], ("Opening Balances", 980, Equity)),
        R::CustomerDeposits => (&["customer deposits", "customer prepayments", "deposits received", "unearned revenue", "deferred revenue"], &["851"], ("Customer Deposits", 851, CurrentLiability)),
        R::SupplierDeposits => (&["supplier deposits", "supplier prepayments", "deposits paid"], &["626"], ("Supplier Deposits", 626, Current)),
        R::BalanceExpense => (&["inventory movement", "stock movement", "change in inventory", "movement in stock"], &["319"], ("Inventory Movement", 319, DirectCosts)),
        R::AccruedPurchases => (&["accrued purchases", "purchase accruals", "goods received accrual", "accrued liabilities", "accruals"], &["848"], ("Accrued Purchases", 848, CurrentLiability)),
    };
    Words { names, codes, make }
}

/// The account to make for a role: name, code, type.
pub(super) fn to_make(role: AccountRole) -> (&'static str, u32, AccountType) {
    of(role).make
}

/// Codes that are usual for a role.
pub(super) fn usual_codes(role: AccountRole) -> &'static [&'static str] {
    of(role).codes
}

/// Whether an account's name says that it is for a role: the place of the words that say so, 0 is best. Words beside them say
/// less: `Sales` before `Sales Returns`.
pub(super) fn called(role: AccountRole, name: &str) -> Option<u32> {
    let name = plain(name);
    let says = |words: &&&str| format!(" {name} ").contains(&format!(" {words} "));
    let names = of(role).names;
    if let Some(exact) = names.iter().position(|words| name == **words) {
        return u32::try_from(exact).ok();
    }
    if SPOILERS.iter().any(|word| format!(" {name} ").contains(&format!(" {word} "))) {
        return None;
    }
    let place = names.iter().position(|words| says(&words))?;
    u32::try_from(place + 3).ok()
}

/// Words that turn the sense of a name round.
const SPOILERS: &[&str] = &[
    "returns",
    "return",
    "tax",
    "old",
    "do not use",
    "commission",
    "discount",
    "discounts",
    "expenses",
    "tracked",
];

/// Whether a name is made of a role's own words, so that a usual code or a use doesn't outweigh it.
pub(super) fn hints_at_another(name: &str) -> bool {
    let plain = plain(name);
    plain.contains("do not use") || plain.contains("suspense")
}

/// Lower case, one blank between words, no other signs.
fn plain(name: &str) -> String {
    let words = name.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}
